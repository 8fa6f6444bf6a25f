"""Facts of a cell: from its syntax tree, and from one run."""

from __future__ import annotations

import json
import unittest
from typing import Any

from procoder import bridge

from . import corpus

CODE = '''import math
LIMIT = 10

def total(numbers, start=0, *rest, key: str = "a", **more) -> int:
    """Adds up."""
    result = start
    found = False
    steps = 0
    for n in numbers:
        steps += 1
        if n > LIMIT:
            found = True
        elif n < 0:
            continue
        result += n
    numbers.append(result)
    return result

class Box(dict):
    size: int = 3
    def fill(self):
        self.items = [i for i in range(3)]

print(total([1, 20, -3]))
'''


def facts(code: str, **more: Any) -> dict[str, Any]:
    """Facts through the bridge."""
    answer = json.loads(bridge.call("facts", json.dumps({"code": code, "context": [], "stdin": [], **more})))
    assert answer["ok"], answer
    return answer["result"]


class Static(unittest.TestCase):
    def setUp(self) -> None:
        self.static = facts(CODE)["static"]

    def test_functions(self) -> None:
        function = self.static["functions"][0]
        self.assertEqual((function["name"], function["line"], function["endLine"]), ("total", 4, 17))
        kinds = [(item["name"], item["kind"]) for item in function["parameters"]]
        expected = [
            ("numbers", "plain"),
            ("start", "plain"),
            ("rest", "star"),
            ("key", "keyword"),
            ("more", "double-star"),
        ]
        self.assertEqual(kinds, expected)
        self.assertEqual(function["parameters"][1]["default"], "0")
        self.assertEqual(function["mutates"], ["numbers"])
        self.assertEqual(
            (function["returns"], function["recursive"], function["documented"]), ("int", False, True)
        )

    def test_roles(self) -> None:
        roles = {(row["scope"], row["name"]): row["roles"] for row in self.static["names"]}
        self.assertEqual(roles["", "LIMIT"], ["constant"])
        self.assertIn("parameter", roles["total", "numbers"])
        self.assertEqual(roles["total", "n"], ["loop variable"])
        self.assertIn("accumulator", roles["total", "result"])
        self.assertIn("result", roles["total", "result"])
        self.assertIn("counter", roles["total", "steps"])
        self.assertIn("flag", roles["total", "found"])

    def test_the_rest(self) -> None:
        self.assertEqual([row["kind"] for row in self.static["loops"]], ["for", "comprehension"])
        self.assertEqual([row["condition"] for row in self.static["branches"]], ["n > LIMIT", "n < 0"])
        self.assertEqual(self.static["imports"], [{"module": "math", "line": 1}])
        self.assertEqual(self.static["classes"][0]["fields"], ["items", "size"])
        self.assertEqual((self.static["prints"], self.static["readsInput"]), (True, False))


class Run(unittest.TestCase):
    def test_script(self) -> None:
        run = facts(CODE)["run"]
        self.assertEqual((run["status"], run["stdout"]), ("ok", "21\n"))
        self.assertIn({"line": 9, "count": 3}, run["passes"])
        self.assertEqual(run["taken"], [{"line": 11, "count": 1}, {"line": 13, "count": 1}])
        sequences = {(row["line"], row["name"]): row["values"] for row in run["values"]}
        self.assertEqual(sequences[15, "result"], ["1", "21"])

    def test_call(self) -> None:
        run = facts(CODE, call="total([1, 2])")["run"]
        self.assertEqual((run["call"], run["returned"], run["stdout"]), ("total([1, 2])", "3", ""))
        raised = facts("def f(x):\n    return 1 / x\n", call="f(0)")["run"]
        self.assertEqual((raised["status"], raised["raised"]["line"]), ("raised", 2))
        refused = facts("x = 1\n", call="f(0)")["run"]
        self.assertEqual((refused["status"], refused["refused"]["why"]), ("refused", "unknown-name"))

    def test_long_sequences_are_cut(self) -> None:
        run = facts("t = 0\nfor i in range(500):\n    t += i\n")["run"]
        row = next(row for row in run["values"] if row["name"] == "t" and row["line"] == 3)
        self.assertEqual((len(row["values"]), row["more"]), (20, True))

    def test_every_program_has_facts(self) -> None:
        for name, code in corpus.ALL.items():
            with self.subTest(program=name):
                found = facts(code)
                self.assertEqual(set(found), {"syntaxError"} if name in corpus.BROKEN else {"static", "run"})
