"""Where an exception happened, as the rules for its cause need it."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import linecache
import types
from dataclasses import dataclass
from typing import Any, Mapping


@dataclass(frozen=True)
class Place:
    """Where it happened: the line of the cell, the learner's innermost (frame, line), and the cell's namespace."""

    line: int | None
    frame: tuple[types.FrameType, int] | None
    namespace: Mapping[str, Any]

    def source(self) -> str:
        """The failing line, as written."""
        if self.frame is None:
            return ""
        frame, line = self.frame
        return linecache.getline(frame.f_code.co_filename, line).strip()

    def names(self) -> dict[str, Any]:
        """Every name that could have been meant there."""
        found = dict(self.namespace)
        if self.frame is not None:
            found.update(self.frame[0].f_globals)
            found.update(self.frame[0].f_locals)
        return {name: value for name, value in found.items() if not name.startswith("__")}
