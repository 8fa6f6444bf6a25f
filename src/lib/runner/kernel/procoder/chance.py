"""Notices when a run asks for chance, the time, an address or the order of a set, and makes those differ on purpose.

Two runs that agree prove nothing about `randint(1, 2)`. So while a run is in a sandbox, every source of chance is
watched: a run that touched one is made again in other worlds (other seeds, shifted clocks, sets in another order, a
generator that starts with its extremes), and only what is the same in all of them is said to be so. What a program
seeds itself (`random.seed(42)`) stays exactly as Python has it.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import builtins
import os
import random
import sys
import time
from typing import Any, Callable, Iterator

ORDER = "__procoder_order__"
TEXT = "__procoder_text__"
POP = "__procoder_pop__"

_RealRandom, _RealSystem = random.Random, random.SystemRandom
_hash, _id, _urandom, _getpid = builtins.hash, builtins.id, os.urandom, os.getpid
_DAY = 86_400
_SHIFTS = (1, 61, 3_601, _DAY, 7_201 + 8 * _DAY, 45 * _DAY, 200 * _DAY, 366 * _DAY, -3 * _DAY - 40_000, 12 * 3_600)
#: How many draws of an extreme generator are extreme; then it is an ordinary one, so that `while` loops end.
_EXTREME_DRAWS = 12
_EXTREMES = ("low", "high", "middle", "alternating")
#: Runs in other worlds: these with other seeds, then one for each extreme.
SEEDED = 12
WORLDS = SEEDED + len(_EXTREMES)
_SAME_HASH_EVERYWHERE = (int, float, bool, complex)
_NAMES = (
    "seed random uniform triangular randint choice randrange sample shuffle choices normalvariate lognormvariate "
    "expovariate vonmisesvariate gammavariate gauss betavariate binomialvariate paretovariate weibullvariate getstate "
    "setstate getrandbits randbytes"
).split()
_active: World | None = None


class World:
    """What is different in one run. Number 0 is the ordinary world; `touched` collects what the run asked for."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.touched: set[str] = set()
        self.rng = _RealRandom(None if number == 0 else 7919 * number)
        self.extreme = _EXTREMES[number - SEEDED - 1] if SEEDED < number <= WORLDS else None
        self._draws = 0
        self._passed = 0.0
        self.shift = 0.0 if number == 0 else _SHIFTS[number % len(_SHIFTS)] + self.rng.random() * 50
        self.tick = 0.0 if number == 0 else self.rng.choice((0.001, 0.05, 0.7))
        self.moved_by = 0 if number == 0 else self.rng.getrandbits(20) * 16 + 16
        self.salt = 0 if number == 0 else self.rng.getrandbits(28)
        # Objects stand somewhere else in memory when others stand in their way.
        self.litter = [] if number == 0 else [_Litter() for _ in range(self.rng.randrange(20, 400))]

    def draw(self, usual: Callable[[], float]) -> float:
        """A number from 0 to 1, as `random.random()` gives it."""
        self.touched.add("chance")
        share = self._extreme_share()
        return usual() if share is None else min(share, 1 - 2**-53)

    def below(self, limit: int, usual: Callable[[int], int]) -> int:
        """A whole number below a limit."""
        self.touched.add("chance")
        share = self._extreme_share()
        return usual(limit) if share is None else min(limit - 1, int(share * limit))

    def _extreme_share(self) -> float | None:
        if self.extreme is None or self._draws >= _EXTREME_DRAWS:
            return None
        self._draws += 1
        shares = {"low": 0.0, "high": 1.0, "middle": 0.5, "alternating": float(self._draws % 2)}
        return shares[self.extreme]

    def moved(self) -> float:
        """By how many seconds this world's clock is off now; it goes on a little at each look."""
        self.touched.add("time")
        self._passed += self.tick
        return self.shift + self._passed


class _Litter:
    pass


class Random(_RealRandom):
    """`random.Random` that tells the world when it is asked for numbers that nobody seeded."""

    _explicit = False

    def seed(self, a: Any = None, version: int = 2) -> None:
        self._explicit = a is not None
        if a is None and _active is not None and _active.number:
            super().seed(_active.rng.getrandbits(64))
        else:
            super().seed(a, version)

    def random(self) -> float:
        if self._explicit or _active is None:
            return super().random()
        return _active.draw(super().random)

    def getrandbits(self, k: int, /) -> int:
        if not self._explicit and _active is not None:
            _active.touched.add("chance")
        return super().getrandbits(k)

    def _randbelow(self, n: int) -> int:
        if self._explicit or _active is None:
            return self._randbelow_with_getrandbits(n)  # type: ignore[attr-defined]
        return _active.below(n, self._randbelow_with_getrandbits)  # type: ignore[attr-defined]

    def getstate(self) -> Any:
        if not self._explicit and _active is not None:
            _active.touched.add("chance")
        return super().getstate()

    def setstate(self, state: Any) -> None:
        super().setstate(state)
        self._explicit = True


