"""Walking a syntax tree."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
from typing import Iterator


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Everything inside a function that is not inside another function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        yield child
        yield from own_nodes(child)
