"""Whether anything was changed is told by identity, and cheaply: it is asked around every run."""

from __future__ import annotations

import operator
import subprocess
import sys
import types
import unittest
from pathlib import Path
from time import perf_counter
from typing import Callable
from unittest import mock

from procoder import guard


class Equal:
    """Claims to be whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__


class Compares(unittest.TestCase):
    def test_by_identity(self) -> None:
        for count in (0, 1, 2, 500):
            with self.subTest(count):
                live = {f"name{number}": object() for number in range(count)}
                kept = guard.Kept(live)
                self.assertTrue(kept.same(live))
                self.assertTrue(kept.same(live, kept.pick(live)))
                for name in list(live)[-1:]:
                    live[name] = Equal()
                    self.assertFalse(kept.same(live))
                    self.assertTrue(kept.same(live, kept.pick(live)))
                    del live[name]
                    self.assertFalse(kept.same(live))

    def test_without_the_module_below_ctypes(self) -> None:
        with mock.patch.object(guard, "_SimpleCData", None):
            self.test_by_identity()

    @unittest.skipIf(sys.platform == "emscripten", "an audit hook stays for ever, and no other process can be started")
    def test_with_an_audit_hook_that_refuses(self) -> None:
        code = (
            "import sys\nfrom procoder import guard\nlive = {'a': 1, 'b': 2}\nkept = guard.Kept(live)\n"
            "def refuse(event, args):\n    if event.startswith('ctypes'): raise RuntimeError(event)\n"
            "sys.addaudithook(refuse)\nkept.same(live)\nlive['a'] = 3\nassert not kept.same(live)\n"
        )
        kernel = Path(__file__).parents[1]
        ended = subprocess.run([sys.executable, "-c", code], cwd=kernel, capture_output=True, text=True, check=False)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))

    def test_faster_than_one_after_the_other(self) -> None:
        live = {f"name{number}": object() for number in range(2_000)}
        kept = guard.Kept(live)

        def walk() -> bool:
            return all(map(operator.is_, kept.pick(live), kept.values))

        self.assertLess(_best(lambda: kept.same(live)), _best(walk))


class Parts(unittest.TestCase):
    def test_what_was_changed_or_removed_is_put_back(self) -> None:
        one, other = types.SimpleNamespace(a=1, b=2), types.SimpleNamespace(c=3)
        kept = guard.KeptParts([(one, vars(one)), (other, {"c": 3})])
        one.a, other.c, other.new = Equal(), Equal(), 4
        kept.restore()
        self.assertEqual((vars(one), vars(other)), ({"a": 1, "b": 2}, {"c": 3, "new": 4}))
        self.assertIs(type(one.a), int)
        del one.b
        kept.restore()
        self.assertEqual(vars(one), {"a": 1, "b": 2})


def _best(work: Callable[[], object]) -> float:
    """The fastest of many: what the machine does besides makes others slower."""
    times = []
    for _ in range(300):
        started = perf_counter()
        work()
        times.append(perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    unittest.main()
