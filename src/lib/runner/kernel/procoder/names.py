"""Which cell bound which name last, and what the names were before a cell ran."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import types
from typing import Any

from .values import safe_repr

_REPR_CHARS = 200
_MISSING = object()


class Names:
    """The record of one session. The namespace itself belongs to the desk."""

    def __init__(self) -> None:
        self._cell: dict[str, str] = {}

    def bound(self, cell_id: str, before: dict[str, Any], after: dict[str, Any], certain: set[str]) -> None:
        """Notes what a run has changed. `certain`: names that it has bound even if to the same object."""
        for name, value in list(after.items()):
            if before.get(name, _MISSING) is not value or name in certain:
                if not _internal(name):
                    self._cell[name] = cell_id
        for name in [name for name in self._cell if name not in after]:
            del self._cell[name]

    def count(self, namespace: dict[str, Any]) -> int:
        """How many names cells have bound, modules aside: what would be lost with the interpreter."""
        return sum(
            1 for name in self._cell if not isinstance(namespace.get(name), types.ModuleType) and name in namespace
        )

    def table(self, namespace: dict[str, Any]) -> list[dict[str, str]]:
        """`{name, cell, kind, repr}` of every name, in the order of binding. `kind` is the type's name."""
        return [
            {
                "name": name,
                "cell": cell,
                "kind": type(namespace[name]).__name__,
                "repr": safe_repr(namespace[name], _REPR_CHARS),
            }
            for name, cell in self._cell.items()
            if name in namespace
        ]


def assigned(tree: ast.Module) -> set[str]:
    """The names that a cell's own top level binds on every way through it: in statements outside of any branch or loop."""
    found: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(statement.name)
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            found.update((alias.asname or alias.name).partition(".")[0] for alias in statement.names)
        elif isinstance(statement, ast.Assign):
            found.update(name for target in statement.targets for name in _targets(target))
        elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)) and statement.value is not None:
            found.update(_targets(statement.target))
    return found


def _targets(target: ast.expr) -> list[str]:
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, ast.Starred):
        return _targets(target.value)
    if isinstance(target, (ast.Tuple, ast.List)):
        return [name for item in target.elts for name in _targets(item)]
    return []


def _internal(name: str) -> bool:
    return not isinstance(name, str) or name.startswith("__") and name.endswith("__")
