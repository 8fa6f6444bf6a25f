"""Claims put to the test: true, false, raising, endless, random, and outside of what can be checked."""

from __future__ import annotations

import builtins
import json
import os
import random
import sys
import time
import unittest
from typing import Any
from unittest import mock

from procoder import bridge
from procoder.replay import Submission
from procoder.values import equal_texts
from procoder.verify import check, verify

SUM = "def total(n):\n    result = 0\n    for i in range(n):\n        result += i\n    return result\n"


def outcome(kind: str, expect: Any, code: str, call: str | None = None, **more: Any) -> dict[str, Any]:
    """Verifies one claim; `setup` and `stdin` go into its probe, `budget` and `context` to the verifier."""
    probe = {name: more.pop(name) for name in ("setup", "stdin") if name in more}
    if call is not None:
        probe["call"] = call
    settings = {name: more.pop(name) for name in ("budget", "context") if name in more}
    return verify({"id": "c", "kind": kind, "probe": probe, "expect": expect, **more}, code, **settings)


CONFIRMED = {"kind": "confirmed"}


class AnyLoad(unittest.TestCase):
    def test_the_clock_does_not_decide_how_many_worlds_are_tried(self) -> None:
        code = "import random\n\ndef f(n):\n    return random.randint(0, 5) * 0 + n\n"
        claim = {"id": "c", "kind": "returns", "probe": {"call": "f(3)"}, "expect": "3"}
        counts = []
        for second in (0.0, 0.1):
            ticks = iter(range(1_000_000))
            submission = Counted(code)
            with mock.patch("procoder.verify.perf_counter", lambda: next(ticks) * second):  # noqa: B023
                self.assertEqual(check(submission, claim), CONFIRMED)
            counts.append(submission.runs)
        self.assertEqual(counts[0], counts[1])
        self.assertGreater(counts[0], 40)


class Counted(Submission):
    """A submission that knows how often it ran."""

    runs = 0

    def observe(self, *args: Any, **options: Any) -> Any:
        self.runs += 1
        return super().observe(*args, **options)


