"""Whether what a program gives can hang on the hashes of this process, and with them on the order of its sets.

Texts hash differently in every process. Code in which nothing is hashed into an order need not be tried again where the
hashes are others; this looks at the syntax only, and says yes when in doubt.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
from typing import Iterable

_NAMES = frozenset({"set", "frozenset", "hash", "id", "globals", "locals", "vars", "eval", "exec", "__import__"})
#: Methods that give sets, and what asks for a hash by itself. A view of keys becomes a set where it is combined.
_ATTRIBUTES = frozenset({"union", "intersection", "difference", "symmetric_difference", "__hash__"})
_VIEWS = frozenset({"keys", "items"})


def may_depend(sources: Iterable[str]) -> bool:
    """True where one of these sources makes a set or asks for a hash, and for what is not Python."""
    return any(map(_uses_hashes, sources))


def _uses_hashes(source: str) -> bool:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    for node in ast.walk(tree):
        if isinstance(node, (ast.Set, ast.SetComp)):
            return True
        if isinstance(node, ast.Name) and node.id in _NAMES:
            return True
        if isinstance(node, ast.Attribute) and node.attr in _ATTRIBUTES:
            return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.BitXor, ast.Sub)):
            if any(isinstance(part, ast.Attribute) and part.attr in _VIEWS for part in ast.walk(node)):
                return True
    return False
