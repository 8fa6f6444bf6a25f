"""The session around the cells: input, sleep, Stop, tasks, names, and Python as it was after each of them."""

from __future__ import annotations

import asyncio
import builtins
import codecs
import ctypes
import gc
import json
import os
import signal
import sys
import threading
import time
import unittest
import unittest.mock
import warnings
from typing import Any

from procoder import bridge, errors
from procoder.stop import MOST_GIVEN_UP, stopper

from .test_run import DeskCase

IN_BROWSER = sys.platform == "emscripten"
#: While a cell runs, the one in `os` is not the real one.
kill = os.kill


class Cancelled(Exception):
    """What a host raises when Stop was pressed."""

    def __init__(self) -> None:
        super().__init__("cancelled")


class FakeHost:
    """A host that blocks: answers in turn, and says that Stop was pressed when it has none left."""

    canRead = canSleep = True

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, bool]] = []
        self.slept: list[float] = []
        self.sleeps = 100

    def readLine(self, prompt: str, secret: bool) -> str:
        self.asked.append((prompt, secret))
        if not self.answers:
            raise Cancelled
        return self.answers.pop(0)

    def sleep(self, ms: float) -> None:
        self.slept.append(ms)
        if len(self.slept) > self.sleeps:
            raise Cancelled


class Input(DeskCase):
    def host(self, *answers: str) -> FakeHost:
        host = FakeHost(*answers)
        bridge.set_host(host)
        return host

    def test_the_host_is_asked(self) -> None:
        host = self.host("Ada", "s3cret", "line")
        self.run_cell(
            "import getpass, sys\nname = input('Name? ')\nword = getpass.getpass('Word? ')\nname, word, sys.stdin.readline()"
        )
        self.assertEqual(self.text("display"), "('Ada', 's3cret', 'line\\n')")
        self.assertEqual(host.asked, [("Name? ", False), ("Word? ", True), ("", False)])
        self.assertEqual(self.text(), "Name? Word? ")

    def test_stop_while_it_waits(self) -> None:
        self.host()
        self.assertEqual(self.run_cell("print('a')\ninput()\nprint('b')")["status"], "interrupted")
        self.assertEqual(self.text(), "a\n")

    def test_a_bare_except_does_not_make_stop_impossible(self) -> None:
        host = self.host()
        code = "n = 0\nwhile n < 5:\n    n += 1\n    try:\n        input()\n    except:\n        pass\nn"
        self.run_cell(code)
        self.assertEqual((len(host.asked), self.text("display")), (1, "5"))
        code = "import time\nn = 0\nwhile n < 5:\n    n += 1\n    try:\n        time.sleep(1)\n    except:\n        pass\nn"
        host.sleeps = 0
        self.run_cell(code)
        self.assertEqual((len(host.slept), self.text("display")), (1, "5"))

    def test_recorded_answers_and_replay(self) -> None:
        code = "tries = tries + 1\na = input('a? ')\nb = input('b? ')\nprint(a + b, tries)"
        self.run_cell("tries = 0", "zero")
        result = self.run_cell(code)
        self.assertEqual((result["status"], result["needsInput"]), ("interrupted", {"prompt": "a? ", "secret": False}))
        result = self.run_cell(code, answers=["x"], replay=True)
        self.assertEqual(result["needsInput"]["prompt"], "b? ")
        result = self.run_cell(code, answers=["x", "y"], replay=True)
        self.assertEqual((result["status"], "needsInput" in result), ("ok", False))
        self.assertEqual(self.text(), "a? b? xy 1\n")

    def test_without_replay_the_names_stay(self) -> None:
        code = "tries = tries + 1\ninput()"
        self.run_cell("tries = 0", "zero")
        self.run_cell(code)
        self.run_cell(code, answers=["x"])
        self.run_cell("tries", "two", replay=True)
        self.assertEqual(self.text("display"), "2")

    def test_a_question_that_a_cell_swallows_is_asked_all_the_same(self) -> None:
        result = self.run_cell("try:\n    input('x? ')\nexcept Exception:\n    print('no')\nprint('after')")
        self.assertEqual((result["needsInput"]["prompt"], self.text()), ("x? ", "x? "))
        result = self.run_cell("try:\n    input('x? ')\nexcept:\n    pass\n")
        self.assertEqual(result["needsInput"]["prompt"], "x? ")