class TrueAndFalse(unittest.TestCase):
    def test_returns(self) -> None:
        self.assertEqual(outcome("returns", "6", SUM, "total(4)"), CONFIRMED)
        wrong = outcome("returns", "7", SUM, "total(4)")
        self.assertEqual(wrong, {"kind": "contradicted", "actual": {"kind": "value", "value": "6"}})
        self.assertEqual(outcome("returns", "6.0", SUM, "total(4)")["kind"], "contradicted")
        self.assertEqual(outcome("returns", "0.3", "def f():\n    return 0.1 + 0.2\n", "f()"), CONFIRMED)
        self.assertEqual(outcome("returns", "nan", "def f():\n    return float('nan')\n", "f()"), CONFIRMED)

    def test_opaque_values_compare_by_text(self) -> None:
        code = "class A:\n    pass\n\ndef make():\n    return A()\n"
        expect = {"text": "<__main__.A object at 0x7f1234>", "opaque": True}
        self.assertEqual(outcome("returns", expect, code, "make()"), CONFIRMED)
        actual = outcome("returns", "1", code, "make()")["actual"]
        self.assertEqual(
            actual, {"kind": "value", "value": {"text": "<__main__.A object at 0x…>", "opaque": True}}
        )

    def test_raises(self) -> None:
        code = "def get(d):\n    return d['a']\n"
        self.assertEqual(outcome("raises", {"type": "KeyError"}, code, "get({})"), CONFIRMED)
        self.assertEqual(outcome("raises", {"type": "LookupError"}, code, "get({})"), CONFIRMED)
        self.assertEqual(
            outcome("raises", {"type": "KeyError", "message": "'a'"}, code, "get({})"), CONFIRMED
        )
        other = outcome("raises", {"type": "ValueError"}, code, "get({})")
        self.assertEqual(other["actual"], {"kind": "raised", "type": "KeyError", "message": "'a'"})
        wrong = outcome("raises", {"type": "KeyError", "message": "'b'"}, code, "get({})")
        self.assertEqual(wrong["kind"], "contradicted")
        none = outcome("raises", {"type": "KeyError"}, code, "get({'a': 1})")
        self.assertEqual(none, {"kind": "contradicted", "actual": {"kind": "value", "value": "1"}})

    def test_raised_only_where_none_was_claimed(self) -> None:
        answer = outcome("returns", "1", "def f(x):\n    y = 1\n    return y / x\n", "f(0)")
        self.assertEqual(
            answer,
            {
                "kind": "raised",
                "error": {"type": "ZeroDivisionError", "message": "division by zero", "line": 3},
            },
        )

    def test_prints(self) -> None:
        code = "def hi(name):\n    print('hi', name)\n\nprint('start')\n"
        self.assertEqual(outcome("prints", "hi Ada", code, "hi('Ada')"), CONFIRMED)
        self.assertEqual(outcome("prints", "start\n", code), CONFIRMED)
        self.assertEqual(outcome("prints", "hi A\nhi B\n", code, "hi('B')", setup=["hi('A')"]), CONFIRMED)
        wrong = outcome("prints", "start\n\n", code)
        self.assertEqual(wrong, {"kind": "contradicted", "actual": {"kind": "printed", "text": "start\n"}})

    def test_input_prompts_are_printed_and_typed_lines_are_not(self) -> None:
        code = "name = input('Name? ')\nprint('Hi', name)\n"
        self.assertEqual(outcome("prints", "Name? Hi Ada", code, stdin=["Ada"]), CONFIRMED)
        self.assertEqual(
            verify({"id": "c", "kind": "prints", "probe": {}, "expect": "Name? Hi Bo"}, code, (), ["Bo"]),
            CONFIRMED,
        )

    def test_stdin_feeds_the_cell_then_the_call(self) -> None:
        code = "first = input()\n\ndef ask():\n    return first + input()\n"
        self.assertEqual(outcome("returns", "'ab'", code, "ask()", stdin=["a", "b"]), CONFIRMED)

    def test_context_and_cell_run_first(self) -> None:
        context = [
            {"cellId": "a", "code": "RATE = 3\n"},
            {"cellId": "b", "code": "RATE += 1\nraise ValueError\n"},
        ]
        self.assertEqual(
            outcome("returns", "8", "def f(x):\n    return x * RATE\n", "f(2)", context=context), CONFIRMED
        )

    def test_what_a_failing_cell_defined_stands(self) -> None:
        code = "def f():\n    return 1\n\nprint(missing)\n\ndef g():\n    return 2\n"
        self.assertEqual(outcome("returns", "1", code, "f()"), CONFIRMED)
        self.assertEqual(outcome("returns", "2", code, "g()")["why"], "unknown-name")

    def test_objects_generators_and_wrappers(self) -> None:
        code = "class C:\n    def __init__(self):\n        self.n = 0\n\n    def inc(self, by=1):\n        self.n += by\n        return self.n\n"
        self.assertEqual(
            outcome("returns", "3", code, "c.inc(by=2)", setup=["c = C()", "c.inc()"]), CONFIRMED
        )
        self.assertEqual(
            outcome("value", "5", code, "c.inc(5)", setup=["c = C()"], line=6, name="self.n"), CONFIRMED
        )
        endless = "def count():\n    n = 0\n    while True:\n        yield n\n        n += 1\n"
        self.assertEqual(outcome("returns", "[0, 1, 2]", endless, "first(3, count())"), CONFIRMED)
        self.assertEqual(outcome("returns", "0", endless, "next(count())"), CONFIRMED)
        self.assertEqual(
            outcome("returns", "[1, 2]", "def f():\n    return {2, 1}\n", "sorted(f())"), CONFIRMED
        )

    def test_sleep_is_free(self) -> None:
        started = time.perf_counter()
        code = "import time\nfrom time import sleep\n\ndef f():\n    time.sleep(50)\n    sleep(50)\n    return 1\n"
        self.assertEqual(outcome("returns", "1", code, "f()"), CONFIRMED)
        self.assertLess(time.perf_counter() - started, 5)


