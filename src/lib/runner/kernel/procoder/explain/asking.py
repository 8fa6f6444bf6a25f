"""Lines to type for code that asks for them: what fits each `input()`, and rows of lines that bring the code to its end.

A row is found by running: where the code asks once more, the line that fits that `input()` is put behind the row, and
the code runs again. The first lines are ordinary ones; later ones are those that the code compares with, because
one of them ends the loop.
"""

from __future__ import annotations

import ast
from typing import Callable

from ..replay import Observation
from .kinds import constants_in

_MOST_LINES = 14
#: So many ordinary lines come before those that end a loop.
_ORDINARY_FIRST = 2
_NUMBERS = ("5", "8", "3", "12", "40")
_TEXTS = ("Ada", "Bob", "Cleo", "Dan")
_PAIRS = ("3 4", "10 2", "5 5")


class Asking:
    """The `input()` calls of a piece of code, by line, with the lines that fit each."""

    def __init__(self, node: ast.AST) -> None:
        self.lines: dict[int, Site] = {}
        calls = [part for part in ast.walk(node) if _is_input(part)]
        for call in calls:
            self.lines.setdefault(call.lineno, Site(call, node))
        looped = {
            id(part) for loop in ast.walk(node) if isinstance(loop, (ast.For, ast.While)) for part in ast.walk(loop)
        }
        #: Whether a loop asks again and again.
        self.repeats = any(id(call) in looped for call in calls)

    def __bool__(self) -> bool:
        return bool(self.lines)

    def policies(self) -> int:
        """How many rows of lines can differ."""
        return max((len(site.ordinary) + len(site.special) for site in self.lines.values()), default=0) + 2

    def line_for(self, line: int | None, asked: int, policy: int) -> str:
        """What is typed when `line` asks for the `asked`-th time (from 0)."""
        site = self.lines.get(line or 0) or next(iter(self.lines.values()))
        return site.line(asked, policy)


