"""What a cell imports: seen before it runs, loaded outside of the run's time, and explained where it is not here."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from procoder import imports
from procoder.replay import Submission
from procoder.trace import Budget

from .test_run import DeskCase

_SLOW = (
    "from time import perf_counter\n"
    "def now(): return perf_counter()\n"
    "print('loading')\n"
    "end = now() + 0.6\n"
    "while now() < end: pass\n"
    "value = 7\n"
)
_QUICK = Budget(steps=200_000, seconds=0.3)


class Packages(DeskCase):
    def folder(self) -> Path:
        """A folder on the search path."""
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        sys.path.append(made.name)
        self.addCleanup(sys.path.remove, made.name)
        self.addCleanup(lambda: [sys.modules.pop(name) for name in list(sys.modules) if name.startswith("slow_")])
        return Path(made.name)

    def test_a_first_import_takes_nothing_of_the_time_of_a_run(self) -> None:
        (self.folder() / "slow_package.py").write_text(_SLOW)
        for code in ("import slow_package\nx = slow_package.value\n", "from slow_package import value as x\n"):
            sys.modules.pop("slow_package", None)
            seen = Submission(code).observe(budget=_QUICK)
            self.assertEqual((seen.timed_out, seen.raised, seen.printed), (False, None, ""))

    def test_in_a_cell_before_it_too(self) -> None:
        (self.folder() / "slow_package.py").write_text(_SLOW)
        context = [{"cellId": "a", "code": "import slow_package"}]
        self.assertFalse(Submission("x = slow_package.value\n", context).observe(budget=_QUICK).timed_out)

    def test_one_that_fails_is_told_when_the_code_runs(self) -> None:
        (self.folder() / "slow_broken.py").write_text("1 / 0")
        seen = Submission("import slow_broken\n").observe()
        self.assertEqual(seen.cell_raised and seen.cell_raised.type, "ZeroDivisionError")

    def test_a_file_beside_the_cells_is_their_own_code(self) -> None:
        folder = self.folder()
        (folder / "slow_own.py").write_text(_SLOW)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder)
        self.assertEqual(Submission("import slow_own\n").observe().printed, "loading\n")

    def test_what_python_shows_when_it_is_imported_is_shown(self) -> None:
        sys.modules.pop("this", None)
        self.assertIn("Zen of Python", Submission("import this\n").observe().printed)


class Foreseen(DeskCase):
    def test_statements_and_calls_with_a_plain_text(self) -> None:
        for code in (
            "import nowhere.inner",
            "def f():\n    from nowhere import x",
            "import importlib\nimportlib.import_module('nowhere')",
            "from importlib import import_module\nimport_module(name='nowhere.inner')",
            "__import__('nowhere')",
        ):
            with self.subTest(code):
                self.assertEqual(imports.missing(code), ["nowhere"])
        for code in ("from . import nowhere", "__import__(nowhere)", "import_module('.nowhere', 'math')", "f('nowhere')"):
            with self.subTest(code):
                self.assertEqual(imports.missing(code), [])

    def test_what_can_be_had_is_told(self) -> None:
        imports.offer(["nowhere"])
        self.addCleanup(imports.offer, [])
        for code, part in (
            ("name = 'nowhere'\n__import__(name)", "`import nowhere` stands"),
            ("import nowhere", "again in a moment"),
            ("name = 'nowhere2'\n__import__(name)", "not installed here"),
        ):
            with self.subTest(code):
                self.assertIn(part, self.run_cell(code)["error"]["cause"]["why"])

    def test_offering_is_no_change_of_the_kernel(self) -> None:
        self.addCleanup(imports.offer, [])
        code = "import sys\nx = len(sys.modules)\n"
        Submission(code).observe()
        imports.offer(["nowhere"])
        self.assertFalse(Submission(code).observe().tampered)
        self.assertTrue(imports.is_offered("nowhere"))
