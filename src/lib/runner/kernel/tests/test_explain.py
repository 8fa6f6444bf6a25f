"""The built-in explainer over a corpus of beginners' programs."""

from __future__ import annotations

import itertools
import json
import re
import unittest
from unittest import mock

from procoder import bridge, trace
from procoder.explain import explain, meter
from procoder.verify import verify

from . import corpus

_CLAIM_ID = re.compile(r"^[a-z][a-z0-9-]{0,39}$")
_SLOT = re.compile(r"\{([^{}]*)\}")
_MEND = re.compile(r"(?:Write|Put) `[^`]*`")
_QUOTED = re.compile(r"`([^`]*)`")


def claims_of(made: dict) -> list[dict]:
    """Every claim of an explanation."""
    return [
        *made["purpose"]["claims"],
        *(claim for step in made["steps"] for claim in step["claims"]),
        *made["examples"],
        *(edge["claim"] for edge in made["edgeCases"]),
    ]


class Corpus(unittest.TestCase):
    made: dict[str, dict] = {}

    @classmethod
    def setUpClass(cls) -> None:
        cls.made = {name: explain(code, strict=True) for name, code in corpus.ALL.items()}

    def test_is_large(self) -> None:
        self.assertGreaterEqual(len(corpus.ALL), 40)

    def test_every_section_speaks(self) -> None:
        for name, made in self.made.items():
            with self.subTest(program=name):
                self.assertTrue(made["purpose"]["text"].endswith("."))
                self.assertTrue(made["steps"])
                for section in ("examples", "edgeCases"):
                    self.assertTrue(made[section] or made["notes"][section])

    def test_structure(self) -> None:
        for name, made in self.made.items():
            lines = max(1, corpus.ALL[name].count("\n") + 1)
            with self.subTest(program=name):
                self.assertLessEqual(set(made), {"purpose", "steps", "examples", "edgeCases", "notes"})
                ids = [claim["id"] for claim in claims_of(made)]
                self.assertEqual(len(ids), len(set(ids)))
                for claim_id in ids:
                    self.assertRegex(claim_id, _CLAIM_ID)
                for step in made["steps"]:
                    self.assertEqual(set(step), {"text", "claims", "from", "to"})
                    self.assertTrue(1 <= step["from"] <= step["to"] <= lines, step)
                json.dumps(made).encode("ascii")

    def test_slots_and_claims_match(self) -> None:
        for name, made in self.made.items():
            for prose in (made["purpose"], *made["steps"]):
                with self.subTest(program=name, text=prose["text"]):
                    self.assertEqual(
                        sorted(_SLOT.findall(prose["text"])), sorted(c["id"] for c in prose["claims"])
                    )

    def test_prose_holds_no_results(self) -> None:
        for name, made in self.made.items():
            if name in corpus.BROKEN:
                continue  # there the backquotes hold Python's signs, and there are no results
            code = corpus.ALL[name]
            texts = [made["purpose"]["text"], *(step["text"] for step in made["steps"])]
            texts += [edge["why"] for edge in made["edgeCases"]] + list(made.get("notes", {}).values())
            # How the code stops is a claim of its own; and a mend is code that is not there yet.
            stops = {edge["claim"]["expect"]["type"] for edge in made["edgeCases"] if edge["claim"]["kind"] == "raises"}
            for text in texts:
                with self.subTest(program=name, text=text):
                    text = _MEND.sub("", text)
                    for quoted in _QUOTED.findall(text):
                        known = quoted in code or quoted in ("except", "break", "self") or quoted in stops
                        self.assertTrue(known, quoted)
                    bare = re.sub(r"\bline \d+", "line", _QUOTED.sub("", _SLOT.sub("", text)))
                    self.assertNotRegex(bare, r"[0-9\"!]|\b(True|False|None)\b|`")

    def test_every_claim_is_confirmed(self) -> None:
        for name, made in self.made.items():
            for claim in claims_of(made):
                with self.subTest(program=name, claim=claim):
                    self.assertEqual(verify(claim, corpus.ALL[name]), {"kind": "confirmed"})

    def test_functions_have_two_examples_and_two_edge_cases(self) -> None:
        # These take no argument, or do not care about it.
        without_inputs = {"naturals", "counter_closure"}
        for name in corpus.FUNCTIONS:
            with self.subTest(program=name):
                made = self.made[name]
                self.assertGreaterEqual(len(made["examples"]), 1 if name in without_inputs else 2)
                if name not in without_inputs:
                    self.assertGreaterEqual(len(made["edgeCases"]), 2, made["edgeCases"])

    def test_steps_quote_the_first_example(self) -> None:
        for name in ("total", "largest", "collatz", "gcd"):
            made = self.made[name]
            probe = made["examples"][0]["probe"]
            for step in made["steps"]:
                for claim in step["claims"]:
                    self.assertEqual(claim["probe"], probe)
            self.assertTrue(any(step["claims"] for step in made["steps"]))

    def test_broken_code_points_at_its_line(self) -> None:
        where = {
            "colon": 1,
            "bracket": 1,
            "string": 1,
            "equals": 2,
            "indent": 2,
            "keyword": 1,
            "nul": 2,
            "surrogate": 1,
        }
        for name, line in where.items():
            with self.subTest(program=name):
                step = next(s for s in self.made[name]["steps"] if "Here Python stops" in s["text"])
                self.assertEqual((step["from"], step["to"]), (line, line))
                self.assertEqual(self.made[name]["examples"], [])


