"""Any Python file gets an explanation, or its error one; within the budget; and nothing in it is refuted.

Programs are put together from parts, and mutated. `PROCODER_LONG=1` tries 10,000 of them.
"""

from __future__ import annotations

import os
import random
import unittest
from time import perf_counter

from procoder.explain import explain, meter
from procoder.verify import verify

from . import corpus

_MANY = 10_000 if os.environ.get("PROCODER_LONG") else 60
#: Claims of so many programs are verified once more.
_VERIFIED = 6
#: Beside the steps, a run of a claim may add one budget of its own.
_MOST_STEPS = meter.STEPS * 2 + 400_000

_LEAVES = ["x", "n", "items", "0", "1", "-1", "2.5", "'a'", "''", "[]", "[1, 2]", "{}", "{'k': 1}", "None", "True", "len(items)", "str(x)"]
_TESTS = ["x > 1", "n == 0", "items", "not x", "x in items", "n % 2 == 0", "isinstance(x, int)", "x is None"]


def expression(dice: random.Random, depth: int = 0) -> str:
    """A small expression."""
    if depth > 2 or dice.random() < 0.4:
        return dice.choice(_LEAVES)
    one, two = expression(dice, depth + 1), expression(dice, depth + 1)
    return dice.choice(
        [
            f"({one} {dice.choice(['+', '-', '*', '/', '//', '%', '==', '<', 'and', 'or'])} {two})",
            f"[{one} for x in {two}]",
            f"sorted({one})",
            f"{one}[0]",
            f"({one} if {dice.choice(_TESTS)} else {two})",
            f"f'{{{dice.choice(['x', 'n'])}}}'",
            f"(lambda x: {one})",
            f"sum(x for x in {one})",
        ]
    )


def block(dice: random.Random, width: int, inside: bool) -> list[str]:
    """A few statements."""
    pad = " " * width
    lines: list[str] = []
    for _ in range(dice.randint(1, 3)):
        kind = dice.randrange(11)
        if kind < 3:
            lines.append(f"{pad}{dice.choice(['x', 'n', 'total', 'items'])} = {expression(dice)}")
        elif kind == 3:
            lines.append(f"{pad}print({expression(dice)})")
        elif kind == 4 and inside:
            lines.append(f"{pad}return {expression(dice)}")
        elif kind == 5 and width < 12:
            lines += [f"{pad}if {dice.choice(_TESTS)}:", *block(dice, width + 4, inside)]
        elif kind == 6 and width < 12:
            lines += [f"{pad}for x in {expression(dice)}:", *block(dice, width + 4, inside)]
        elif kind == 7 and width < 12:
            lines += [f"{pad}while {dice.choice(_TESTS)}:", *block(dice, width + 4, inside)]
        elif kind == 8 and width < 12:
            lines += [f"{pad}try:", *block(dice, width + 4, inside), f"{pad}except Exception:", f"{pad}    pass"]
        elif kind == 9 and inside:
            lines.append(f"{pad}yield {expression(dice)}")
        else:
            lines.append(f"{pad}n += {expression(dice)}")
    return lines


def program(dice: random.Random) -> str:
    """A program: some functions, a class now and then, some lines that run."""
    lines: list[str] = []
    for number in range(dice.randint(0, 2)):
        lines += [f"def f{number}({dice.choice(['x', 'x, n', 'items', 'items, x=1', '*items', 'x, **more'])}):", *block(dice, 4, True)]
    if dice.random() < 0.2:
        lines += ["class Box:", "    def __init__(self, x):", "        self.x = x", "    def get(self, n):", *block(dice, 8, True)]
    lines += block(dice, 0, False)
    return "\n".join(lines) + "\n"


def mutated(dice: random.Random, code: str) -> str:
    """A program with a few characters or lines changed."""
    for _ in range(dice.randint(1, 3)):
        lines = code.split("\n")
        way = dice.randrange(6)
        place = dice.randrange(len(code) + 1)
        if way == 0:
            code = code[:place] + dice.choice("()[]{}:=+-'\"\\\t é#\n0x,.;@") + code[place:]
        elif way == 1:
            code = code[:place] + code[place + 1 :]
        elif way == 2:
            code = "\n".join(lines[:-1] if len(lines) > 1 else lines)
        elif way == 3:
            at = dice.randrange(len(lines))
            code = "\n".join([*lines[:at], dice.choice(lines), *lines[at:]])
        elif way == 4:
            code = code.replace("    ", dice.choice(["\t", "  ", "     "]), 1)
        else:
            code = code.replace("\n", dice.choice(["\r\n", "\r", "\n\n"]))
    return code


