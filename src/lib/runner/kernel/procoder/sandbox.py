"""A place for code that must leave no trace: what it changes in Python is put back afterwards.

Everything that a run on the bench does happens inside `Sandbox`: redefined built-ins, replaced or deleted modules,
patched standard functions, a changed directory, a seeded generator, written files.
"""

from __future__ import annotations

from .guard import EmptyStdin, private_builtins, restore_builtins

__builtins__ = private_builtins()

import atexit
import builtins
import gc
import operator
import os
import random
import sys
import time
import types
import warnings
from typing import Any, Iterable, Iterator

from . import chance, hooks, refused, seal
from .output import Capture

#: Modules whose classes the kernel leans on, or that learners like to patch.
_CLASS_MODULES = (
    "json.encoder",
    "json.decoder",
    "ast",
    "collections",
    "contextlib",
    "random",
    "dataclasses",
    "enum",
    "fractions",
    "random",
    "string",
    "traceback",
    "types",
    "warnings",
)
_BACKUP_BYTES = 1_000_000
#: Modules (with what they held when they were first seen) and classes: foreign code runs only in a sandbox, which puts
#: everything back, so what was kept once stays right, and is not copied again for every run.
_kept: dict[str, tuple[types.ModuleType, dict[str, Any]]] = {}
_classes_kept: list[tuple[type, dict[str, Any]]] = [
    # These stand where cells look for `random.Random`, and belong to no module of Python's.
    (cls, dict(vars(cls))) for cls in (chance.Random, chance.SystemRandom)
]
_getcwd, _chdir, _exists, _remove = os.getcwd, os.chdir, os.path.exists, os.remove


class Sandbox:
    """`with Sandbox(stdin) as sandbox:` runs code with its own stdin, captured output and free `sleep`."""

    def __init__(
        self, stdin: Iterable[str] = (), world: chance.World | None = None, dates: bool = False, sealed: bool = True
    ) -> None:
        self.world = world or chance.World()
        #: Whether the run reached for the kernel, or something of the kernel was found changed when it was over.
        self.tampered = False
        self._dates, self._sealed = dates, sealed
        self.lines: list[str] = list(stdin)
        self.out = Capture()
        self.asked_too_much = False
        #: The line that asked when there was no line left.
        self.asked_at: int | None = None
        self.network = False
        self._touched: dict[str, bytes | None] = {}
        self._busy = False
        self._note = self.note
        self._asyncio: Any = None
        self._async_sleep: Any = None

    def __enter__(self) -> "Sandbox":
        self._saved = _Snapshot()
        hooks.take_off(*self._saved.hooks)
        self._outer, hooks.heard = hooks.heard, self._note
        seal.close()
        self._world_before = chance.enter(self.world, self._dates)
        self._absent = seal.hide()
        sys.stdin = sys.__stdin__ = _LineReader(self)  # type: ignore[misc]
        sys.stdout = sys.__stdout__ = self.out  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = Capture(100_000)  # type: ignore[misc]
        os.write = refused.write_out
        # A cell that traces would switch our tracing off, and with it the budget.
        sys.settrace = sys.setprofile = lambda function, /: None  # type: ignore[assignment]
        for name in ("_setprofileallthreads", "_settraceallthreads"):
            if hasattr(sys, name):
                setattr(sys, name, sys.settrace)
        sys.addaudithook = refused.no_audit_hook
        sys.breakpointhook = lambda *args, **kwargs: None
        sys.unraisablehook = lambda *args: None
        builtins.input = self._input
        atexit.register = _no_register  # type: ignore[assignment]
        time.sleep = _no_sleep
        self._asyncio = sys.modules.get("asyncio")
        if self._asyncio is not None:
            self._async_sleep = self._asyncio.sleep
            self._asyncio.sleep = _no_async_sleep
        return self

    def __exit__(self, *problem: object) -> None:
        hooks.take_off(*self._saved.hooks, reached=self._sealed)
        self.tampered = self.tampered or hooks.heard is not self._note
        chance.leave(self._world_before)
        self._saved.restore()
        for name in self._absent:
            if sys.modules.get(name, self) is None:
                del sys.modules[name]
        self.tampered = self.tampered or self._sealed and seal.broken()
        if self._asyncio is not None:
            self._asyncio.sleep = self._async_sleep
        hooks.heard = self._outer
        self._clean_files()
        random.seed()

    def new_output(self) -> None:
        """Starts an empty capture; what was printed before is forgotten."""
        self.resume(Capture())

    def resume(self, out: Capture) -> None:
        """Goes on with a capture that there was before."""
        self.out = out
        sys.stdout = sys.__stdout__ = self.out  # type: ignore[misc]

    def _input(self, prompt: object = "", /) -> str:
        sys.stdout.write(str(prompt))
        if not self.lines:
            if not self.asked_too_much:
                self.asked_at = sys._getframe(1).f_lineno
            self.asked_too_much = True
            raise EOFError("input() was asked for a line, and there was none left")
        return self.lines.pop(0)

    def note(self, event: str, args: tuple) -> None:
        """One audit event of Python's: notices the network, files that are about to be written, and hands on the kernel."""
        if self._busy:
            return
        if event.startswith("socket."):
            self.network = True
            raise OSError("there is no network here")
        if event != "open":
            self.tampered = True
            raise RuntimeError(f"{event} is not for what is checked")
        if isinstance(args[0], (str, bytes)):
            mode, flags = args[1], args[2]
            writing = any(sign in mode for sign in "wax+") if isinstance(mode, str) else bool(flags & 3)
            if writing:
                self._busy = True
                try:
                    self._back_up(os.fsdecode(args[0]))
                finally:
                    self._busy = False

    def _back_up(self, path: str) -> None:
        path = os.path.join(_getcwd(), path)
        if path in self._touched:
            return
        self._touched[path] = None
        if _exists(path) and os.path.isfile(path) and os.path.getsize(path) <= _BACKUP_BYTES:
            with open(path, "rb") as file:
                self._touched[path] = file.read()
        elif _exists(path):
            del self._touched[path]  # too big to keep, or no plain file: leave it alone

    def _clean_files(self) -> None:
        for path, before in self._touched.items():
            try:
                if before is not None:
                    with open(path, "wb") as file:
                        file.write(before)
                elif _exists(path):
                    _remove(path)
            except OSError:
                pass


