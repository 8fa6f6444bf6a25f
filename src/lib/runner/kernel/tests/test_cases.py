"""The tables of cases that the kernel and the TypeScript implementation both read."""

from __future__ import annotations

import json
import unittest
from pathlib import Path

from procoder.probe import Refused, parse_probe
from procoder.values import equal_texts

CASES = Path(__file__).resolve().parent.parent / "cases"


def rows(name: str) -> list[dict]:
    """The rows of one table."""
    return json.loads((CASES / name).read_text(encoding="utf-8"))


class ProbeGrammar(unittest.TestCase):
    def test_every_row(self) -> None:
        for row in rows("probes.json"):
            with self.subTest(row=row):
                why = None
                try:
                    parse_probe(row.get("call"), row.get("setup", []), row["names"])
                except Refused as refused:
                    why = refused.why
                self.assertEqual(why is None, row["ok"])
                self.assertEqual(why, row.get("why"))


class Equality(unittest.TestCase):
    def test_every_row_both_ways(self) -> None:
        for row in rows("equality.json"):
            with self.subTest(row=row):
                self.assertIs(equal_texts(row["a"], row["b"]), row["equal"])
                self.assertIs(equal_texts(row["b"], row["a"]), row["equal"])
