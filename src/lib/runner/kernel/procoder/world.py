"""What Python looks like to a cell while it runs, and Python as it was, once the cell is over.

Nothing that a cell does to `sys`, the built-ins, the module table or the event loop may stop the next cell from running.
What a session may well change for good (the search path, the environment, the current folder, a library's own state)
stays changed.
"""

from __future__ import annotations

from .guard import Kept, KeptParts, private_builtins, restore_builtins

__builtins__ = private_builtins()

import ast
import asyncio
import builtins
import getpass
import inspect
import json.decoder
import json.encoder
import linecache
import operator
import re
import sys
import time
import tokenize
import traceback
import types
import warnings
from typing import Any, Callable

from . import hooks, refused
from .host import host

_input = input
_PACKAGE = __name__.rpartition(".")[0]
_MISSING = object()
_ensure_future, _is_coroutine = asyncio.ensure_future, asyncio.iscoroutine
_get_loop, _set_loop = asyncio._get_running_loop, asyncio._set_running_loop
_set_limit, _get_limit = sys.setrecursionlimit, sys.getrecursionlimit
#: With these, objects are changed behind Python's back.
MEMORY = ("ctypes", "_ctypes", "_ctypes_test", "_testcapi", "_testinternalcapi", "_testlimitedcapi")
#: Not for cells: the ways to JavaScript, to memory, and the kernel. It keeps honest code from leaning on them; it is no wall.
HIDDEN = ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core", *MEMORY, _PACKAGE)
#: Modules of Python without which no cell can be run or explained: the functions, classes and tables in them are put back.
_LEANS_ON = (ast, inspect, json.decoder, json.encoder, linecache, re, tokenize, traceback, types, warnings)
_CLASSES = (
    json.decoder.JSONDecoder,
    json.encoder.JSONEncoder,
    traceback.FrameSummary,
    traceback.StackSummary,
    traceback.TracebackException,
    warnings.catch_warnings,
)