class AnyPython(unittest.TestCase):
    def check(self, code: str) -> dict:
        """Explains, and looks at what every explanation must have."""
        clocks: list[meter.Clock] = []
        made_before = meter.Clock.__init__

        def noted(self: meter.Clock, *args: object, **options: object) -> None:
            made_before(self, *args, **options)  # type: ignore[arg-type]
            clocks.append(self)

        meter.Clock.__init__ = noted  # type: ignore[method-assign]
        started = perf_counter()
        try:
            made = explain(code, strict=True)
        finally:
            meter.Clock.__init__ = made_before  # type: ignore[method-assign]
        self.assertLess(sum(clock.spent for clock in clocks[:1]), _MOST_STEPS)
        self.assertLess(perf_counter() - started, 60)
        self.assertTrue(made["purpose"]["text"].strip())
        self.assertTrue(made["steps"])
        for section in ("examples", "edgeCases"):
            self.assertTrue(made[section] or made["notes"][section])
        for step in made["steps"]:
            self.assertTrue(1 <= step["from"] <= step["to"], step)
        return made

    def test_made_up_and_mutated_programs(self) -> None:
        dice = random.Random(7)
        sources = list(corpus.ALL.values())
        for number in range(_MANY):
            code = program(dice) if number % 3 else mutated(dice, dice.choice(sources))
            with self.subTest(code=code):
                made = self.check(code)
                if number < _VERIFIED:
                    claims = [*made["examples"], *(edge["claim"] for edge in made["edgeCases"])]
                    for claim in claims:
                        self.assertEqual(verify(claim, code)["kind"], "confirmed", claim)

    def test_odd_files(self) -> None:
        deep = "x = " + "(" * 80 + "1" + ")" * 80 + "\n"
        nested = "".join(f"{' ' * depth}if x:\n" for depth in range(60)) + " " * 60 + "y = 1\n"
        for name, code in {
            "nothing": "",
            "a comment": "# only this",
            "5,000 lines": "".join(f"x{number} = {number}\n" for number in range(5_000)),
            "100 kB in a line": "x = [" + "1, " * 34_000 + "]\nprint(len(x))\n",
            "tabs": "def f(x):\n\tif x:\n\t\treturn 1\n\treturn 2\n",
            "carriage returns": "def f(x):\r\n    return x + 1\r\n",
            "a byte order mark": "\ufeffx = 3\nprint(x)\n",
            "deep brackets": deep,
            "deep blocks": "x = 0\n" + nested,
            "too deep": "x = " + "-" * 20_000 + "1\n",
            "a built-in made anew": "def len(x):\n    return 3\n\ndef f(x):\n    return len(x)\n\nprint(len([]))\n",
            "sys patched": "import sys\nsys.stdout = None\nsys.modules.clear()\n\ndef f(x):\n    return x\n",
            "megabytes": "for i in range(20_000):\n    print('y' * 100)\n",
            "sleeps": "import time\ntime.sleep(3_600)\nprint('up')\n",
            "threads": "import threading\nthreading.Thread(target=print).start()\n",
            "an exit": "import sys\n\ndef f(x):\n    sys.exit(x)\n\nf(3)\n",
            "asks for ever": "while True:\n    input()\n",
            "asks whatever happens": "while True:\n    try:\n        n = int(input())\n        break\n    except:\n        pass\nprint(n)\n",
            "state between calls": "seen = []\n\ndef f(x):\n    seen.append(x)\n    return len(seen)\n",
            "a lone surrogate": "x = '\ud83d'\nprint(len(x))\n",
        }.items():
            with self.subTest(name):
                self.check(code)

    def test_what_varies_is_not_shown(self) -> None:
        for code in (
            "import random\n\ndef f(n):\n    return random.random() * n\n",
            "import time\n\ndef f(x):\n    return time.time() + x\n",
            "def f(x):\n    return id(object())\n",
            "def f(words):\n    return list(set(words))\n\nprint(f(['a', 'b', 'c', 'd', 'e', 'f']))\n",
        ):
            with self.subTest(code):
                for claim in self.check(code)["examples"]:
                    self.assertEqual(verify(claim, code)["kind"], "confirmed", claim)


if __name__ == "__main__":
    unittest.main()