class Unrun(unittest.TestCase):
    """Code that ends the interpreter is explained without running it."""

    def test_nothing_is_run(self) -> None:
        def never(*args: object, **options: object) -> None:
            raise AssertionError("something was run")

        with mock.patch("procoder.replay.Submission.observe", never):
            for name, code in corpus.ALL.items():
                for why in ("crashed", "timed-out"):
                    with self.subTest(name, why=why):
                        made = explain(code, strict=True, unrun=why)
                        self.assertTrue(made["steps"] and made["purpose"]["text"])
                        self.assertEqual(made["examples"] + made["edgeCases"], [])
                        self.assertTrue(made["notes"]["examples"] and made["notes"]["edgeCases"])

    def test_the_line_that_ends_python_is_named(self) -> None:
        made = explain("import os\nprint('bye')\nos._exit(3)\n", unrun="crashed")
        self.assertIn("Line 3 ends Python itself", made["purpose"]["text"])


class Single(unittest.TestCase):
    def test_randomness_is_no_example(self) -> None:
        for result in (
            "random.random()",
            "random.randint(1, 2)",
            "random.random() < 0.9",
            "random.choice('ab')",
            "random.sample([1, 2], 2)",
        ):
            for _ in range(3):
                made = explain(f"import random\n\ndef roll():\n    return {result}\n")
                self.assertEqual(made["examples"], [])
                self.assertEqual(made["edgeCases"], [])
                self.assertIn("run to run", made["notes"]["examples"])

    def test_uses_what_ran_before(self) -> None:
        context = [{"cellId": "a", "code": "RATE = 2\ndef double(x):\n    return x * RATE\n"}]
        made = explain("def four(x):\n    return double(double(x))\n", context)
        self.assertGreaterEqual(len(made["examples"]), 2)

    def test_calls_of_the_cell_come_first(self) -> None:
        made = explain("def f(a, b):\n    return a * b\n\nscores = [2, 3]\nprint(f(scores, 2))\n")
        self.assertEqual(made["examples"][0]["probe"]["call"], "f([2, 3], 2)")

    def test_names_that_the_cells_above_would_make(self) -> None:
        script = explain("print(total(3))\n")
        function = explain("def f(x):\n    return helper(x)\n")
        for made, name in ((script, "total"), (function, "helper")):
            self.assertIn(f"`{name}`", made["purpose"]["text"])
            for text in (made["purpose"]["text"], made["notes"]["examples"]):
                self.assertIn("run the cells above first", text)
        misspelt = explain("total = 3\n\ndef f(x):\n    return x + totl\n")
        self.assertIn("`totl`", misspelt["purpose"]["text"])
        early = explain("print(later)\nlater = 3\n")
        self.assertNotIn("cells above", str(early))

    def test_only_the_lines_that_were_taken(self) -> None:
        made = explain("a = input('A? ')\nb = input('B? ')\nprint(a, b)\n", (), ("x", "y", "z", "w"))
        self.assertEqual(made["examples"][0]["probe"], {"stdin": ["x", "y"]})

    def test_what_never_ends_has_no_result(self) -> None:
        for code in ("while True:\n    pass\n", "x = 1\nwhile x:\n    x += 1\n"):
            made = explain(code, strict=True)
            self.assertIn("did not come to an end within the limit", made["purpose"]["text"])
            for section in ("examples", "edgeCases"):
                self.assertIn("did not come to an end within the limit", made["notes"][section])
            for words in ("prints nothing", "same each time", "leaves no"):
                self.assertNotIn(words, str(made))

    def test_cells_before_that_never_end(self) -> None:
        context = [{"cellId": "a", "code": "while True:\n    pass\n"}]
        for code in ("def f(x):\n    return x + 1\n", "print(1)\n"):
            made = explain(code, context, strict=True)
            self.assertEqual(made["examples"], [])
            for text in (made["purpose"]["text"], *made["notes"].values()):
                self.assertIn("cells before this one did not come to an end", text)

    def test_a_slot_is_no_row_too(self) -> None:
        for code in ("x = 5\ny = x * 2\nz = y + 1\n", corpus.FUNCTIONS["add_item"], corpus.SCRIPTS["shopping"]):
            made = explain(code, strict=True)
            rows = [{k: v for k, v in claim.items() if k != "id"} for claim in made["examples"]]
            slots = [{k: v for k, v in c.items() if k != "id"} for step in made["steps"] for c in step["claims"]]
            self.assertTrue(rows)
            self.assertEqual([row for row in rows if row in slots][1:], [])

    def test_objects_are_made_with_what_their_names_say(self) -> None:
        for names, expect in (
            ("owner, balance", "C('Ada', 100)"),
            ("name, n", "C('Ada', 5)"),
            ("first_name, start_balance", None),
        ):
            one, other = names.split(", ")
            code = f"class C:\n    def __init__(self, {names}):\n        self.a = {one}\n        self.b = {other}\n\n    def get(self):\n        return self.b\n"
            setup = explain(code, strict=True)["examples"][0]["probe"]["setup"][0]
            self.assertRegex(setup, r"C\('\w+', \d+\)$")
            if expect:
                self.assertIn(expect, setup)

    def test_a_line_that_only_a_failing_run_came_to_was_reached(self) -> None:
        last = "def last(items):\n    for i in range(len(items)):\n        step = items[i + 1]\n    return step\n"
        by_cell = (
            "class P:\n    def __init__(self):\n        self.x = 1\n\n"
            "def f(p):\n    if type(p) is P:\n        print('one')\n        print('two')\n    return 1\n\nf(P())\n"
        )
        for code in (last, by_cell):
            self.assertNotIn("never came to this line", str(explain(code, strict=True)["steps"]))

    def test_none_is_told_as_it_is_asked(self) -> None:
        code = "def f(node):\n    while node is not None:\n        node = None\n    return 1\n"
        self.assertIn("as long as `node` is not `None`.", str(explain(code)["steps"]))
        self.assertIn("`node` is `None`", str(explain(code.replace("is not", "is"))["steps"]))

    def test_what_is_lacking_is_the_reason(self) -> None:
        asking = "import urllib.request\n\n{}print(urllib.request.urlopen('http://a.example/').status)\n"
        for code, lack in (
            (asking.format(""), "the network"),
            (asking.format("def f(x):\n    "), "the network"),
            ("def f(x):\n    return open('names.txt').read()\n", "a file that is not there"),
            ("def f(x):\n    while input() != f'{x} zq':\n        pass\n", "more typed lines"),
        ):
            with self.subTest(code=code):
                made = explain(code, strict=True)
                self.assertEqual(made["examples"], [])
                for section in ("examples", "edgeCases"):
                    if not made[section]:
                        self.assertIn(f" needs {lack}", made["notes"][section])
                for words in ("did not come to an end", "gave no result", "same each time", "with an error"):
                    self.assertNotIn(words, str(made))

    def test_a_third_example_is_another_kind_of_input(self) -> None:
        for code in (
            "def is_even(n):\n    return n % 2 == 0\n",
            "def all_positive(numbers):\n    for n in numbers:\n        if n <= 0:\n            return False\n    return True\n",
            "def add_item(item, items):\n    items.append(item)\n",
            "class Box:\n    def __init__(self, size):\n        self.size = size\n\n"
            "    def fits(self, n):\n        return n <= self.size\n",
        ):
            with self.subTest(code=code):
                made = explain(code, strict=True)
                calls = [(*c["probe"].get("setup", ()), c["probe"]["call"]) for c in made["examples"]]
                self.assertGreaterEqual(len(set(calls)), 3)
                self.assertGreaterEqual(len(made["edgeCases"]), 2)

    def test_objects_of_the_cells_own_classes(self) -> None:
        node = (
            "class Node:\n    def __init__(self, value, rest=None):\n        self.value = value\n        self.rest = rest\n\n"
            "def length(node):\n    count = 0\n    while node is not None:\n        count += 1\n        node = node.rest\n    return count\n"
        )
        card = (
            "class Card:\n    def __init__(self, suit, rank):\n        self.suit = suit\n        self.rank = rank\n\n"
            "    def beats(self, other):\n        return self.suit == other.suit and self.rank > other.rank\n"
        )
        for code, call in ((node, "length(node)"), (card, "obj.beats(other)")):
            with self.subTest(code=code):
                calls = [claim["probe"].get("call") for claim in explain(code, strict=True)["examples"]]
                self.assertGreaterEqual(calls.count(call), 2)

    def test_class_and_static_methods(self) -> None:
        code = (
            "class Heat:\n    def __init__(self, celsius):\n        self.celsius = celsius\n\n    @classmethod\n"
            "    def of(cls, degrees):\n        return cls((degrees - 32) * 5 / 9)\n\n    @staticmethod\n"
            "    def is_ice(celsius):\n        return celsius <= 0\n"
        )
        calls = [claim["probe"]["call"] for claim in explain(code, strict=True)["examples"]]
        for name in ("Heat.of(", "Heat.is_ice("):
            self.assertGreaterEqual(len([call for call in calls if call.startswith(name)]), 2)

    def test_inputs_follow_the_code(self) -> None:
        for code, wanted in (
            ("def f(rain, wind):\n    if rain:\n        return 'in'\n    if wind:\n        return 'coat'\n    return 'out'\n", "f(True, False)"),
            (
                "def f(items, wanted):\n    low, high = 0, len(items) - 1\n    while low <= high:\n        middle = (low + high) // 2\n"
                "        if items[middle] == wanted:\n            return middle\n        if items[middle] < wanted:\n"
                "            low = middle + 1\n        else:\n            high = middle - 1\n    return -1\n",
                "f([1, 2, 4, 7, 9], ",
            ),
            ("def f(start, stop):\n    total = 0\n    for i in range(start, stop):\n        total += i\n    return total\n", "f(2, 10)"),
            ("def f(text):\n    n = 0\n    for c in text:\n        if c in '([':\n            n += 1\n        elif c in ')]':\n            n -= 1\n    return n\n", "'([])'"),
            ("def f(text, n):\n    if text == 'north':\n        return n + 1\n    return n\n", "'north'"),
        ):
            with self.subTest(code=code):
                made = explain(code, strict=True)
                self.assertIn(wanted, str([claim["probe"] for claim in claims_of(made)]).replace('"', "'"))

    def test_through_the_bridge(self) -> None:
        answer = json.loads(
            bridge.call("explain", json.dumps({"code": "x = 1\n", "context": [], "stdin": []}))
        )
        self.assertTrue(answer["ok"])


