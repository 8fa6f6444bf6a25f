"""What a function is said to be for must be so: nothing is said by the look of the code alone."""

from __future__ import annotations

import ast
import copy
import functools
import math
import os
import sys
import unittest
from collections import Counter
from typing import Any, Callable

from procoder.explain import explain

#: (name, code, words that must not be in the purpose)
FALSE = [
    ("clamp", "def clamp(x, low, high):\n    if x > low:\n        return low\n    if x > high:\n        return high\n    return x\n", "kept between"),
    ("clamp 2", "def clamp(x, low, high):\n    if x > low:\n        return low\n    if x < high:\n        return high\n    return x\n", "kept between the limits `low` and `high`"),
    ("sum from one", "def s(xs):\n    t = 1\n    for x in xs:\n        t += x\n    return t\n", "the sum"),
    ("sum, early return", "def s(xs):\n    t = 0\n    for x in xs:\n        t += x\n        return t\n    return t\n", "the sum"),
    ("sum, early return only", "def s(xs):\n    t = 0\n    for x in xs:\n        t += x\n        return t\n", "the sum"),
    ("sum with break", "def s(xs):\n    t = 0\n    for x in xs:\n        if x == 0:\n            break\n        t += x\n    return t\n", "the sum"),
    ("sum with continue", "def s(xs):\n    t = 0\n    for x in xs:\n        if x == 8:\n            continue\n        t += x\n    return t\n", "the sum"),
    ("product of zero", "def p(xs):\n    r = 0\n    for x in xs:\n        r *= x\n    return r\n", "the product"),
    ("average from one", "def a(xs):\n    t = 0\n    n = 1\n    for x in xs:\n        t += x\n        n += 1\n    return t / n\n", "how many"),
    ("average from one 2", "def a(xs):\n    t = 0\n    n = 1\n    for x in xs:\n        t += x\n        n += 1\n    return t / n\n", "average"),
    ("largest from zero", "def m(xs):\n    best = 0\n    for x in xs:\n        if x > best:\n            best = x\n    return best\n", "largest"),
    ("largest position", "def m(xs):\n    best = 0\n    for i in range(len(xs)):\n        if xs[i] > best:\n            best = xs[i]\n    return best\n", "largest"),
    ("factorial 0", "def fact(n):\n    if n == 0:\n        return 0\n    return n * fact(n - 1)\n", "product"),
    ("factorial 5", "def fact(n):\n    if n == 0:\n        return 5\n    return n * fact(n - 1)\n", "product"),
    ("factorial n-2", "def fact(n):\n    if n <= 0:\n        return 1\n    return n * fact(n - 2)\n", "product"),
    ("power 0", "def power(b, e):\n    if e == 0:\n        return 0\n    return b * power(b, e - 1)\n", "power of"),
    ("shadowed sum", "sum = max\n\ndef s(values):\n    return sum(values)\n", "the sum"),
    ("shadowed parameter", "def s(values, len=max):\n    return len(values)\n", "the number of"),
    ("shadowed range", "def range(n):\n    return [n]\n\ndef s(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n", "whole numbers below"),
    ("no fixed dictionary", "def d(a, b):\n    return {'x': [a] * 3, 'y': b}\n", "fixed"),
    ("fib 3", "def fib(n):\n    if n < 2:\n        return n + 3\n    return fib(n - 1) + fib(n - 2)\n", "Fibonacci"),
    ("gcd", "def g(a, b):\n    while b:\n        a, b = b, a % b + 0\n    return b\n", "divisor"),
    ("endless", "def f(n):\n    return f(n + 1)\n", "until it reaches"),
    ("larger", "def f(a, b):\n    if a > b:\n        return b\n    return a\n", "larger"),
    ("reverse", "def f(s):\n    r = 'x'\n    for c in s:\n        r = c + r\n        r = r[:5]\n    return r\n", "back to front"),
    ("counts", "def f(s):\n    d = {}\n    for c in s:\n        d[c] = d.get(c, 0) + 2\n    return d\n", "how often"),
    ("counts, else", "def f(s):\n    d = {}\n    for c in s:\n        d[c] = 1\n    return d\n", "how often"),
    ("all", "def f(xs):\n    for x in xs:\n        if x < 0:\n            return False\n        break\n    return True\n", "whether all"),
    ("dead code", "def f(n):\n    return n\n    print(n)\n", "print"),
]  # fmt: skip

Oracle = Callable[..., Any]
_LISTS = [[3, 1, 2], [], [7], [2, 2, 1], [-4, -1, -9], [5, 0, -3, 8, 8, 2, -6, 1], [0, 0], [1, 2, 3, 4, 5, 6, 7, 8]]
_TEXTS = ["hello", "", "a", "level", "Anna bob", "abcabc"]
_NUMBERS = list(range(-3, 9))


