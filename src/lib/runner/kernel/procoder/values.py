"""Python values as text: reading a literal, comparing two values, writing a value down.

A value crosses the border as `PyText`: its source, if a literal can say it, else its `repr`, marked
`{"text": …, "opaque": true}`. Everything here is total: it never raises on a learner's odd object.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import itertools
import math
import re
import warnings
from typing import Any, Union

PyText = Union[str, dict]

#: What the schemas allow for one value, in characters.
MAX_TEXT = 20_000
RELATIVE = 1e-9

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
_ATOMS = (int, float, complex, str, bytes, bool, type(None), type(Ellipsis))


_CONTAINERS = (list, tuple, dict, set, frozenset)
#: Deeper than anybody nests on purpose.
_MAX_DEPTH = 300


class NotALiteral(ValueError):
    """The text is not the source of a literal value."""


def quiet_parse(text: str, mode: str = "exec") -> Any:
    """`ast.parse` that keeps Python's warnings (such as for "\\d") to itself. Raises what `ast.parse` raises."""
    with warnings.catch_warnings(module=warnings):
        warnings.simplefilter("ignore")
        return ast.parse(text, mode=mode)


def parse_literal(text: str) -> Any:
    """The value a literal's source stands for.

    Accepts what `ast.literal_eval` accepts and, because `repr` writes floats so, the words `nan` and `inf`.
    Raises NotALiteral for anything else.
    """
    try:
        tree = quiet_parse(text.strip(" \t"), "eval")
        return literal_of(tree.body, repr_words=True)
    except NotALiteral:
        raise
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError) as problem:
        raise NotALiteral(str(problem)) from None