class Busy(unittest.TestCase):
    """On a machine that does other things as well, the clock of an explanation runs out before it has tried anything."""

    CODE = "def clamp(number, low, high):\n    if number < low:\n        return low\n    return min(number, high)\n\nclamp(3, 5, 9)\n"

    def explained(self, seconds_a_look: float) -> dict:
        with mock.patch.object(meter, "perf_counter", side_effect=itertools.count(0, seconds_a_look)):
            return explain(self.CODE)

    def test_it_goes_on_until_it_has_something_to_show(self) -> None:
        self.assertGreaterEqual(len(self.explained(0.3)["examples"]), 1)

    def test_what_was_never_tried_is_not_said_to_have_no_result(self) -> None:
        self.assertIn("could not be tried in the time", json.dumps(self.explained(20)))

    def test_a_slow_machine_gives_the_same_explanation(self) -> None:
        primes = (
            "def primes(n):\n    found = []\n    for k in range(2, n * 100):\n"
            "        if all(k % p for p in found):\n            found.append(k)\n    return found\n"
        )
        for code in (self.CODE, primes):
            here = explain(code, strict=True)
            slow = itertools.count(0, 0.002)
            with (
                mock.patch.object(trace, "perf_counter", side_effect=slow),
                mock.patch.object(meter, "perf_counter", side_effect=itertools.count(0, 0.03)),
            ):
                self.assertEqual(explain(code, strict=True), here)

    def test_the_steps_of_an_explanation_are_counted(self) -> None:
        clock = meter.Clock(steps=3_000)
        submission = meter.Metered("def f(x):\n    for i in range(x):\n        pass\n", (), clock)
        submission.observe("f(1000)")
        self.assertFalse(clock.over())
        submission.observe("f(3000)")
        self.assertTrue(clock.over(found=9))
        submission.observe("f(3000)")
        self.assertTrue(clock.over())
