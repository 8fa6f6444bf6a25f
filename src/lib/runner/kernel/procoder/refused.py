"""What cannot work in a browser's Python, refused with a sentence that says what to do instead."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import concurrent.futures.thread
import multiprocessing.context
import multiprocessing.process
import os
import signal
import subprocess
import sys
import threading
from typing import Any, Callable, NoReturn

THREADS = (
    "Threads cannot run in ProCoder: Python here has a single one. Call the function directly, "
    "or use asyncio to wait for several things at once."
)
PROCESSES = (
    "Other programs and processes cannot be started in ProCoder: Python runs inside your browser. "
    "Call a Python function instead."
)
SIGNALS = "Signals cannot be sent in ProCoder: no other process runs here."

AUDIT = "An audit hook stays for as long as Python runs, so ProCoder lets none in. sys.settrace shows what a program does."

#: Loaded here so that `changes` finds them before a cell imports them.
_REFUSING = (concurrent.futures.thread, multiprocessing.context, multiprocessing.process, subprocess, threading)
#: One change of the world: (the object, its attribute, what stands there while a cell runs).
Change = tuple[Any, str, Any]
_getpid, _write = os.getpid, os.write
_STREAMS = {1: "__stdout__", 2: "__stderr__"}


def changes() -> list[Change]:
    """What to put in place while a cell runs, for the modules that are loaded by now."""
    found: list[Change] = []
    loaded = sys.modules.get
    for module, owner, name, stand_in in _WANTED:
        there: Any = loaded(module)
        if there is not None and owner:
            there = vars(there).get(owner)
        if there is not None and name in vars(there):
            found.append((there, name, stand_in))
    return found


def _no_thread(*args: Any, **keywords: Any) -> NoReturn:
    raise RuntimeError(THREADS)


def _no_process(*args: Any, **keywords: Any) -> NoReturn:
    raise RuntimeError(PROCESSES)


def _leave(status: int = 0, /) -> NoReturn:
    """Stands in for `os._exit`, which would end Python itself."""
    raise SystemExit(status)


def _abort() -> NoReturn:
    raise SystemExit("os.abort() ended this cell.")


def _kill(process: int, number: int, /) -> None:
    if process != _getpid():
        raise ProcessLookupError(SIGNALS)
    if number == 0:
        return
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(f"Signal {int(number)} ended this cell.")


def write_out(fd: int, data: Any, /) -> int:
    """Stands in for `os.write`: what goes to the numbers 1 and 2 is output like any other."""
    stream = _STREAMS.get(fd) if type(fd) is int else None
    buffer = getattr(vars(sys).get(stream), "buffer", None) if stream else None
    return _write(fd, data) if buffer is None else buffer.write(data)


def no_audit_hook(hook: Any, /) -> NoReturn:
    """Stands in for `sys.addaudithook`: one that raises could never be taken off again, and would end every later cell."""
    raise RuntimeError(AUDIT)


def limited(set_limit: Callable[[int], None], highest: int) -> Callable[[int], None]:
    """`sys.setrecursionlimit` that goes no higher than what the interpreter survives."""

    def setrecursionlimit(limit: int, /) -> None:
        set_limit(min(limit, highest) if isinstance(limit, int) else limit)

    return setrecursionlimit


#: (module, class or nothing, its attribute, what stands there).
_WANTED: tuple[tuple[str, str, str, Any], ...] = (
    ("threading", "Thread", "start", _no_thread),
    ("_thread", "", "start_new_thread", _no_thread),
    ("concurrent.futures.thread", "ThreadPoolExecutor", "submit", _no_thread),
    ("concurrent.futures.process", "ProcessPoolExecutor", "__init__", _no_process),
    ("multiprocessing.process", "BaseProcess", "start", _no_process),
    ("multiprocessing.context", "BaseContext", "Pool", _no_process),
    ("multiprocessing", "", "Pool", _no_process),
    ("subprocess", "Popen", "__init__", _no_process),
    ("os", "", "system", _no_process),
    ("os", "", "popen", _no_process),
    ("os", "", "fork", _no_process),
    ("os", "", "_exit", _leave),
    ("os", "", "abort", _abort),
    ("os", "", "kill", _kill),
    ("os", "", "write", write_out),
)
