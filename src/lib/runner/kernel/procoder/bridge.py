"""The kernel's door: JSON text in, JSON text out. Nothing here raises, whatever a learner's code did."""

from __future__ import annotations

from .guard import private_builtins, restore_builtins

__builtins__ = private_builtins()

import json
import platform
from asyncio import Task
from asyncio import _get_running_loop as _running_loop
from typing import Any, Callable

from . import __version__, wake
from .host import host
from .output import Emit
from .run import Desk
from .stop import stopper

# Held from the start: a cell may replace `json.dumps`. ASCII only, so that lone surrogates cross every border.
_encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode
_decode = json.JSONDecoder().decode

desk = Desk()


def _version(params: dict) -> dict:
    return {"kernel": __version__, "python": platform.python_version()}


def _facts(params: dict) -> Any:
    from . import facts

    return facts.gather(
        params["code"],
        params.get("context", []),
        params.get("stdin", []),
        params.get("call"),
        params.get("setup", ()),
    )


def _explain(params: dict) -> Any:
    from . import explain

    return explain.explain(
        params["code"], params.get("context", []), params.get("stdin", []), unrun=params.get("unrun")
    )


def _verify(params: dict) -> Any:
    from . import verify

    return verify.verify(
        params["claim"],
        params["code"],
        params.get("context", []),
        params.get("stdin", []),
        params.get("budget"),
    )


def _check(params: dict) -> Any:
    from . import checks

    return checks.check(
        params["code"],
        params["checks"],
        params.get("context", []),
        params.get("setup", []),
        params.get("mistakes", []),
        params.get("mode", "judge"),
        params.get("patience", 1),
    )


def _hashes(params: dict) -> bool:
    from . import hashing

    return hashing.may_depend([params["code"], *(cell["code"] for cell in params.get("context", []))])


def _names(params: dict) -> Any:
    return desk.names()


def _complete(params: dict) -> Any:
    from . import complete

    return complete.members(
        desk.module, params["path"], params.get("instance", False), params.get("private", False)
    )


def _missing(params: dict) -> Any:
    from . import imports

    return imports.missing(params["code"])


_METHODS: dict[str, Callable[[dict], Any]] = {
    "version": _version,
    "facts": _facts,
    "explain": _explain,
    "verify": _verify,
    "check": _check,
    "names": _names,
    "hashes": _hashes,
    "missing": _missing,
    "complete": _complete,
}


def call(method: str, params_json: str) -> str:
    """Carries out `facts`, `explain`, `verify`, `check`, `names`, `missing`, `complete` or `version`; also while a cell waits.

    `explain` with `unrun`: `crashed` or `timed-out`, what became of the interpreter that tried it; then nothing is run.
    `names`: `[{name, cell, kind, repr}]`, which cell bound which name last. `missing` of `{code}`: the modules that the
    code imports and that are not here, as top-level names. `complete` of `{path, instance?, private?}`: see `complete.py`.
    Returns `{"ok": true, "result": …}` or `{"ok": false, "error": {"type", "message"}}` as ASCII JSON text.
    """
    stopper.begin_call(call.__code__)
    try:
        if method not in _METHODS:
            raise LookupError(f"there is no method {method!r}")
        with desk.aside():
            answer = _encode({"ok": True, "result": _METHODS[method](_decode(params_json))})
    except BaseException as problem:  # noqa: BLE001 - the other side has no `except`
        stopper.end_call()
        restore_builtins()
        return _encode({"ok": False, "error": {"type": type(problem).__name__, "message": str(problem)}})
    stopper.end_call()
    return answer


async def run(request_json: str, emit: Emit) -> str:
    """Runs a cell at the desk. In: `{"runId", "cellId", "code", "answers"?, "replay"?}`. Out:

    `{"status": "ok" | "error" | "interrupted", "error"?, "durationMs", "variables", "names"?, "memory"?, "needsInput"?}`.
    `names`: what the cell takes from others and gives them, see `uses.py`; absent where it is no Python. `variables`: how many names cells have bound; `memory`: a MemoryError ended it; `needsInput` `{prompt, secret}`: the
    recorded `answers` ran out and nobody can be asked now. The same cell is then sent with one more answer and
    `replay: true`, which first puts the names back to what they were bound to before the first attempt.
    `emit(kind, text)` is called while the cell runs, with kind `stdout` or `stderr`, or `display` and a JSON object of the
    value's forms by media type; with `mixed` and a JSON list of `[kind, text]` where the streams alternate; and with `last`
    for the value that is displayed as the cell ends: nothing comes after it but the result, so it may travel with that.
    """
    return _encode(await desk.run(_decode(request_json), emit))


#: Pyodide's event loop, and what it does on the thread on which it is about to call something.
_loop: Any = None
_claim: tuple[Callable[[], None], ...] = ()
_unfinished: Any = None


def start(request_json: str, emit: Emit) -> str | None:
    """`run` at once, without a turn of the event loop before and another one after it: most cells wait for nothing.

    None: it waits; `unfinished` is what to await then. Must be entered so that Python can wait for a promise (JSPI).
    """
    global _unfinished
    # Each entry of that kind is a thread of its own to Python, and a thread has a running loop and hooks of its own.
    for claim in _claim:
        claim()
    task = Task(run(request_json, emit), loop=_loop, eager_start=True)
    if task.done():
        return task.result()
    _unfinished = task
    return None


def unfinished() -> Any:
    """The run that `start` could not finish; awaited, it gives what `run` gives. Asked for once."""
    global _unfinished
    task, _unfinished = _unfinished, None
    return task


def cancel(run_id: str) -> bool:
    """Ends the run while it waits (the caller writes the interrupt byte where it computes). False: no such run."""
    return desk.cancel(run_id)


def reset() -> None:
    """Clears the desk's namespace."""
    desk.reset()


def set_host(there: Any) -> None:
    """Who answers `input()` and `time.sleep()` from now on; None: nobody. See `host.py` for what it must offer."""
    host.there = there


def offer(modules_json: str) -> None:
    """Which modules can still be had: the worker fetches them before it runs code in which it sees their import."""
    from . import imports

    imports.offer(_decode(modules_json))


def prepare() -> None:
    """Loads everything that would be loaded later, for a memory snapshot. Leaves no JavaScript object alive."""
    wake.prepare()


def awake(options_json: str = "{}") -> None:
    """After every boot, restored or plain: `{"recursionLimit"?}`. Renews chance, and what a snapshot cannot carry."""
    global _loop, _claim
    wake.awake(desk, _decode(options_json))
    _loop = _running_loop()
    if hasattr(_loop, "_install_running_loop"):
        _claim = (_loop._install_running_loop, _loop._install_asyncgen_hooks)
