"""The steps of a piece of code, statement by statement, each with what can be measured at it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from .function import without_docstring
from .loops import source_of
from .words import Words, joined

MAX_STEPS = 60
#: Calls such as `random.shuffle(x)` change nothing that these names hold.
_MODULES = ("math", "random", "time", "sys", "os", "json", "re")


@dataclass
class Measure:
    """Something to look up in a run: a name's value after a line, or how often a line ran.

    `sentence` has `%s` where the slot goes.
    """

    kind: str
    line: int
    sentence: str
    name: str = ""


@dataclass
class Step:
    """One step: lines `first` to `last`, a text, and measures whose sentences may follow it."""

    first: int
    last: int
    text: str
    measures: list[Measure] = field(default_factory=list)


def steps_of(body: list[ast.stmt], words: Words, when: str = "In the first example") -> list[Step]:
    """Steps for a list of statements. `when` opens the sentences that quote a run."""
    writer = _Writer(words, when)
    writer.walk(without_docstring(body), False)
    return writer.steps[:MAX_STEPS]


class _Writer:
    def __init__(self, words: Words, when: str) -> None:
        self.words = words
        self.when = when
        self.steps: list[Step] = []

    def walk(self, body: list[ast.stmt], in_loop: bool) -> None:
        for statement in body:
            if len(self.steps) < MAX_STEPS:
                getattr(self, f"_{type(statement).__name__}", self._other)(statement, in_loop)

    def _add(self, node: ast.AST, text: str, *measures: Measure, last: int | None = None) -> None:
        text = text[0].upper() + text[1:]
        end = last or getattr(node, "end_lineno", None) or node.lineno  # type: ignore[attr-defined]
        self.steps.append(Step(node.lineno, end, text, [m for m in measures if m]))  # type: ignore[attr-defined]

    def _value(self, node: ast.stmt, name: str, in_loop: bool) -> Measure:
        if in_loop:
            return Measure(
                "value", node.lineno, f"{self.when}, after the last run of this line, `{name}` is %s.", name
            )
        return Measure("value", node.lineno, f"{self.when}, `{name}` is then %s.", name)

    def _count(self, line: int, what: str) -> Measure:
        # The page fills the slot with the number and its noun: "3 times", "1 time".
        return Measure("count", line, f"{self.when}, {what} %s.")

    # Simple statements: a phrase that can also follow "if …,".

    def phrase(self, node: ast.stmt) -> str | None:
        """A simple statement as a clause in the third person; None for compound ones."""
        words = self.words
        if isinstance(node, ast.Return):
            if node.value is None:
                return "the function ends here"
            return f"the function gives back {words.value(node.value)}"
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            return self._assigned(node.targets[0], node.value)
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            return self._assigned(node.target, node.value)
        if isinstance(node, ast.AugAssign):
            return self._augmented(node)
        if isinstance(node, ast.Expr):
            return self._called(node.value)
        if isinstance(node, ast.Raise):
            kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            return (
                f"the code raises {words.code(kind) or 'an error'} and stops"
                if kind
                else "the error is passed on"
            )
        if isinstance(node, ast.Break):
            return "the loop ends at once"
        if isinstance(node, ast.Continue):
            return "the loop goes straight on to its next pass"
        if isinstance(node, ast.Pass):
            return "nothing happens"
        return None

    def _assigned(self, target: ast.expr, value: ast.expr) -> str:
        words = self.words
        if isinstance(target, ast.Tuple):
            names = joined(words.value(part) for part in target.elts)
            if isinstance(value, ast.Tuple) and {ast.unparse(p) for p in target.elts} == {
                ast.unparse(p) for p in value.elts
            }:
                return f"{names} swap their values"
            return f"{names} get new values at the same time"
        if isinstance(target, ast.Subscript):
            return f"the entry {words.code(target) or 'named here'} is set to {words.value(value)}"
        said = words.value(value)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "input":
            said = "a line that the user types"
        return f"{words.value(target)} is set to {said}"

    def _augmented(self, node: ast.AugAssign) -> str:
        words = self.words
        name, value = words.value(node.target), words.value(node.value)
        if isinstance(node.op, ast.Add):
            if words.is_text(node.target) or words.is_text(node.value):
                return f"{value} is put at the end of {name}"
            return f"{name} grows by {value}"
        verbs = {
            ast.Sub: f"{name} is made smaller by {value}",
            ast.Mult: f"{name} is multiplied by {value}",
            ast.Div: f"{name} is divided by {value}",
            ast.FloorDiv: f"{name} is divided by {value}, without the remainder",
            ast.Mod: f"{name} becomes its remainder after division by {value}",
            ast.Pow: f"{name} is raised to the power of {value}",
        }
        return verbs.get(type(node.op), f"{name} is changed with {value}")

    def _called(self, node: ast.expr) -> str:
        words = self.words
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return (
                f"the generator hands out {words.value(node.value)} and waits here"
                if node.value
                else "the generator waits here"
            )
        if isinstance(node, ast.Await):
            node = node.value
        if not isinstance(node, ast.Call):
            return f"{words.value(node)} is worked out"
        function, args = node.func, node.args
        if isinstance(function, ast.Name) and function.id == "print":
            return (
                f"it prints {joined(words.value(arg) for arg in args)}" if args else "it prints an empty line"
            )
        if isinstance(function, ast.Attribute):
            owner = words.value(function.value)
            known = {
                "append": "{1} is added at the end of {0}",
                "add": "{1} is put into {0}",
                "remove": "{1} is taken out of {0}",
                "extend": "the items of {1} are added at the end of {0}",
                "sort": "{0} is sorted in place",
                "reverse": "{0} is turned around in place",
                "pop": "an item is taken out of {0}",
                "clear": "{0} is emptied",
                "insert": "an item is put into {0}",
            }
            if function.attr in known and (len(args) or "{1}" not in known[function.attr]):
                return known[function.attr].format(owner, words.value(args[0]) if args else "")
        return f"it calls {words.code(function) or 'a function'}"

    def _simple(self, node: ast.stmt, in_loop: bool) -> None:
        phrase = self.phrase(node)
        self._add(node, f"{phrase}." if phrase else "This line runs.", *self._measures(node, in_loop))

    def _measures(self, node: ast.stmt, in_loop: bool) -> list[Measure]:
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            for target in node.targets:
                targets += target.elts if isinstance(target, ast.Tuple) else [target]
            if isinstance(node.value, (ast.Constant, ast.Lambda)) and not in_loop:
                return []  # the source says it already
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            targets = [node.target]
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Name):
            return [
                Measure(
                    "value",
                    node.lineno,
                    f"{self.when}, `{node.value.id}` is %s at this point.",
                    node.value.id,
                )
            ]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            owner = _dotted(function.value) if isinstance(function, ast.Attribute) else None
            if owner and owner not in _MODULES:
                return [self._value(node, owner, in_loop)]
        names = [_dotted(target.value if isinstance(target, ast.Subscript) else target) for target in targets]
        return [self._value(node, name, in_loop) for name in dict.fromkeys(names) if name][:2]

    _Return = _Assign = _AugAssign = _AnnAssign = _Expr = _Raise = _Break = _Continue = _Pass = _simple

    # Compound statements.

    def _For(self, node: ast.For, in_loop: bool) -> None:
        names = joined(f"`{p.id}`" for p in ast.walk(node.target) if isinstance(p, ast.Name))
        each = "character by character" if self.words.is_text(node.iter) else "one after the other"
        text = f"The loop goes through {source_of(node.iter, self.words)}, {each}, as {names}."
        self._add(
            node, text, self._count(node.lineno, "its body runs"), last=node.body[0].lineno - 1 or None
        )
        self._fix_last()
        self.walk(node.body, True)
        self._loop_else(node, in_loop)

    _AsyncFor = _For

    def _While(self, node: ast.While, in_loop: bool) -> None:
        endless = isinstance(node.test, ast.Constant) and node.test.value
        text = (
            "The loop repeats until something inside ends it."
            if endless
            else f"The loop repeats as long as {self.words.condition(node.test)}."
        )
        self._add(
            node, text, self._count(node.lineno, "its body runs"), last=node.body[0].lineno - 1 or None
        )
        self._fix_last()
        self.walk(node.body, True)
        self._loop_else(node, in_loop)

    def _loop_else(self, node: ast.For | ast.While, in_loop: bool) -> None:
        if node.orelse:
            self._add(
                node.orelse[0],
                (
                    "This part runs when the loop came to its end without a `break`."
                    if self._has_break(node)
                    else "This part runs after the loop."
                ),
            )
            self.walk(node.orelse, in_loop)

    def _has_break(self, node: ast.AST) -> bool:
        return any(isinstance(part, ast.Break) for part in ast.walk(node))

    def _fix_last(self) -> None:
        step = self.steps[-1]
        step.last = max(step.first, step.last)

    def _If(self, node: ast.If, in_loop: bool, word: str = "If") -> None:
        condition = self.words.condition(node.test)
        if _is_main_guard(node):
            self.walk(node.body, in_loop)
            return
        single = self.phrase(node.body[0]) if len(node.body) == 1 else None
        inner = node.body[0]
        counted = inner.lineno != node.lineno and not isinstance(inner, (ast.For, ast.While))
        measures = [self._count(inner.lineno, "this happens")] if counted else []
        if single:
            self._add(
                node,
                f"{word} {condition}, {single}.",
                *measures,
                *self._measures(inner, in_loop)[:1],
                last=inner.end_lineno,
            )
        else:
            self._add(node, f"{word} {condition}, the lines below it run.", *measures, last=inner.lineno - 1)
            self._fix_last()
            self.walk(node.body, in_loop)
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            self._If(node.orelse[0], in_loop, "Otherwise, if")
        elif node.orelse:
            other = node.orelse[0]
            single = self.phrase(other) if len(node.orelse) == 1 else None
            if single:
                self._add(other, f"Otherwise, {single}.", *self._measures(other, in_loop)[:1])
            else:
                self._add(other, "Otherwise, these lines run.", last=node.orelse[-1].end_lineno)
                self.walk(node.orelse, in_loop)

    def _Try(self, node: ast.Try, in_loop: bool) -> None:
        kinds = [self.words.code(handler.type) for handler in node.handlers if handler.type]
        for_what = joined([kind for kind in kinds if kind], "or") or "any error"
        text = (
            f"The lines below are tried; if {for_what} is raised in them, the code goes on at `except`."
            if node.handlers
            else "The lines below are tried."
        )
        self._add(node, text, last=node.body[0].lineno - 1)
        self._fix_last()
        self.walk(node.body, in_loop)
        for handler in node.handlers:
            kind = self.words.code(handler.type) if handler.type else None
            self._add(
                handler, f"This part runs only after {kind or 'an error'}.", last=handler.body[0].lineno - 1
            )
            self._fix_last()
            self.walk(handler.body, in_loop)
        self.walk(node.orelse, in_loop)
        if node.finalbody:
            self._add(node.finalbody[0], "This part runs in any case, with or without an error.")
            self.walk(node.finalbody, in_loop)

    def _With(self, node: ast.With, in_loop: bool) -> None:
        opened = joined(self.words.value(item.context_expr) for item in node.items)
        self._add(
            node, f"The block works with {opened} and tidies up at its end.", last=node.body[0].lineno - 1
        )
        self._fix_last()
        self.walk(node.body, in_loop)

    _AsyncWith = _With

    def _FunctionDef(self, node: ast.FunctionDef, in_loop: bool) -> None:
        names = [f"`{argument.arg}`" for argument in node.args.args if argument.arg not in ("self", "cls")]
        takes = f", which takes {joined(names)}," if names else ""
        self._add(
            node, f"The function `{node.name}`{takes} is defined here. Its body runs when it is called."
        )

    _AsyncFunctionDef = _FunctionDef

    def _ClassDef(self, node: ast.ClassDef, in_loop: bool) -> None:
        self._add(node, f"The class `{node.name}` is defined here.")

    def _Import(self, node: ast.Import | ast.ImportFrom, in_loop: bool) -> None:
        names = joined(f"`{item.name}`" for item in node.names)
        where = f" from `{node.module}`" if isinstance(node, ast.ImportFrom) and node.module else ""
        self._add(node, f"{names}{where} is made ready for use.")

    _ImportFrom = _Import

    def _Assert(self, node: ast.Assert, in_loop: bool) -> None:
        self._add(
            node, f"The code insists that {self.words.condition(node.test)}; if not, it stops with an error."
        )

    def _Global(self, node: ast.Global | ast.Nonlocal, in_loop: bool) -> None:
        where = "outside all functions" if isinstance(node, ast.Global) else "in the function around this one"
        self._add(node, f"{joined(f'`{name}`' for name in node.names)} means the name {where}.")

    _Nonlocal = _Global

    def _Match(self, node: ast.Match, in_loop: bool) -> None:
        self._add(
            node,
            f"The patterns below are compared with {self.words.value(node.subject)}, one after the other.",
            last=node.lineno,
        )
        for case in node.cases:
            pattern = self.words.code(case.pattern)
            self.steps.append(
                Step(
                    case.pattern.lineno,
                    case.body[0].lineno,
                    f"This case is for {pattern or 'the next pattern'}.",
                )
            )
            self.walk(case.body, in_loop)

    def _Delete(self, node: ast.Delete, in_loop: bool) -> None:
        self._add(node, f"{joined(self.words.value(target) for target in node.targets)} is deleted.")

    def _other(self, node: ast.stmt, in_loop: bool) -> None:
        self._add(node, "This statement runs.")


def _dotted(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and not node.attr.startswith("_"):
        return f"{node.value.id}.{node.attr}"
    return None


def _is_main_guard(node: ast.If) -> bool:
    return (
        isinstance(node.test, ast.Compare)
        and isinstance(node.test.left, ast.Name)
        and node.test.left.id == "__name__"
    )
