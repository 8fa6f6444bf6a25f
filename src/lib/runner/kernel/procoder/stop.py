"""Stop: an interrupt that only ever reaches a learner's code, never the kernel's own.

Pyodide turns the byte that the page writes into a signal (2: SIGINT), and Python's own handler for it raises KeyboardInterrupt wherever
it happens to be: in the kernel's last lines, where it loses the result, or inside the event loop, where it leaves a
promise that never settles. So the kernel has a handler of its own, which looks where it is first.

Another byte, 10 (SIGUSR1), tells a cell that computes in silence that what it has printed is waited for.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import os
import sys
import threading
import types
from asyncio import CancelledError, Task, all_tasks, current_task
from collections import deque
from contextvars import ContextVar
from typing import Any, Callable

# The one below `signal.signal`, which makes an `Enum` of every handler.
import _signal as _signals
from _signal import SIGINT as _SIGINT, signal as _signal

from .program import cell_of

KERNEL_FOLDER = os.path.dirname(os.path.abspath(__file__))
#: Each keeps alive whatever its cell had at hand.
MOST_GIVEN_UP = 16
#: Windows has none, and needs none.
_SIGUSR1 = getattr(_signals, "SIGUSR1", None)
_BROWSER = sys.platform == "emscripten"
_main_thread, _current_thread = threading.main_thread, threading.current_thread


class Run:
    """One run of a cell, as far as stopping it goes."""

    def __init__(self, run_id: str) -> None:
        self.id = run_id
        #: Stop was pressed: whatever would wait from now on ends at once, also after a bare `except`.
        self.cancelled = False
        #: The cell's own code is over; only what it left in the background is still to be ended.
        self.ending = False
        self.task: Task | None = _task()
        self._tasks_before = tasks()

    def tasks(self) -> set[Task]:
        """What the cell started in the background and did not end."""
        return tasks() - self._tasks_before - {self.task}  # type: ignore[arg-type]

    def cancel(self) -> None:
        """Ends the run at the next moment at which it waits."""
        self.cancelled = True
        for task in self.tasks():
            task.cancel()
        if self.task is not None and not self.ending:
            self.task.cancel()

    def interruption(self) -> BaseException:
        """What to raise where the cell's code is now. In a task of its own KeyboardInterrupt would tear the event loop."""
        self.cancelled = True
        if self.task is None or _task() is self.task:
            return KeyboardInterrupt()
        if not self.ending:
            self.task.cancel()
        return CancelledError()


