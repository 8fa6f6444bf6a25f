"""What chance, the clock, an address or the order of a set decides is never confirmed; what a program seeds is."""

from __future__ import annotations

import random
import time
import unittest
from typing import Any

from procoder import chance
from procoder.explain import explain
from procoder.verify import verify

CONFIRMED = {"kind": "confirmed"}


def outcome(kind: str, expect: Any, code: str, call: str | None = None, **more: Any) -> dict[str, Any]:
    probe = {} if call is None else {"call": call}
    context = more.pop("context", ())
    return verify({"id": "c", "kind": kind, "probe": probe, "expect": expect, **more}, code, context)


#: (code, call, kind, the values that it can give)
VARYING: list[tuple[str, str | None, str, list[Any]]] = [
    ("import random\n\ndef f():\n    return random.randint(1, 2)\n", "f()", "returns", ["1", "2"]),
    ("from random import randint\n\ndef f(sides=3):\n    return randint(1, sides)\n", "f(2)", "returns", ["1", "2"]),
    ("import random\n\ndef f():\n    return random.random() < 0.9\n", "f()", "returns", ["True", "False"]),
    ("import random\n\ndef f():\n    return random.random() < 0.9999\n", "f()", "returns", ["True", "False"]),
    ("import random\n\ndef f():\n    return random.choice(['a', 'b'])\n", "f()", "returns", ["'a'", "'b'"]),
    ("import random\nx = [1, 2]\nrandom.shuffle(x)\nprint(x)\n", None, "prints", ["[1, 2]", "[2, 1]"]),
    ("import random\nprint(random.Random().randrange(2))\n", None, "prints", ["0", "1"]),
    ("import random\nprint(random.SystemRandom().randrange(2))\n", None, "prints", ["0", "1"]),
    ("import random\nprint(random.randint(1, 1000) == 1000)\n", None, "prints", ["True", "False"]),
    ("import random\nprint(all(random.random() > 0.001 for _ in range(3)))\n", None, "prints", ["True"]),
    ("import random\nrandom.seed()\nprint(random.randint(0, 1))\n", None, "prints", ["0", "1"]),
    ("import random\nprint(random.getrandbits(1))\n", None, "prints", ["0", "1"]),
    ("import secrets\nprint(secrets.randbelow(2))\n", None, "prints", ["0", "1"]),
    ("import secrets\nprint(secrets.choice('ab'))\n", None, "prints", ["a", "b"]),
    ("import secrets\nprint(secrets.token_hex(4)[0] > '0')\n", None, "prints", ["True"]),
    ("import uuid\nprint(str(uuid.uuid4())[0] > '0')\n", None, "prints", ["True"]),
    ("import uuid\nprint(len({str(uuid.uuid1())[0:8]} & {'0'}), uuid.uuid1().time > 0, uuid.uuid1())\n", None, "prints", ["x"]),
    ("import os\nprint(os.urandom(1)[0] % 2)\n", None, "prints", ["0", "1"]),
    ("import time\nprint(int(time.time()))\n", None, "prints", [str(int(time.time())), str(int(time.time()) + 1)]),
    ("import time\nprint(time.localtime().tm_year)\n", None, "prints", [str(time.localtime().tm_year)]),
    ("import time\nprint(time.strftime('%Y'))\n", None, "prints", [time.strftime("%Y")]),
    ("from time import time\nprint(int(time()) // 3600)\n", None, "prints", [str(int(time.time()) // 3600)]),
    ("import time\nt = time.perf_counter()\nprint(round(time.perf_counter() - t, 1))\n", None, "prints", ["0.0"]),
    ("from datetime import date\nprint(date.today().year)\n", None, "prints", [str(time.localtime().tm_year)]),
    ("import datetime\nprint(datetime.datetime.now().month)\n", None, "prints", [str(time.localtime().tm_mon)]),
    ("import datetime as d\nprint(d.date.today())\n", None, "prints", [time.strftime("%Y-%m-%d")]),
    ("print(hash('a') % 2)\n", None, "prints", ["0", "1"]),
    ("x = object()\nprint(id(x) > 0, id(x))\n", None, "prints", ["x"]),
    ("def f():\n    return list({'a', 'b', 'c'})\n", "f()", "returns", [str(list({"a", "b", "c"}))]),
    ("def f(x):\n    return [c for c in set(x)]\n", "f('abc')", "returns", [str(list(set("abc")))]),
    ("print({'a', 'b', 'c'})\n", None, "prints", [str({"a", "b", "c"})]),
    ("s = {'a', 'b', 'c'}\nprint(f'{s}')\n", None, "prints", [str({"a", "b", "c"})]),
    ("print({'x': {'a', 'b', 'c'}})\n", None, "prints", [str({"x": {"a", "b", "c"}})]),
    ("for x in {'a', 'b', 'c'}: print(x)\n", None, "prints", ["\n".join({"a", "b", "c"})]),
    ("s = {'a', 'b', 'c'}\nprint(s.pop())\n", None, "prints", [{"a", "b", "c"}.pop()]),
    ("a, b = {'a', 'b'}\nprint(a)\n", None, "prints", ["a", "b"]),
    ("print(*{'a', 'b'})\n", None, "prints", ["a b", "b a"]),
    ("print(' '.join(set('ab')))\n", None, "prints", ["a b", "b a"]),
    ("print(next(iter({'a', 'b'})))\n", None, "prints", ["a", "b"]),
    ("print(sorted({'a', 'b'}, key=len))\n", None, "prints", ["['a', 'b']", "['b', 'a']"]),
]  # fmt: skip

STEADY: list[tuple[str, str | None, str, str]] = [
    ("import random\nrandom.seed(42)\nprint(random.randint(1, 100))\n", None, "prints", str(random.Random(42).randint(1, 100))),
    ("import random\nr = random.Random(7)\n\ndef f():\n    return r.random()\n", "f()", "returns", repr(random.Random(7).random())),
    ("import random\nrandom.seed('abc')\nx = [1, 2, 3, 4]\nrandom.shuffle(x)\nprint(x, random.choice('abc'))\n", None, "prints", ""),
    ("import random\n\ndef f():\n    return 1 <= random.randint(1, 6) <= 6\n", "f()", "returns", "True"),
    ("import random\nx = [3, 1, 2]\nrandom.shuffle(x)\nprint(sorted(x))\n", None, "prints", "[1, 2, 3]"),
    ("import time\nt = time.time()\nprint('done')\n", None, "prints", "done"),
    ("import datetime\nd = datetime.date(2024, 1, 31) + datetime.timedelta(days=1)\nprint(d, repr(d), d.strftime('%j'))\n# today", None, "prints", "2024-02-01 datetime.date(2024, 2, 1) 032"),
    ("import datetime\n# now\nprint(isinstance(datetime.datetime(2024, 1, 1), datetime.date))\n", None, "prints", "True"),
    ("print(sorted({'b', 'a'}), len({'a', 'b'}), 'a' in {'a', 'b'})\n", None, "prints", "['a', 'b'] 2 True"),
    ("print({3, 1, 2}, list({3, 1, 2}))\n", None, "prints", "{1, 2, 3} [1, 2, 3]"),
    ("def f(s):\n    return {c for c in s}\n", "f('abc')", "returns", "{'a', 'b', 'c'}"),
    ("def f():\n    return set('ab') | {'c'}\n", "f()", "returns", "{'a', 'b', 'c'}"),
    ("s = [1, 2]\nprint(s.pop(), hash(3), hash((1, 2)) == hash((1, 2)))\n", None, "prints", "2 3 True"),
    ("def f():\n    x = []\n    return id(x) == id(x)\n", "f()", "returns", "True"),
    ("print('at 0xBEEF')\n", None, "prints", "at 0xBEEF"),
]  # fmt: skip


class Varying(unittest.TestCase):
    def test_what_varies_is_never_confirmed(self) -> None:
        for code, call, kind, values in VARYING:
            for expect in values:
                with self.subTest(code=code, expect=expect):
                    for _ in range(3):
                        answer = outcome(kind, expect, code, call)
                        self.assertEqual(answer["kind"], "non-deterministic", answer)
                        seen = answer["seen"]
                        self.assertTrue(2 <= len(seen) <= 4)
                        self.assertEqual(len({str(item) for item in seen}), len(seen))

    def test_chance_in_a_cell_before(self) -> None:
        context = [{"cellId": "a", "code": "import random\nside = random.randint(1, 2)\n"}]
        answer = outcome("returns", "1", "def f():\n    return side\n", "f()", context=context)
        self.assertEqual(answer["kind"], "non-deterministic")

    def test_how_often_and_whether(self) -> None:
        code = "import random\n\ndef f():\n    if random.random() < 0.9:\n        return 1\n    return 2\n"
        for kind, expect in (("executed", True), ("executed", False), ("count", 1), ("count", 0)):
            self.assertEqual(outcome(kind, expect, code, "f()", line=5)["kind"], "non-deterministic")

    def test_an_address_is_no_result(self) -> None:
        code = "class A:\n    pass\n\nprint(A())\n"
        self.assertIn(outcome("prints", "x", code)["kind"], ("non-deterministic", "not-checkable"))
        code = "class A:\n    pass\n\ndef f():\n    return str(A())\n"
        self.assertIn(outcome("returns", "'x'", code, "f()")["kind"], ("non-deterministic", "not-checkable"))

    def test_endless_under_an_extreme_is_no_reason(self) -> None:
        code = "import random\n\ndef f():\n    while random.randint(1, 6) != 6:\n        pass\n    return 6\n"
        self.assertEqual(outcome("returns", "6", code, "f()"), CONFIRMED)


class Steady(unittest.TestCase):
    def test_what_a_program_decides_itself_is_confirmed(self) -> None:
        shuffled = [1, 2, 3, 4]
        generator = random.Random("abc")
        generator.shuffle(shuffled)
        for code, call, kind, expect in STEADY:
            with self.subTest(code=code):
                expect = expect or f"{shuffled} {generator.choice('abc')}"
                self.assertEqual(outcome(kind, expect, code, call), CONFIRMED)

    def test_outside_a_sandbox_nothing_is_watched(self) -> None:
        outcome("prints", "x", "import random, time, os\nprint(random.random(), time.time(), os.urandom(3), id(1))\n")
        self.assertIsNot(random.Random, chance.Random)
        self.assertNotEqual(random.random(), random.random())
        self.assertLess(abs(time.time() - __import__("datetime").datetime.now().timestamp()), 5)
        self.assertEqual(type(id).__name__, "builtin_function_or_method")

    def test_lines_and_counts_stay_what_they_were(self) -> None:
        code = "def f(xs):\n    print(\n        1,\n        len(\n            xs\n        ),\n    )\n    return list(\n        xs\n    )\n"
        for line, expect in ((2, 1), (8, 1)):
            self.assertEqual(outcome("executed", True, code, "f([1])", line=line), CONFIRMED)
        changing = "s = {'a', 'b'}\nfor x in s:\n    s.add(x + 'c')\n"
        self.assertEqual(outcome("raises", {"type": "RuntimeError"}, changing), CONFIRMED)


class Explained(unittest.TestCase):
    def test_no_example_varies(self) -> None:
        for code, _, _, _ in VARYING:
            with self.subTest(code=code):
                made = explain(code, strict=True)
                claims = [*made["examples"], *(edge["claim"] for edge in made["edgeCases"])]
                claims += [claim for step in made["steps"] for claim in step["claims"]]
                for claim in claims:
                    for _ in range(2):
                        self.assertEqual(verify(claim, code), CONFIRMED)
                self.assertNotIn("the same each time", str(made))

    def test_the_same_each_time_is_said_where_it_is_so(self) -> None:
        for code in ("x = 3\nprint(x)\n", "import random\nrandom.seed(1)\nprint(random.random())\n"):
            self.assertIn("the same each time", explain(code)["notes"]["edgeCases"])
