"""Running cells at the desk, and errors as data."""

from __future__ import annotations

import asyncio
import builtins
import json
import os
import signal
import sys
import unittest
from typing import Any

from procoder import bridge
from procoder.verify import verify


def drive(coroutine: Any) -> Any:
    """Runs a coroutine that does not wait; inside Pyodide an event loop is already running."""
    try:
        while True:
            coroutine.send(None)
    except StopIteration as finished:
        return finished.value


class DeskCase(unittest.TestCase):
    def setUp(self) -> None:
        bridge.reset()
        bridge.set_host(None)
        self.addCleanup(bridge.set_host, None)
        self.outputs: list[tuple[str, str]] = []
        self.bundles: list[dict[str, str]] = []

    def emit(self, kind: str, text: str) -> None:
        """Takes what a run gives out; a displayed value counts by its text."""
        if kind == "mixed":
            self.outputs += map(tuple, json.loads(text))
            return
        if kind in ("display", "last"):
            kind = "display"
            self.bundles.append(json.loads(text))
            text = self.bundles[-1]["text/plain"]
        self.outputs.append((kind, text))

    def run_cell(self, code: str, cell: str = "one", **more: Any) -> dict[str, Any]:
        """The result of a run; what it emitted is in `outputs`, displayed values whole in `bundles`."""
        self.outputs, self.bundles = [], []
        request = json.dumps({"runId": "r", "cellId": cell, "code": code, **more})
        text = drive(bridge.run(request, self.emit))
        self.assertTrue(text.isascii())
        return json.loads(text)

    def text(self, kind: str = "stdout") -> str:
        """Everything of one kind that was emitted."""
        return "".join(text for sort, text in self.outputs if sort == kind)