class World:
    """`enter` before a cell's code runs, `leave` after it."""

    def __init__(self) -> None:
        #: No cell may set a higher recursion limit than this; 0: any.
        self.highest_recursion = 0
        self._own = KeptParts((owner, _parts(owner)) for owner in (*_LEANS_ON, *_CLASSES))
        self._saved: list[tuple[Any, str, Any]] = []
        self._inside = False
        self._sys = Kept(vars(sys))
        self._look_at_modules()

    def enter(self, streams: dict[str, Any], main: types.ModuleType, read: Callable[..., str]) -> None:
        """`streams`: what `sys.stdout`, `stderr` and `stdin` are; `read(prompt, secret)` answers `input` and `getpass`."""
        there = vars(sys)
        if len(there) != len(self._sys.names) or next(reversed(there), None) is not self._sys.names[-1]:
            self._sys = Kept(there)
        try:
            self._sys_values = self._sys.pick(there)
        except KeyError:
            self._sys = Kept(there)
            self._sys_values = self._sys.values
        modules = sys.modules
        try:
            # New modules stand at the end.
            if len(modules) != self._count or next(reversed(modules)) is not self._last:
                self._look_at_modules()
            self._modules = self._names.pick(modules)
        except KeyError:
            self._look_at_modules()
            self._modules = self._names.pick(modules)
        self._replaced_modules = self._replaced.pick(modules)
        self._lists = [(item, list(item)) for item in (sys.path, sys.meta_path, sys.path_hooks)]
        self._loop = _get_loop()
        self._limit = _get_limit()
        self._hooks = hooks.here()
        hooks.take_off(*self._hooks)
        self._saved = []
        self._inside = True
        self._stood = {name: there[name] for name in (*streams, "setrecursionlimit", "addaudithook") if name in there}
        there.update(streams, addaudithook=refused.no_audit_hook)
        builtins.input = lambda prompt="", /: read(str(prompt), False)
        self._change(time, "sleep", _sleep)
        self._change(getpass, "getpass", lambda prompt="Password: ", stream=None, **_: read(str(prompt), True))
        saved = self._saved
        for owner, name, stand_in in self._refusals:
            saved.append((owner, name, vars(owner)[name]))
            setattr(owner, name, stand_in)
        if self._loop is not None and hasattr(self._loop, "_system_exit_handler"):
            # Pyodide's own ask for a module of JavaScript's, which is hidden from cells.
            self._change(asyncio, "run", _run_coroutine)
            self._change(type(self._loop), "run_until_complete", lambda loop, future: host.wait(_ensure_future(future)))
        if self.highest_recursion:
            sys.setrecursionlimit = refused.limited(_set_limit, self.highest_recursion)
        modules.update(self._hiding)
        modules["__main__"] = main

    def leave(self) -> None:
        """Puts back what has to be put back. Safe to call twice."""
        if not self._inside:
            return
        self._inside = False
        hooks.take_off(*self._hooks)
        held = vars(builtins)
        if "input" in held:
            # Where it is gone, the walk puts it back in its place: the seal compares their order, too.
            held["input"] = _input
        restore_builtins()
        vars(sys).update(self._stood)
        if not self._sys.same(vars(sys), self._sys_values):
            for name, value in zip(self._sys.names, self._sys_values):
                if vars(sys).get(name, _MISSING) is not value:
                    setattr(sys, name, value)
        if _get_limit() != self._limit:
            _set_limit(self._limit)
        modules = sys.modules
        modules.update(zip(self._replaced.names, self._replaced_modules))
        if not self._names.same(modules, self._modules):
            for name, module in zip(self._names.names, self._modules):
                # A cell may well reload a module of its own; Python's and ours stay what they were.
                if modules.get(name) is not module and (_ours(name) or modules.get(name) is None):
                    modules[name] = module
        for name in self._absent:
            if modules.get(name, self) is None:
                del modules[name]
        if len(modules) != self._count and not all(isinstance(name, str) for name in modules):
            # Rebuilt, because removing a key of the cell's own would call its methods.
            named = [(name, module) for name, module in modules.items() if isinstance(name, str)]
            modules.clear()
            modules.update(named)
        for item, before in self._lists:
            if len(item) != len(before) or not all(map(operator.is_, item, before)):
                item.extend(entry for entry in before if entry not in item)
        for owner, name, value in reversed(self._saved):
            setattr(owner, name, value)
        self._own.restore()
        if _get_loop() is not self._loop:
            _set_loop(self._loop)

    def _look_at_modules(self) -> None:
        """Notes which modules there are, and which of them cells do not find. Only a text can be the name of one."""
        modules = sys.modules
        self._count, self._last = len(modules), next(reversed(modules), None)
        self._names = Kept((name, None) for name in modules if type(name) is str)
        hidden = {name for name in self._names.names if name.partition(".")[0] in HIDDEN}
        #: Also what is not loaded yet: Pyodide finds `js` when it is asked for.
        self._hiding = dict.fromkeys((*HIDDEN, *hidden))
        self._refusals = refused.changes()
        self._absent = [name for name in HIDDEN if name not in modules]
        self._replaced = Kept((name, None) for name in self._names.names if name in hidden or name == "__main__")

    def _change(self, owner: Any, name: str, stand_in: Any) -> None:
        self._saved.append((owner, name, vars(owner)[name]))
        setattr(owner, name, stand_in)


def _parts(owner: Any) -> dict[str, Any]:
    held = [(name, value) for name, value in vars(owner).items() if name not in ("__dict__", "__weakref__")]
    return {name: value for name, value in held if callable(value) or isinstance(value, (types.ModuleType, dict, list))}


def _ours(name: str) -> bool:
    top = name.partition(".")[0]
    return top in sys.stdlib_module_names or top in HIDDEN or top == "__main__"


def _run_coroutine(main: Any, *, debug: bool | None = None, loop_factory: Any = None) -> Any:
    """Stands in for `asyncio.run`, which a running event loop would refuse."""
    if not _is_coroutine(main):
        raise ValueError(f"a coroutine was expected, got {main!r}")
    return host.wait(_ensure_future(main))


def _sleep(seconds: float, /) -> None:
    """Stands in for `time.sleep`: it can be stopped."""
    if not isinstance(seconds, (int, float)):
        seconds = operator.index(seconds)
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    host.sleep(seconds)