class Site:
    """One place where code asks."""

    def __init__(self, call: ast.Call, node: ast.AST) -> None:
        self.kind = _kind(call, node)
        name = _name(call, node)
        texts, numbers = _compared(name, call, node)
        if self.kind == "number":
            near = [str(number + step) for step in (0, 1, -1) for number in numbers]
            self.ordinary = list(_NUMBERS)
            self.special = list(dict.fromkeys([*near, "0", "-1"]))
        else:
            self.ordinary = list(_PAIRS if self.kind == "numbers" else _TEXTS)
            # A text that is a number elsewhere in the code, as in `int(line)` after `line != "done"`.
            if self.kind == "mixed":
                self.ordinary = list(_NUMBERS)
            self.special = list(dict.fromkeys([*texts, ""]))
        #: Lines that the code itself names.
        self.named = [text for text in texts if text] or [str(number) for number in numbers]

    @property
    def is_number(self) -> bool:
        return self.kind in ("number", "mixed")

    def line(self, asked: int, policy: int) -> str:
        choices = [*self.ordinary[:3], *self.special]
        if policy == 0:
            if asked < _ORDINARY_FIRST:
                return self.ordinary[asked % len(self.ordinary)]
            return self.special[(asked - _ORDINARY_FIRST) % len(self.special)]
        if self.kind in ("text",) and self.named and policy % 2:
            # A menu: its choices one after the other.
            return self.named[(policy // 2 + asked) % len(self.named)] if asked < 9 else choices[asked % len(choices)]
        at = policy * (1 if asked == 0 else asked + 1)
        return choices[at % len(choices)] if asked < 4 else self.special[(asked + policy) % len(self.special)]


def with_lines(
    run: Callable[[tuple[str, ...]], Observation], asking: Asking | None, stdin: tuple[str, ...], policy: int = 0
) -> tuple[tuple[str, ...], Observation]:
    """(lines that were taken, the run) of code that gets its lines while it asks for them."""
    seen = run(stdin)
    lines = stdin
    counts: dict[int | None, int] = {}
    while asking and seen.asked_too_much and len(lines) < _MOST_LINES:
        where = seen.asked_at
        lines = (*lines, asking.line_for(where, counts.get(where, 0), policy))
        counts[where] = counts.get(where, 0) + 1
        seen = run(lines)
    return lines if seen.asked_too_much or seen.timed_out else lines[: seen.lines_taken], seen


def _is_input(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "input"


def _kind(call: ast.Call, node: ast.AST) -> str:
    """number, numbers (several in one line), mixed (a text at first, then a number), or text."""
    for part in ast.walk(node):
        if not isinstance(part, ast.Call):
            continue
        name = getattr(part.func, "id", "")
        inside = any(item is call for argument in part.args for item in ast.walk(argument))
        if inside and name == "map" and getattr(part.args[0], "id", "") in ("int", "float"):
            return "numbers"
        if inside and name in ("int", "float"):
            return "number"
    name = _name(call, node)
    if name is None:
        return "text"
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") in ("int", "float") and part.args:
            if any(isinstance(item, ast.Name) and item.id == name for item in ast.walk(part.args[0])):
                return "mixed"
    return "text"


def _name(call: ast.Call, node: ast.AST) -> str | None:
    """The name that a typed line gets."""
    for part in ast.walk(node):
        target = None
        if isinstance(part, ast.Assign) and len(part.targets) == 1:
            target = part.targets[0]
        elif isinstance(part, (ast.NamedExpr, ast.AnnAssign)):
            target = part.target
        value = getattr(part, "value", None)
        if isinstance(target, ast.Name) and value is not None and any(item is call for item in ast.walk(value)):
            return target.id
    return None


def _compared(name: str | None, call: ast.Call, node: ast.AST) -> tuple[list[str], list[int]]:
    """Texts and numbers that a typed line is compared with, also through other names of the code."""
    constants = constants_in([part for part in ast.walk(node) if isinstance(part, ast.Assign)])
    texts: dict[str, None] = {}
    numbers: dict[int, None] = {}

    def take(value: object) -> None:
        if isinstance(value, str) and len(value) <= 30:
            texts[value] = None
        elif type(value) in (int, float):
            numbers[int(value)] = None  # type: ignore[call-overload]

    for part in ast.walk(node):
        if not isinstance(part, ast.Compare):
            if isinstance(part, ast.Match) and _mentions(part.subject, name, call):
                for item in ast.walk(part):
                    if isinstance(item, ast.MatchValue) and isinstance(item.value, ast.Constant):
                        take(item.value.value)
            continue
        sides = [part.left, *part.comparators]
        if not any(_mentions(side, name, call) for side in sides):
            continue
        for item in ast.walk(part):
            # A remainder: what can be divided, and what cannot.
            if isinstance(item, ast.BinOp) and isinstance(item.op, ast.Mod) and isinstance(item.right, ast.Constant):
                take(item.right.value)
        for operator, side in zip([None, *part.ops], sides):
            if isinstance(side, ast.Constant):
                is_in = isinstance(operator, (ast.In, ast.NotIn)) and isinstance(side.value, str)
                for value in list(side.value)[:8] if is_in else [side.value]:
                    take(value)
            elif isinstance(side, (ast.List, ast.Tuple, ast.Set)):
                for item in side.elts:
                    take(getattr(item, "value", None))
            elif isinstance(side, ast.Name) and side.id in constants:
                value = constants[side.id]
                for item in list(value)[:6] if isinstance(value, (dict, list, tuple, set)) else [value]:
                    take(item)
                if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(value, str):
                    for character in value[:8]:
                        take(character)
    # The larger ones first, because they are the rarer ones in a row of remainders.
    return list(texts), sorted(numbers, reverse=True)


def _mentions(node: ast.AST, name: str | None, call: ast.Call) -> bool:
    return any(item is call or isinstance(item, ast.Name) and item.id == name for item in ast.walk(node))
