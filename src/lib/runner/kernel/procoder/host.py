"""What the cell asks of the world outside: to wait, and to be answered.

The host is an object of the worker's (or of a test): `sleep(ms)` and `readLine(prompt, secret)` either have blocked when
they return, or return a promise; `canSleep` and `canRead` say whether they work at all.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import sys
import time
from typing import Any

from .stop import Run, current, stopper

try:
    from pyodide.ffi import JsException, JsProxy, can_run_sync, run_sync
except ImportError:  # CPython: a host blocks, it makes no promises
    JsException = JsProxy = run_sync = None  # type: ignore[assignment, misc]

#: The longest wait, in seconds, during which a Stop goes unnoticed where nothing better is to be had.
_SLICE = 0.02
NO_WAITING = "This browser cannot wait here. Write `await` instead: a cell may use it at its top level."
_plain_sleep, _now = time.sleep, time.monotonic
if sys.platform == "emscripten":
    # Pyodide's own, from before it learned to switch stacks: that one cannot be stopped.
    try:
        from pyodide.webloop import _orig_sleep as _plain_sleep
    except ImportError:
        pass


class NeedsInput(BaseException):
    """The recorded answers have run out, and nobody can be asked now. No `except Exception` of a cell stops it."""

    def __init__(self, prompt: str, secret: bool) -> None:
        super().__init__(prompt)
        self.prompt, self.secret = prompt, secret


class Host:
    """The host that the worker set, made safe to call."""

    def __init__(self) -> None:
        self.there: Any = None

    def can(self, what: str) -> bool:
        """Whether the host offers `canRead` or `canSleep`."""
        return self.there is not None and bool(getattr(self.there, what, False))

    def sleep(self, seconds: float) -> None:
        """Blocks the cell. Raises what stops it when Stop is pressed."""
        run = current.get()
        if run is not None and run.cancelled:
            raise run.interruption()
        stopper.show()
        if run is not None and self.can("canSleep") and seconds < 2_000_000:
            self._settle(run, self.there.sleep, seconds * 1000)
            return
        until = _now() + seconds
        while True:
            left = until - _now()
            _plain_sleep(min(max(left, 0), _SLICE))
            stopper.check()
            if left <= _SLICE:
                return

    def read_line(self, prompt: str, secret: bool, run: Run) -> str:
        """The learner's answer, without its line end. Raises NeedsInput where nobody can be asked now."""
        if run.cancelled:
            raise run.interruption()
        if not self.can("canRead"):
            raise NeedsInput(prompt, secret)
        return str(self._settle(run, self.there.readLine, prompt, secret))

    def wait(self, future: Any) -> Any:
        """Blocks the cell until a future of Python's is done, and gives its result. Only in Pyodide."""
        stopper.show()
        if not can_run_sync():
            future.cancel()
            raise RuntimeError(NO_WAITING)
        return run_sync(future)

    def _settle(self, run: Run, ask: Any, *what: Any) -> Any:
        stopper.show()
        try:
            answer = ask(*what)
            # A promise arrives as a future of the event loop, or as the proxy that it is.
            if run_sync is not None and (isinstance(answer, JsProxy) or hasattr(answer, "__await__")):
                if not can_run_sync():
                    raise RuntimeError("nothing can wait here: this part of the code was called from outside of the cell")
                answer = run_sync(answer)
            if answer is False:
                raise run.interruption()
        except BaseException as problem:
            if _cancelled(problem):
                raise run.interruption() from None
            raise
        stopper.check()
        return answer


def _cancelled(problem: BaseException) -> bool:
    """Whether the host says that Stop was pressed: an Error whose name or message is `cancelled`."""
    told = (getattr(problem, "name", None), getattr(problem, "message", None), *problem.args)
    return "cancelled" in told


host = Host()
