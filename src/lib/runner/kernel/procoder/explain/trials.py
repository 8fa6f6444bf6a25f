"""Tries a function with many arguments by really calling it, and keeps the calls that show something."""

from __future__ import annotations

import ast
import itertools
from dataclasses import dataclass, field
from typing import Callable, Iterable

from ..replay import Observation, Submission
from ..trace import Budget
from .asking import Asking, with_lines
from .kinds import Parameter
from .meter import Clock
from .pools import combinations, pool

#: The seconds are for code that takes its time inside of one step.
TRIAL = Budget(steps=20_000, seconds=2.0)
_MOST_PROFILES = 10
_KINDS = ("int", "str", "list[int]", "dict", "list[str]", "tuple", "set", "list[list[int]]")
#: After so many runs that were cut off, the next one is likely to be cut off, too.
_MOST_CUT_OFF = 4
#: Exceptions that say "wrong kind of argument"; they end a profile unless the code itself raises them.
_WRONG_KIND = ("TypeError", "AttributeError")


@dataclass
class Trial:
    """One call that was made, and what it showed."""

    call: str | None
    seen: Observation
    setup: tuple[str, ...] = ()
    stdin: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    from_cell: bool = False
    #: What is special about this run, where its arguments do not tell.
    special: str = ""

    def probe(self) -> dict:
        """The trial as a `Probe`."""
        probe: dict = {}
        if self.setup:
            probe["setup"] = list(self.setup)
        if self.call is not None:
            probe["call"] = self.call
        if self.stdin:
            probe["stdin"] = list(self.stdin)
        return probe

    def result(self) -> str:
        """A short name for what came out: the exception, or the result's text with what was printed."""
        if self.seen.raised:
            return f"raises {self.seen.raised.type}"
        text = self.seen.value.text if self.seen.value else ""
        return f"{text}|{self.seen.printed}"

    def path(self) -> tuple:
        """Which way the code went: lines and loops by never, once, often; and the outcome's shape."""
        visits = frozenset((line, min(count, 2)) for line, count in self.seen.visits.items())
        passes = frozenset((loop, min(count, 2)) for loop, count in self.seen.passes.items())
        return (visits, passes, self.shape())

    def shape(self) -> str:
        """raised, none, empty, true, false or value."""
        if self.seen.raised:
            return self.seen.raised.type
        text = self.seen.value.text if self.seen.value else "None"
        if text in ("None", "True", "False"):
            return text.lower()
        return "empty" if text in ("''", "[]", "{}", "()", "set()") else "value"


@dataclass
class Shape:
    """How a function is called: `before` are setup lines, `head` is what stands before the arguments."""

    head: str
    before: tuple[str, ...] = ()
    wrapper: str = ""
    #: Parameters that the function changes: they are bound in `setup`, so that the change can be looked at.
    bound: tuple[str, ...] = ()
    stdin: tuple[str, ...] = ()
    #: What the function asks for, where it asks; then the lines are found while it runs.
    asking: Asking | None = None
    star: bool = False