class _LineReader(EmptyStdin):
    """`sys.stdin` with the same lines that `input()` takes; at the end it is empty, as a file would be."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        return self._sandbox.lines.pop(0) + "\n" if self._sandbox.lines else ""

    def read(self, size: int | None = -1) -> str:
        return "".join(iter(self.readline, ""))


class _Snapshot:
    """What a run may change, as it is now."""

    def __init__(self) -> None:
        self._modules = dict(sys.modules)
        for name, module in self._modules.items():
            known = _kept.get(name)
            if known is None or known[0] is not module:
                if isinstance(module, types.ModuleType) and _worth_keeping(name):
                    _kept[name] = (module, dict(vars(module)))
                    _classes_kept.extend(_classes(name, module))
        self._sys = dict(vars(sys))
        self._lists = [(item, list(item)) for item in (sys.path, sys.meta_path, sys.path_hooks, sys.argv)]
        self._filters = list(warnings.filters)
        self._cwd = _getcwd()
        self._environ = _environment()
        self._recursion = sys.getrecursionlimit()
        self._digits = sys.get_int_max_str_digits()
        self.hooks = hooks.here()
        self._gc, self._threshold = gc.isenabled(), gc.get_threshold()
        decimal = sys.modules.get("decimal")
        self._decimal = decimal.getcontext().copy() if decimal else None  # type: ignore[attr-defined]

    def restore(self) -> None:
        """Puts everything back. Safe to call when the run has broken whatever it could."""
        restore_builtins(added_too=True)
        _put_back(vars(sys), self._sys)
        for module, before in _kept.values():
            _put_back(vars(module), before)
        for name, module in self._modules.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
        for cls, attributes in _classes_kept:
            _put_back_class(cls, attributes)
        for item, content in self._lists:
            if item != content:
                item[:] = content
        if list(warnings.filters) != self._filters:
            warnings.filters[:] = self._filters  # type: ignore[index]
        if sys.getrecursionlimit() != self._recursion:
            sys.setrecursionlimit(self._recursion)
        sys.set_int_max_str_digits(self._digits)
        (gc.enable if self._gc else gc.disable)()
        gc.set_threshold(*self._threshold)
        try:
            if _getcwd() != self._cwd:
                _chdir(self._cwd)
        except OSError:
            _chdir(self._cwd)
        if _environment() != self._environ:
            os.environ.clear()
            os.environ.update({os.fsdecode(key): os.fsdecode(value) for key, value in self._environ.items()})
        decimal = sys.modules.get("decimal")
        if decimal is not None:
            context = self._decimal or decimal.DefaultContext.copy()  # type: ignore[attr-defined]
            decimal.setcontext(context)  # type: ignore[attr-defined]


def _worth_keeping(name: str) -> bool:
    """Python's own modules. Some rebind their state while they work; those are left alone."""
    top = name.partition(".")[0]
    if top in ("sys", "builtins", "asyncio", "unittest", "threading", "logging", "__main__"):
        return False
    return top in sys.stdlib_module_names  # the seal keeps the kernel's own


def _environment() -> dict:
    # os.environ decodes every value on the way out; its own store can be copied at once.
    return dict(
        getattr(os.environ, "_data", None) or {os.fsencode(k): os.fsencode(v) for k, v in os.environ.items()}
    )


def _classes(name: str, module: types.ModuleType) -> Iterator[tuple[type, dict[str, Any]]]:
    """The classes that Python code can change, of the modules where that would hurt."""
    for value in list(vars(module).values()) if name in _CLASS_MODULES else ():
        if isinstance(value, type) and value.__module__ == name and value.__flags__ & (1 << 9):
            yield value, dict(vars(value))


def _put_back(live: dict[str, Any], before: dict[str, Any]) -> None:
    # Untouched modules, nearly all of them, are recognised without leaving C.
    if len(live) == len(before) and all(map(operator.is_, live.values(), before.values())):
        return
    for key, value in before.items():
        if key not in live or live[key] is not value:
            live[key] = value


def _put_back_class(cls: type, before: dict[str, Any]) -> None:
    live = vars(cls)
    if len(live) == len(before) and all(map(operator.is_, live.values(), before.values())):
        return
    for key in [key for key in live if key not in before and not key.startswith("__")]:
        type.__delattr__(cls, key)
    for key, value in before.items():
        if (key not in live or live[key] is not value) and key not in ("__dict__", "__weakref__"):
            try:
                type.__setattr__(cls, key, value)
            except (AttributeError, TypeError):
                pass


def _no_register(function: Any, /, *args: Any, **keywords: Any) -> Any:
    """Stands in for `atexit.register`: nothing of a run may happen after it."""
    return function


def _no_sleep(seconds: float, /) -> None:
    """Stands in for `time.sleep`: waiting costs nothing on the bench."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")


async def _no_async_sleep(delay: float, result: Any = None) -> Any:
    return result
