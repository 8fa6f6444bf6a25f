"""Which code may hang on the order of a set: none is missed, and ordinary code is not tried twice for nothing."""

from __future__ import annotations

import unittest

from procoder import hashing

HANGS = [
    "print({'a', 'b'})",
    "{x for x in 'ab'}",
    "list(set('ab'))",
    "frozenset('ab')",
    "hash('a')",
    "'a'.__hash__()",
    "d.keys() & e.keys()",
    "d.items() - e.items()",
    "a.union(b)",
    "eval('{1, 2}')",
    "def f(:",
]
STANDS = ["print({'a': 1})", "[1, 2]", "sorted('ab')", "d.keys()", "a & b", "for k, v in d.items():\n    print(k)", ""]


class Hashing(unittest.TestCase):
    def test_tells_apart(self) -> None:
        for source in HANGS:
            with self.subTest(source):
                self.assertTrue(hashing.may_depend([source]))
                self.assertTrue(hashing.may_depend(["x = 1", source]))
        for source in STANDS:
            with self.subTest(source):
                self.assertFalse(hashing.may_depend([source]))


if __name__ == "__main__":
    unittest.main()
