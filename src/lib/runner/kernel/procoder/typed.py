"""Runs an answer again while somebody types: the lines that a check gives to `input()`."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import builtins
import inspect
import sys
from dataclasses import dataclass
from typing import Any, Callable, Iterable

from .replay import Stage, drive
from .run import new_main


@dataclass(frozen=True)
class Typed:
    """What came of it. `asked`: how often the code asked; `ran_out`: that is what ended it."""

    value: Any
    problem: BaseException | None
    printed: str
    asked: int
    ran_out: bool


def lines_of(values: Iterable[Any]) -> list[str]:
    """Values as somebody would type them, one in a line; those of a list one after the other."""
    lines: list[str] = []
    for value in values:
        if isinstance(value, (list, tuple)):
            lines.extend(lines_of(value))
        else:
            lines.extend(str(value).split("\n"))
    return lines


def call(stage: Stage, action: Callable[[], Any], lines: list[str]) -> Typed:
    """Does something with the learner's code. What `input()` shows before a line is no part of what is printed."""
    left, asked, ran_out = list(lines), 0, False

    def answer(prompt: object = "", /) -> str:
        nonlocal asked, ran_out
        str(prompt)
        asked += 1
        if not left:
            ran_out = True
            raise EOFError("input() was asked for a line, and there was none left")
        return left.pop(0)

    sandbox, outer = stage.sandbox, stage.sandbox.out
    stage.restore()
    sandbox.new_output()
    # Both take from the same lines: `input()`, and what reads `sys.stdin` itself.
    sandbox.lines = left
    builtins.input = answer
    value, problem = None, None
    try:
        value = action()
    except BaseException as raised:  # noqa: BLE001 - what it raises is what is asked for
        if stage.tracer.exhausted:
            raise
        problem = raised
    stage.restore()
    sandbox.lines = []
    printed = sandbox.out.text()
    sandbox.resume(outer)
    return Typed(value, problem, printed, asked, ran_out and isinstance(problem, EOFError))


def run(stage: Stage, lines: list[str]) -> Typed:
    """The whole answer from nothing, with the cells above it, in names of its own."""
    main, before = new_main(), sys.modules.get("__main__")
    sys.modules["__main__"] = main
    try:
        for code in stage.submission.context:
            # What a cell above raises was told when the answer ran for the first time.
            call(stage, lambda code=code: _execute(code, vars(main)), [])
        return call(stage, lambda: _execute(stage.submission.code, vars(main)), lines)
    finally:
        if before is not None:
            sys.modules["__main__"] = before


def _execute(code: Any, names: dict[str, Any]) -> None:
    value = eval(code, names)  # noqa: S307 - the learner's own code
    if code.co_flags & inspect.CO_COROUTINE:
        drive(value)
