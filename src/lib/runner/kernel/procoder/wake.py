"""Before a memory snapshot is made, and after every boot."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import importlib
import inspect
import linecache
import pkgutil
import random
import sys
from asyncio import _get_running_loop
from typing import Any

from . import causes_friendly
from .stop import stopper

_PACKAGE = __name__.rpartition(".")[0]
#: What students import most, and what a cell's world is made of. Their files stay readable: they are Python's own.
_COMMON = (
    "abc",
    "argparse",
    "array",
    "asyncio",
    "base64",
    "bisect",
    "calendar",
    "cmath",
    "collections",
    "concurrent.futures.thread",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "getpass",
    "hashlib",
    "heapq",
    "inspect",
    "io",
    "itertools",
    "json",
    "logging",
    "math",
    "multiprocessing.context",
    "multiprocessing.process",
    "numbers",
    "operator",
    "os",
    "pathlib",
    "pickle",
    "platform",
    "pprint",
    "queue",
    "random",
    "re",
    "secrets",
    "shutil",
    "signal",
    "statistics",
    "string",
    "struct",
    "subprocess",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "timeit",
    "traceback",
    "types",
    "typing",
    "unittest",
    "urllib.parse",
    "uuid",
    "weakref",
    "zoneinfo",
)


#: (filename, text) of the kernel's modules: their files are not in a restored file system.
_sources: list[tuple[str, str]] = []


def prepare() -> None:
    """Imports all of the kernel and what it and students import, and keeps the sources of what has no file afterwards."""
    import procoder

    for module in pkgutil.walk_packages(procoder.__path__, f"{_PACKAGE}."):
        importlib.import_module(module.name)
    for name in _COMMON:
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # not in this build of Python; a student's import will say so
    causes_friendly.friendly.load()
    if not _sources:
        _sources.extend(_kernel_sources())


def awake(desk: Any, options: dict[str, Any]) -> None:
    """`desk` gets its recursion limit; chance is new; tracebacks find the kernel's source."""
    random.seed()
    for filename, text in _sources:
        # The lazy form: it costs nothing until a traceback goes through the kernel.
        linecache.cache[filename] = (lambda text=text: text,)  # type: ignore[assignment]
    _calm(_get_running_loop())
    stopper.ready()
    limit = options.get("recursionLimit")
    if limit:
        sys.setrecursionlimit(limit)
        desk.world.highest_recursion = limit


def _calm(loop: Any) -> None:
    """`sys.exit()` in a background task of a cell ends that task, and tears nothing else."""
    if hasattr(loop, "_system_exit_handler"):
        loop._system_exit_handler = lambda code: None
        loop._keyboard_interrupt_handler = lambda: None


def _kernel_sources() -> list[tuple[str, str]]:
    found = []
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == _PACKAGE and getattr(module, "__file__", None):
            try:
                found.append((module.__file__, inspect.getsource(module)))
            except OSError:
                pass
    return found
