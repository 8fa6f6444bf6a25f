"""A Python exception as data (`PyError`): where it happened, with which values, and why in plain words."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import linecache
import os
import re
import traceback
import types
from typing import Any, Iterator, Mapping

from . import causes
from .program import cell_of
from .values import safe_repr, shorten

KERNEL_FOLDER = os.path.dirname(os.path.abspath(__file__))
VALUE_CHARS = 120
MAX_FRAMES = 20
MAX_VALUES = 8
MAX_TRACEBACK = 20_000
_NAME = re.compile(r"[^\W\d]\w*")
_STRING = re.compile(r"""('[^'\n]*'|"[^"\n]*")""")


def describe(problem: BaseException, cell_id: str, namespace: Mapping[str, Any]) -> dict[str, Any]:
    """`PyError` for an exception that a cell raised; always. `namespace` is where the cell ran (for did-you-mean)."""
    try:
        return _described(problem, cell_id, namespace)
    except Exception:  # noqa: BLE001 - a learner's class may break any step
        return bare(problem)


def bare(problem: BaseException) -> dict[str, Any]:
    """What can be said of an exception without running any code of the learner's."""
    name = type(problem).__name__
    return {"type": name, "message": "", "frames": [], "traceback": f"{name}\n"}


def _described(problem: BaseException, cell_id: str, namespace: Mapping[str, Any]) -> dict[str, Any]:
    frames = list(_own_frames(problem.__traceback__))
    described: dict[str, Any] = {
        "type": type(problem).__name__,
        "message": message_of(problem),
        "frames": [_frame(frame, line) for frame, line in _bounded(frames)],
        "traceback": traceback_text(problem),
    }
    line = _line_in_cell(problem, frames, cell_id)
    if line:
        described["line"] = line
    columns = _columns(problem)
    if columns:
        described["columns"] = columns
    cause = causes.explain(problem, causes.Place(line, frames[-1] if frames else None, namespace))
    if cause:
        described["cause"] = cause
    return described


def message_of(problem: BaseException) -> str:
    """The exception's own message; for a syntax error without its `(file, line n)` tail."""
    try:
        if isinstance(problem, SyntaxError):
            return str(problem.msg or "")
        if isinstance(problem, ModuleNotFoundError) and "None in sys.modules" in str(problem):
            return f"No module named {problem.name!r}"  # how the kernel hides one is no concern of the learner's
        if isinstance(problem, KeyError) and len(problem.args) == 1:
            return safe_repr(problem.args[0], 2_000)
        return shorten(str(problem), 5_000)
    except Exception:  # noqa: BLE001 - a learner's __str__ may raise
        return ""


def traceback_text(problem: BaseException) -> str:
    """The traceback as Python prints it, without the kernel's own frames."""
    try:
        told = traceback.TracebackException.from_exception(problem, compact=True)
        _trim(told, set())
        return shorten("".join(told.format()), MAX_TRACEBACK)
    except Exception:  # noqa: BLE001
        return f"{type(problem).__name__}: {message_of(problem)}\n"


def _trim(told: Any, seen: set[int]) -> None:
    if told is None or id(told) in seen:
        return
    seen.add(id(told))
    told.stack[:] = [entry for entry in told.stack if not entry.filename.startswith(KERNEL_FOLDER)]
    _trim(told.__cause__, seen)
    _trim(told.__context__, seen)


def _own_frames(tb: types.TracebackType | None) -> Iterator[tuple[types.FrameType, int]]:
    while tb is not None:
        if cell_of(tb.tb_frame.f_code.co_filename) is not None and tb.tb_lineno:
            yield tb.tb_frame, tb.tb_lineno
        tb = tb.tb_next


def _bounded(frames: list) -> list:
    """Endless recursion has a thousand frames; its two ends say it all."""
    half = MAX_FRAMES // 2
    return frames if len(frames) <= MAX_FRAMES else frames[:half] + frames[-half:]


def _frame(frame: types.FrameType, line: int) -> dict[str, Any]:
    code = frame.f_code
    source = linecache.getline(code.co_filename, line).strip()
    described: dict[str, Any] = {
        "function": code.co_name,
        "line": line,
        "source": shorten(source, 500),
        "values": _values(frame, source),
    }
    cell = cell_of(code.co_filename)
    if cell is not None:
        described["cell"] = cell
    return described


def _values(frame: types.FrameType, source: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for name in dict.fromkeys(_NAME.findall(_STRING.sub("", source.split("#")[0]))):
        value = frame.f_locals.get(name, frame.f_globals.get(name, _values))
        if value is _values or isinstance(
            value, (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)
        ):
            continue
        found.append({"name": name, "repr": safe_repr(value, VALUE_CHARS)})
        if len(found) >= MAX_VALUES:
            break
    return found


def _line_in_cell(problem: BaseException, frames: list, cell_id: str) -> int | None:
    """The innermost line of the cell that ran; a function of an earlier cell counts as its call."""
    if isinstance(problem, SyntaxError) and problem.lineno and cell_of(problem.filename or "") is not None:
        return max(1, problem.lineno)
    if not frames:
        return None
    ran = frames[0][0].f_code.co_filename  # the outermost frame is the cell itself
    return next((line for frame, line in reversed(frames) if frame.f_code.co_filename == ran), None)


def _columns(problem: BaseException) -> dict[str, int] | None:
    if not isinstance(problem, SyntaxError) or not problem.offset or problem.offset < 1:
        return None
    end = problem.end_offset or 0
    same_line = getattr(problem, "end_lineno", None) in (None, problem.lineno)
    return {"from": problem.offset, "to": end if same_line and end > problem.offset else problem.offset + 1}
