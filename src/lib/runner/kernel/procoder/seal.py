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
from typing import Any

from .world import HIDDEN

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
    "seal._parts_kept",
    "seal._tables",
    "chance._active",
    "chance._made_dates",
    "hooks.heard",
    "hooks._callbacks",
    "guard._PRISTINE",
    "guard._kept",
    "imports._offered",
    "wake._sources",
}
# What is kept stands in tuples: a copy of a module's dictionary would be found, and changed, like the module's own.
_modules: dict[str, tuple[types.ModuleType, tuple, tuple]] = {}
_classes: list[tuple[type, tuple, tuple]] = []
_functions: list[types.FunctionType] = []
_parts_kept: list[tuple] = []
_parts = operator.attrgetter("__code__", "__defaults__", "__kwdefaults__")
_tables: list[tuple[Any, tuple]] = []
_SECOND = operator.itemgetter(1)


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
    _modules[name] = (module, tuple(held), tuple(held.values()))
    for key, value in held.items():
        if isinstance(value, types.FunctionType):
            _keep_function(value)
        elif isinstance(value, type) and value.__module__ == name and value.__flags__ & (1 << 9):
            attributes = {k: v for k, v in vars(value).items() if not _lazy(k)}
            if not own and not any(isinstance(item, types.FunctionType) for item in attributes.values()):
                continue  # the classes of syntax trees: data
            _classes.append((value, tuple(attributes), tuple(attributes.values())))
            for item in attributes.values():
                inner = getattr(item, "__func__", getattr(item, "fget", item))
                if isinstance(inner, types.FunctionType):
                    _keep_function(inner)
        elif own and type(value) in (dict, list, set) and not key.startswith("__annot"):
            if key != "__builtins__" or short != "guard":
                _tables.append((value, tuple(value.items() if isinstance(value, dict) else value)))


def _keep_function(function: types.FunctionType) -> None:
    _functions.append(function)
    _parts_kept.append(_parts(function))


_PLAIN_IMPORTS = r"(?:math|random|time|datetime|string|dataclasses|collections|secrets|uuid|json|statistics|asyncio|re)\b"
_DUNDERS = "init|name|main|str|repr|len|eq|lt|add|iter|next|getitem|contains|call|enter|exit|hash|post_init"
_REACHES = re.compile(
    r"sys|\bgc\b|frame|f_back|f_globals|f_locals|tb_|eval|exec|compile|attr|globals|locals|vars|inspect|types|modules|"
    r"importlib|procoder|pickle|weakref|builtins|_os\b|breakpoint|help|codecs|"
    rf"__(?!(?:{_DUNDERS})__|\W|$)|\b(?:import|from)\s+(?!{_PLAIN_IMPORTS})|,\s*(?:gc|ast|re)\b"
)


def can_reach(text: str) -> bool:
    """Whether code names any way out of its own namespace. Where it does not, there is nothing to compare after it."""
    return _REACHES.search(text) is not None


def hide() -> list[str]:
    """While code runs on the bench, it finds no more than a cell does. The sandbox puts the modules back.

    Returns those that were not there: nobody but the caller takes these out again.
    """
    absent = [name for name in HIDDEN if name not in sys.modules]
    hidden = [name for name in sys.modules if isinstance(name, str) and name.partition(".")[0] in HIDDEN]
    sys.modules.update(dict.fromkeys((*hidden, *absent)))  # type: ignore[arg-type]
    return absent


def broken() -> bool:
    """Puts back whatever of the kernel was changed; tells whether anything was."""
    found = False
    for module, names, values in _modules.values():
        live = vars(module)
        if not all(map(operator.is_, map(live.get, names), values)):
            live.update(zip(names, values))
            found = True
    for cls, names, values in _classes:
        if not all(map(operator.is_, map(vars(cls).get, names), values)):
            for name, value in zip(names, values):
                if vars(cls).get(name) is not value:
                    type.__setattr__(cls, name, value)
            found = True
    # In C: an equal tuple of the same objects is recognised by identity.
    if list(map(_parts, _functions)) != _parts_kept:
        for function, parts in zip(_functions, _parts_kept):
            function.__code__, function.__defaults__, function.__kwdefaults__ = parts
        found = True
    for table, content in _tables:
        same = len(table) == len(content)
        if isinstance(table, set):
            same = same and all(map(table.__contains__, content))
        elif isinstance(table, dict):
            same = same and all(map(operator.is_, table.values(), map(_SECOND, content)))
        else:
            same = same and all(map(operator.is_, table, content))
        if not same:
            table.clear()
            table.extend(content) if isinstance(table, list) else table.update(content)
            found = True
    return found


def _lazy(key: str) -> bool:
    """Attributes that Python itself fills in or renews."""
    return key in ("__dict__", "__weakref__", "__annotations__", "__annotations_cache__", "__annotate_func__", "__doc__", "__abstractmethods__", "_abc_impl")
