"""Calls that the cell already makes or promises: the best inputs, because the learner chose them."""

from __future__ import annotations

import ast
import re

from ..values import Frozen, quiet_parse

_DOCTEST = re.compile(r"^\s*>>>\s*(.+)$", re.MULTILINE)
_MOST = 6
_MOST_CHARS = 300


def calls_of(
    tree: ast.Module, name: str, values: dict[str, str], functions: set[str]
) -> list[tuple[str, ...]]:
    """Argument texts of the cell's own positional calls of `name`, outside of functions; each once, in order.

    `values` has the literals that the cell's names hold at the end, so that `mean(scores)` becomes `mean([1, 2])`.
    """
    found: dict[tuple[str, ...], None] = {}
    for node in _outside_functions(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            args = _arguments(node, values, functions)
            if args is not None:
                found[args] = None
    for node in ast.walk(tree):
        # Inside of another function, only what needs no name of it.
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            args = _arguments(node, {}, set())
            if args is not None:
                found[args] = None
    for text in _docstrings(tree):
        for example in _DOCTEST.findall(text):
            try:
                parsed = quiet_parse(example.strip(), "eval")
            except (SyntaxError, ValueError):
                continue
            for node in ast.walk(parsed):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                    args = _arguments(node, values, functions)
                    if args is not None:
                        found[args] = None
    return list(found)[:_MOST]


def method_calls(tree: ast.Module, name: str) -> list[tuple[str, ...]]:
    """Argument texts of the cell's own calls of a method of this name, with literals only; each once, in order."""
    found: dict[tuple[str, ...], None] = {}
    for node in _outside_functions(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            args = _arguments(node, {}, set())
            if args is not None:
                found[args] = None
    return list(found)[:_MOST]


def _outside_functions(tree: ast.AST) -> list[ast.AST]:
    """Every node that is not inside a function or class, in source order."""
    nodes: list[ast.AST] = []
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            # Functions named test_… hold calls on purpose.
            if not getattr(child, "name", "").startswith("test"):
                continue
        nodes.append(child)
        nodes += _outside_functions(child)
    return nodes


def _docstrings(tree: ast.Module) -> list[str]:
    owners = [
        node for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
    ]
    return [text for owner in owners if (text := ast.get_docstring(owner))]


def _arguments(node: ast.Call, values: dict[str, str], functions: set[str]) -> tuple[str, ...] | None:
    if node.keywords:
        return None
    texts = []
    for arg in node.args:
        text = _text(arg, values, functions)
        if text is None or len(text) > _MOST_CHARS:
            return None
        texts.append(text)
    return tuple(texts)


def _text(node: ast.expr, values: dict[str, str], functions: set[str]) -> str | None:
    if isinstance(node, ast.Name):
        if node.id in values:
            return values[node.id]
        return node.id if node.id in functions else None
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return Frozen(value).text
