"""Runs cells at the desk: one namespace that lasts, streamed output, errors as data."""

from __future__ import annotations

from .guard import EmptyStdin, private_builtins, restore_builtins

__builtins__ = private_builtins()

import ast
import builtins
import inspect
import sys
import types
from time import perf_counter
from typing import Any, Callable

from . import display, errors, program
from .output import Batcher, Emit, Stream

ReadLine = Callable[[str], str]
NO_INPUT = "this version of ProCoder cannot ask for input yet"


class Desk:
    """The learner's session. `read_line(prompt)` answers `input()`; without one, `input()` raises EOFError."""

    def __init__(self) -> None:
        self.read_line: ReadLine | None = None
        self._batcher = Batcher()
        self._stdout = Stream("stdout", self._batcher)
        self._stderr = Stream("stderr", self._batcher)
        self.module = types.ModuleType("__main__")
        self.reset()

    def reset(self) -> None:
        """Forgets everything that cells defined."""
        self.module = new_main()

    async def run(self, cell_id: str, source: str, emit: Emit) -> dict[str, Any]:
        """Runs one cell: `{status, error?, durationMs}`. Output goes to `emit(kind, text)`, never into the result."""
        started = perf_counter()
        result: dict[str, Any] = {"status": "ok"}
        before = (sys.stdout, sys.stderr, sys.stdin, sys.modules.get("__main__"))
        self._batcher.connect(emit)
        try:
            sys.stdout, sys.stderr, sys.stdin = self._stdout, self._stderr, EmptyStdin()
            sys.modules["__main__"] = self.module
            builtins.input = self._input
            await self._execute(cell_id, source, emit)
        except KeyboardInterrupt:
            result["status"] = "interrupted"
        except SystemExit as leaving:
            # A script may end itself; only a text it leaves with is worth showing.
            if isinstance(leaving.code, str):
                self._batcher.add("stderr", leaving.code + "\n")
        except BaseException as problem:  # noqa: BLE001 - whatever a cell raises becomes data
            restore_builtins()
            result["status"] = "error"
            result["error"] = errors.describe(problem, cell_id, vars(self.module))
        finally:
            restore_builtins()
            sys.stdout, sys.stderr, sys.stdin = before[:3]
            if before[3] is not None:
                sys.modules["__main__"] = before[3]
            try:
                self._batcher.flush()
            except KeyboardInterrupt:
                result["status"] = "interrupted"
            self._batcher.connect(None)
        result["durationMs"] = round((perf_counter() - started) * 1000, 3)
        return result

    async def _execute(self, cell_id: str, source: str, emit: Emit) -> None:
        loaded = program.load(cell_id, source)
        body = loaded.tree.body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        statements = _compile(loaded.tree, loaded.filename, "exec")
        shown = _compile(ast.Expression(last.value), loaded.filename, "eval") if last else None
        await self._evaluate(statements)
        if shown is None:
            return
        value = await self._evaluate(shown)
        if value is not None:
            text = display.text_of(value)
            self._batcher.flush()
            emit("display", text)

    async def _evaluate(self, code: types.CodeType) -> Any:
        value = eval(code, vars(self.module))  # noqa: S307 - running the learner's code is the task
        if code.co_flags & inspect.CO_COROUTINE:
            return await value
        return value

    def _input(self, prompt: object = "", /) -> str:
        """Replaces `input`: the prompt is shown before the question is asked."""
        self._batcher.add("stdout", str(prompt))
        self._batcher.flush()
        if self.read_line is None:
            raise EOFError(NO_INPUT)
        return self.read_line(str(prompt))


def new_main() -> types.ModuleType:
    """A fresh `__main__`, so that classes, pickling and dataclasses find their module."""
    module = types.ModuleType("__main__")
    vars(module)["__builtins__"] = builtins
    return module


def _compile(tree: ast.AST, filename: str, mode: str) -> types.CodeType:
    return compile(tree, filename, mode, program.TOP_LEVEL_AWAIT, True)  # type: ignore[arg-type]
