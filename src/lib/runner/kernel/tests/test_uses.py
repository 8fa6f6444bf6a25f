"""Which names a cell takes from others and gives them."""

from __future__ import annotations

from typing import Any

from .test_run import DeskCase


class Uses(DeskCase):
    #: What a cell above has made, so that the names have values of some kind.
    above = "prices = [3]\nword = 'a'\nbasket = {'tea': [1]}\nfrom types import SimpleNamespace\nbox = SimpleNamespace(top=[])\ndef total(): return sum(prices)"

    def names(self, code: str) -> dict[str, Any]:
        self.run_cell(self.above, "above")
        return self.run_cell(code, "two")["names"]

    def test_reads_and_writes(self) -> None:
        cases: list[tuple[str, str, str]] = [
            ("cost = prices[0] + 1", "prices", "cost"),
            ("x = 1\nx", "", "x"),
            ("x = x if False else 1", "x", "x"),
            ("word += 'b'", "word", "word"),
            ("prices.append(4)", "prices", "prices"),
            ("prices.count(4)", "prices", ""),
            ("word.upper()", "word", ""),
            ("prices[0] = 4", "prices", "prices"),
            ("del prices[0]", "prices", "prices"),
            ("del word", "word", "word"),
            ("basket['tea'].append(2)", "basket", "basket"),
            ("box.top = 3", "box", "box"),
            ("box.top.append(3)", "box", "box"),
            ("import math\nmath.sqrt(4)", "", "math"),
            ("for price in prices:\n    last = price\nlast", "last prices", "last price"),
            ("if word:\n    y = 1\nelse:\n    y = 2\ny", "word", "y"),
            ("if word:\n    y = 1\n", "word", "y"),
            ("[price * 2 for price in prices]", "prices", ""),
            ("{word: prices for word in basket}", "basket prices", ""),
            ("[y for x in prices for y in basket]", "basket prices", ""),
            ("(n := 1) + n", "", "n"),
            ("a, (b, *c) = 1, (2, 3)", "", "a b c"),
            ("import io\nwith io.StringIO() as file:\n    file.write(word)", "word", "file io"),
            ("try:\n    z = prices\nexcept KeyError as wrong:\n    wrong", "KeyError prices", "wrong z"),
            ("match prices:\n    case [first, *rest]:\n        first, rest", "prices", "first rest"),
            ("lambda x: x + len(word)", "len word", ""),
            ("sorted(prices, key=lambda price: -price)", "prices sorted", ""),
            ("total()", "total", ""),
        ]
        for code, reads, writes in cases:
            with self.subTest(code):
                names = self.names(code)
                self.assertEqual((reads.split(), writes.split()), (names["reads"], names["writes"]))

    def test_functions(self) -> None:
        cases: list[tuple[str, str, str]] = [
            ("def f(prices):\n    return prices[0]", "", "f"),
            ("def f():\n    return rate * 2\nrate = 2", "", "f rate"),
            ("def f():\n    return word", "word", "f"),
            ("def f(x=word):\n    return x", "word", "f"),
            ("def f():\n    word = 1\n    return word", "", "f"),
            ("def f():\n    def g():\n        return x, word\n    x = 1\n    return g", "word", "f"),
            ("def f():\n    prices.append(1)", "prices", "f"),
            ("def f():\n    prices.append(1)\nf()", "prices", "f prices"),
            ("def f():\n    global word\n    word = 1\nf()", "", "f word"),
            ("class Shop:\n    owner = word\n    def cost(self):\n        self.x = 1\n        return word", "word", "Shop"),
            ("class Shop(list if word else dict):\n    pass", "dict list word", "Shop"),
        ]
        for code, reads, writes in cases:
            with self.subTest(code):
                names = self.names(code)
                self.assertEqual((reads.split(), writes.split()), (names["reads"], names["writes"]))

    def test_what_varies(self) -> None:
        for code, varies in [
            ("sum(prices)", False),
            ("import random\nrandom.random()", True),
            ("from random import randint\nrandint(1, 6)", True),
            ("import time", True),
            ("import math", False),
            ("total()", False),
        ]:
            with self.subTest(code):
                self.assertEqual(varies, self.names(code)["varies"])
        self.run_cell("from random import randint\ndef roll():\n    return randint(1, 6)\ndef two(): return roll(), roll()")
        self.assertTrue(self.run_cell("hand = two()")["names"]["varies"])

    def test_a_cell_that_fails_has_names_too(self) -> None:
        self.assertEqual(["prices"], self.names("prices.append(1)\n1 / 0")["writes"])

    def test_no_python_no_names(self) -> None:
        self.assertNotIn("names", self.run_cell("x ="))
        self.assertNotIn("names", self.run_cell(""))

    def test_nothing_of_the_learners_runs(self) -> None:
        self.run_cell("class Odd:\n    def __getattribute__(self, name): print(name)\nodd = Odd()")
        self.run_cell("same = odd\nif False:\n    odd.change()")
        self.assertEqual("", self.text())

    def test_bounds(self) -> None:
        names = self.run_cell("\n".join(f"n{number} = 1" for number in range(5_000)) + f"\n{'x' * 300} = 1")["names"]
        self.assertEqual(2_000, len(names["writes"]))
        deep = self.run_cell("x = " + "-" * 80 + "1")
        self.assertEqual("ok", deep["status"])