class Sleep(DeskCase):
    def test_the_host_waits(self) -> None:
        host = FakeHost()
        bridge.set_host(host)
        self.run_cell("import time\nfrom time import sleep\ntime.sleep(0.5)\nsleep(2)\ntime.sleep(-1)")
        self.assertEqual(host.slept, [500, 2000])
        self.assertIn("non-negative", self.run_cell("time.sleep(-1)")["error"]["message"])
        self.assertEqual(self.run_cell("time.sleep('x')")["error"]["type"], "TypeError")

    def test_without_a_host_it_waits_too(self) -> None:
        self.run_cell("import time\nt = time.perf_counter()\ntime.sleep(0.05)\n0.04 < time.perf_counter() - t < 1")
        self.assertEqual(self.text("display"), "True")


@unittest.skipIf(IN_BROWSER, "sends itself signals from a thread; tests/kernel/session.test.ts does this in Pyodide")
class Interrupts(DeskCase):
    """SIGINT, as Pyodide's interrupt byte becomes it."""

    def setUp(self) -> None:
        super().setUp()
        # One that comes when the run is over must not end the tests.
        self.addCleanup(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, lambda *_: None))

    def stopped(self, code: str, writes: int = 1, after: float = 0.15) -> dict[str, Any]:
        def write() -> None:
            for _ in range(writes):
                time.sleep(after)
                kill(os.getpid(), signal.SIGINT)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            request = json.dumps({"runId": "r", "cellId": "c", "code": code})
            self.outputs = []
            result = json.loads(asyncio.run(bridge.run(request, self.emit)))
        finally:
            writer.join()
        return result

    def test_loops_stop_and_the_next_cell_runs(self) -> None:
        before = signal.getsignal(signal.SIGINT)
        for code, writes in [
            ("while True:\n    pass", 1),
            ("while True:\n    print('x' * 50)", 1),
            ("try:\n    while True:\n        pass\nfinally:\n    while True:\n        pass", 2),
            ("import asyncio\nawait asyncio.sleep(100)", 1),
            ("import asyncio\nwhile True:\n    try:\n        await asyncio.sleep(100)\n    except:\n        pass", 1),
            ("import time\ntime.sleep(100)", 1),
            ("class A:\n    def __repr__(self):\n        while True:\n            pass\nA()", 1),
            ("import asyncio\nasync def spin():\n    while True:\n        pass\nt = asyncio.create_task(spin())\nawait asyncio.sleep(100)", 1),
            ("import asyncio\nasyncio.get_running_loop().call_soon(exec, 'while True: pass')\nawait asyncio.sleep(100)", 1),
            ("import asyncio\nasync with asyncio.timeout(100):\n    await asyncio.gather(asyncio.sleep(50), asyncio.sleep(50))", 1),
        ]:
            with self.subTest(code=code):
                self.assertEqual(self.stopped(code, writes)["status"], "interrupted")
                self.assertEqual(self.run_cell("1 + 1")["status"], "ok")
                self.assertIs(signal.getsignal(signal.SIGINT), before)
        for endless in stopper.given_up:
            # CPython frees everything when it ends, and would hang in this one.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(endless))

    def test_an_interrupt_that_comes_late_costs_nothing(self) -> None:
        # In the kernel's own code after the cell: while it describes the error, and while it ends tasks.
        plain = errors._columns

        def slowly(problem: BaseException) -> Any:
            for _ in range(50):
                kill(os.getpid(), signal.SIGINT)
            return plain(problem)

        with unittest.mock.patch.object(errors, "_columns", slowly):
            result = self.stopped("1 / 0", writes=0)
        self.assertEqual((result["status"], result["error"]["type"]), ("error", "ZeroDivisionError"))
        self.assertIn("cause", result["error"])
        endless = "class E(Exception):\n    def __str__(self):\n        while True:\n            pass\nraise E"
        result = self.stopped(endless)
        self.assertEqual((result["status"], result["error"]["type"]), ("error", "E"))
        slow = "import asyncio\nasync def f():\n    try:\n        await asyncio.sleep(9)\n    finally:\n        await asyncio.sleep(0.05)\nt = asyncio.create_task(f())\nawait asyncio.sleep(0)\n'shown'"
        for after in (0.001, 0.03, 0.06, 0.09):
            self.assertIn(self.stopped(slow, after=after)["status"], ("ok", "interrupted"))

    def test_cancel(self) -> None:
        async def both(code: str) -> tuple[dict[str, Any], bool, bool]:
            request = json.dumps({"runId": "r7", "cellId": "c", "code": code})
            running = asyncio.ensure_future(bridge.run(request, self.emit))
            await asyncio.sleep(0.05)
            other, told = bridge.cancel("another"), bridge.cancel("r7")
            return json.loads(await asyncio.wait_for(running, 5)), told, other

        for code, status in [
            ("import asyncio\nawait asyncio.sleep(100)", "interrupted"),
            ("import asyncio\ntry:\n    await asyncio.sleep(100)\nexcept asyncio.CancelledError:\n    pass\n", "ok"),
            ("import asyncio\ntry:\n    await asyncio.sleep(100)\nexcept asyncio.CancelledError:\n    raise ValueError('mine')\n", "error"),
            ("import asyncio\ntry:\n    await asyncio.sleep(100)\nfinally:\n    await asyncio.sleep(100)", "interrupted"),
            ("import asyncio\nasync with asyncio.TaskGroup() as group:\n    group.create_task(asyncio.sleep(100))", "interrupted"),
            ("import asyncio\nasync def f():\n    await asyncio.sleep(100)\nasync for x in (f() async for _ in f()):\n    pass", "error"),
        ]:
            with self.subTest(code=code):
                if status == "error" and "mine" not in code:
                    continue
                result, told, other = asyncio.run(both(code))
                self.assertEqual((result["status"], told, other), (status, True, False))
        self.assertFalse(bridge.cancel("r7"))

    def test_what_swallows_every_stop_is_not_kept_for_ever(self) -> None:
        # Ends when it is freed, or Python itself would hang at its own end.
        code = "import asyncio\nfor _ in range(60):\n    try:\n        await asyncio.sleep(100)\n    except BaseException:\n        pass"

        async def stop_many() -> set[str]:
            ended = set()
            for number in range(MOST_GIVEN_UP + 4):
                request = json.dumps({"runId": f"s{number}", "cellId": "c", "code": code})
                running = asyncio.ensure_future(bridge.run(request, self.emit))
                await asyncio.sleep(0.005)
                bridge.cancel(f"s{number}")
                ended.add(json.loads(await asyncio.wait_for(running, 5))["status"])
            return ended

        before = set(map(id, stopper.given_up))
        self.assertEqual(asyncio.run(stop_many()), {"interrupted"})
        self.assertEqual(len(stopper.given_up), MOST_GIVEN_UP)
        self.assertFalse(before & set(map(id, stopper.given_up)))
        self.assertEqual(self.run_cell("1 + 1")["status"], "ok")


