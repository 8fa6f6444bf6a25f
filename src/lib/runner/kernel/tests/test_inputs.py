"""Inputs that are found by running: rare branches, typed lines, states of objects, functions that remember."""

from __future__ import annotations

import unittest

from procoder.explain import explain
from procoder.facts import gather

RARE = {
    "a text that is put together": "def f(text):\n    a, b = text.split('-')\n    if int(a) > 12:\n        return 'late'\n    return b\n",
    "two lists that are alike": "def f(a, b):\n    if len(a) > len(b):\n        return 1\n    if a == b:\n        return 2\n    return 3\n",
    "a word that is asked for": "def f(kind):\n    if kind == 'tram':\n        return 2\n    if kind == 'ferry':\n        return 7\n    return 0\n",
    "a number that two can divide": "def f(n):\n    if n % 4 == 0 and n % 7 == 0:\n        return 'both'\n    return 'no'\n",
}


def missed(code: str) -> list[int]:
    """Lines of the branches that no example went into."""
    made = explain(code, strict=True)
    taken: dict[int, int] = {}
    for claim in made["examples"]:
        probe = claim["probe"]
        run = gather(code, (), probe.get("stdin", ()), probe.get("call"), probe.get("setup", ()))["run"]
        for row in run["taken"]:
            taken[row["line"]] = taken.get(row["line"], 0) + row["count"]
    return [line for line, count in sorted(taken.items()) if not count]


class Inputs(unittest.TestCase):
    def test_rare_branches_are_found(self) -> None:
        for name, code in RARE.items():
            with self.subTest(name):
                self.assertEqual(missed(code), [])

    def test_the_same_code_gets_the_same_inputs(self) -> None:
        for code in RARE.values():
            self.assertEqual(explain(code), explain(code))

    def test_a_loop_that_waits_for_a_word_gets_it(self) -> None:
        code = "total = 0\nwhile True:\n    line = input()\n    if line == 'done':\n        break\n    total += int(line)\nprint(total)\n"
        made = explain(code, strict=True)
        self.assertTrue(made["examples"])
        for claim in made["examples"]:
            self.assertEqual(claim["probe"]["stdin"][-1], "done")
            self.assertEqual(claim["kind"], "prints")

    def test_as_many_lines_as_the_first_one_says(self) -> None:
        made = explain("n = int(input())\nfor i in range(n):\n    print(input())\n", strict=True)
        stdin = made["examples"][0]["probe"]["stdin"]
        self.assertEqual(len(stdin), int(stdin[0]) + 1)

    def test_what_was_put_in_can_be_found(self) -> None:
        code = (
            "class Box:\n    def __init__(self):\n        self.kept = []\n\n    def put(self, item):\n        self.kept.append(item)\n\n"
            "    def has(self, item):\n        for one in self.kept:\n            if one == item:\n                return True\n        return False\n"
        )
        self.assertEqual(missed(code), [])

    def test_a_decorator_with_arguments_is_called_to_its_end(self) -> None:
        code = (
            "def twice(times):\n    def decorate(function):\n        def wrapped(*args):\n            for _ in range(times):\n"
            "                result = function(*args)\n            return result\n        return wrapped\n    return decorate\n"
        )
        calls = [claim["probe"]["call"] for claim in explain(code, strict=True)["examples"]]
        self.assertTrue(any(call.startswith("made_again(") for call in calls), calls)

    def test_what_a_script_does_before_it_fails_is_shown(self) -> None:
        made = explain("age = 12\nprint('You are ' + age)\n", strict=True)
        self.assertEqual([(c["kind"], c["expect"]) for c in made["examples"]], [("value", "12")])


if __name__ == "__main__":
    unittest.main()
