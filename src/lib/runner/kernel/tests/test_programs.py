"""The table of sessions and calls that the browser and Node replay as well."""

from __future__ import annotations

import json
import os
import tempfile
from typing import Any

from procoder import bridge

from .test_cases import rows
from .test_run import DeskCase


def part_of(expected: Any, got: Any) -> bool:
    """Whether `got` has everything that is expected; of an object only the fields that stand there are compared."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return all(name in got and part_of(value, got[name]) for name, value in expected.items())
    return expected == got


class Programs(DeskCase):
    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)

    def test_every_row(self) -> None:
        table = rows("programs.json")
        self.assertGreaterEqual(len(table), 60)
        for row in table:
            with self.subTest(id=row["id"]):
                bridge.reset()
                if "call" in row:
                    call = row["call"]
                    answer = json.loads(bridge.call(call["method"], json.dumps(call["params"])))
                    self.assertTrue(part_of(row["expect"]["result"], answer.get("result")), answer)
                else:
                    self._session(row["cells"], row["expect"])

    def _session(self, cells: list[dict], expect: dict) -> None:
        for number, cell in enumerate(cells):
            end = self.run_cell(cell["code"], f"cell-{number}", answers=cell.get("stdin", []))
        got: dict[str, Any] = {"status": end["status"], "variables": end["variables"]}
        if "stdoutChars" in expect:
            got["stdoutChars"] = len(self.text())
        else:
            got["stdout"] = self.text()
        if self.text("stderr"):
            got["stderr"] = self.text("stderr")
        if self.bundles:
            got["display"] = self.bundles
        if "error" in end:
            error = end["error"]
            got["error"] = {"type": error["type"], "cause": "cause" in error, "frames": len(error["frames"])}
            if "line" in error:
                got["error"]["line"] = error["line"]
        for name in ("memory", "needsInput"):
            if name in end:
                got[name] = end[name]
        self.assertEqual(got, expect)