class LinesAndValues(unittest.TestCase):
    def test_count_of_a_loop_header_is_passes_through_its_body(self) -> None:
        for code, call, line, expect in [
            (SUM, "total(4)", 3, 4),
            (SUM, "total(4)", 4, 4),
            (SUM, "total(0)", 3, 0),
            (SUM, "total(4)", 2, 1),
            ("def f(xs):\n    for x in xs: print(x)\n", "f([1, 2])", 2, 2),
            ("def f(n):\n    while n > 0:\n        n -= 1\n", "f(3)", 2, 3),
            ("def f(n):\n    while n > 0: n -= 1\n", "f(3)", 2, 3),
            ("def f(xs):\n    return [x for x in xs if x > 1]\n", "f([1, 2, 3])", 2, 3),
            ("def f(xs):\n    return [\n        x\n        for x in xs\n    ]\n", "f([1, 2, 3])", 2, 3),
            (
                "def f(n):\n    for i in range(n):\n        for j in range(i):\n            pass\n",
                "f(3)",
                3,
                3,
            ),
            ("def f(n):\n    for i in range(n):\n        while i > 5:\n            pass\n", "f(3)", 2, 3),
            ("def f(xs):\n    for x in [y for y in xs if y]:\n        pass\n", "f([0, 1])", 2, 1),
            ("def f(xs):\n    return sorted(xs, key=lambda x: -x)\n", "f([1, 2, 3])", 2, 1),
            ("def f(n):\n    if n:\n        f(n - 1)\n", "f(3)", 2, 4),
        ]:
            with self.subTest(code=code, line=line):
                self.assertEqual(outcome("count", expect, code, call, line=line), CONFIRMED)
        wrong = outcome("count", 9, SUM, "total(4)", line=3)
        self.assertEqual(wrong, {"kind": "contradicted", "actual": {"kind": "count", "count": 4}})

    def test_with_a_call_only_the_call_counts(self) -> None:
        code = SUM + "print(total(3))\n"
        self.assertEqual(outcome("count", 2, code, "total(2)", line=4), CONFIRMED)
        self.assertEqual(outcome("count", 3, code, line=4), CONFIRMED)
        self.assertEqual(outcome("count", 2, code, "total(2)", setup=["x = total(9)"], line=4), CONFIRMED)

    def test_executed(self) -> None:
        self.assertEqual(outcome("executed", True, SUM, "total(1)", line=4), CONFIRMED)
        self.assertEqual(outcome("executed", False, SUM, "total(0)", line=4), CONFIRMED)
        wrong = outcome("executed", False, SUM, "total(1)", line=4)
        self.assertEqual(wrong["actual"], {"kind": "executed", "executed": True})

    def test_value_after_a_visit(self) -> None:
        for visit, expect in ((1, "0"), (2, "1"), (3, "3"), (4, "6"), (None, "6")):
            more = {"visit": visit} if visit else {}
            self.assertEqual(
                outcome("value", expect, SUM, "total(4)", line=4, name="result", **more), CONFIRMED
            )
        beyond = outcome("value", "6", SUM, "total(4)", line=4, name="result", visit=5)
        self.assertEqual(beyond, {"kind": "contradicted", "actual": {"kind": "absent"}})
        absent = outcome("value", "6", SUM, "total(4)", line=4, name="other")
        self.assertEqual(absent["actual"], {"kind": "absent"})
        script = "x = [1]\nx.append(2)\ny = x\nx.append(3)\n"
        self.assertEqual(outcome("value", "[1, 2]", script, line=2, name="x"), CONFIRMED)

    def test_lines_without_code(self) -> None:
        code = "x = 1\n\n# words\nif x:\n    y = 2\nelse:\n    y = 3\n"
        for line in (2, 3, 6, 99):
            self.assertEqual(outcome("executed", True, code, line=line)["why"], "no-such-line")
        self.assertEqual(outcome("executed", True, code, line=5), CONFIRMED)


class Endless(unittest.TestCase):
    def test_nothing_holds_the_budget_up(self) -> None:
        for body in [
            "while True: pass",
            "while True:\n  try:\n   x = 1\n  except:\n   pass",
            "while True:\n  try:\n   x = 1\n  except BaseException:\n   continue",
            "while True:\n  try:\n   x = 1\n  except BaseException as e:\n   raise ValueError from e\n  finally:\n   continue",
            "try:\n  while True: pass\n finally:\n  while True: pass",
            "import contextlib\n while True:\n  with contextlib.suppress(BaseException):\n   x = 1",
            "x = [y for y in iter(int, 1)]",
            "return sum(1 for y in iter(int, 1))",
            "def h():\n  try: h()\n  finally: h()\n h()",
            "import sys\n sys.settrace(None)\n while True: pass",
            "while 1:\n  try: g(1)\n  except Exception: pass",
            "class A:\n  def __repr__(self):\n   while True: pass\n return A()",
            "class A:\n  def __del__(self):\n   while True: pass\n A()",
            "class A:\n  def __del__(self):\n   while True: pass\n global kept\n kept = A()\n while True: pass",
        ]:
            if sys.platform == "emscripten" and "finally: h()" in body:
                continue  # fills the browser's own stack, which ends the interpreter: the worker's watchdog answers
            with self.subTest(body=body):
                code = f"def g(*a):\n {body}\n"
                started = time.perf_counter()
                answer = outcome("returns", "1", code, "g()", budget={"steps": 50_000, "seconds": 1})
                self.assertEqual(answer, {"kind": "timed-out"})
                self.assertLess(time.perf_counter() - started, 8)

    def test_wall_time_counts(self) -> None:
        code = "def slow():\n    while True:\n        sum(range(20000))\n"
        self.assertEqual(
            outcome("returns", "1", code, "slow()", budget={"seconds": 0.2}), {"kind": "timed-out"}
        )

    def test_an_endless_script_or_context(self) -> None:
        budget = {"steps": 5_000}
        self.assertEqual(
            outcome("prints", "", "while True:\n    pass\n", budget=budget), {"kind": "timed-out"}
        )
        context = [{"cellId": "a", "code": "def loop():\n    while True:\n        pass\n"}]
        code = "def f():\n    return loop()\n"
        self.assertEqual(
            outcome("returns", "1", code, "f()", context=context, budget=budget), {"kind": "timed-out"}
        )