class Tasks(DeskCase):
    """What a cell leaves in the background."""

    def in_one_loop(self, *cells: str) -> list[str]:
        """The standard output of each cell, one after the other in one event loop."""
        printed: list[str] = []

        async def all_of_them() -> None:
            for code in cells:
                self.outputs = []
                request = json.dumps({"runId": code, "cellId": "c", "code": code})
                await bridge.run(request, self.emit)
                printed.append(self.text())

        if IN_BROWSER:
            from pyodide.ffi import can_run_sync, run_sync

            if not can_run_sync():
                self.skipTest("cannot wait here")
            run_sync(all_of_them())
        else:
            asyncio.run(all_of_them())
        return printed

    def test_they_do_not_print_into_the_next_cell(self) -> None:
        start = "import asyncio\nasync def tick():\n    while True:\n        await asyncio.sleep(0.005)\n        print('tick')\nt = asyncio.create_task(tick())\nawait asyncio.sleep(0.02)"
        stubborn = start.replace("while True", "for _ in range(30)").replace("        await asyncio.sleep(0.005)\n", "        try:\n            await asyncio.sleep(0.005)\n        except BaseException:\n            pass\n")
        later = "asyncio.get_running_loop().call_later(0.01, print, 'late')"
        wait = "await asyncio.sleep(0.05)\nprint('mine')"
        for code in (start, stubborn, "import asyncio\n" + later):
            with self.subTest(code=code):
                self.assertEqual(self.in_one_loop(code, wait)[1], "mine\n")

    def test_they_may_say_good_bye(self) -> None:
        code = "import asyncio\nasync def f():\n    try:\n        await asyncio.sleep(9)\n    finally:\n        print('bye')\nt = asyncio.create_task(f())\nawait asyncio.sleep(0)"
        self.assertEqual(self.in_one_loop(code, "print('next')"), ["bye\n", "next\n"])


