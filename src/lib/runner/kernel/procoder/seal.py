"""Notices when code on the bench has changed the program that checks it, and undoes that.

A cell cannot import the kernel (`hide`), but it can reach any object of its own process through `gc` or frames. So
everything that a verdict hangs on is kept once and compared by identity after every run: the kernel's modules, their
tables and private built-ins, its classes, its functions' code, and the same for the modules of Python it leans on.
What a run hangs onto its own frames while it runs is out of reach of this.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import copy
import inspect
import json.decoder
import json.encoder
import linecache
import operator
import re
import sys
import types
import warnings
from collections import Counter
from typing import Any

_PACKAGE = __name__.rpartition(".")[0]
_LEANS_ON = (ast, re, inspect, json.decoder, json.encoder, linecache, warnings, copy)
#: Tables that change by themselves; the kernel's own state, no part of any verdict.
_STATE = {
    "program._cells",
    "sandbox._kept",
    "sandbox._classes_kept",
    "seal._modules",
    "seal._classes",
    "seal._functions",
    "seal._tables",
    "chance._active",
    "chance._made_dates",
    "sandbox._active",
    "guard._PRISTINE",
}
# What is kept stands in tuples: a copy of a module's dictionary would be found, and changed, like the module's own.
_Items = tuple[tuple[str, Any], ...]
_modules: dict[str, tuple[types.ModuleType, _Items]] = {}
_classes: list[tuple[type, _Items]] = []
_functions: dict[int, tuple[types.FunctionType, tuple]] = {}
_tables: list[tuple[Any, tuple]] = []


def close() -> None:
    """Keeps what there is now of the kernel; what was kept before is left alone."""
    for name, module in list(sys.modules.items()):
        if name in _modules or not isinstance(module, types.ModuleType):
            continue
        if name == _PACKAGE or name.startswith(f"{_PACKAGE}."):
            _keep(name, module, True)
    for module in _LEANS_ON:
        if module.__name__ not in _modules:
            _keep(module.__name__, module, False)


def _keep(name: str, module: types.ModuleType, own: bool) -> None:
    short = name.rpartition(".")[2]
    held = {key: value for key, value in vars(module).items() if f"{short}.{key}" not in _STATE}
    _modules[name] = (module, tuple(held.items()))
    for key, value in held.items():
        if isinstance(value, types.FunctionType):
            _keep_function(value)
        elif isinstance(value, type) and value.__module__ == name and value.__flags__ & (1 << 9):
            attributes = {k: v for k, v in vars(value).items() if k not in ("__dict__", "__weakref__")}
            _classes.append((value, tuple(attributes.items())))
            for item in attributes.values():
                inner = getattr(item, "__func__", getattr(item, "fget", item))
                if isinstance(inner, types.FunctionType):
                    _keep_function(inner)
        elif own and type(value) in (dict, list, set) and not key.startswith("__annot"):
            if key != "__builtins__" or short != "guard":
                _tables.append((value, tuple(value.items() if isinstance(value, dict) else value)))


def _keep_function(function: types.FunctionType) -> None:
    _functions[id(function)] = (function, _parts(function))


def _parts(function: types.FunctionType) -> tuple:
    return function.__code__, function.__defaults__, function.__kwdefaults__


def hide() -> None:
    """While code runs on the bench, `import procoder` finds nothing. The sandbox puts the modules back."""
    for name in [name for name in sys.modules if name == _PACKAGE or name.startswith(f"{_PACKAGE}.")]:
        sys.modules[name] = None  # type: ignore[assignment]


def broken() -> bool:
    """Puts back whatever of the kernel was changed; tells whether anything was."""
    found = False
    for module, before in _modules.values():
        live = vars(module)
        for key, value in before:
            if key not in live or live[key] is not value:
                live[key] = value
                found = True
    for cls, attributes in _classes:
        current = vars(cls)
        for key, value in attributes:
            if current.get(key) is not value and not _lazy(key):
                type.__setattr__(cls, key, value)
                found = True
    for function, parts in _functions.values():
        if not all(map(operator.is_, _parts(function), parts)):
            function.__code__, function.__defaults__, function.__kwdefaults__ = parts
            found = True
    for table, content in _tables:
        now = tuple(table.items() if isinstance(table, dict) else table)
        if (table != set(content)) if isinstance(table, set) else now != content:
            table.clear()
            table.extend(content) if isinstance(table, list) else table.update(content)
            found = True
    return found


def _lazy(key: str) -> bool:
    """Attributes that Python itself fills in or renews."""
    return key in ("__annotations__", "__annotations_cache__", "__annotate_func__", "__doc__", "__abstractmethods__", "_abc_impl")
