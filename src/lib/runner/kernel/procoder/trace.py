"""Watches code run: counts lines, keeps values, and ends a run that is over its budget."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import os
import sys
import types
from collections import Counter
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Callable

from .values import Frozen

# Held from the start: the sandbox hides them from the code that runs.
_settrace, _gettrace = sys.settrace, sys.gettrace
_KERNEL = os.path.dirname(os.path.abspath(__file__))
_COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
#: Reading the clock costs more than a step, so it is read once in this many (a power of two).
_CLOCK_EVERY = 32


@dataclass(frozen=True)
class Budget:
    """How much one run may use: line events, and seconds of wall time."""

    steps: int = 200_000
    seconds: float = 2.0


class BudgetExceeded(BaseException):
    """Ends a run that is over its budget. A BaseException, so that `except Exception` lets it through."""


@dataclass(frozen=True)
class Watch:
    """Keep `name` after each run of `line`; only the `visit`-th where given."""

    line: int
    name: str
    visit: int | None = None


#: Called when a line of the watched file has run: (frame, line, visit number).
Recorder = Callable[[types.FrameType, int, int], None]


class Tracer:
    """Traces the code of one file; code of other cells only costs budget."""

    def __init__(self, filename: str, budget: Budget, watch: Watch | None = None) -> None:
        self.filename = filename
        self.budget = budget
        self.watch = watch
        self.recorder: Recorder | None = self._keep if watch else None
        self.exhausted = False
        self.steps = 0
        self.quiet = False
        self.visits: Counter[int] = Counter()
        self.passes: list[int] = []
        self.watched: Frozen | None = None
        self._watched_visit = 0
        self._deadline = 0.0
        #: The line that each active frame is on, with its visit number.
        self._open: dict[types.FrameType, tuple[int, int]] = {}
        self._comprehension_lines: set[int] = set()

    def expect_comprehensions(self, lines: set[int]) -> None:
        """Lines where Python versions disagree about repeated line events; there a repeat is not a visit."""
        self._comprehension_lines = lines

    def start(self) -> None:
        """From now on, the clock runs."""
        self._deadline = perf_counter() + self.budget.seconds
        _settrace(self._enter)

    def renew(self, budget: Budget) -> None:
        """What comes next has a budget of its own."""
        self.budget, self.steps, self.exhausted = budget, 0, False

    def stop(self) -> None:
        """Stops tracing; what was seen stays."""
        _settrace(None)
        self._open.clear()

    def forget(self) -> None:
        """Drops counts and values, keeps what was spent of the budget: a new phase starts."""
        self.visits.clear()
        self.passes.clear()
        self.watched, self._watched_visit = None, 0
        self._open.clear()

    def check(self) -> None:
        """Called by instrumented code where an exception may have been swallowed.

        A trace function that raises is switched off, by the budget's exception as well as by a RecursionError when
        the stack is full; so tracing is switched on again here.
        """
        if _gettrace() is None:
            _settrace(self._enter)
            sys._getframe(1).f_trace = self._line
        if self.exhausted or perf_counter() > self._deadline:
            self.exhausted = True
            raise BudgetExceeded

    def _spend(self) -> None:
        self.steps += 1
        if self.exhausted or self.steps > self.budget.steps:
            self.exhausted = True
            raise BudgetExceeded
        if not self.steps % _CLOCK_EVERY and perf_counter() > self._deadline:
            self.exhausted = True
            raise BudgetExceeded

    def _enter(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        code = frame.f_code
        if code.co_filename == self.filename:
            self._spend()
            return self._line
        if code.co_filename.startswith("<") and not code.co_filename.startswith("<frozen"):
            self._spend()
            return self._foreign
        if code.co_filename.startswith(_KERNEL):
            return None  # tracing may still be on while the kernel tidies up
        if self.exhausted or perf_counter() > self._deadline:
            self.exhausted = True
            raise BudgetExceeded
        return None

    def _foreign(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            self._spend()
        return self._foreign

    def _line(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            self._spend()
            if self.quiet:
                return self._line
            line = frame.f_lineno
            before = self._open.get(frame)
            if before is not None and before[0] == line and line in self._comprehension_lines:
                return self._line
            if before is not None and self.recorder:
                self._completed(frame, before)
            if line and not _part_of_a_line(frame, line):  # an empty cell has an event on line 0
                self.visits[line] += 1
                self._open[frame] = (line, self.visits[line])
        elif event == "return":
            before = self._open.pop(frame, None)
            if before is not None and self.recorder and not self.exhausted:
                self._completed(frame, before)
        return self._line

    def _completed(self, frame: types.FrameType, line_and_visit: tuple[int, int]) -> None:
        # A learner's __repr__ may run here; it must not be traced into the counts.
        recorder, self.recorder = self.recorder, None
        _settrace(None)
        try:
            recorder(frame, *line_and_visit)  # type: ignore[misc]
        finally:
            self.recorder = recorder
            _settrace(self._enter)

    def _keep(self, frame: types.FrameType, line: int, visit: int) -> None:
        watch = self.watch
        if watch is None or line != watch.line:
            return
        if watch.visit is not None and visit != watch.visit or visit < self._watched_visit:
            return
        found, value = lookup(frame, watch.name)
        self._watched_visit = visit
        self.watched = Frozen(value) if found else None


def _part_of_a_line(frame: types.FrameType, line: int) -> bool:
    """Whether this frame runs inside a statement that stands on the same line: a comprehension, or a lambda in a call.

    Python before 3.12 gives comprehensions a frame of their own; such events are not visits of the line.
    """
    name = frame.f_code.co_name
    if name in _COMPREHENSIONS:
        return line == frame.f_code.co_firstlineno
    if name == "<lambda>" and frame.f_back is not None:
        back = frame.f_back
        return back.f_code.co_filename == frame.f_code.co_filename and back.f_lineno == line
    return False


def lookup(frame: types.FrameType, name: str) -> tuple[bool, Any]:
    """(found, value) of a name in a frame, `self.total` included; built-ins don't count."""
    first, *rest = name.split(".")
    names = frame.f_locals
    if first in names:
        value = names[first]
    elif first in frame.f_globals:
        value = frame.f_globals[first]
    else:
        return False, None
    for part in rest:
        try:
            value = getattr(value, part)
        except Exception:  # noqa: BLE001 - a property may raise anything
            return False, None
    return True, value
