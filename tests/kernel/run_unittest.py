"""Runs the kernel's unit tests and reports each of them as data.

The same file runs in every CPython that `npm test` finds and inside Pyodide, so both report alike:
{"python": "3.14.2", "tests": [{"name": ..., "status": "passed" | "failed" | "skipped", "reason": ...}]}
"""

import json
import sys
import unittest


class Report(unittest.TestResult):
    """One entry per test. A failed subtest makes its test fail; an expected failure passes."""

    def __init__(self):
        super().__init__()
        self.tests = {}

    def addSuccess(self, test):
        super().addSuccess(test)
        self._note(test, "passed")

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self._note(test, "passed")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._note(test, "skipped", reason)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._note(test, "failed", self.failures[-1][1])

    def addError(self, test, err):
        # Also what breaks outside a test: a module that cannot be imported, a setUpClass that raises.
        super().addError(test, err)
        self._note(test, "failed", self.errors[-1][1])

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._note(test, "failed", "passed, though it was expected to fail")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._note(test, "failed", "%s\n%s" % (subtest, self._exc_info_to_string(err, subtest)))

    def _note(self, test, status, reason=None):
        name = test.id()
        before = self.tests.get(name)
        if before is not None and before["status"] == "failed":
            return
        entry = {"name": name, "status": status}
        if reason is not None:
            entry["reason"] = reason
        self.tests[name] = entry


def run(start, top):
    """Every test found below the folder `start`, imported from the folder `top`."""
    sys.path.insert(0, top)
    report = Report()
    unittest.defaultTestLoader.discover(start, top_level_dir=top).run(report)
    return {"python": sys.version.split()[0], "tests": list(report.tests.values())}


def main():
    start, top, target = sys.argv[1:4]
    report = run(start, top)
    for test in report["tests"]:
        if test["status"] == "failed":
            print("FAILED %s\n%s" % (test["name"], test.get("reason", "")), file=sys.stderr)
    with open(target, "w", encoding="utf-8") as file:
        json.dump(report, file)
    return any(test["status"] == "failed" for test in report["tests"])


if __name__ == "__main__":
    sys.exit(main())