class Asynchronous(DeskCase):
    def test_async_for_and_with(self) -> None:
        self.run_cell(
            "async def numbers():\n    for n in range(3):\n        yield n\n"
            "class Room:\n    async def __aenter__(self):\n        return 'in'\n    async def __aexit__(self, *_):\n        print('out')\n"
            "async for n in numbers():\n    print(n)\nasync with Room() as room:\n    print(room)\n[n async for n in numbers()]"
        )
        self.assertEqual((self.text(), self.text("display")), ("0\n1\n2\nin\nout\n", "[0, 1, 2]"))

    def test_await_in_the_middle(self) -> None:
        self.run_cell("async def f():\n    return 2\nx = await f()\nif x:\n    y = await f() + x\n(await f(), y)")
        self.assertEqual(self.text("display"), "(2, 4)")


class TheWorld(DeskCase):
    """Whatever a cell does to Python, the next one runs."""

    def test_the_next_cell_runs(self) -> None:
        for code in [
            "import builtins\nbuiltins.print = builtins.len = builtins.__import__ = builtins.isinstance = None",
            "import builtins\nvars(builtins).clear()",
            "import sys\nsys.stdout = sys.stderr = sys.stdin = None",
            "import sys\nsys.modules.clear()",
            "import sys\nsys.modules = None",
            "import sys\nsys.modules['json'] = sys.modules['traceback'] = None",
            "import sys\ndel sys.modules['asyncio']",
            "import sys\nsys.meta_path.clear()\nsys.path_hooks.clear()\nsys.path.clear()",
            "import sys\nsys.meta_path = sys.path = None",
            "import sys\nsys.settrace(lambda *a: 1 / 0)\nsys.setprofile(lambda *a: None)",
            "import sys\nsys.setrecursionlimit(60)",
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)",
            "import asyncio\nasyncio.set_event_loop(None)\nasyncio._set_running_loop(None)",
            "import asyncio\nasyncio.sleep = asyncio.wait = asyncio.all_tasks = asyncio.current_task = None",
            "import linecache\nlinecache.getline = linecache.cache = None",
            "import traceback, re, ast, warnings, types\ntraceback.TracebackException = re.compile = ast.parse = warnings.catch_warnings = types.ModuleType = None",
            "import time\ntime.sleep = time.perf_counter = None",
            "import json\njson.JSONEncoder.encode = json.JSONEncoder.iterencode = json.encoder.JSONEncoder = json.JSONDecoder.decode = None",
            "globals().clear()",
            "import gc\ngc.disable()",
            "import os, threading\nos._exit = os.kill = threading.Thread.start = None",
            "import warnings\nwarnings.simplefilter('error')",
            "import sys\nsys.stdout.close()\nsys.stdout.write = None",
            "import sys\nsys.excepthook = sys.displayhook = sys.exc_info = sys.exit = None",
            "import contextvars, locale, codecs\ncodecs.lookup = None",
            "import sys\nsys.modules[5] = sys.modules[None] = None",
            "class Equal:\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\nimport builtins, sys, traceback\nbuiltins.len = builtins.isinstance = sys.stdin = traceback.format_exception = traceback.TracebackException = sys.modules['re'] = Equal()",
            "import sys\nname, last = sys.modules.popitem()\nsys.modules['re'] = None\nsys.modules[name] = last",
        ]:
            # A cell may well replace a function of a library for its own session; the tests need it afterwards.
            libraries = [(module, dict(vars(module))) for module in (asyncio, codecs, json, json.JSONEncoder, os, threading, threading.Thread, time)]
            try:
                self.run_cell(code)
                self.run_cell("def f():\n    return 1 / 0\n")
                result = self.run_cell("import sys, os, math, string\nprint(math.pi > 3, len(sys.modules) > 40)\nf()")
            finally:
                for module, before in libraries:
                    for name, value in before.items():
                        if vars(module).get(name) is not value:
                            setattr(module, name, value)
                gc.enable()
                warnings.resetwarnings()
            with self.subTest(code=code):
                self.assertEqual(self.text(), "True True\n")
                self.assertEqual(result["error"]["type"], "ZeroDivisionError")
                self.assertIn("cause", result["error"])
                self.assertEqual(len(result["error"]["frames"]), 2)
            bridge.reset()


    def test_built_ins_come_back_in_their_order(self) -> None:
        # The seal compares tables in order; another one reads as "the code changed the program that checks it".
        before = list(vars(builtins))
        self.run_cell("import builtins\nvars(builtins).clear()")
        after = list(vars(builtins))
        self.assertEqual([name for name in after if name in before], [name for name in before if name in after])

    def test_a_module_table_with_keys_that_are_no_text(self) -> None:
        self.run_cell("import sys\nclass Key:\n    def __eq__(self, other): 1 / 0\n    __hash__ = object.__hash__\nsys.modules[Key()] = sys.modules[5] = None")
        self.assertEqual([name for name in sys.modules if not isinstance(name, str)], [])

    def test_new_modules_of_the_kernel_are_hidden_as_well(self) -> None:
        self.run_cell("1")
        self.addCleanup(sys.modules.pop, "procoder.new_one", None)
        sys.modules["procoder.new_one"] = sys.modules["procoder"]
        for _ in range(2):
            self.assertEqual(self.run_cell("import procoder.new_one")["error"]["type"], "ModuleNotFoundError")
            self.run_cell("import sys\n[name for name in sys.modules if name.startswith('procoder') and sys.modules[name]]")
            self.assertEqual(self.text("display"), "[]")
            self.assertIs(sys.modules["procoder.new_one"], sys.modules["procoder"])

    def test_each_warning_comes_once(self) -> None:
        for code in ("'\\d'", "0x1for x in ()", "1 is 1", "x = 1if 2else 3", "while 1:\n    try:\n        pass\n    finally:\n        break"):
            with self.subTest(code=code):
                self.run_cell(code)
                self.assertLessEqual(self.text("stderr").count("SyntaxWarning:"), 1, self.text("stderr"))