def _fib(n: int) -> int:
    return functools.reduce(lambda p, _: (p[1], p[0] + p[1]), range(n), (0, 1))[0]


#: (code, words of the idiom, what they mean, inputs): correct functions, to be spoilt.
IDIOMS: list[tuple[str, str, Oracle, list[tuple]]] = [
    ("def f(xs):\n    t = 0\n    for x in xs:\n        t += x\n    return t\n", "the sum of", sum, [(v,) for v in _LISTS]),
    ("def f(xs):\n    t = 1\n    for x in xs:\n        t *= x\n    return t\n", "the product of", math.prod, [(v,) for v in _LISTS]),
    ("def f(xs):\n    m = xs[0]\n    for x in xs:\n        if x > m:\n            m = x\n    return m\n", "the largest of", max, [(v,) for v in _LISTS if v]),
    ("def f(xs):\n    m = xs[0]\n    for x in xs:\n        if x < m:\n            m = x\n    return m\n", "the smallest of", min, [(v,) for v in _LISTS if v]),
    ("def f(xs):\n    n = 0\n    for x in xs:\n        if x % 2 == 0:\n            n += 1\n    return n\n", "how many items of `xs` there are for which `x` is even", lambda xs: sum(1 for x in xs if x % 2 == 0), [(v,) for v in _LISTS]),
    ("def f(xs):\n    t = 0\n    for x in xs:\n        t += x\n    return t / len(xs)\n", "the average of `xs`", lambda xs: sum(xs) / len(xs), [(v,) for v in _LISTS if v]),
    ("def f(x, low, high):\n    if x < low:\n        return low\n    if x > high:\n        return high\n    return x\n", "kept between the limits `low` and `high`", lambda x, a, b: max(a, min(b, x)), [(x, a, b) for x in _NUMBERS for a, b in ((1, 5), (0, 0), (-2, 3))]),
    ("def f(n):\n    if n == 0:\n        return 1\n    return n * f(n - 1)\n", "the product of the whole numbers up to", math.factorial, [(n,) for n in range(8)]),
    ("def f(n):\n    if n == 0:\n        return 0\n    return n + f(n - 1)\n", "the sum of the whole numbers up to", lambda n: n * (n + 1) // 2, [(n,) for n in range(8)]),
    ("def f(n):\n    if n < 2:\n        return n\n    return f(n - 1) + f(n - 2)\n", "Fibonacci", _fib, [(n,) for n in range(9)]),
    ("def f(b, e):\n    if e == 0:\n        return 1\n    return b * f(b, e - 1)\n", "to the power of", lambda b, e: b**e, [(b, e) for b in (2, 3, -1) for e in range(5)]),
    ("def f(s):\n    r = ''\n    for c in s:\n        r = c + r\n    return r\n", "back to front", lambda s: s[::-1], [(v,) for v in _TEXTS]),
    ("def f(xs):\n    r = []\n    for x in xs:\n        if x > 0:\n            r.append(x)\n    return r\n", "only those items of `xs` for which `x` is greater than `0`", lambda xs: [x for x in xs if x > 0], [(v,) for v in _LISTS]),
    ("def f(s):\n    d = {}\n    for c in s:\n        d[c] = d.get(c, 0) + 1\n    return d\n", "how often", lambda s: dict(Counter(s)), [(v,) for v in _TEXTS]),
    ("def f(a, b):\n    while b:\n        a, b = b, a % b\n    return a\n", "greatest common divisor", math.gcd, [(a, b) for a in range(1, 9) for b in range(1, 13, 2)]),
    ("def f(a, b):\n    if a > b:\n        return a\n    return b\n", "the larger of `a` and `b`", max, [(a, b) for a in (-2, 0, 3) for b in (-1, 0, 5)]),
    ("def f(xs):\n    for x in xs:\n        if x < 0:\n            return True\n    return False\n", "whether at least one of `xs` fits, that is, whether for some `x` this holds: `x` is less than `0`", lambda xs: any(x < 0 for x in xs), [(v,) for v in _LISTS]),
]  # fmt: skip


def mutants(code: str) -> list[str]:
    """The code with one operator, constant or return changed."""
    found = []
    count = len(list(ast.walk(ast.parse(code))))
    for at in range(count):
        for variant in range(4):
            tree = ast.parse(code)
            node = list(ast.walk(tree))[at]
            if _spoil(node, variant):
                found.append(ast.unparse(ast.fix_missing_locations(tree)) + "\n")
    return list(dict.fromkeys(text for text in found if text != ast.unparse(ast.parse(code)) + "\n"))


_SWAPS: dict[type, list[type]] = {
    ast.Lt: [ast.Gt, ast.LtE, ast.GtE],
    ast.Gt: [ast.Lt, ast.GtE, ast.LtE],
    ast.Eq: [ast.NotEq, ast.Lt, ast.Gt],
    ast.Add: [ast.Sub, ast.Mult],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Add, ast.Sub],
    ast.Div: [ast.FloorDiv, ast.Mult],
    ast.Mod: [ast.FloorDiv, ast.Add],
}