class Running(DeskCase):
    _os_write = os.write

    def test_namespace_lasts_and_resets(self) -> None:
        self.run_cell("x = 2\ndef f():\n    return x * 10\n")
        self.assertEqual(self.run_cell("f()")["status"], "ok")
        self.assertEqual(self.outputs, [("display", "20")])
        bridge.reset()
        self.assertEqual(self.run_cell("x")["error"]["type"], "NameError")

    def test_display(self) -> None:
        self.run_cell("None")
        self.assertEqual(self.outputs, [])
        self.run_cell("print('a')\n'b'")
        self.assertEqual(self.outputs, [("stdout", "a\n"), ("display", "'b'")])
        self.run_cell("class A:\n    def __repr__(self):\n        1 / 0\nA()")
        self.assertIn("ZeroDivisionError", self.text("display"))
        self.run_cell("'z' * 10_000_000")
        self.assertLessEqual(len(self.text("display")), 100_000)

    def test_the_last_value_goes_with_the_end_unless_something_follows_it(self) -> None:
        gone = "class A:\n    def __repr__(self): return 'A'\n    def __del__(self): "
        for code, expected in (
            ("print('a', end='')\n1", [("stdout", "a"), ("last", "1")]),
            ("display(1)\n2", [("display", "1"), ("last", "2")]),
            ("1\nNone", []),
            (gone + "print('gone')\nA()", [("display", "A"), ("stdout", "gone\n")]),
            (gone + "display(2)\nA()", [("display", "A"), ("display", "2")]),
        ):
            emitted: list[tuple[str, str]] = []

            def emit(kind: str, text: str) -> None:
                shown = kind in ("display", "last")
                emitted.append((kind, json.loads(text)["text/plain"] if shown else text))

            request = json.dumps({"runId": "r", "cellId": "c", "code": code})
            self.assertEqual(json.loads(drive(bridge.run(request, emit)))["status"], "ok")
            self.assertEqual(emitted, expected, code)

    def test_order_of_streams(self) -> None:
        self.run_cell("import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')")
        self.assertEqual(self.outputs, [("stdout", "a\n"), ("stderr", "b\n"), ("stdout", "c\n")])

    def test_flood_is_batched(self) -> None:
        self.run_cell("for i in range(20000):\n    print(i)")
        self.assertEqual(self.text().count("\n"), 20000)
        self.assertLess(len(self.outputs), 60)
        self.run_cell("print('x' * 3_000_000)")
        self.assertEqual(len(self.text()), 3_000_001)
        self.assertLessEqual(max(len(text) for _, text in self.outputs), 64 * 1024)

    def test_a_line_goes_out_at_once(self) -> None:
        arrived: list[int] = []
        bridge.desk.module.seen = lambda: arrived.append(len(self.outputs))  # type: ignore[attr-defined]
        self.run_cell("print('a')\nseen()\nprint('b', end='')\nseen()\nprint('c')\nseen()")
        self.assertEqual(arrived, [1, 1, 2])
        self.assertEqual(self.outputs, [("stdout", "a\n"), ("stdout", "bc\n")])

    def test_flush_hands_over_within_limits(self) -> None:
        arrived: list[int] = []
        bridge.desk.module.seen = lambda: arrived.append(len(self.outputs))  # type: ignore[attr-defined]
        self.run_cell("print('a', end='', flush=True)\nseen()")
        self.assertEqual(arrived, [1])
        self.run_cell("for i in range(5000): print('a', end='', flush=True)")
        self.assertLess(len(self.outputs), 60)

    def test_what_is_held_goes_out_before_a_wait(self) -> None:
        arrived: list[str] = []

        class Sleepy:
            canSleep = canRead = True

            def sleep(there, ms: float) -> None:
                arrived.append(self.text())

            def readLine(there, prompt: str, secret: bool) -> str:
                arrived.append(self.text())
                return ""

        bridge.set_host(Sleepy())
        self.run_cell("import time\nprint('a', end='')\ntime.sleep(1)\nprint('b', end='')\ninput()")
        self.assertEqual(arrived, ["a", "ab"])

    @unittest.skipUnless(hasattr(signal, "SIGUSR1"), "this system has no such signal")
    def test_a_signal_hands_over_what_is_held(self) -> None:
        arrived: list[str] = []

        def now() -> None:
            signal.raise_signal(signal.SIGUSR1)
            arrived.append(self.text())

        bridge.desk.module.now = now  # type: ignore[attr-defined]
        self.assertEqual(self.run_cell("print('a', end='')\nnow()")["status"], "ok")
        self.assertEqual(arrived, ["a"])

    @unittest.skipUnless(hasattr(signal, "SIGUSR1"), "this system has no such signal")
    def test_a_signal_in_the_middle_of_handing_over(self) -> None:
        def emit(kind: str, text: str) -> None:
            signal.raise_signal(signal.SIGUSR1)
            self.outputs.append((kind, text))
            signal.raise_signal(signal.SIGUSR1)

        request = json.dumps({"runId": "r", "cellId": "c", "code": "for i in range(30): print(i)\n7"})
        self.assertEqual(json.loads(drive(bridge.run(request, emit)))["status"], "ok")
        self.assertEqual(self.text(), "".join(f"{i}\n" for i in range(30)))

    @unittest.skipUnless(hasattr(signal, "SIGUSR1"), "this system has no such signal")
    def test_a_handler_of_a_cells_own_does_not_stay(self) -> None:
        before = signal.getsignal(signal.SIGUSR1)
        self.run_cell("import signal\nsignal.signal(signal.SIGUSR1, lambda *_: 1 / 0)")
        self.assertEqual(self.run_cell("import signal\nsignal.raise_signal(signal.SIGUSR1)")["status"], "ok")
        if sys.platform != "emscripten":
            self.assertEqual(signal.getsignal(signal.SIGUSR1), before)

    def test_every_way_to_print(self) -> None:
        code = (
            "import os, sys\nprint('a')\nsys.stdout.buffer.write(b'b\\n')\nos.write(1, b'c\\n')\n"
            "sys.__stdout__.write('d\\n')\nos.write(2, b'e\\n')\nprint('f', file=sys.__stderr__)\n"
            "for byte in '\u00e4'.encode(): sys.stdout.buffer.write(bytes([byte]))\n"
        )
        self.assertEqual(self.run_cell(code)["status"], "ok")
        self.assertEqual((self.text(), self.text("stderr")), ("a\nb\nc\nd\n\u00e4", "e\nf\n"))
        claim = {"id": "c", "kind": "prints", "probe": {}, "expect": "a\nb\nc\nd\n\u00e4"}
        self.assertEqual(verify(claim, code), {"kind": "confirmed"})
        self.assertEqual(os.write, self._os_write)

    def test_an_empty_answer_ends_the_input(self) -> None:
        for code in ("[line.strip() for line in sys.stdin]", "[line.strip() for line in sys.stdin.readlines()]"):
            with self.subTest(code):
                self.run_cell("import sys\n" + code, answers=["a", "b", "", "c"])
                self.assertEqual(self.text("display"), "['a', 'b']")
                claim = {"id": "c", "kind": "prints", "probe": {"stdin": ["a", "b", "", "c"]}, "expect": "['a', 'b']\n"}
                self.assertEqual(verify(claim, f"import sys\nprint({code})\n"), {"kind": "confirmed"})
        self.run_cell("import sys\nsys.stdin.readline(), sys.stdin.readline()", answers=["", "a"])
        self.assertEqual(self.text("display"), "('\\n', 'a\\n')")

    def test_interrupt_keeps_what_had_run(self) -> None:
        result = self.run_cell("x = 5\nprint('before')\nraise KeyboardInterrupt\n")
        self.assertEqual(result["status"], "interrupted")
        self.assertEqual(self.text(), "before\n")
        self.run_cell("x")
        self.assertEqual(self.outputs, [("display", "5")])

    def test_exit_is_no_crash(self) -> None:
        result = self.run_cell("import sys\nsys.exit('bye')")
        self.assertEqual((result["status"], self.text("stderr")), ("ok", "bye\n"))

    def test_await_at_the_top(self) -> None:
        self.run_cell("async def f():\n    return 7\nawait f()")
        self.assertEqual(self.outputs, [("display", "7")])

    def test_a_real_main_module(self) -> None:
        code = "import dataclasses, pickle, sys\n@dataclasses.dataclass\nclass P:\n    x: int\npickle.loads(pickle.dumps(P(3)))"
        self.assertEqual(self.run_cell(code)["status"], "ok")
        self.assertEqual(self.outputs, [("display", "P(x=3)")])
        self.run_cell("sys.modules['__main__'].P is P, __name__")
        self.assertEqual(self.outputs, [("display", "(True, '__main__')")])

    def test_source_is_in_linecache(self) -> None:
        self.run_cell("import inspect\ndef f():\n    return 'text'\n")
        self.run_cell("inspect.getsource(f)", "two")
        self.assertIn("return 'text'", self.text("display"))

    def test_a_cell_cannot_break_the_kernel(self) -> None:
        out, length = sys.stdout, builtins.len
        self.run_cell(
            "import builtins, sys, json\nbuiltins.len = builtins.str = None\nsys.stdout = None\njson.dumps = json.dumps"
        )
        self.assertIs(builtins.len, length)
        self.assertIs(sys.stdout, out)
        result = self.run_cell("import sys\nsys.stdout.close()\nprint('still here')\n1 / 0")
        self.assertEqual((self.text(), result["error"]["type"]), ("still here\n", "ZeroDivisionError"))

    def test_surrogates_survive(self) -> None:
        self.run_cell("print('\\ud83d')\n'\\udc00'")
        self.assertEqual(self.outputs, [("stdout", "\ud83d\n"), ("display", "'\\udc00'")])
        self.assertEqual(self.run_cell("raise ValueError('\\ud83d')")["error"]["message"], "\ud83d")

    def test_large_source(self) -> None:
        code = "x = 0\n" + "x += 1\n" * 140_000
        self.assertGreater(len(code), 900_000)
        self.assertEqual(self.run_cell(code + "x")["status"], "ok")
        self.assertEqual(self.outputs, [("display", "140000")])

    def test_asyncio(self) -> None:
        if sys.platform == "emscripten":
            self.skipTest("an event loop is already running")
        request = json.dumps(
            {"runId": "r", "cellId": "c", "code": "import asyncio\nawait asyncio.sleep(0.001, 9)"}
        )
        asyncio.run(bridge.run(request, self.emit))
        self.assertEqual(self.outputs, [("display", "9")])


