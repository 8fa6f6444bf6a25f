"""The inputs that `for_all` makes: seeded, so that a browser and the server make the same ones."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import random
from dataclasses import dataclass
from typing import Any, Callable

#: Held from the start: the sandbox watches the public one, and this is no chance of the learner's code.
_Random = random.Random
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Inputs:
    """Values of one kind. `ends` are the ones that go wrong most often; they come first."""

    ends: tuple[Any, ...]
    make: Callable[[random.Random], Any]


def integers(low: int = -100, high: int = 100) -> Inputs:
    """Whole numbers, both ends included."""
    if low > high:
        raise ValueError(f"integers({low}, {high}): the first is above the second")
    return Inputs(_once([low, high, *([0] if low < 0 < high else [])]), lambda chance: chance.randint(low, high))


def floats(low: float = -100.0, high: float = 100.0) -> Inputs:
    """Numbers with two decimals, as people write them."""
    if low > high:
        raise ValueError(f"floats({low}, {high}): the first is above the second")
    ends = _once([float(low), float(high)])
    return Inputs(ends, lambda chance: min(max(round(chance.uniform(low, high), 2), low), high))


def texts(max_size: int = 8, letters: str = _LETTERS) -> Inputs:
    """Texts of these letters, the empty one included."""

    def make(chance: random.Random) -> str:
        return "".join(chance.choice(letters) for _ in range(chance.randint(0, max_size)))

    return Inputs(_once(["", letters[:1]]), make)


def lists(of: Inputs, max_size: int = 8) -> Inputs:
    """Lists, the empty one included."""

    def make(chance: random.Random) -> list:
        return [of.make(chance) for _ in range(chance.randint(0, max_size))]

    return Inputs(([], [of.ends[0]], list(of.ends)), make)


def one_of(*values: Any) -> Inputs:
    """One of the values that are given."""
    if not values:
        raise ValueError("one_of() needs at least one value")
    return Inputs(tuple(values), lambda chance: chance.choice(values))


def rows(kinds: tuple[Inputs, ...], count: int, seed: str) -> list[tuple]:
    """`count` different rows of arguments; fewer where there are no more. `kinds` are those of the arguments, in order."""
    for kind in kinds:
        if not isinstance(kind, Inputs):
            raise TypeError("for_all takes integers(…), floats(…), texts(…), lists(…) or one_of(…) after the name")
    chance = _Random(seed)
    found: dict[str, tuple] = {}
    most = max((len(kind.ends) for kind in kinds), default=0)
    for number in range(count * 4):
        if number < most:
            row = tuple(kind.ends[min(number, len(kind.ends) - 1)] for kind in kinds)
        else:
            row = tuple(kind.make(chance) for kind in kinds)
        found.setdefault(repr(row), row)
        if len(found) >= count:
            break
    return list(found.values())


def _once(values: list) -> tuple:
    return tuple(dict.fromkeys(values))
