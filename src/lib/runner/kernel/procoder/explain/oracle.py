"""Decides whether a sentence about what a function is for may be said: by running what the sentence means.

A recogniser sees only the shape of code, and the shape of a sum is also the shape of a sum that starts at one. So it
hands over its sentence together with a reference: an expression of Python that gives what the sentence promises. The
reference runs with the same arguments as every trial there is, and with some harder ones. One disagreement, or too
few agreements, and the sentence is not said.
"""

from __future__ import annotations

import ast
import math

from ..replay import Observation
from ..values import NotALiteral, parse_literal
from .compose import Composer
from .function import Function, Idiom
from .meter import Metered
from .trials import TRIAL, Series, Shape, Trial, call_with

_NAME = "procoder_reference"
_LEAST = 3
#: Longer, negative, repeated, unsorted.
_HARD = {
    "int": ["6", "-7", "9", "13", "-2", "8", "0", "1", "11"],
    "float": ["6.25", "-7.5", "0.1", "13.0", "-0.5"],
    "str": ["'abcabc XYZ'", "'noon'", "'Anna  bob 12'", "'zzz'", "'a1b2-c3'", "'eiaouEIAOU'"],
    "list[int]": [
        "[5, 0, -3, 8, 8, 2, -6, 1]",
        "[-2, -2, -5]",
        "[0, 4, 0, 7]",
        "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]",
        "[9, 3, 3, -9]",
        "[2, 3]",
    ],
    "list[str]": ["['b', 'abc', 'b', '', 'Zed', 'kiwi']", "['level', 'ab', 'cdcd']", "['x', 'x']"],
    "list[list[int]]": ["[[1, -2], [], [3, 3, 4]]", "[[0], [5, 6]]", "[[7, 8], [9, 1]]"],
    "bool": ["True", "False"],
    "dict": ["{'b': -1, 'a': 7, 'c': 7}", "{'q': 0, 'z': 3}"],
}


class Oracle:
    """What the trials of one function say about a sentence."""

    def __init__(self, composer: Composer, function: Function, series: Series, shape: Shape) -> None:
        self._composer = composer
        self._function = function
        self._series = series
        self._shape = shape
        self._hard: list[Trial] | None = None
        #: What the purpose costs must not be taken from the examples.
        self._waiting = len(series.trials)

    def agrees(self, idiom: Idiom) -> bool:
        """Whether every trial gives what the sentence promises, and enough of them do."""
        if self._shape.wrapper or self._function.owner or not self._series.trials:
            return False
        return any(self._holds(idiom, reference) for reference in idiom.references)

    def _holds(self, idiom: Idiom, reference: str) -> bool:
        submission = self._with(idiom, reference)
        if submission is None:
            return False
        agreeing: set[tuple[str, ...]] = set()
        results: set[str] = set()
        hard = 0
        for trial in [*self._series.trials, *self.hard_trials()]:
            if self._composer.clock.over(self._waiting) or trial.call is None or trial.seen.touched:
                return False
            call = trial.call.replace(f"{self._shape.head}(", f"{_NAME}(", 1)
            wanted = submission.observe(call, trial.setup, trial.stdin, TRIAL)
            verdict = _compare(trial.seen, wanted)
            if verdict is False:
                return False
            if verdict and any(_says_something(text) for text in trial.args):
                agreeing.add(trial.args)
                results.add(trial.seen.value.text if trial.seen.value else "")
                hard += trial in (self._hard or ())
        return len(agreeing) >= _LEAST and len(results) > 1 and (hard > 0 or not self._hard)

    def _with(self, idiom: Idiom, reference: str) -> Metered | None:
        arguments = ast.unparse(self._function.node.args)
        before = "".join(
            f"    {line}\n" for statement in idiom.before for line in ast.unparse(statement).split("\n")
        )
        code = (
            f"{self._composer.submission.program.source}\n\ndef {_NAME}({arguments}):\n"
            "    import builtins as procoder_b, collections as procoder_c, math as procoder_m\n"
            f"{before}    return {reference}\n"
        )
        try:
            made = Metered(code, self._composer.submission.cells, self._composer.clock)
            made.can_reach = self._composer.submission.can_reach
            return made
        except SyntaxError:
            return None

    def hard_trials(self) -> list[Trial]:
        """Runs with harder arguments of the same kinds, where the code likes to differ from what it looks like."""
        if self._hard is None:
            self._hard = []
            tried = {trial.args for trial in self._series.trials}
            for args in self._hard_args():
                if args in tried or self._composer.clock.over(self._waiting):
                    continue
                tried.add(args)
                setup, call = call_with(self._shape, self._series.parameters, args)
                seen = self._composer.submission.observe(call, setup, self._shape.stdin, TRIAL)
                if not (seen.refused or seen.asked_too_much or seen.network):
                    self._hard.append(Trial(call, seen, setup, self._shape.stdin, args))
        return self._hard

    def _hard_args(self) -> list[tuple[str, ...]]:
        profile = self._series.profile
        if not profile or len(profile) != len(self._series.parameters):
            return []
        pools = []
        numbers = self._numbers()
        for kind in profile:
            pool = list(_HARD.get(kind, ()))
            if kind == "int":
                pool = [str(number + step) for number in numbers for step in (0, 1, -1)][:9] + pool
            elif kind == "list[int]" and numbers:
                pool.insert(1, str([number + step for number in numbers[:4] for step in (1, 0, -1)]))
            if not pool:
                return []
            pools.append(list(dict.fromkeys(pool)))
        if len(pools) == 1:
            return [(text,) for text in pools[0][:10]]
        return [tuple(pool[(turn * (at + 1) + at) % len(pool)] for at, pool in enumerate(pools)) for turn in range(9)]

    def _numbers(self) -> list[int]:
        found = [
            node.value
            for node in ast.walk(self._function.node)
            if isinstance(node, ast.Constant) and type(node.value) is int and abs(node.value) < 60
        ]
        return list(dict.fromkeys(found))


def _compare(seen: Observation, wanted: Observation) -> bool | None:
    """Whether a run gave what the reference gives; None where there is nothing to compare."""
    if seen.timed_out or seen.raised and seen.raised.type == "RecursionError":
        return None  # it gave nothing back at all
    if wanted.timed_out or wanted.refused:
        return False
    if wanted.raised:
        outside = wanted.raised.type == "StopIteration" or "empty" in wanted.raised.message
        return None if outside or seen.raised else False
    if seen.raised or seen.value is None or wanted.value is None or seen.printed:
        return False
    return seen.value.same(wanted.value) or _same_number(seen.value.text, wanted.value.text)


def _same_number(one: str, other: str) -> bool:
    try:
        left, right = parse_literal(one), parse_literal(other)
    except NotALiteral:
        return False
    if type(left) not in (int, float) or type(right) not in (int, float):
        return False
    return left == right or math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)


def _says_something(text: str) -> bool:
    return text not in ("0", "0.0", "''", "[]", "{}", "()", "[[]]", "None", "False")
