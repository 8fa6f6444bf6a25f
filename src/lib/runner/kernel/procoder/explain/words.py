"""Expressions and conditions in plain words.

Everything written here may stand in a sentence of an explanation, so it holds no results: a value appears only as
source code in backquotes, exactly as it stands in the cell, and never with braces, which are slots for claims.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Iterable

if TYPE_CHECKING:
    from ..replay import Submission

MAX_CODE = 60

_COMPARE = {
    ast.Gt: "is greater than",
    ast.GtE: "is at least",
    ast.Lt: "is less than",
    ast.LtE: "is at most",
    ast.Eq: "equals",
    ast.NotEq: "is not equal to",
    ast.In: "is in",
    ast.NotIn: "is not in",
}
_OPPOSITE = {
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_METHODS = {
    "upper": "{0} in capital letters",
    "lower": "{0} in small letters",
    "title": "{0} with a capital letter at the start of each word",
    "capitalize": "{0} with a capital letter at the start",
    "strip": "{0} without the spaces around it",
    "copy": "a copy of {0}",
    "keys": "the keys of {0}",
    "values": "the values of {0}",
    "items": "the key and value pairs of {0}",
}
_FUNCTIONS = {
    "sum": "the sum of {0}",
    "max": "the largest of {0}",
    "min": "the smallest of {0}",
    "sorted": "a sorted copy of {0}",
    "abs": "{0} without its sign",
    "str": "{0} as text",
    "int": "{0} as a whole number",
    "float": "{0} as a decimal number",
    "list": "a list of {0}",
    "set": "the different items of {0}",
    "round": "{0}, rounded",
    "reversed": "{0} in reverse order",
    "tuple": "a tuple of {0}",
}
_TESTS = {
    "isdigit": "holds only digits",
    "isalpha": "holds only letters",
    "isalnum": "holds only letters and digits",
    "isupper": "is in capital letters",
    "islower": "is in small letters",
    "isspace": "holds only spaces",
}


def _bound(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            found.add(node.attr)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
    return found


@lru_cache(maxsize=4)
def _lines(source: str) -> list[bytes]:
    """The lines of a source as bytes, because syntax trees count columns in bytes."""
    return [line.encode("utf-8", "replace") for line in re.split("\r\n|\r|\n", source)]


def joined(items: Iterable[str], word: str = "and") -> str:
    """`a`, `b` and `c`."""
    parts = list(items)
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + f" {word} " + parts[-1] if parts else ""


class Words:
    """Says the expressions of one cell. `kinds` maps a name to what it holds, where that is known."""

    def __init__(
        self, source: str, kinds: dict[str, str] | None = None, bound: frozenset[str] = frozenset()
    ) -> None:
        self.source = source
        self.kinds = kinds or {}
        #: Every name that the cells bind somewhere: such a `sum` need not be Python's.
        self.bound = bound

    @classmethod
    def of(cls, submission: Submission) -> Words:
        """Words for a cell, with what it and the cells before it bind."""
        trees = [submission.program.tree, *submission.context_trees]
        return cls(submission.program.source, bound=frozenset(name for tree in trees for name in _bound(tree)))

    def builtin(self, node: ast.AST | None) -> str | None:
        """The name of one of Python's own functions; None for anything else, and where a cell has its own of that name."""
        return node.id if isinstance(node, ast.Name) and node.id not in self.bound else None

    def code(self, node: ast.AST) -> str | None:
        """The node's own source in backquotes; None where it would not fit into a sentence."""
        text = self._segment(node)
        if not text or len(text) > MAX_CODE or any(sign in text for sign in "{}`\n\\"):
            return None
        return f"`{text}`"

    def _segment(self, node: ast.AST) -> str | None:
        # ast.get_source_segment splits the whole source for every node, which takes seconds in a long cell.
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", None)
        lines = _lines(self.source)
        if first != last or not 1 <= first <= len(lines):
            return None
        return lines[first - 1][node.col_offset : node.end_col_offset].decode("utf-8", "replace")  # type: ignore[attr-defined]

    def is_text(self, node: ast.AST) -> bool:
        """Whether an expression is known to be a text."""
        if isinstance(node, ast.Name):
            return self.kinds.get(node.id) == "str"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return node.func.attr in ("lower", "upper", "strip", "title", "replace", "capitalize", "join")
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            return self.is_text(node.value)
        return (
            isinstance(node, ast.JoinedStr) or isinstance(node, ast.Constant) and isinstance(node.value, str)
        )

    def things(self, node: ast.AST) -> str:
        """What a collection consists of: characters, or items."""
        return "characters" if self.is_text(node) else "items"

    def value(self, node: ast.expr | None) -> str:
        """A noun phrase for an expression."""
        if node is None:
            return "nothing"
        said = self._value(node)
        if said:
            return said
        code = self.code(node)
        if code:
            plain = (ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.UnaryOp)
            return code if isinstance(node, plain) else f"the result of {code}"
        names = dict.fromkeys(n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id.isascii())
        names = [f"`{name}`" for name in names if name not in _FUNCTIONS and name not in ("len", "range")]
        return f"a value worked out from {joined(names)}" if names else "a value that is worked out here"

    def _value(self, node: ast.expr) -> str | None:
        if (
            isinstance(node, (ast.Compare, ast.BoolOp))
            or isinstance(node, ast.UnaryOp)
            and isinstance(node.op, ast.Not)
        ):
            if isinstance(node, ast.BoolOp) and not all(self._is_condition(part) for part in node.values):
                return None
            return "whether " + self.condition(node)
        if isinstance(node, ast.BinOp):
            return self._average(node) or self._arithmetic(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Subscript):
            return self._subscript(node)
        if isinstance(node, ast.IfExp):
            return f"{self.value(node.body)} if {self.condition(node.test)}, and otherwise {self.value(node.orelse)}"
        if isinstance(node, ast.JoinedStr):
            names = dict.fromkeys(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
            return f"a text made with {joined(f'`{name}`' for name in names)}" if names else "a fixed text"
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self._comprehension(node)
        if isinstance(node, ast.DictComp):
            return f"a dictionary made from {self.value(node.generators[0].iter)}"
        if isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
            return self._display(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not self.code(node):
            return "a fixed text"
        if isinstance(node, ast.Lambda):
            return "a small function"
        if isinstance(node, ast.Await):
            return self.value(node.value)
        return None

    def _is_condition(self, node: ast.expr) -> bool:
        if isinstance(node, ast.BoolOp):
            return all(self._is_condition(part) for part in node.values)
        if isinstance(node, ast.UnaryOp):
            return isinstance(node.op, ast.Not)
        return isinstance(node, ast.Compare) or self._test(node) is not None

    def _display(self, node: ast.expr) -> str:
        kind = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set", ast.Dict: "dictionary"}[type(node)]
        items = getattr(node, "elts", None) or getattr(node, "values", None)
        if not items:
            return f"an empty {kind}"
        if isinstance(node, ast.Tuple) and len(items) <= 3:
            kind = {1: "the tuple with only ", 2: "the pair of ", 3: "the three values "}[len(items)]
            return kind + joined(self.value(item) for item in items)
        if self.code(node):
            return f"the {kind} {self.code(node)}"
        names = dict.fromkeys(n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id.isascii())
        return f"a {kind} made with {joined(f'`{name}`' for name in names)}" if names else f"a fixed {kind}"

    def _simple(self, node: ast.expr) -> bool:
        return isinstance(node, (ast.Name, ast.Constant, ast.Attribute)) and self.code(node) is not None

    def _average(self, node: ast.BinOp) -> str | None:
        parts = (node.left, node.right)
        if not isinstance(node.op, ast.Div) or not all(
            isinstance(p, ast.Call) and len(p.args) == 1 for p in parts
        ):
            return None
        names = [self.builtin(p.func) for p in parts]  # type: ignore[attr-defined]
        args = [p.args[0] for p in parts]  # type: ignore[attr-defined]
        same = names == ["sum", "len"] and ast.dump(args[0]) == ast.dump(args[1])
        return f"the average of {self.value(args[0])}" if same else None

    def _arithmetic(self, node: ast.BinOp) -> str | None:
        if not (self._simple(node.left) and self._simple(node.right)):
            return None
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Add):
            texts = self.is_text(node.left) or self.is_text(node.right)
            return f"{left} followed by {right}" if texts else f"the sum of {left} and {right}"
        if isinstance(node.op, ast.Sub):
            return f"{left} minus {right}"
        if isinstance(node.op, ast.Mult):
            if ast.dump(node.left) == ast.dump(node.right):
                return f"the square of {left}"
            if self.is_text(node.left) or self.is_text(node.right):
                return (
                    f"{left} repeated {right} times"
                    if self.is_text(node.left)
                    else f"{right} repeated {left} times"
                )
            return f"the product of {left} and {right}"
        if isinstance(node.op, ast.Div):
            return f"{left} divided by {right}"
        if isinstance(node.op, ast.FloorDiv):
            return f"how many whole times {right} fits into {left}"
        if isinstance(node.op, ast.Mod) and not self.is_text(node.left):
            return f"the remainder of {left} divided by {right}"
        if isinstance(node.op, ast.Pow):
            squared = isinstance(node.right, ast.Constant) and node.right.value == 2
            return f"the square of {left}" if squared else f"{left} to the power of {right}"
        return None

    def _call(self, node: ast.Call) -> str | None:
        function = node.func
        if isinstance(function, ast.Name) and function.id in self.bound or node.keywords:
            return None
        if isinstance(function, ast.Attribute) and function.attr in self.bound:
            return None
        if isinstance(function, ast.Name) and function.id == "input":
            return "a line that the user types"
        if isinstance(function, ast.Name) and len(node.args) == 1:
            inner = node.args[0]
            if (
                function.id in _FUNCTIONS
                and isinstance(inner, ast.GeneratorExp)
                and len(inner.generators) == 1
            ):
                clause = inner.generators[0]
                tests = joined(self.condition(test) for test in clause.ifs)
                each = f"{self.value(clause.target)} in {self.value(clause.iter)}"
                which = f" for which {tests}" if tests else ""
                return _FUNCTIONS[function.id].format(f"{self.value(inner.elt)} for every {each}{which}")
            if function.id == "len":
                return f"the number of {self.things(inner)} in {self.value(inner)}"
            if function.id in _FUNCTIONS:
                return _FUNCTIONS[function.id].format(self.value(inner))
        if isinstance(function, ast.Name) and function.id in ("max", "min") and len(node.args) > 1:
            word = "largest" if function.id == "max" else "smallest"
            return f"the {word} of {joined(self.value(arg) for arg in node.args)}"
        if isinstance(function, ast.Name) and function.id == "round" and len(node.args) == 2:
            places = "place" if _number(node.args[1]) == 1 else "places"
            return f"{self.value(node.args[0])}, rounded to {self.value(node.args[1])} decimal {places}"
        if isinstance(function, ast.Attribute):
            owner = self.value(function.value)
            if function.attr in _METHODS and not node.args:
                return _METHODS[function.attr].format(owner)
            if function.attr == "split" and not node.args:
                return f"the words of {owner}"
            if function.attr == "join" and len(node.args) == 1:
                empty = isinstance(function.value, ast.Constant) and function.value.value == ""
                between = "" if empty else f", with {owner} between them"
                part = node.args[0]
                if isinstance(part, (ast.GeneratorExp, ast.ListComp)) and len(part.generators) == 1:
                    clause = part.generators[0]
                    tests = joined(self.condition(test) for test in clause.ifs)
                    only = f" for which {tests}" if tests else ""
                    what = f"{self.value(part.elt)} for every {self.value(clause.target)} in {self.value(clause.iter)}{only}"
                    return f"one text made of {what}{between}"
                return f"the parts of {self.value(node.args[0])} joined into one text{between}"
            if function.attr == "replace" and len(node.args) == 2:
                old, new = node.args
                return f"{owner} with every {self.value(old)} replaced by {self.value(new)}"
            if function.attr == "count" and len(node.args) == 1:
                return f"how often {self.value(node.args[0])} occurs in {owner}"
            if function.attr == "get" and len(node.args) == 2:
                return f"what {owner} holds under {self.value(node.args[0])}, or {self.value(node.args[1])} if it is missing"
        test = self._test(node)
        return f"whether {test}" if test else None

    def _subscript(self, node: ast.Subscript) -> str | None:
        owner, index = self.value(node.value), node.slice
        thing = self.things(node.value)[:-1]
        if isinstance(index, ast.Slice):
            if index.lower is None and index.upper is None and _number(index.step) == -1:
                return f"{owner} in reverse order"
            if index.step is None and index.upper is None and _number(index.lower) == 1:
                return f"{owner} without its first {thing}"
            if index.step is None and index.lower is None and _number(index.upper) == -1:
                return f"{owner} without its last {thing}"
            return None
        if self.kinds.get(getattr(node.value, "id", ""), "").startswith("dict"):
            return f"what {owner} holds under {self.value(index)}"
        if _number(index) == 0:
            return f"the first {thing} of {owner}"
        if _number(index) == -1:
            return f"the last {thing} of {owner}"
        return None

    def _comprehension(self, node: ast.expr) -> str | None:
        generators = node.generators  # type: ignore[attr-defined]
        element = node.elt  # type: ignore[attr-defined]
        if len(generators) != 1 or not isinstance(generators[0].target, ast.Name):
            return None
        clause = generators[0]
        kind = {ast.ListComp: "a new list", ast.SetComp: "a new set"}.get(type(node), "a series")
        each = f"`{clause.target.id}`"
        tests = joined(self.condition(test) for test in clause.ifs)
        source = self.value(clause.iter)
        if isinstance(element, ast.Name) and element.id == clause.target.id:
            return (
                f"{kind} with every {each} from {source} for which {tests}"
                if tests
                else f"{kind} with all of {source}"
            )
        what = f"{kind} with {self.value(element)} for every {each} in {source}"
        return f"{what} for which {tests}" if tests else what

    def condition(self, node: ast.expr, negate: bool = False) -> str:
        """A clause for an expression that is used as a condition."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self.condition(node.operand, not negate)
        if isinstance(node, ast.BoolOp):
            both = isinstance(node.op, ast.And) is not negate
            parts = []
            for part in node.values:
                inner = part.operand if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not) else part
                # Without brackets, a reader cannot tell what belongs together.
                grouped = "" if not isinstance(inner, ast.BoolOp) else "either " if both else "both "
                parts.append(grouped + self.condition(part, negate))
            return joined(parts, "and" if both else "or")
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._comparison(node.left, type(node.ops[0]), node.comparators[0], negate)
        test = self._test(node, negate)
        if test:
            return test
        if isinstance(node, ast.Name) and self.kinds.get(node.id, "").startswith(
            ("list", "str", "dict", "tuple")
        ):
            return f"`{node.id}` is {'empty' if negate else 'not empty'}"
        if isinstance(node, ast.Name) and self.kinds.get(node.id) in ("int", "float"):
            return f"`{node.id}` is {'' if negate else 'not '}zero"
        code = self.code(node)
        word = "does not hold" if negate else "holds"
        return f"{code} {word}" if code else f"the condition {word}"

    def _test(self, node: ast.expr, negate: bool = False) -> str | None:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return None
        if node.func.attr in self.bound:
            return None
        owner, name = self.value(node.func.value), node.func.attr
        if name in _TESTS:
            return f"it is not so that {owner} {_TESTS[name]}" if negate else f"{owner} {_TESTS[name]}"
        if name in ("startswith", "endswith") and len(node.args) == 1:
            word = name.removesuffix("with")
            verb = f"does not {word}" if negate else f"{word}s"
            return f"{owner} {verb} with {self.value(node.args[0])}"
        return None

    def _comparison(self, left: ast.expr, kind: type, right: ast.expr, negate: bool) -> str:
        if negate:
            kind = _OPPOSITE[kind]
        remainder = self._remainder(left, kind, right)
        if remainder:
            return remainder
        if self._is_condition(left) or self._is_condition(right):
            signs = {ast.Eq: "agree", ast.NotEq: "differ"}
            codes = (self.code(left), self.code(right))
            return f"{codes[0]} and {codes[1]} {signs[kind]}" if kind in signs and all(codes) else "the condition holds"
        if kind in (ast.Eq, ast.NotEq):
            said = self._same_backwards(left, right) or self._same_backwards(right, left)
            if said:
                return said if kind is ast.Eq else f"it is not so that {said}"
            if _is_len(left) and self.builtin(left.func) and _number(right) == 0:
                word = "is empty" if kind is ast.Eq else "is not empty"
                return f"{self.value(left.args[0])} {word}"  # type: ignore[attr-defined]
        if kind in (ast.Is, ast.IsNot):
            if isinstance(right, ast.Constant) and right.value is None:
                return f"{self.value(left)} is {'' if kind is ast.Is else 'not '}`None`"
            return f"{self.value(left)} is {'' if kind is ast.Is else 'not '}the same object as {self.value(right)}"
        return f"{self.value(left)} {_COMPARE[kind]} {self.value(right)}"

    def _remainder(self, left: ast.expr, kind: type, right: ast.expr) -> str | None:
        if not isinstance(left, ast.BinOp) or not isinstance(left.op, ast.Mod) or self.is_text(left.left):
            return None
        rest = _number(right)
        if kind not in (ast.Eq, ast.NotEq) or rest is None:
            return None
        who, by = self.value(left.left), left.right
        if _number(by) == 2 and rest in (0, 1):
            return f"{who} is {'even' if (rest == 0) is (kind is ast.Eq) else 'odd'}"
        if rest == 0:
            verb = "can" if kind is ast.Eq else "cannot"
            return f"{who} {verb} be divided by {self.value(by)} without a remainder"
        return None

    def _same_backwards(self, left: ast.expr, right: ast.expr) -> str | None:
        backwards = (
            isinstance(right, ast.Subscript)
            and isinstance(right.slice, ast.Slice)
            and _number(right.slice.step) == -1
            and ast.dump(right.value) == ast.dump(left)
        )
        return f"{self.value(left)} reads the same forwards and backwards" if backwards else None


def _number(node: ast.expr | None) -> float | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    return None


def _is_len(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "len"
        and len(node.args) == 1
    )
