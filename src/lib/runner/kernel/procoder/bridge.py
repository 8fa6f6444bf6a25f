"""The kernel's door: JSON text in, JSON text out. Nothing here raises, whatever a learner's code did."""

from __future__ import annotations

from .guard import private_builtins, restore_builtins

__builtins__ = private_builtins()

import json
import platform
from typing import Any, Callable

from . import __version__
from .run import Desk, ReadLine
from .output import Emit

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

    return explain.explain(params["code"], params.get("context", []), params.get("stdin", []))


def _verify(params: dict) -> Any:
    from . import verify

    return verify.verify(
        params["claim"],
        params["code"],
        params.get("context", []),
        params.get("stdin", []),
        params.get("budget"),
    )


_METHODS: dict[str, Callable[[dict], Any]] = {
    "version": _version,
    "facts": _facts,
    "explain": _explain,
    "verify": _verify,
}


def call(method: str, params_json: str) -> str:
    """Carries out `facts`, `explain`, `verify` or `version`.

    Returns `{"ok": true, "result": …}` or `{"ok": false, "error": {"type", "message"}}` as ASCII JSON text.
    """
    try:
        if method not in _METHODS:
            raise LookupError(f"there is no method {method!r}")
        return _encode({"ok": True, "result": _METHODS[method](_decode(params_json))})
    except BaseException as problem:  # noqa: BLE001 - the other side has no `except`
        restore_builtins()
        return _encode({"ok": False, "error": {"type": type(problem).__name__, "message": str(problem)}})


async def run(request_json: str, emit: Emit) -> str:
    """Runs a cell at the desk: `{"runId", "cellId", "code"}` in, `{status, error?, durationMs}` out.

    `emit(kind, text)` with kind `stdout`, `stderr` or `display` is called while the cell runs.
    """
    request = _decode(request_json)
    return _encode(await desk.run(request["cellId"], request["code"], emit))


def reset() -> None:
    """Clears the desk's namespace."""
    desk.reset()


def set_read_line(read_line: ReadLine | None) -> None:
    """`read_line(prompt)` answers `input()` at the desk from now on; it may block. None: nobody can be asked."""
    desk.read_line = read_line