def _spoil(node: ast.AST, variant: int) -> bool:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        node.value += (1, -1, 2, 5)[variant]
        return True
    if isinstance(node, ast.Compare):
        swaps = _SWAPS.get(type(node.ops[0]), [])
        if variant < len(swaps):
            node.ops[0] = swaps[variant]()  # type: ignore[assignment]
            return True
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        swaps = _SWAPS.get(type(node.op), [])
        if variant < len(swaps):
            node.op = swaps[variant]()  # type: ignore[assignment]
            return True
    if isinstance(node, (ast.For, ast.While)):
        if variant == 0:
            node.body.append(ast.Break())
            return True
        if variant == 1:
            last = copy.deepcopy(ast.parse("if True:\n    return 1").body[0])
            node.body.append(last)
            return True
    if isinstance(node, ast.FunctionDef) and variant == 0 and isinstance(node.body[-1], ast.Return):
        node.body[-1].value = ast.parse("0").body[0].value  # type: ignore[attr-defined]
        return True
    return False


def gives(code: str, args: tuple) -> Any:
    """What the function gives back, or the class of its exception; `...` where it does not end."""
    names: dict[str, Any] = {}
    exec(code, names)
    steps = 0

    def trace(frame: Any, event: str, arg: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps > 20_000:
            raise TimeoutError
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return names["f"](*copy.deepcopy(args))
    except (TimeoutError, RecursionError):
        return ...
    except Exception as problem:  # noqa: BLE001
        return type(problem)
    finally:
        sys.settrace(before)


#: Every mutant with PROCODER_LONG; else a sample, smaller where Python is slower.
_STRIDE = 1 if os.environ.get("PROCODER_LONG") else 5 if sys.platform == "emscripten" else 3


class Purposes(unittest.TestCase):
    def test_what_only_looks_like_it(self) -> None:
        for name, code, words in FALSE:
            with self.subTest(name=name):
                made = explain(code, strict=True)
                self.assertNotIn(words, made["purpose"]["text"])
                if name.startswith("shadowed"):
                    self.assertNotIn(words, str(made["steps"]))

    def test_the_honest_ones_are_recognised(self) -> None:
        for code, words, _, _ in IDIOMS:
            with self.subTest(code=code):
                self.assertIn(words, explain(code, strict=True)["purpose"]["text"])

    def test_mutants(self) -> None:
        tried = said = 0
        for code, words, meaning, inputs in IDIOMS:
            for mutant in mutants(code)[::_STRIDE]:
                refuted = [
                    args
                    for args in inputs
                    if (given := gives(mutant, args)) is not ... and given != meaning(*copy.deepcopy(args))
                ]
                tried += 1
                if refuted:
                    with self.subTest(mutant=mutant, refuted=refuted[:2]):
                        text = explain(mutant, strict=True)["purpose"]["text"]
                        said += words in text
                        self.assertNotIn(words, text)
        self.assertGreater(tried, 30)
        self.assertEqual(said, 0)


class Reached(unittest.TestCase):
    def test_dead_lines(self) -> None:
        made = explain("def f(n):\n    return n\n    print(n)\n", strict=True)
        step = next(step for step in made["steps"] if step["from"] == 3)
        self.assertIn("No run can come to this line", step["text"])
        self.assertNotIn("print", str([step["text"] for step in made["steps"]]))

    def test_lines_that_no_run_came_to(self) -> None:
        code = "def f(n):\n    if n == 31337 * 11:\n        m = n + 1\n        return m\n    return n\n"
        made = explain(code, strict=True)
        texts = {step["from"]: step["text"] for step in made["steps"]}
        for line in (3, 4):
            self.assertIn("never came to this line", texts[line])
        self.assertNotIn("never came", texts[2] + texts[5])

    def test_the_last_definition_counts(self) -> None:
        code = "def f(n):\n    return n + 1\n\ndef f(n):\n    return n * 2\n"
        made = explain(code, strict=True)
        self.assertIn("replaced by its later definition", made["steps"][0]["text"])
        self.assertNotIn("sum", made["purpose"]["text"])
        calls = [claim["probe"]["call"] for claim in made["examples"]]
        self.assertEqual(len(calls), len(set(calls)))

    def test_a_builtin_of_another_cell(self) -> None:
        context = [{"cellId": "a", "code": "sum = max\n"}]
        made = explain("def f(xs):\n    return sum(xs)\n", context, strict=True)
        self.assertNotIn("the sum", str(made))