class Refused(DeskCase):
    def test_what_cannot_work_says_what_to_do(self) -> None:
        for code, part in [
            ("import threading\nthreading.Thread(target=print).start()", "asyncio"),
            ("import threading\nthreading.Timer(1, print).start()", "asyncio"),
            ("import _thread\n_thread.start_new_thread(print, ())", "asyncio"),
            ("from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool:\n    pool.submit(print)", "asyncio"),
            ("from concurrent.futures import ThreadPoolExecutor\nlist(ThreadPoolExecutor().map(print, [1]))", "asyncio"),
            ("import subprocess\nsubprocess.run(['ls'])", "processes"),
            ("import subprocess\nsubprocess.check_output('ls', shell=True)", "processes"),
            ("import os\nos.system('ls')", "processes"),
            ("import os\nos.popen('ls')", "processes"),
            ("import os\nos.fork()", "processes"),
            ("import multiprocessing\nmultiprocessing.Process(target=print).start()", "processes"),
            ("import multiprocessing\nmultiprocessing.Pool(2)", "processes"),
        ]:
            with self.subTest(code=code):
                error = self.run_cell(code)["error"]
                self.assertEqual(error["type"], "RuntimeError")
                self.assertIn(part, error["message"])
                self.assertIn("cannot", error["cause"]["what"])
                self.assertNotIn("procoder", error["traceback"])

    def test_threads_work_again_for_the_kernel(self) -> None:
        if IN_BROWSER:
            self.skipTest("there are none")
        self.run_cell("import threading\nthreading.Thread(target=print).start()")
        ran: list[int] = []
        thread = threading.Thread(target=lambda: ran.append(1))
        thread.start()
        thread.join()
        self.assertEqual(ran, [1])

    def test_ways_out(self) -> None:
        for code, status, told in [
            ("import os\nos._exit(3)\nprint('on')", "ok", ""),
            ("import os\nos.abort()", "ok", "os.abort() ended this cell.\n"),
            ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "ok", "Signal 9 ended this cell.\n"),
            ("import os, signal\nos.kill(os.getpid(), signal.SIGINT)", "interrupted", ""),
            ("import os\nos.kill(1, 9)", "error", ""),
            ("exit()", "ok", ""),
            ("raise SystemExit", "ok", ""),
            ("import sys\nsys.exit(1)", "ok", ""),
        ]:
            with self.subTest(code=code):
                self.assertEqual((self.run_cell(code)["status"], self.text("stderr"), self.text()), (status, told, ""))

    def test_the_kernel_and_javascript_are_not_for_cells(self) -> None:
        for name in ("procoder", "js", "pyodide_js", "pyodide", "procoder.bridge"):
            with self.subTest(name=name):
                error = self.run_cell(f"import {name}")["error"]
                self.assertTrue(error["type"] in ("ModuleNotFoundError", "ImportError"))
                self.assertEqual(error["message"], f"No module named {name!r}")
                self.assertIn("no module", error["cause"]["what"])

    def test_the_recursion_limit_has_a_ceiling(self) -> None:
        before = sys.getrecursionlimit()
        bridge.desk.world.highest_recursion = 500
        self.addCleanup(setattr, bridge.desk.world, "highest_recursion", 0)
        self.run_cell("import sys\nsys.setrecursionlimit(100_000)\nsys.getrecursionlimit()")
        self.assertEqual((self.text("display"), sys.getrecursionlimit()), ("500", before))


