"""How a cell's last value is shown."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

from typing import Any

from .values import safe_repr

#: Characters of one displayed value; more would freeze the page for a text nobody reads.
MAX_CHARS = 100_000


def text_of(value: Any) -> str:
    """The value's repr; bounded, and a sentence where its `__repr__` raises."""
    return safe_repr(value, MAX_CHARS)