class SystemRandom(_RealSystem):
    """`random.SystemRandom`, watched; in another world it draws from that world's generator."""

    def random(self) -> float:
        if _active is None:
            return super().random()
        return _active.draw(_active.rng.random if _active.number else super().random)

    def getrandbits(self, k: int, /) -> int:
        if _active is None:
            return super().getrandbits(k)
        _active.touched.add("chance")
        return _active.rng.getrandbits(k) if _active.number else super().getrandbits(k)

    def randbytes(self, n: int) -> bytes:
        return urandom(n)

    def _randbelow(self, n: int) -> int:
        if _active is None:
            return self._randbelow_with_getrandbits(n)  # type: ignore[attr-defined]
        return _active.below(n, self._randbelow_with_getrandbits)  # type: ignore[attr-defined]


for _class in (Random, SystemRandom):
    _class.__module__, _class.__qualname__ = "random", _class.__name__


def urandom(size: int, /) -> bytes:
    """`os.urandom`, watched."""
    if _active is None:
        return _urandom(size)
    _active.touched.add("chance")
    return _active.rng.randbytes(size) if _active.number else _urandom(size)


def getpid() -> int:
    """`os.getpid`, watched."""
    if _active is None:
        return _getpid()
    _active.touched.add("process")
    return _getpid() + _active.number


def _watched_id(thing: object, /) -> int:
    if _active is None:
        return _id(thing)
    _active.touched.add("address")
    return _id(thing) + _active.moved_by


def _watched_hash(thing: object, /) -> int:
    value = _hash(thing)
    if _active is None or _fixed_hash(thing):
        return value
    _active.touched.add("hash")
    return value ^ _active.salt


_watched_id.__name__ = _watched_id.__qualname__ = "id"
_watched_hash.__name__ = _watched_hash.__qualname__ = "hash"


def _fixed_hash(thing: object) -> bool:
    """Whether a value's hash, and so its place in a set, is the same in every process."""
    kind = type(thing)
    if kind is tuple or kind is frozenset:
        return all(map(_fixed_hash, thing))  # type: ignore[call-overload]
    return kind in _SAME_HASH_EVERYWHERE


def _clock(name: str, scale: int) -> Any:
    real = getattr(time, name)

    def watched() -> Any:
        if _active is None:
            return real()
        moved = _active.moved() * scale
        return real() + (int(moved) if scale > 1 else moved)

    watched.__name__ = watched.__qualname__ = name
    return watched


def _broken_down(name: str) -> Any:
    real, now = getattr(time, name), time.time

    def watched(seconds: Any = None, /) -> Any:
        if _active is None or seconds is not None:
            return real(seconds)
        return real(now() + _active.moved())

    watched.__name__ = watched.__qualname__ = name
    return watched


def _formatted(name: str) -> Any:
    real, now, local = getattr(time, name), time.time, time.localtime

    def watched(*args: Any) -> Any:
        wanted = 2 if name == "strftime" else 1
        if _active is None or len(args) >= wanted:
            return real(*args)
        return real(*args, local(now() + _active.moved()))

    watched.__name__ = watched.__qualname__ = name
    return watched


_CLOCKS = {
    name: _clock(name, 10**9 if name.endswith("_ns") else 1)
    for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time")
    for name in (name, f"{name}_ns")
    if hasattr(time, name)
}
_CLOCKS.update({name: _broken_down(name) for name in ("localtime", "gmtime", "ctime")})
_CLOCKS.update({name: _formatted(name) for name in ("strftime", "asctime")})


def enter(world: World, dates: bool) -> World | None:
    """Watches from now on, for `world`; returns the world before it. A sandbox puts the modules back."""
    global _active
    before, _active = _active, world
    if world.number:
        # Not in the ordinary world: there `seed()` has just drawn from the system.
        random.seed(world.rng.getrandbits(64))
    generator = Random()
    for name in _NAMES:
        if hasattr(generator, name):
            setattr(random, name, getattr(generator, name))
    random._inst = generator  # type: ignore[attr-defined]
    random.Random, random.SystemRandom = Random, SystemRandom  # type: ignore[misc]
    secrets = sys.modules.get("secrets")
    if secrets is not None:
        system = SystemRandom()
        secrets._sysrand, secrets.SystemRandom = system, SystemRandom  # type: ignore[attr-defined]
        secrets.randbits, secrets.choice = system.getrandbits, system.choice  # type: ignore[attr-defined]
    uuid = sys.modules.get("uuid")
    if uuid is not None:
        # Then uuid1 works with the clock and the generator, which are watched.
        uuid._generate_time_safe = uuid._UuidCreate = None  # type: ignore[attr-defined]
        # Or it would look for the machine's address, in the network at last.
        uuid._node = world.rng.getrandbits(48)  # type: ignore[attr-defined]
    os.urandom, os.getpid = urandom, getpid  # type: ignore[assignment]
    for name, function in _CLOCKS.items():
        setattr(time, name, function)
    builtins.id, builtins.hash = _watched_id, _watched_hash  # type: ignore[assignment]
    if dates:
        datetime = sys.modules["datetime"]
        datetime.datetime, datetime.date = _dates()  # type: ignore[attr-defined]
    return before