def call_with(shape: Shape, parameters: list[Parameter], args: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """(setup lines, call text) for one choice of arguments."""
    setup, texts = list(shape.before), []
    for parameter, arg in zip(parameters, args):
        if arg in parameter.objects and arg != "None":
            # A probe takes no call as an argument, so the object gets its name before.
            *before, made = arg.split("; ")
            setup += [*before, f"{parameter.name} = {made}"]
            arg = parameter.name
        elif parameter.name in shape.bound:
            setup.append(f"{parameter.name} = {arg}")
            arg = parameter.name
        texts.append(f"{parameter.name}={arg}" if parameter.keyword_only else arg)
    call = f"{shape.head}({', '.join(texts)})"
    return tuple(setup), shape.wrapper.format(call) if shape.wrapper else call


@dataclass
class Series:
    """The trials of one function. `profile` are the kinds that its parameters turned out to take."""

    parameters: list[Parameter]
    profile: list[str] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    slow: bool = False
    #: Runs that ended with an exception, usable or not.
    failed: list[Observation] = field(default_factory=list)
    #: How many runs used their budget up.
    cut_off: int = 0
    #: Lines that any run came to, usable or not.
    reached: set[int] = field(default_factory=set)
    #: What the runs lacked that the place they run in does not have.
    lacking: set[str] = field(default_factory=set)
    #: Makes further trials of the same function.
    tries: Tries | None = None

    def cut_off_in_a_row(self) -> bool:
        """Whether so many runs were cut off that the next one is likely to be, too."""
        return self.cut_off >= _MOST_CUT_OFF

    def note(self, seen: Observation) -> None:
        """Keeps what also an unusable run tells."""
        self.reached |= set(seen.visits)
        lack = lacking(seen)
        if lack:
            self.lacking.add(lack)
        self.slow = self.slow or seen.timed_out and not lack
        self.cut_off += seen.timed_out
        if seen.raised or seen.cell_raised:
            self.failed.append(seen)

    def take_over(self, other: "Series") -> None:
        """Keeps what another series of the same function tells, beside its trials."""
        self.reached |= other.reached
        self.lacking |= other.lacking
        self.failed += other.failed
        self.slow = self.slow or other.slow


class Tries:
    """Makes the trials of one function, no call twice, and takes them into account in its series."""

    def __init__(
        self,
        submission: Submission,
        shape: Shape,
        parameters: list[Parameter],
        clock: Clock,
        raises_itself: Callable[[Trial], bool],
        series: Series | None = None,
    ) -> None:
        self._submission, self._shape, self._parameters = submission, shape, parameters
        self._clock, self._raises_itself = clock, raises_itself
        self._made: set[str] = set()
        self.series = series or Series(parameters, tries=self)

    def attempt(self, args: tuple[str, ...], from_cell: bool = False, anything: bool = False) -> Trial | None:
        """The trial of one choice of arguments; None where it shows nothing, or was made before.

        `anything`: an argument of the wrong kind shows something, too.
        """
        shape, series = self._shape, self.series
        setup, call = call_with(shape, self._parameters[: len(args)], args)
        key = "\n".join((*setup, call))
        if key in self._made or self._clock.over() or series.cut_off_in_a_row():
            return None
        self._made.add(key)
        lines, seen = with_lines(
            lambda lines: self._submission.observe(call, setup, lines, TRIAL), shape.asking, shape.stdin, len(self._made)
        )
        series.note(seen)
        trial = Trial(call, seen, setup, lines, args, from_cell)
        return trial if usable(trial, self._raises_itself, from_cell or anything) else None


def run_series(
    submission: Submission,
    shape: Shape,
    parameters: list[Parameter],
    given: list[tuple[str, ...]],
    clock: Clock,
    raises_itself: Callable[[Trial], bool],
    most: int = 26,
) -> Series:
    """Finds kinds that work, then tries their combinations. `given` are arguments that the cell itself uses."""
    tries = Tries(submission, shape, parameters, clock, raises_itself)
    series, attempt = tries.series, tries.attempt
    for args in given[:6]:
        trial = attempt(args, True)
        if trial:
            series.trials.append(trial)
    if not parameters:
        trial = attempt(())
        if trial:
            series.trials.append(trial)
        return series
    if all(parameter.star for parameter in parameters):
        nothing = attempt(())
        if nothing:
            nothing.special = "Here the call gives no value at all"
            series.trials.append(nothing)
    series.profile = _profile(parameters, given, attempt, series)
    if series.profile:
        found = sum(1 for trial in series.trials)
        for args in combinations(parameters, series.profile):
            if clock.over(found) or found >= most:
                break
            trial = attempt(args)
            if trial:
                series.trials.append(trial)
                found += 1
    return series


def lacking(seen: Observation) -> str:
    """What a run needed and did not have, for the sentence "… needs WHAT, which …"; empty where it lacked nothing."""
    if seen.network:
        return "the network, which is not there when examples are tried"
    if seen.asked_too_much:
        return "more typed lines than it was given"
    for raised in (seen.raised, seen.cell_raised):
        if raised and raised.type == "FileNotFoundError":
            return "a file that is not there when examples are tried"
    return ""


def usable(trial: Trial, raises_itself: Callable[[Trial], bool], from_cell: bool = False) -> bool:
    """Whether a trial shows something about the code, and not only that the argument was of the wrong kind."""
    seen = trial.seen
    if seen.timed_out or seen.refused or seen.network or seen.asked_too_much or seen.tampered:
        return False
    if seen.raised is None:
        return True
    if seen.raised.type in ("FileNotFoundError", "ModuleNotFoundError", "NameError", "UnboundLocalError"):
        return from_cell
    return seen.raised.type not in _WRONG_KIND or from_cell or raises_itself(trial)


def _profile(
    parameters: list[Parameter],
    given: list[tuple[str, ...]],
    attempt: Callable[..., Trial | None],
    series: Series,
) -> list[str]:
    """The first choice of kinds under which the function gives an answer; [] if there is none."""
    for args in given:
        kinds = [_kind_of_text(text) for text in args]
        if all(kinds):
            rest = [parameter.kinds[0] for parameter in parameters[len(args) :]]
            return [kind or "any" for kind in kinds] + rest
    width = {1: 10, 2: 4, 3: 3}.get(len(parameters), 2)
    choices = [
        parameter.kinds[:1] if parameter.annotated else parameter.kinds[:width] for parameter in parameters
    ]
    ranked = sorted(
        itertools.product(*(list(enumerate(kinds)) for kinds in choices)),
        key=lambda choice: sum(rank for rank, _ in choice),
    )
    likely = [[kind for _, kind in choice] for choice in ranked[:_MOST_PROFILES]]
    # Where nothing tells them apart, parameters are often of one kind.
    alike = [[kind] * len(parameters) for kind in _KINDS] if len(parameters) > 1 else []
    if any(parameter.annotated or parameter.objects for parameter in parameters):
        alike = []
    raised_only: list[str] = []
    for profile in [*likely, *(kinds for kinds in alike if kinds not in likely)]:
        fitting = 0
        tried = list(itertools.islice(combinations(parameters, profile), 3))
        for args in tried:
            trial = attempt(args)
            if trial and not trial.seen.raised:
                fitting += 1
                series.trials.append(trial)
            elif trial:
                raised_only = raised_only or profile
                series.trials.append(trial)
        if fitting and fitting * 2 >= len(tried):
            return profile
    return raised_only


def _kind_of_text(text: str) -> str | None:
    """The kind of an argument as the cell wrote it."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError):
        return "function"
    kind = type(value).__name__
    if kind in ("int", "float", "str", "bool"):
        return kind
    if kind in ("tuple", "set"):
        return kind
    if kind == "dict":
        return "graph" if any(isinstance(item, list) for item in value.values()) else "dict"
    if kind == "list":
        first = next(iter(value), None)
        inner = {
            "str": "list[str]",
            "list": "list[list[int]]",
            "tuple": "list[tuple]",
            "dict": "list[dict]",
        }
        return inner.get(type(first).__name__, "list[int]")
    return "any"


def boundary_args(parameter: Parameter, kind: str) -> list[str]:
    """The extreme values of a pool, for methods and scripts."""
    return pool(parameter, kind)
