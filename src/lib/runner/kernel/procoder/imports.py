"""Which modules a cell imports: those that are not here, and those of packages, which are loaded before the clock runs."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import importlib
import importlib.util
import os
import sys
from typing import Iterable, Iterator

from .sandbox import Sandbox
from .values import quiet_parse
from .world import HIDDEN

_IMPORTERS = ("import_module", "__import__")
#: Modules of packages that wheels offer and that are not here yet; the worker tells them.
_offered: set[str] = set()
_import_module, _find_spec = importlib.import_module, importlib.util.find_spec


def offer(names: Iterable[str]) -> None:
    """From now on these modules, no others, can be had by an import statement."""
    _offered.clear()
    _offered.update(names)


def is_offered(name: str) -> bool:
    """Whether a top-level module can be had."""
    return name in _offered


def foreseen(code: str) -> list[str]:
    """The top-level names of the modules that code can be seen to import, in the order in which they stand there."""
    try:
        tree = quiet_parse(code)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return []
    return list(dict.fromkeys(name.partition(".")[0] for name in _imported(tree)))


def missing(code: str) -> list[str]:
    """Those of them that cannot be found."""
    return [name for name in foreseen(code) if name not in HIDDEN and not _is_here(name)]


def load_packages(trees: Iterable[ast.AST]) -> None:
    """Loads the packages that code imports, if they are not loaded yet, as a run in the sandbox would: untraced, however.

    A package is neither Python's own (importing `this` is something to see) nor a file beside the cells. What fails
    here fails again when the code is run, and is told then.
    """
    wanted = dict.fromkeys(name for tree in trees for name in _imported(tree))
    names = [name for name in wanted if name not in sys.modules and _is_package(name.partition(".")[0])]
    if not names:
        return
    with Sandbox():
        for name in names:
            try:
                _import_module(name)
            except (Exception, SystemExit):  # noqa: BLE001 - a package may raise anything
                pass


def _imported(tree: ast.AST) -> Iterator[str]:
    """The full names of modules that code imports by statements, and by calls with a plain text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module
        elif isinstance(node, ast.Call) and _last_name(node.func) in _IMPORTERS:
            first = node.args[0] if node.args else next((word.value for word in node.keywords if word.arg == "name"), None)
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and not first.value.startswith("."):
                yield first.value


def _last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_package(top: str) -> bool:
    if top in sys.stdlib_module_names or top in HIDDEN:
        return False
    try:
        found = _find_spec(top)
    except (ImportError, ValueError, AttributeError):
        return False
    if found is None or not found.origin:
        return False
    folder = os.path.realpath(found.origin)
    beside = (os.path.realpath(os.getcwd()), os.path.realpath(os.path.expanduser("~")))
    return not any(folder.startswith(os.path.join(own, "")) for own in beside)


def _is_here(name: str) -> bool:
    if name in sys.modules:
        return True
    try:
        return _find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False
