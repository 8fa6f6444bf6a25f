"""Counts what an explanation costs, in steps of the code that it tries, so that it is the same on every machine."""

from __future__ import annotations

from time import perf_counter
from typing import Any, Iterable

from ..replay import Observation, Submission

#: Steps for everything. Setting a run up costs as much as so many steps.
STEPS = 400_000
_A_RUN = 800
#: So many claims are worth showing; without them, more steps are spent.
_ENOUGH = 4
_MORE = 2
#: Seconds for everything: for code that takes its time inside of one step. No explanation should come to depend on them.
#: The page gives up after 20 s, and then has nothing at all.
SECONDS = 14.0
_RESERVED = 0.3


class Clock:
    """What an explanation may spend in all: steps; and time, as a last resort. More, until it has something to show."""

    def __init__(self, steps: int = STEPS, seconds: float = SECONDS) -> None:
        self._steps, self._seconds = steps, seconds
        self._started = perf_counter()
        self._spent = 0
        self._part = steps
        #: How many claims were confirmed.
        self.confirmed = 0

    @property
    def spent(self) -> int:
        """Steps that were spent so far."""
        return self._spent

    def spend(self, steps: int) -> None:
        """Takes one run into account."""
        self._spent += _A_RUN + steps

    def begin_part(self, left: int) -> None:
        """From now on, one of `left` parts is searched for inputs; each may use the same share of what there is."""
        self._part = self._spent + max(0, self._steps - self._spent) // max(1, left)

    def part_over(self, found: int = 0) -> bool:
        """Whether the search for further inputs should end, so that the parts that follow get theirs."""
        return self._spent > self._part or self.over(found)

    def over(self, found: int = 0) -> bool:
        """Whether nothing more should be tried, with so many trials that wait to be confirmed."""
        enough = self.confirmed >= _ENOUGH or found >= _ENOUGH
        seconds = perf_counter() - self._started
        if enough:
            # What is left is for those that wait.
            return self._spent > self._steps or seconds > self._seconds * (1 - _RESERVED)
        return self._spent > self._steps * _MORE or seconds > self._seconds


class Metered(Submission):
    """A submission whose every run is paid for."""

    def __init__(self, code: str, context: Iterable[dict], clock: Clock) -> None:
        super().__init__(code, context)
        self._clock = clock

    def observe(self, *args: Any, **options: Any) -> Observation:
        """One run, as a `Submission` makes it."""
        seen = super().observe(*args, **options)
        self._clock.spend(seen.steps)
        return seen