class Names(DeskCase):
    def test_which_cell_bound_which_name(self) -> None:
        self.run_cell("import math\nx = 1\ny = [1]\ndef f():\n    global z\n    z = 5\n", "one")
        result = self.run_cell("f()\ny.append(2)\nx = 1\nclass C:\n    pass\n", "two")
        answer = json.loads(bridge.call("names", "{}"))["result"]
        self.assertEqual(
            [(row["name"], row["cell"], row["kind"]) for row in answer],
            [
                ("math", "one", "module"),
                ("x", "two", "int"),
                ("y", "one", "list"),
                ("f", "one", "function"),
                ("z", "two", "int"),
                ("C", "two", "type"),
            ],
        )
        self.assertEqual((answer[2]["repr"], result["variables"]), ("[1, 2]", 5))

    def test_failed_and_deleted(self) -> None:
        self.run_cell("a = 1\nb = 1", "one")
        result = self.run_cell("del a\nc = 1\n1 / 0\nb = 1", "two")
        self.assertEqual(result["variables"], 2)
        answer = json.loads(bridge.call("names", "{}"))["result"]
        self.assertEqual([(row["name"], row["cell"]) for row in answer], [("b", "one"), ("c", "two")])

    def test_missing_modules(self) -> None:
        code = "import math, nosuchthing.sub\nfrom other_one import x\nfrom . import y\ntry:\n    import third\nexcept ImportError:\n    pass\nimport js"
        answer = json.loads(bridge.call("missing", json.dumps({"code": code})))
        self.assertEqual(answer["result"], ["nosuchthing", "other_one", "third"])
        self.assertEqual(json.loads(bridge.call("missing", json.dumps({"code": "import ("})))["result"], [])

    def test_a_call_while_a_cell_waits(self) -> None:
        seen: list[Any] = []

        class Asker(FakeHost):
            def readLine(self, prompt: str, secret: bool) -> str:
                seen.append(json.loads(bridge.call("facts", json.dumps({"code": "def f(x):\n    return x\n"}))))
                return "ok"

        bridge.set_host(Asker())
        self.run_cell("print('a')\nx = input()\nprint(x)")
        self.assertEqual(self.text(), "a\nok\n")
        self.assertTrue(seen[0]["ok"], seen)