class NotDecided(unittest.TestCase):
    def test_random_results_vary(self) -> None:
        code = "import random\n\ndef roll():\n    return random.random()\n"
        answer = outcome("returns", "0.5", code, "roll()")
        self.assertEqual(answer["kind"], "non-deterministic")
        self.assertEqual(len(answer["seen"]), 2)
        seeded = "import random\nrandom.seed(3)\n\ndef roll():\n    return random.randint(1, 6)\n"
        expect = random.Random(3).randint(1, 6)
        self.assertEqual(outcome("returns", str(expect), seeded, "roll()"), CONFIRMED)
        wrong = outcome("returns", str(expect + 1), seeded, "roll()")
        self.assertEqual(wrong["actual"], {"kind": "value", "value": str(expect)})

    def test_a_generator_that_a_program_changed_is_put_back(self) -> None:
        code = "import random\nrandom.Random.random = lambda self: 0\n\ndef f():\n    return random.random()\n"
        outcome("returns", "0", code, "f()")
        self.test_random_results_vary()

    def test_reasons(self) -> None:
        f = "def f(x=0):\n    return x\n"
        for expected, arguments, more in [
            ("syntax-error", ("returns", "1", "def f(:\n", "f()"), {}),
            ("not-a-literal", ("returns", "f(1)", f, "f(1)"), {}),
            ("not-a-literal", ("value", "x +", f, "f(1)"), {"line": 2, "name": "x"}),
            ("unknown-name", ("returns", "1", f, "g(1)"), {}),
            ("unknown-name", ("returns", "1", f, "f(y)"), {}),
            ("not-a-plain-call", ("returns", "1", f, None), {}),
            ("not-a-plain-call", ("returns", "1", f, "f(1) + 1"), {}),
            ("not-a-plain-call", ("returns", "1", f, "__import__('os').getcwd()"), {}),
            ("not-a-plain-call", ("returns", "1", f, "f(1)"), {"setup": ["import js"]}),
            ("not-a-plain-call", ("returns", "1", "import os\n", "os.getcwd()"), {}),
            ("not-a-plain-call", ("returns", "1", "x = 1\n" + f, "f(x)"), {}),
            ("no-input-given", ("prints", "", "input()\n", None), {}),
            ("no-input-given", ("returns", "1", "input()\n" + f, "f()"), {}),
            ("no-input-given", ("returns", "1", "def f():\n    return input()\n", "f()"), {}),
            (
                "needs-file",
                ("returns", "1", "def f():\n    return open('no-such-file.txt').read()\n", "f()"),
                {},
            ),
            (
                "needs-network",
                ("prints", "", "raise ModuleNotFoundError(\"No module named 'requests'\")\n", None),
                {},
            ),
        ]:
            with self.subTest(arguments=arguments):
                answer = outcome(*arguments, **more)
                self.assertEqual((answer["kind"], answer.get("why")), ("not-checkable", expected))

    def test_input_that_stops_the_cell_does_not_stop_a_call_of_what_it_defined(self) -> None:
        code = "def f(x=0):\n    return x\n\nage = input()\n\ndef g():\n    return age\n"
        self.assertEqual(outcome("returns", "0", code, "f()"), CONFIRMED)
        self.assertEqual(outcome("returns", "0", code, "g()")["why"], "no-input-given")

    def test_network(self) -> None:
        code = "import socket\n\ndef f():\n    socket.create_connection(('127.0.0.1', 9))\n"
        if sys.platform != "emscripten":
            self.assertEqual(outcome("returns", "1", code, "f()")["why"], "needs-network")

    def test_a_missing_file_can_be_claimed(self) -> None:
        code = "def f(name):\n    return open(name).read()\n"
        self.assertEqual(
            outcome("raises", {"type": "FileNotFoundError"}, code, "f('nothing-here.txt')"), CONFIRMED
        )