class Stopper:
    """Decides what an interrupt does at this moment. There is one: `stopper`."""

    def __init__(self) -> None:
        self.run: Run | None = None
        #: An interrupt that came while the kernel worked for the cell (a `print`): raised when that is done.
        self._pending = False
        #: The last coroutines that swallow every way of ending them.
        self.given_up: deque[Any] = deque(maxlen=MOST_GIVEN_UP)
        self._calling: types.CodeType | None = None
        self._marks: set[types.CodeType] = set()
        self._outermost: types.CodeType | None = None
        self._before: Any = None
        self._show_before: Any = None
        #: Hands over what was printed so far. May be called at any moment, also in the middle of itself.
        self.show: Callable[[], None] = _nothing

    def mark(self, function: Any) -> Any:
        """Decorator: what runs below this function is the learner's code."""
        self._marks.add(function.__code__)
        return function

    def outermost(self, function: Any) -> Any:
        """Decorator: the kernel's function that runs a cell."""
        self._outermost = function.__code__
        return function

    def ready(self) -> None:
        """Before the first run: its Stop may come while that begins."""
        if _BROWSER:
            self._install()

    def begin(self, run: Run) -> None:
        """From now on an interrupt stops `run`."""
        self._pending = False
        self.run = run
        self._install()

    def end(self) -> None:
        """From now on an interrupt comes too late."""
        self.run = None
        self._pending = False
        self._uninstall()

    def begin_call(self, code: types.CodeType) -> None:
        """From now on an interrupt ends what `code` calls (facts, claims: nothing in there has to survive)."""
        self._calling = code
        self._install()

    def end_call(self) -> None:
        """The call is over."""
        self._calling = None
        self._uninstall()

    def check(self) -> None:
        """Raises what an interrupt left to be raised."""
        if self._pending and self.run is not None:
            self._pending = False
            raise self.run.interruption()

    def _install(self) -> None:
        # Every time, because a cell may have set its own.
        if _current_thread() is _main_thread():
            before = _signal(_SIGINT, self._interrupted)
            if before != self._interrupted:
                self._before = before
            if _SIGUSR1 is not None:
                before = _signal(_SIGUSR1, self._shown)
                if before != self._shown:
                    self._show_before = before

    def _uninstall(self) -> None:
        # In the browser ours stays: the page may write its byte when the run has just ended. A cell may have set its own.
        if _BROWSER:
            self._install()
        elif self._before is not None and _current_thread() is _main_thread():
            _signal(_SIGINT, self._before)
            if _SIGUSR1 is not None and self._show_before is not None:
                _signal(_SIGUSR1, self._show_before)

    def _shown(self, number: int, frame: types.FrameType | None) -> None:
        """Never raises: whatever went wrong here would appear in the middle of anybody's code."""
        if self.run is None or self._calling is not None:
            return
        try:
            self.show()
        except BaseException:  # noqa: BLE001 - a Stop that comes meanwhile comes again
            pass

    def _interrupted(self, number: int, frame: types.FrameType | None) -> None:
        if self._calling is not None:
            if frame is None or frame.f_code is not self._calling:
                raise KeyboardInterrupt
            return
        run = self.run
        if run is None:
            return
        in_kernel = frame is not None and frame.f_code.co_filename.startswith(KERNEL_FOLDER)
        # Code that the loop calls (a timer's function) need not be a cell's own text, but it runs in the cell's context.
        called_back = current.get() is run and not in_kernel
        while frame is not None:
            code = frame.f_code
            called_back = called_back and code is not self._outermost
            if cell_of(code.co_filename) is not None or (code in self._marks and not run.ending):
                if in_kernel:
                    self._pending = True
                    return
                raise run.interruption()
            frame = frame.f_back
        if called_back:
            raise run.interruption()
        # Not in the cell at all: it waits, and the event loop or the kernel is at work.
        if not run.ending:
            self._pending = True
            run.cancel()
            if run.task is not None:
                # CPython's loop sleeps through a signal; this wakes it.
                run.task.get_loop().call_soon_threadsafe(int)


def _nothing() -> None:
    pass


def _task() -> Task | None:
    try:
        return current_task()
    except RuntimeError:  # no event loop
        return None


def tasks() -> set[Task]:
    """Every task that has not ended."""
    try:
        return all_tasks()
    except RuntimeError:  # no event loop
        return set()


stopper = Stopper()
#: The run that the code of this moment belongs to: a task that outlives its cell keeps the cell's.
current: ContextVar[Run | None] = ContextVar("procoder_run", default=None)


class Escaped(Exception):
    """A StopIteration of the learner's, in wrapping: a coroutine that lets one through ends as if it had returned."""

    def __init__(self, problem: StopIteration) -> None:
        super().__init__()
        self.problem = problem


def escaped(finished: StopIteration) -> bool:
    """Whether it was raised in the coroutine that was sent on, and not made for its result.

    Python turns the one that leaves an `async def` into a RuntimeError, but not the one that leaves top-level code with `await`.
    """
    there = finished.__traceback__
    return there is not None and there.tb_next is not None


@types.coroutine
def drive(coroutine: Any, run: Run) -> Any:
    """Awaits a cell's coroutine so that one that swallows its cancellation ends all the same."""
    thrown: BaseException | None = None
    swallowed = 0
    while True:
        try:
            waiting = coroutine.send(None) if thrown is None else coroutine.throw(thrown)
        except StopIteration as finished:
            if escaped(finished):
                raise Escaped(finished) from None
            return finished.value
        except RuntimeError as turned:
            # What Python 3.11 makes of one that leaves top-level code.
            if isinstance(turned.__cause__, StopIteration) and turned.__traceback__.tb_next is None:
                raise Escaped(turned.__cause__) from None
            raise
        if run.cancelled:
            swallowed += 1
            if hasattr(waiting, "_asyncio_future_blocking"):
                waiting._asyncio_future_blocking = False
            if swallowed > 20:
                # Nobody sends it on any more. It is kept, because freed it would be closed, and swallow that as well. The
                # oldest is freed for it here, where a run is being stopped: what it still does is not shown, and is ended.
                stopper.given_up.append(coroutine)
                raise KeyboardInterrupt
            thrown = CancelledError()
            continue
        try:
            thrown = None
            stopper.show()
            yield waiting
        except GeneratorExit:
            coroutine.close()
            raise
        except BaseException as problem:  # noqa: BLE001 - handed on to where it belongs
            thrown = problem


stopper.mark(drive)