class Display(DeskCase):
    def test_forms(self) -> None:
        self.run_cell(
            "class Rich:\n"
            "    def _repr_html_(self): return '<b>x</b>'\n"
            "    def _repr_svg_(self): return '<svg/>'\n"
            "    def _repr_png_(self): return b'\\x89PNG'\n"
            "    def _repr_jpeg_(self): return 'QUJD\\nREVG'\n"
            "    def _repr_markdown_(self): return '# x'\n"
            "    def _repr_latex_(self): return '$x$'\n"
            "    def __repr__(self): return 'rich'\n"
            "Rich()"
        )
        self.assertEqual(
            self.bundles,
            [
                {
                    "text/plain": "rich",
                    "text/html": "<b>x</b>",
                    "image/svg+xml": "<svg/>",
                    "image/png": "iVBORw==",
                    "image/jpeg": "QUJDREVG",
                    "text/markdown": "# x",
                    "text/latex": "$x$",
                }
            ],
        )

    def test_a_mimebundle_comes_first(self) -> None:
        self.run_cell(
            "class Rich:\n"
            "    def _repr_mimebundle_(self, include=None, exclude=None):\n"
            "        return {'text/plain': 'p', 'text/html': '<i>', 'application/json': {'a': [1]}, 'x/y': 'no'}, {}\n"
            "    def _repr_html_(self): return '<b>'\n"
            "    def _repr_markdown_(self): return '*m*'\n"
            "Rich()"
        )
        self.assertEqual(
            self.bundles,
            [{"text/plain": "p", "text/html": "<i>", "text/markdown": "*m*", "application/json": '{"a": [1]}'}],
        )

    def test_display_in_between(self) -> None:
        self.run_cell("print('a')\ndisplay(1, 'b')\nprint('c')\ndisplay()\n2")
        self.assertEqual(
            self.outputs, [("stdout", "a\n"), ("display", "1"), ("display", "'b'"), ("stdout", "c\n"), ("display", "2")]
        )
        self.assertEqual(json.loads(bridge.call("facts", '{"code": "display(1)"}'))["ok"], True)

    def test_what_goes_wrong_is_told_and_bounded(self) -> None:
        self.run_cell(
            "class Bad:\n"
            "    def _repr_html_(self): 1 / 0\n"
            "    def _repr_png_(self): return 'not base64!'\n"
            "    def _repr_svg_(self): return 7\n"
            "    def _repr_markdown_(self): return 'm' * 2_000_000\n"
            "    def _repr_mimebundle_(self, **k): raise OSError('x')\n"
            "    def __repr__(self): return 'bad'\n"
            "Bad()"
        )
        self.assertEqual(self.bundles, [{"text/plain": "bad"}])
        notes = self.text("stderr")
        for part in ("_repr_html_ raised ZeroDivisionError", "not base64", "not a text but int", "2,000,000", "OSError"):
            self.assertIn(part, notes)
        self.run_cell("class A:\n    def __getattr__(self, name):\n        return lambda *a: 'x'\nA()")
        self.assertEqual(set(self.bundles[0]), {"text/plain"})
        self.run_cell("class B:\n    def _repr_html_(self): return 'x'\nB")
        self.assertEqual(set(self.bundles[0]), {"text/plain"})
        self.run_cell("class C:\n    _repr_html_ = 5\n    def _repr_markdown_(self): raise KeyboardInterrupt\nC()")
        self.assertEqual(self.bundles, [])


class Memory(DeskCase):
    def test_no_memory_is_told(self) -> None:
        result = self.run_cell("raise MemoryError")
        self.assertEqual((result["status"], result["memory"], result["error"]["type"]), ("error", True, "MemoryError"))
        self.assertIn("cause", result["error"])
        self.assertNotIn("memory", self.run_cell("1 / 0"))
