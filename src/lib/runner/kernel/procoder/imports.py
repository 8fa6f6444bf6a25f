"""Which modules a cell imports that are not here."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import importlib.util
import sys

from .values import quiet_parse
from .world import HIDDEN


def missing(code: str) -> list[str]:
    """The top-level names of imported modules that cannot be found, in the order in which they stand in the code."""
    try:
        tree = quiet_parse(code)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return []
    wanted: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            wanted.update((alias.name.partition(".")[0], None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            wanted[node.module.partition(".")[0]] = None
    return [name for name in wanted if name not in HIDDEN and not _is_here(name)]


def _is_here(name: str) -> bool:
    if name in sys.modules:
        return True
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False
