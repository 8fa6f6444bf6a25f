"""Whoever Python calls beside the code that it runs is gone when the kernel looks at what the code did."""

from __future__ import annotations

import gc
import subprocess
import sys
import textwrap
import unittest
from pathlib import Path
from typing import Any

from procoder.sandbox import Sandbox
from procoder.verify import verify

from .test_run import DeskCase

#: Rewrites what the kernel has captured, when it is called in the kernel's own frames after the code; then `print(1)`, of which 2 is claimed.
_REWRITE = """
import gc, sys

def rewrite(*event):
    frame = sys._getframe(1)
    if frame.f_code.co_name in ("text", "_run_all", "_run_probe", "__exit__"):
        for name in ("self", "sandbox"):
            there = frame.f_locals.get(name)
            out = getattr(there, "out", there)
            if hasattr(out, "_parts"):
                out._parts[:] = ["2\\n"]

"""
_PRINT = "\nprint(1)\n"
_MONITOR = (
    "m = sys.monitoring\nm.use_tool_id(2, 'x')\nm.register_callback(2, m.events.PY_START, {})\n"
    "m.set_events(2, m.events.PY_START)\n"
)
#: Reaches the real function, which the stand-in hides.
_REAL = "import types\nreal = next(x for x in gc.get_objects() if isinstance(x, types.BuiltinFunctionType) and x.__name__ == {!r})\n"

needs_monitoring = unittest.skipIf(sys.version_info < (3, 12), "Python 3.11 has no sys.monitoring")


def claim(code: str, text: str) -> dict[str, Any]:
    return verify({"id": "c", "kind": "prints", "probe": {}, "expect": text}, code)


class OnTheBench(unittest.TestCase):
    def tearDown(self) -> None:
        self.assertEqual(claim("print(1)\n", "1\n"), {"kind": "confirmed"})
        self.assertEqual(claim("print(1)\n", "2\n")["kind"], "contradicted")

    def _is_not_confirmed(self, code: str) -> dict[str, Any]:
        outcome = claim(code, "2\n")
        self.assertNotEqual(outcome["kind"], "confirmed")
        return outcome

    @needs_monitoring
    def test_monitoring(self) -> None:
        outcome = self._is_not_confirmed(_REWRITE + _MONITOR.format("rewrite") + _PRINT)
        self.assertEqual(outcome["kind"], "contradicted")
        self.assertEqual([sys.monitoring.get_tool(tool) for tool in range(6)], [None] * 6)

    def test_the_collectors_callbacks(self) -> None:
        before = list(gc.callbacks)
        code = _REWRITE + "gc.callbacks.append(rewrite)\ngc.set_threshold(1)\n" + _PRINT
        threshold = gc.get_threshold()
        self._is_not_confirmed(code)
        self.assertEqual((gc.callbacks, gc.get_threshold()), (before, threshold))

    @unittest.skipIf(sys.version_info < (3, 12), "new in Python 3.12")
    def test_a_profile_by_the_back_door(self) -> None:
        for name in ("_setprofileallthreads", "_settraceallthreads"):
            with self.subTest(name):
                self._is_not_confirmed(_REWRITE + f"sys.{name}(rewrite)\n" + _PRINT)
                self._is_not_confirmed(_REWRITE + _REAL.format(name) + "real(rewrite)\n" + _PRINT)
                self.assertEqual((sys.getprofile(), sys.gettrace()), (None, None))

    def test_an_audit_hook_is_refused_with_a_sentence(self) -> None:
        raised = {"id": "c", "kind": "raises", "probe": {}, "expect": {"type": "RuntimeError"}}
        self.assertEqual(verify(raised, "import sys\nsys.addaudithook(print)\n"), {"kind": "confirmed"})

    def test_the_real_one_is_reached_in_vain(self) -> None:
        code = _REWRITE + _REAL.format("addaudithook") + "real(rewrite)\n" + _PRINT
        self.assertEqual(self._is_not_confirmed(code).get("why"), "runner-unavailable")
        self.assertEqual(claim(code, "1\n").get("why"), "runner-unavailable")

    def test_no_memory_to_write_to(self) -> None:
        for name in ("ctypes", "_ctypes", "_testcapi", "_testinternalcapi", "js", "pyodide"):
            with self.subTest(name):
                raised = {"id": "c", "kind": "raises", "probe": {}, "expect": {"type": "ModuleNotFoundError"}}
                self.assertEqual(verify(raised, f"import {name}\n"), {"kind": "confirmed"})

    def test_reading_memory_is_noticed(self) -> None:
        code = "data = next(c for c in object.__subclasses__() if c.__name__ == '_CData')\n"
        code += "simple = next(c for c in data.__subclasses__() if c.__name__ == '_SimpleCData')\n"
        code += "class Byte(simple):\n    _type_ = 'c'\ntry:\n    Byte.from_address(id(data))\nexcept RuntimeError:\n    print(2)\n"
        self.assertEqual(self._is_not_confirmed(code).get("why"), "runner-unavailable")

    def test_the_ear_is_missed(self) -> None:
        code = "import gc\nfor x in gc.get_objects():\n    if isinstance(x, dict) and x.get('__name__') == 'procoder.hooks': x['heard'] = None\nprint(2)\n"
        self.assertEqual(self._is_not_confirmed(code).get("why"), "runner-unavailable")

    def test_what_was_hung_there_before_stays(self) -> None:
        mine = lambda phase, info: None  # noqa: E731
        gc.callbacks.append(mine)
        self.addCleanup(gc.callbacks.remove, mine)
        with Sandbox():
            gc.callbacks.clear()
        self.assertIn(mine, gc.callbacks)


