"""Runs cells at the desk: one namespace that lasts, streamed output, errors as data."""

from __future__ import annotations

from .guard import EmptyStdin, private_builtins

__builtins__ = private_builtins()

import ast
import builtins
import types
from asyncio import sleep as _pause, wait as _wait_for
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Iterator

from . import display, errors, program, uses
from .host import NeedsInput, host
from .names import Names, assigned
from .output import Batcher, Emit, Stream
from .stop import Escaped, Run, current, drive, stopper
from .world import World

#: How long, in seconds, tasks that a cell left behind may take to end when they are told to.
_WIND_DOWN = 0.1
_COROUTINE = 0x80  # inspect.CO_COROUTINE


class Desk:
    """The learner's session."""

    def __init__(self) -> None:
        self.world = World()
        self._batcher = Batcher()
        self._run: Run | None = None
        self.reset()

    def reset(self) -> None:
        """Forgets everything that cells defined."""
        self.module = new_main()
        self._names = Names()
        #: The cell that waits for an answer, with the names as they were before its first attempt.
        self._unanswered: tuple[str, dict[str, Any]] | None = None

    @stopper.outermost
    async def run(self, request: dict[str, Any], emit: Emit) -> dict[str, Any]:
        """Runs one cell: `{status, error?, durationMs, variables, memory?, needsInput?}`; see `bridge.run`.

        Output goes to `emit(kind, text)`, never into the result.
        """
        started = perf_counter()
        cell_id, source = request["cellId"], request["code"]
        before = self._names_before(cell_id, bool(request.get("replay")))
        self._answers = list(request.get("answers") or ())
        self._run = run = Run(request["runId"])
        token = current.set(run)
        self._batcher.connect(emit, run)
        stopper.show = self._batcher.flush
        self._certain: set[str] = set()
        self._body: list[ast.stmt] = []
        self._unasked: NeedsInput | None = None
        problem: BaseException | None = None
        stopper.begin(run)
        try:
            self._enter()
            await self._execute(cell_id, source, run)
            stopper.check()
            self._names.bound(cell_id, before, vars(self.module), self._certain)
        except BaseException as raised:  # noqa: BLE001 - whatever a cell raises becomes data
            problem = raised.problem if isinstance(raised, Escaped) else raised
        run.ending = True
        await self._wind_down(run)
        self.world.leave()
        display.shower.show = None
        result = self._result(problem, cell_id, run)
        self._batcher.end()
        stopper.end()
        if problem is not None:
            self._names.bound(cell_id, before, vars(self.module), set())
        if self._unasked is not None:
            self._unanswered = (cell_id, before)
        self._batcher.connect(None)
        self._run = None
        current.reset(token)
        result["variables"] = self._names.count(vars(self.module))
        if self._body:
            result["names"] = self._uses()
        result["durationMs"] = round((perf_counter() - started) * 1000, 3)
        return result

    def cancel(self, run_id: str) -> bool:
        """Ends a run that waits; False when there is no such run."""
        if self._run is None or self._run.id != run_id:
            return False
        self._run.cancel()
        return True

    def names(self) -> list[dict[str, str]]:
        """What cells have bound: `{name, cell, kind, repr}`."""
        return self._names.table(vars(self.module))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """For what the kernel does while a cell waits: Python is as it was outside of the cell."""
        if self._run is None:
            yield
            return
        run = self._run
        self.world.leave()
        stopper.end()
        try:
            yield
        finally:
            stopper.begin(run)
            self._enter()

    def _names_before(self, cell_id: str, replay: bool) -> dict[str, Any]:
        """The names as they are; for a replay, put back to what they were before the first attempt."""
        waiting, self._unanswered = self._unanswered, None
        names = vars(self.module)
        if replay and waiting is not None and waiting[0] == cell_id:
            names.clear()
            names.update(waiting[1])
        names.setdefault("__name__", "__main__")
        names["__builtins__"] = builtins
        return dict(names)

    def _enter(self) -> None:
        # New ones, because a cell may have given the last ones another `write`.
        out, err = Stream("stdout", self._batcher), Stream("stderr", self._batcher)
        read = _Stdin(self._ask)
        streams = {"stdout": out, "stderr": err, "stdin": read, "__stdout__": out, "__stderr__": err, "__stdin__": read}
        self.world.enter(streams, self.module, self._ask)
        display.shower.show = self._show

    async def _execute(self, cell_id: str, source: str, run: Run) -> None:
        loaded = program.load(cell_id, source)
        body = loaded.tree.body
        self._body = list(body)
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        # Most often a cell is one expression, and compiling nothing takes as long as compiling it.
        statements = _compile(loaded.tree, loaded.filename, "exec") if body else None
        shown = _compile(ast.Expression(last.value), loaded.filename, "eval") if last else None
        if statements is not None:
            value = self._evaluate(statements)
            if statements.co_flags & _COROUTINE:
                await drive(value, run)
            self._certain = assigned(loaded.tree)
        if shown is None:
            return
        value = self._evaluate(shown)
        if shown.co_flags & _COROUTINE:
            value = await drive(value, run)
        if value is not None:
            self._show(value, is_last=True)

    def _uses(self) -> dict[str, Any]:
        """What the cell takes from others and gives them; of one that is nested beyond measure, nothing is known."""
        try:
            return uses.uses(self._body, vars(self.module))
        except RecursionError:
            return {"reads": [], "writes": [], "varies": True}

    @stopper.mark
    def _evaluate(self, code: types.CodeType) -> Any:
        try:
            return eval(code, vars(self.module))  # noqa: S307 - running the learner's code is the task
        except StopIteration as problem:
            raise Escaped(problem) from None

    def _show(self, value: Any, is_last: bool = False) -> None:
        notes: list[str] = []
        bundle = self._bundle(value, notes)
        stopper.check()
        for text in notes:
            self._batcher.add("stderr", text + "\n")
        if is_last:
            self._batcher.keep(display.as_json(bundle))
        else:
            self._batcher.send("display", display.as_json(bundle))

    @stopper.mark
    def _bundle(self, value: Any, notes: list[str]) -> dict[str, str]:
        return display.bundle_of(value, notes.append)

    def _ask(self, prompt: str, secret: bool) -> str:
        """Answers `input`: the prompt is shown before the question is asked. Recorded answers come first."""
        self._batcher.add("stdout", prompt)
        self._batcher.flush()
        if self._answers:
            return str(self._answers.pop(0))
        run = current.get()
        if run is None or run is not self._run:
            raise EOFError("the cell that asks has ended")
        try:
            return host.read_line(prompt, secret, run)
        except NeedsInput as unasked:
            self._unasked = unasked
            raise

    async def _wind_down(self, run: Run) -> None:
        """Ends what the cell left running, so that it never prints into the next one. Never raises."""
        try:
            if run.task is not None and run.task.cancelling():
                try:
                    await _pause(0)  # a cancellation that came too late is spent here, not on the result
                except BaseException:  # noqa: BLE001
                    pass
                while run.task.cancelling():
                    run.task.uncancel()
            left = run.tasks()
            if left:
                self._batcher.flush()
                for task in left:
                    task.cancel()
                await _wait_for(left, timeout=_WIND_DOWN)
        except BaseException:  # noqa: BLE001 - a late Stop, or a cell that has broken asyncio
            pass

    def _result(self, problem: BaseException | None, cell_id: str, run: Run) -> dict[str, Any]:
        if self._unasked is not None:
            # Also where a bare `except` has swallowed it: what the cell made of that is of no use to anybody.
            needs = {"prompt": self._unasked.prompt, "secret": self._unasked.secret}
            return {"status": "interrupted", "needsInput": needs}
        if problem is None:
            return {"status": "ok"}
        if isinstance(problem, KeyboardInterrupt) or run.cancelled and type(problem).__name__ == "CancelledError":
            return {"status": "interrupted"}
        if isinstance(problem, SystemExit):
            # A script may end itself; only a text it leaves with is worth showing.
            if isinstance(problem.code, str):
                self._batcher.add("stderr", problem.code + "\n")
            return {"status": "ok"}
        result: dict[str, Any] = {"status": "error"}
        try:
            result["error"] = errors.describe(problem, cell_id, vars(self.module))
        except BaseException:  # noqa: BLE001 - Stop, while the learner's `__str__` or `__repr__` ran
            result["error"] = errors.bare(problem)
        if isinstance(problem, MemoryError):
            result["memory"] = True
        return result


class _Stdin(EmptyStdin):
    """`sys.stdin` of a cell: each line that is read is asked for, as by `input()`."""

    def __init__(self, ask: Any) -> None:
        self._ask = ask

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        return self._ask("", False) + "\n"

    def read(self, size: int | None = -1) -> str:
        """One line: a page has no key that ends the input."""
        return self.readline()


def new_main() -> types.ModuleType:
    """A fresh `__main__`, so that classes, pickling and dataclasses find their module."""
    module = types.ModuleType("__main__")
    vars(module)["__builtins__"] = builtins
    return module


def _compile(tree: ast.AST, filename: str, mode: str) -> types.CodeType:
    return compile(tree, filename, mode, program.TOP_LEVEL_AWAIT, True)  # type: ignore[arg-type]
