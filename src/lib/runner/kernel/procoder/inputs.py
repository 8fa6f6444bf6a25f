"""The inputs that `for_all` makes: seeded, so that a browser and the server make the same ones."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

from _random import Random as _Bits  # the one in C: the class that everybody uses can be changed by a cell
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Callable

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Chance:
    """Numbers that look random and follow from a seed, in the same way on every machine."""

    def __init__(self, seed: str) -> None:
        self._bits = _Bits(int.from_bytes(sha256(seed.encode("utf-8", "surrogatepass")).digest()[:8], "big"))

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, and without, `limit`."""
        return self._bits.getrandbits(limit.bit_length() + 64) % limit

    def share(self) -> float:
        """A number from 0 up to 1."""
        return self._bits.random()

    def one(self, values: Any) -> Any:
        """One item of a sequence."""
        return values[self.below(len(values))]


@dataclass(frozen=True)
class Inputs:
    """Values of one kind. `ends` are the ones that go wrong most often; they come first."""

    ends: tuple[Any, ...]
    make: Callable[[Chance], Any]


def integers(low: int = -100, high: int = 100) -> Inputs:
    """Whole numbers, both ends included."""
    if low > high:
        raise ValueError(f"integers({low}, {high}): the first is above the second")
    return Inputs(_once([low, high, *([0] if low < 0 < high else [])]), lambda chance: low + chance.below(high - low + 1))


def floats(low: float = -100.0, high: float = 100.0) -> Inputs:
    """Numbers with two decimals, as people write them."""
    if low > high:
        raise ValueError(f"floats({low}, {high}): the first is above the second")
    ends = _once([float(low), float(high)])
    return Inputs(ends, lambda chance: min(max(round(low + chance.share() * (high - low), 2), low), high))


def texts(max_size: int = 8, letters: str = _LETTERS) -> Inputs:
    """Texts of these letters, the empty one included."""

    def make(chance: Chance) -> str:
        return "".join(chance.one(letters) for _ in range(chance.below(max_size + 1)))

    return Inputs(_once(["", letters[:1]]), make)


def lists(of: Inputs, max_size: int = 8) -> Inputs:
    """Lists, the empty one included."""

    def make(chance: Chance) -> list:
        return [of.make(chance) for _ in range(chance.below(max_size + 1))]

    return Inputs(([], [of.ends[0]], list(of.ends)), make)


def one_of(*values: Any) -> Inputs:
    """One of the values that are given."""
    if not values:
        raise ValueError("one_of() needs at least one value")
    return Inputs(tuple(values), lambda chance: chance.one(values))


def rows(kinds: tuple[Inputs, ...], count: int, seed: str) -> list[tuple]:
    """`count` different rows of arguments; fewer where there are no more. `kinds` are those of the arguments, in order."""
    for kind in kinds:
        if not isinstance(kind, Inputs):
            raise TypeError("for_all takes integers(…), floats(…), texts(…), lists(…) or one_of(…) after the name")
    chance = Chance(seed)
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