def literal_of(node: ast.expr, repr_words: bool = False) -> Any:
    """The value of a literal's syntax tree; raises NotALiteral. `repr_words` adds `nan` and `inf`."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Tuple):
        return tuple(literal_of(item, repr_words) for item in node.elts)
    if isinstance(node, ast.List):
        return [literal_of(item, repr_words) for item in node.elts]
    try:
        if isinstance(node, ast.Set):
            return {literal_of(item, repr_words) for item in node.elts}
        if isinstance(node, ast.Dict):
            if None in node.keys:
                raise NotALiteral("unpacking is not a literal")
            pairs = zip(node.keys, node.values)
            return {literal_of(k, repr_words): literal_of(v, repr_words) for k, v in pairs if k}
    except TypeError as problem:  # a list as a key
        raise NotALiteral(str(problem)) from None
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name == "set" and not node.args and not node.keywords:
            return set()  # an empty set has no other literal; ast.literal_eval takes it too
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        left, right = _signed_number(node.left, repr_words), _number(node.right, repr_words)
        if isinstance(left, (int, float)) and isinstance(right, complex):
            return left + right if isinstance(node.op, ast.Add) else left - right
        raise NotALiteral("operators are not literals")
    return _signed_number(node, repr_words)


def _number(node: ast.expr, repr_words: bool) -> Any:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float, complex):
        return node.value
    if repr_words and isinstance(node, ast.Name) and node.id in ("nan", "inf"):
        return float(node.id)
    raise NotALiteral("not a literal")


def _signed_number(node: ast.expr, repr_words: bool) -> Any:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
        value = _number(node.operand, repr_words)
        return +value if isinstance(node.op, ast.UAdd) else -value
    return _number(node, repr_words)


def is_literal_value(value: Any, depth: int = 0) -> bool:
    """Whether a literal can say this value: built-in types themselves (no subclasses), all the way down."""
    kind = type(value)
    if kind in _ATOMS:
        return True
    if depth > 40:  # deeper than anyone writes; also ends on a list that holds itself
        return False
    if kind in (list, tuple, set):
        return all(is_literal_value(item, depth + 1) for item in value)
    if kind is dict:
        return all(
            is_literal_value(key, depth + 1) and is_literal_value(item, depth + 1)
            for key, item in value.items()
        )
    return False


def equal(left: Any, right: Any) -> bool:
    """Equality by value of two literal values.

    Types must agree (`True` is not `1`, `1` is not `1.0`), floats to 1e-9 relative, NaN equals NaN,
    sets and dictionaries in any order.
    """
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return _close(left, right)
    if isinstance(left, complex):
        return _close(left.real, right.real) and _close(left.imag, right.imag)
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, set):
        return _equal_unordered(list(left), list(right), equal)
    if isinstance(left, dict):
        return _equal_unordered(list(left.items()), list(right.items()), equal)
    return left == right


def _close(left: float, right: float) -> bool:
    if math.isnan(left) or math.isnan(right):
        return math.isnan(left) and math.isnan(right)
    return left == right or math.isclose(left, right, rel_tol=RELATIVE, abs_tol=0.0)


def _equal_unordered(left: list, right: list, same: Any) -> bool:
    if len(left) != len(right):
        return False
    rest = list(right)
    for item in left:
        for index, other in enumerate(rest):
            if same(item, other):
                del rest[index]
                break
        else:
            return False
    return True


def equal_texts(left: str, right: str) -> bool | None:
    """Whether two literals stand for equal values; None where either is not a literal."""
    try:
        return equal(parse_literal(left), parse_literal(right))
    except NotALiteral:
        return None


def normalise_opaque(text: str) -> str:
    """A `repr` without memory addresses, which differ from run to run."""
    return _ADDRESS.sub("at 0x…", text)


def safe_repr(value: Any, limit: int = MAX_TEXT) -> str:
    """`repr` that never raises and is at most `limit` characters long."""
    if _too_deep(value):
        return f"<{type(value).__name__}, nested too deeply to show>"
    try:
        text = repr(value)
        if not isinstance(text, str):
            raise TypeError("__repr__ returned no string")
        text = str.__str__(text)
    except Exception as problem:  # noqa: BLE001 - a learner's __repr__ may raise anything
        text = f"<{type(value).__name__} object; its repr raised {type(problem).__name__}>"
    return shorten(text, limit)


def _too_deep(value: Any) -> bool:
    """Whether built-in containers stand in each other so deeply that `repr`, which recurses in C, would kill Pyodide.

    Looks at no more than a few thousand objects: what is that deep is a chain, not a tree.
    """
    if not isinstance(value, _CONTAINERS):
        return False
    todo, looked, seen = [(value, 1)], 0, set()
    while todo and looked < 4_000:
        item, depth = todo.pop()
        looked += 1
        if id(item) in seen:
            continue
        seen.add(id(item))
        if depth > _MAX_DEPTH:
            return True
        parts = dict.values(item) if isinstance(item, dict) else item
        try:
            todo.extend((part, depth + 1) for part in itertools.islice(parts, 50) if isinstance(part, _CONTAINERS))
        except Exception:  # noqa: BLE001 - a subclass may iterate as it likes
            return False
    return False


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut in the middle: the end often tells as much as the start."""
    if len(text) <= limit:
        return text
    head = max(1, (limit - 1) * 2 // 3)
    tail = limit - 1 - head
    return text[:head] + "…" + (text[-tail:] if tail > 0 else "")


class Frozen:
    """A value as it was at one moment: later changes to the object don't show.

    `text` is its repr (whole), `literal` says that the text is Python source for the value.
    """

    __slots__ = ("text", "literal")

    def __init__(self, value: Any) -> None:
        self.literal = is_literal_value(value)
        text = safe_repr(value, 2_000_000)
        self.text = text if self.literal else normalise_opaque(text)

    def same(self, other: "Frozen") -> bool:
        """Equality by value where both are literals, else of the texts."""
        if self.literal and other.literal:
            return self.text == other.text or bool(equal_texts(self.text, other.text))
        return self.literal == other.literal and self.text == other.text

    def matches(self, expect: PyText) -> bool:
        """Whether this is what a claim expects. Raises NotALiteral where the claim's text is no literal."""
        if isinstance(expect, dict):
            return normalise_opaque(expect["text"]) == normalise_opaque(self.text)
        wanted = parse_literal(expect)
        return self.literal and equal(parse_literal(self.text), wanted)

    def py_text(self) -> PyText:
        """The value as `PyText`, within the schema's bounds."""
        if self.literal and len(self.text) <= MAX_TEXT:
            return self.text
        return {"text": shorten(self.text, MAX_TEXT), "opaque": True}
