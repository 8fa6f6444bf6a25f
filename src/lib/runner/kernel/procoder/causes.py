from __future__ import annotations
from dataclasses import dataclass
from typing import Any, Mapping

@dataclass(frozen=True)
class Place:
    line: int | None
    frame: Any
    namespace: Mapping[str, Any]

def explain(problem, place):
    return None