class AtTheDesk(DeskCase):
    @needs_monitoring
    def test_monitoring_works_for_one_cell(self) -> None:
        watched = "import sys\nseen = []\n" + _MONITOR.format("lambda code, at: seen.append(code.co_name)")
        self.run_cell(watched + "def f(): pass\nf()\n'f' in seen")
        self.assertEqual(self.text("display"), "True")
        self.assertEqual([sys.monitoring.get_tool(tool) for tool in range(6)], [None] * 6)
        self.run_cell("seen.clear()\ndef g(): pass\ng()\nseen")
        self.assertEqual(self.text("display"), "[]")

    @needs_monitoring
    def test_a_tool_that_was_given_back(self) -> None:
        freed = "import sys\nseen = []\n" + _MONITOR.format("lambda code, at: seen.append(code.co_name)")
        self.run_cell(freed + "m.free_tool_id(2)\n")
        self.run_cell("seen.clear()\ndef g(): pass\ng()\nseen")
        self.assertEqual(self.text("display"), "[]")

    def test_an_audit_hook(self) -> None:
        code = "import sys\ndef refuse(event, args):\n    if event == 'compile': raise ValueError(event)\n"
        error = self.run_cell(code + "sys.addaudithook(refuse)")["error"]
        self.assertEqual(error["type"], "RuntimeError")
        self.assertIn("ProCoder", error["message"])
        self.run_cell("import gc\n" + _REAL.format("addaudithook") + "real(refuse)")
        self.assertEqual(self.run_cell("1 + 1")["status"], "ok")

    def test_the_stand_in_is_gone_afterwards(self) -> None:
        self.run_cell("1")
        self.assertEqual(type(sys.addaudithook), type(len))

    def test_ctypes(self) -> None:
        error = self.run_cell("import ctypes")["error"]
        self.assertEqual(error["type"], "ModuleNotFoundError")
        self.assertIn("behind Python's back", error["cause"]["why"])


class Veto(unittest.TestCase):
    @unittest.skipIf(sys.platform == "emscripten", "no other process can be started")
    def test_the_veto_is_the_first_hook(self) -> None:
        """A hook that comes after it is not let in, whoever asks; Python says nothing of it."""
        code = """
            import sys
            from procoder import hooks
            seen = []
            sys.addaudithook(lambda event, args: seen.append(event))
            compile('1', 'x', 'eval')
            assert seen == [], seen
        """
        kernel = Path(__file__).parents[1]
        command = [sys.executable, "-c", textwrap.dedent(code)]
        ended = subprocess.run(command, cwd=kernel, capture_output=True, text=True, check=False)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
