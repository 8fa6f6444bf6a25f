"""Keeps the kernel standing when a learner's cell changes Python itself.

A cell may write `builtins.len = None`. Kernel modules that run while or after such a cell take a copy of the
built-ins (`__builtins__ = private_builtins()` as their first statement: functions look names up in the dictionary
that their module had when they were defined), and `restore_builtins` puts the originals back afterwards.
"""

from __future__ import annotations

import builtins
import io
from typing import Any

_PRISTINE: dict[str, Any] = dict(vars(builtins))
_MISSING = object()


def private_builtins() -> dict[str, Any]:
    """A copy of Python's built-ins as they were when the kernel was loaded."""
    return dict(_PRISTINE)


__builtins__ = private_builtins()


def restore_builtins(added_too: bool = False) -> None:
    """Puts back every built-in that was changed or removed; with `added_too`, drops the ones that were added."""
    current = vars(builtins)
    for name, value in _PRISTINE.items():
        if current.get(name, _MISSING) is not value:
            current[name] = value
    if added_too:
        for name in [name for name in current if name not in _PRISTINE]:
            del current[name]


def add_builtin(name: str, value: Any) -> None:
    """Makes a name of ours a built-in that stays."""
    _PRISTINE[name] = value
    vars(builtins)[name] = value


class EmptyStdin(io.TextIOBase):
    """A standard input with nothing to read."""

    def readable(self) -> bool:
        return True

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        return ""

    def read(self, size: int | None = -1) -> str:
        return ""

    def close(self) -> None:
        """Stays open: a cell may close it, and the next cell must not notice."""
