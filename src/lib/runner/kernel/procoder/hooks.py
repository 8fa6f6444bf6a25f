"""What Python calls beside the code that it runs: a cell may hang itself there, and would be called inside of the kernel.

Seen: a callback of `sys.monitoring` that a cell had left behind changed what the kernel had captured of its output, in
the kernel's own frames, and a false claim was confirmed. An audit hook that refuses `compile` let no later cell run, and
Python offers no way to take one off again: so none is let in.
"""

from __future__ import annotations

from .guard import READING, private_builtins

__builtins__ = private_builtins()

import gc
import sys
from typing import Any, Callable

#: Who hears, while code is on the bench, of what it asks Python for: (event, its arguments).
heard: Callable[[str, tuple], None] | None = None

_HEARD = {
    "open",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
}
_monitoring: Any = getattr(sys, "monitoring", None)  # from Python 3.12 on
_setprofile, _getprofile, _getframe = sys.setprofile, sys.getprofile, sys._getframe
_settrace, _gettrace = sys.settrace, sys.gettrace
# Pyodide has several threads as far as Python knows, one for each stack that it switches to. From 3.12 on.
_profile_everywhere: Any = getattr(sys, "_setprofileallthreads", _setprofile)
_trace_everywhere: Any = getattr(sys, "_settraceallthreads", _settrace)
# The list itself: Python goes on calling it when `gc.callbacks` is something else.
_callbacks: list[Any] = gc.callbacks
_TOOLS = range(6)
if _monitoring is not None:
    _get_tool, _use_tool, _free_tool = _monitoring.get_tool, _monitoring.use_tool_id, _monitoring.free_tool_id
    _set_events, _register = _monitoring.set_events, _monitoring.register_callback
    _EVENTS = tuple(
        event for name, event in vars(_monitoring.events).items() if isinstance(event, int) and event and name.isupper()
    )
    #: Before 3.14 a tool that is given back leaves its events and its callbacks behind.
    _CLEARED_WHEN_FREED = hasattr(_monitoring, "clear_tool_id")


def here() -> tuple:
    """Who hangs there now; for `take_off`."""
    return tuple(_callbacks), _getprofile(), _gettrace()


def take_off(callbacks: tuple = (), profile: Any = None, trace: Any = None, reached: bool = False) -> None:
    """Takes off whatever would be called inside of the kernel, but for the collector's `callbacks`, `profile` and `trace`.

    `reached`: the code may have hung something on a thread that is not this one, where nobody sees it.
    """
    if _callbacks or callbacks:
        _callbacks[:] = callbacks
    if reached or _getprofile() is not profile:
        _profile_everywhere(None)
        _setprofile(profile)
    if reached or _gettrace() is not trace:
        _trace_everywhere(None)
        _settrace(trace)
    if _monitoring is None:
        return
    for tool in _TOOLS:
        if _get_tool(tool) is not None:
            _take_off(tool)
        elif not _CLEARED_WHEN_FREED and _registered(tool):
            _use_tool(tool, __name__)
            _take_off(tool)


def _registered(tool: int) -> bool:
    # The only question that Python answers about callbacks is which one was there before.
    return any([_register(tool, event, None) is not None for event in _EVENTS])


def _take_off(tool: int) -> None:
    _set_events(tool, 0)
    for event in _EVENTS:
        _register(tool, event, None)
    _free_tool(tool)


def _audit(event: str, args: tuple) -> None:
    if event == "sys.addaudithook":
        if heard is not None:
            heard(event, args)
        # How a hook keeps others away: Python says nothing of it to the one who asks.
        raise RuntimeError("no audit hook but the kernel's")
    if heard is None:
        return
    if event in _HEARD:
        heard(event, args)
    elif event.startswith("ctypes.") and _getframe(1).f_code is not READING:
        heard(event, args)


sys.addaudithook(_audit)