def leave(before: World | None) -> None:
    """Ends the watch."""
    global _active
    _active = before


_made_dates: tuple[type, type] | None = None


def _dates() -> tuple[type, type]:
    """`datetime.datetime` and `datetime.date` whose `now`, `utcnow` and `today` follow the world's clock."""
    global _made_dates
    if _made_dates is not None:
        return _made_dates
    import datetime

    real_datetime, real_date, delta = datetime.datetime, datetime.date, datetime.timedelta

    class Like(type):
        def __instancecheck__(cls, thing: object) -> bool:
            return isinstance(thing, cls.__mro__[1]) if cls in made else type.__instancecheck__(cls, thing)

        def __subclasscheck__(cls, kind: type) -> bool:
            return issubclass(kind, cls.__mro__[1]) if cls in made else type.__subclasscheck__(cls, kind)

    def text(self: Any) -> str:
        plain = type(self).__mro__[1].__repr__(self)
        return f"datetime.{plain}" if type(self) in made else plain

    class WatchedDatetime(real_datetime, metaclass=Like):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            value = super().now(tz)
            return value if _active is None else value + delta(seconds=_active.moved())

        @classmethod
        def utcnow(cls) -> Any:
            value = super().utcnow()
            return value if _active is None else value + delta(seconds=_active.moved())

        @classmethod
        def today(cls) -> Any:
            return cls.now()

        __repr__ = text

    class WatchedDate(real_date, metaclass=Like):
        @classmethod
        def today(cls) -> Any:
            value = super().today()
            return value if _active is None else value + delta(seconds=_active.moved())

        __repr__ = text

    made = (WatchedDatetime, WatchedDate)
    for cls, name in zip(made, ("datetime", "date")):
        cls.__name__ = cls.__qualname__ = name
        cls.__module__ = "datetime"
    _made_dates = made
    return made


# The order of sets. In another process the hashes of texts are others, and with them the order; so instrumented code
# asks here for every set that it puts into an order.


def order(items: Any) -> Any:
    """What a loop (or `list`, `join`, …) goes through: a set in this world's order, all else as it is."""
    if type(items) is not set and type(items) is not frozenset:
        return items
    if _active is None or _keeps_order(items):
        return items
    _active.touched.add("order")
    return _walk(items, _shuffled(items)) if _active.number else items


def _keeps_order(items: Any) -> bool:
    return len(items) < 2 or all(map(_fixed_hash, items))


def _shuffled(items: Any) -> list:
    mixed = list(items)
    if _active is not None:
        _active.rng.shuffle(mixed)
    return mixed


def _walk(items: Any, mixed: list) -> Iterator[Any]:
    size = len(items)
    for item in mixed:
        if len(items) != size:
            raise RuntimeError("Set changed size during iteration")
        yield item


class _Pop:
    def __init__(self, items: set) -> None:
        self._items = items

    def pop(self) -> Any:
        item = _shuffled(self._items)[0]
        self._items.remove(item)
        return item


def pop(items: Any) -> Any:
    """Whose `.pop()` is called: a set gives any of its items."""
    if type(items) is not set or _active is None or _keeps_order(items):
        return items
    _active.touched.add("order")
    return _Pop(items) if _active.number else items


class _Shown:
    def __init__(self, items: Any) -> None:
        inside = ", ".join(repr(text(item)) for item in _shuffled(items))
        self._text = f"frozenset({{{inside}}})" if type(items) is frozenset else f"{{{inside}}}"

    def __repr__(self) -> str:
        return self._text


def text(value: Any) -> Any:
    """What is written as text: with the sets in it in this world's order."""
    if type(value) not in (set, frozenset, list, tuple, dict) or _active is None or not _holds_set(value, 0):
        return value
    _active.touched.add("order")
    return _reordered(value, 0) if _active.number else value


def _holds_set(value: Any, depth: int) -> bool:
    kind = type(value)
    if kind is set or kind is frozenset:
        return not _keeps_order(value)
    if depth > 4 or kind not in (list, tuple, dict):
        return False
    return any(_holds_set(item, depth + 1) for item in (value.values() if kind is dict else value))


def _reordered(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is set or kind is frozenset:
        return value if _keeps_order(value) else _Shown(value)
    if depth > 4:
        return value
    if kind is list or kind is tuple:
        return kind(_reordered(item, depth + 1) for item in value)
    if kind is dict:
        return {key: _reordered(item, depth + 1) for key, item in value.items()}
    return value