class NoTrace(unittest.TestCase):
    """Whatever a cell does, the next verification does not notice."""

    RUDE = [
        "import builtins\nbuiltins.len = None\nbuiltins.isinstance = None\ndel builtins.print\n",
        "import json\njson.dumps = json.loads = None\njson.JSONEncoder.encode = None\n",
        "import sys\nsys.modules.clear()\n",
        "import sys\nsys.modules.pop('ast', None)\nsys.modules.pop('procoder', None)\n",
        "import sys\nsys.exit(3)\n",
        "import sys\nsys.setrecursionlimit(60)\nsys.stdout = sys.stderr = sys.stdin = None\n",
        "import sys\nsys.settrace(lambda *a: None)\nsys.path.clear()\nsys.meta_path.clear()\n",
        "import os\nos.chdir('/')\nos.environ.clear()\nos.getcwd = None\nos.environ['X'] = '1'\n",
        "import random\nrandom.random = lambda: 4\nrandom.seed(1)\n",
        "import time\ntime.sleep = time.perf_counter = None\n",
        "import collections\ncollections.Counter.update = None\ncollections.Counter.new = 1\n",
        "import warnings\nwarnings.filters.clear()\nimport gc\ngc.disable()\n",
        "import procoder.verify, procoder.replay, procoder.values\nprocoder.verify.check = procoder.replay.Submission = procoder.values.equal = None\n",
        "open('left-behind.txt', 'w').write('x')\n",
        "raise KeyboardInterrupt\n",
        "raise BaseException('no')\n",
        "__name__ = None\n__builtins__ = {}\n",
        "import ast\nast.parse = None\nast.NodeTransformer.visit = None\n",
        "import linecache, traceback, types\nlinecache.cache.clear()\ntraceback.TracebackException = None\ntypes.ModuleType = None\n",
        "class M(type):\n    def __repr__(c): raise ValueError\nclass A(metaclass=M):\n    def __repr__(s): raise RuntimeError\nx = A()\n",
    ]

    def test_after_a_rude_cell(self) -> None:
        before = (sys.getrecursionlimit(), os.getcwd(), dict(os.environ), list(sys.path), len(vars(builtins)))
        for cell in self.RUDE:
            with self.subTest(cell=cell):
                code = cell + "\ndef f(xs):\n    return len(xs)\n"
                claim = {"id": "c", "kind": "prints", "probe": {}, "expect": "no"}
                first = bridge.call("verify", json.dumps({"claim": claim, "code": code}))
                self.assertTrue(json.loads(first)["ok"], first)
                self.assertEqual(outcome("returns", "6", SUM, "total(4)"), CONFIRMED)
                self.assertEqual(json.loads(json.dumps([len([1])])), [1])
                after = (
                    sys.getrecursionlimit(),
                    os.getcwd(),
                    dict(os.environ),
                    list(sys.path),
                    len(vars(builtins)),
                )
                self.assertEqual(after, before)
                self.assertNotEqual(random.random(), random.random())
        self.assertFalse(os.path.exists("left-behind.txt"))

    def test_runs_do_not_share_anything(self) -> None:
        code = "seen = []\n\ndef f(x, kept=[]):\n    kept.append(x)\n    seen.append(x)\n    return len(kept) + len(seen)\n"
        submission = Submission(code)
        for _ in range(3):
            seen = submission.observe("f(1)")
            self.assertEqual(seen.value.text if seen.value else None, "2")

    def test_output_is_captured(self) -> None:
        before = sys.stdout
        outcome("prints", "x", "print('x')\nimport sys\nsys.stderr.write('y')\nsys.__stdout__ = None\n")
        self.assertIs(sys.stdout, before)


class Bridge(unittest.TestCase):
    def test_never_raises(self) -> None:
        for method, params in [
            ("verify", "{}"),
            ("verify", "no json"),
            ("nope", "{}"),
            ("explain", "[]"),
            ("facts", "null"),
        ]:
            answer = json.loads(bridge.call(method, params))
            self.assertFalse(answer["ok"])
            self.assertEqual(set(answer["error"]), {"type", "message"})

    def test_is_ascii(self) -> None:
        params = {
            "claim": {"id": "c", "kind": "prints", "probe": {}, "expect": "x"},
            "code": "print('\\ud800 é')\n",
        }
        text = bridge.call("verify", json.dumps(params))
        self.assertTrue(text.isascii())
        self.assertEqual(json.loads(text)["result"]["actual"]["text"], "\ud800 é\n")

    def test_version(self) -> None:
        self.assertIn("python", json.loads(bridge.call("version", "{}"))["result"])

    def test_equality_of_sets_ignores_order(self) -> None:
        self.assertTrue(equal_texts("{'a', 'b', 'c'}", "{'c', 'a', 'b'}"))
