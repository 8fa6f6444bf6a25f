"""Keeps the kernel standing when a learner's cell changes Python itself.

A cell may write `builtins.len = None`. Kernel modules that run while or after such a cell take a copy of the
built-ins (`__builtins__ = private_builtins()` as their first statement: functions look names up in the dictionary
that their module had when they were defined), and `restore_builtins` puts the originals back afterwards.
"""

from __future__ import annotations

import builtins
import io
import operator
import types
from typing import Any, Callable, Iterable, Mapping

_PRISTINE: dict[str, Any] = dict(vars(builtins))
_MISSING = object()
_is = operator.is_
try:
    # The module below `ctypes`, which would open libraries when it is imported.
    from _ctypes import _SimpleCData
except ImportError:
    _SimpleCData = None  # type: ignore[assignment, misc]


def private_builtins() -> dict[str, Any]:
    """A copy of Python's built-ins as they were when the kernel was loaded."""
    return dict(_PRISTINE)


__builtins__ = private_builtins()


if _SimpleCData is not None:

    class _Byte(_SimpleCData):
        _type_ = "c"


def _reader(count: int) -> Callable[[tuple], Any]:
    """A function that gives the addresses of the objects in a tuple of `count`: where two of them are equal, so is each object.

    Compared itself with `==`, an object that a learner made could claim to be any other; and to compare with `is`, one
    after the other, takes six times as long as reading what the tuple consists of.
    """
    if _SimpleCData is None or not count:
        return _ids
    at = (_Byte * (count * tuple.__itemsize__)).from_address
    offset = tuple.__basicsize__

    def read(values: tuple) -> Any:
        try:
            return at(id(values) + offset).raw if len(values) == count else _ids(values)
        except BaseException:  # noqa: BLE001 - an audit hook of a cell's own, which hears of this, too
            return _ids(values)

    return read


def _ids(values: tuple) -> Any:
    return tuple(map(id, values))


#: What the kernel reads memory with; an audit hook knows it from a learner's `ctypes` by this.
READING: types.CodeType = _reader(1).__code__  # type: ignore[attr-defined]


class Kept:
    """Names and what they stood for. Most code changes none of them, so that is found out in C, before any walk in Python.

    Compared is identity, never equality: a learner's object may have an `__eq__` of its own.
    """

    __slots__ = ("names", "values", "_pick", "_read", "_at")

    def __init__(self, held: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        table = dict(held)
        self.names = tuple(table)
        self.values = tuple(table.values())
        # One name alone would come back bare instead of in a tuple.
        self._pick: Callable[[Any], tuple] = operator.itemgetter(*self.names) if len(table) > 1 else self._pick_few
        self._read = _reader(len(table))
        self._at = self._read(self.values)

    def _pick_few(self, live: Any) -> tuple:
        return tuple([live[name] for name in self.names])

    def pick(self, live: Any) -> tuple:
        """What the names stand for now. Raises KeyError when one is gone."""
        return self._pick(live)

    def same(self, live: Any, values: tuple | None = None) -> bool:
        """Whether every name in `live` still stands for what it stood for, or for `values`."""
        try:
            return self._read(self._pick(live)) == (self._at if values is None else self._read(values))
        except KeyError:
            return False


class KeptParts:
    """What several objects hold, kept at once: told by one comparison whether any of them has changed."""

    def __init__(self, parts: Iterable[tuple[Any, Mapping[str, Any]]]) -> None:
        """`parts`: each object, and what of it is kept."""
        self._parts = tuple((owner, vars(owner), Kept(held)) for owner, held in parts)
        self._picks = tuple((kept.pick, live) for _, live, kept in self._parts)
        values = tuple([value for _, _, kept in self._parts for value in kept.values])
        self._read = _reader(len(values))
        self._at = self._read(values)

    def restore(self) -> None:
        """Puts back what was changed or removed."""
        found: list[Any] = []
        try:
            for pick, live in self._picks:
                found.extend(pick(live))
            if self._read(tuple(found)) == self._at:
                return
        except KeyError:
            pass  # something is gone
        for owner, live, kept in self._parts:
            if not kept.same(live):
                for name, value in zip(kept.names, kept.values):
                    setattr(owner, name, value)


#: What `restore_builtins` compares with; as `_PRISTINE`.
_kept = Kept(_PRISTINE)


def restore_builtins(added_too: bool = False) -> None:
    """Puts back every built-in that was changed or removed; with `added_too`, drops the ones that were added."""
    current = vars(builtins)
    if not _kept.same(current):
        for name, value in _PRISTINE.items():
            if current.get(name, _MISSING) is not value:
                current[name] = value
    if added_too:
        for name in [name for name in current if name not in _PRISTINE]:
            del current[name]


def add_builtin(name: str, value: Any) -> None:
    """Makes a name of ours a built-in that stays."""
    global _kept
    _PRISTINE[name] = value
    _kept = Kept(_PRISTINE)
    vars(builtins)[name] = value


class EmptyStdin(io.TextIOBase):
    """A standard input with nothing to read."""

    def readable(self) -> bool:
        return True

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        return ""

    def read(self, size: int | None = -1) -> str:
        return ""

    def __next__(self) -> str:
        line = self.readline()
        if line in ("", "\n"):
            raise StopIteration  # an empty answer: a page has no key that ends the input
        return line

    def readlines(self, hint: int | None = -1) -> list[str]:  # type: ignore[override]
        return list(self)

    def close(self) -> None:
        """Stays open: a cell may close it, and the next cell must not notice."""