class Errors(DeskCase):
    def error(self, code: str, cell: str = "one") -> dict[str, Any]:
        """The error of a cell that fails."""
        result = self.run_cell(code, cell)
        self.assertEqual(result["status"], "error")
        self.assertLessEqual(
            set(result["error"]), {"type", "message", "line", "columns", "frames", "traceback", "cause"}
        )
        return result["error"]

    def test_line_and_frames(self) -> None:
        self.run_cell("def div(a, b):\n    return a / b\n", "first")
        error = self.error("x = 1\ndiv(x, 0)\n", "second")
        self.assertEqual((error["line"], error["type"]), (2, "ZeroDivisionError"))
        self.assertEqual([frame["cell"] for frame in error["frames"]], ["second", "first"])
        self.assertEqual(
            error["frames"][1]["values"], [{"name": "a", "repr": "1"}, {"name": "b", "repr": "0"}]
        )
        self.assertNotIn("procoder", error["traceback"])
        self.assertIn("ZeroDivisionError: division by zero", error["traceback"])

    def test_library_frames_are_left_out(self) -> None:
        error = self.error("import json\njson.loads('{')")
        self.assertEqual([frame["line"] for frame in error["frames"]], [2])
        self.assertEqual(error["line"], 2)

    def test_values_are_shortened(self) -> None:
        error = self.error("xs = list(range(10000))\nxs[99999]")
        self.assertLessEqual(len(error["frames"][0]["values"][0]["repr"]), 120)

    def test_characters_that_are_no_source(self) -> None:
        nul = self.error("x = 1\ny = '\0'\n")
        self.assertEqual((nul["type"], nul["line"]), ("SyntaxError", 2))
        half = self.error("x = '\ud83d'\n")
        self.assertEqual((half["type"], half["line"]), ("SyntaxError", 1))

    def test_recursion(self) -> None:
        error = self.error("def f(n):\n    return f(n + 1)\nf(0)")
        self.assertEqual(error["type"], "RecursionError")
        self.assertLessEqual(len(error["frames"]), 20)
        self.assertIn("calls itself", error["cause"]["what"])

    def test_a_message_that_raises(self) -> None:
        error = self.error("class E(Exception):\n    def __str__(self):\n        1 / 0\nraise E()")
        self.assertEqual((error["type"], error["message"]), ("E", ""))

    def test_syntax_error_columns(self) -> None:
        error = self.error("if x = 3:\n    pass")
        self.assertEqual((error["line"], error["columns"]["from"]), (1, 4))

    def test_causes(self) -> None:
        """(code, part of `what`, part of `why`)"""
        for code, what, why in [
            ("if True\n  pass", "colon is missing", "`:`"),
            ("for i in range(3)\n  pass", "colon is missing", "`:`"),
            ("def f()\n  pass", "colon is missing", "`:`"),
            ("print((1)", "never closed", "`)`"),
            ("x = [1, 2", "never closed", "`]`"),
            ("x = 1)", "closes nothing", "opening"),
            ("x = (1]", "`]` closes", "`)`"),
            ("print('a)", "no closing quotation mark", "same line"),
            ("if x = 3:\n  pass", "single `=`", "`==`"),
            ("def f():\nreturn 1", "indented line is missing", "four"),
            ("  x = 1", "too many spaces", "colon"),
            ("if True:\n    x = 1\n  y = 2", "indentation fits no line", "same number"),
            ("class = 3", "word of Python's own", "another name"),
            ("2x = 3", "starts with a digit", "letter"),
            ("my-name = 3", "not a name", "`my_name`"),
            ("print 'a'", "round brackets", "between"),
            ("else if x:\n  pass", "`else if`", "`elif`"),
            ("return 3", "outside of any function", "function"),
            ("break", "outside of any loop", "loop"),
            ("x = [1 2]", "comma is missing", "`,`"),
            ("pritn(1)", "does not know the name `pritn`", "`print`"),
            ("True1 = true", "`true`", "`True`"),
            ("math.pi", "`math`", "`import math`"),
            ("n = 0\ndef f():\n    n += 1\nf()", "before it has a value", "`global n`"),
            ("'a' + 1", "a text and a whole number", "`str(…)`"),
            ("1 + 'a'", "a whole number and a text", "`int(…)`"),
            ("def f(a):\n    pass\nf()", "too few", "`a`"),
            ("def f(a):\n    pass\nf(1, 2)", "too many", "takes 1"),
            ("x = 3\nx(4)", "make a call", "`x`"),
            ("list = [1]\nlist(3)", "make a call", "hidden"),
            ("for i in 5:\n    pass", "item by item", "`range(…)`"),
            ("None[0]", "has no items", "`None`"),
            ("1 < 'a'", "cannot compare", "same kind"),
            ("d = 0\n1 / d", "divides by zero", "`d` is 0"),
            ("xs = []\nxs[0]", "does not exist", "`xs` is empty"),
            ("xs = [1]\ni = 4\nxs[i]", "does not exist", "`i` is 4"),
            ("d = {'name': 1}\nd['nmae']", "no key `'nmae'`", "`'name'`"),
            ("x = None\nx.upper()", "asked of `None`", "missing"),
            ("'a'.uper()", "nothing called `uper`", "`.upper`"),
            ("int('x')", "not a whole number", "digits"),
            ("int('3.5')", "not a whole number", "`float`"),
            ("a, b = 1, 2, 3", "too many values", "before `=`"),
            ("a, b = [1]", "too few values", "before `=`"),
            ("def f():\n    f()\nf()", "calls itself", "stops"),
            ("import nosuchmodule", "no module called `nosuchmodule`", "not installed"),
            ("import maths", "no module called `maths`", "`math`"),
        ]:
            with self.subTest(code=code):
                cause = self.error(code)["cause"]
                self.assertIn(what, cause["what"])
                self.assertIn(why, cause["why"])
                self.assertEqual(set(cause), {"what", "why", "where"})
                for text in cause.values():
                    self.assertEqual(text.count("`") % 2, 0, text)
