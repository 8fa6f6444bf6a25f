"""What one run of a cell, or of a call of its functions, shows."""

from __future__ import annotations

import ast
import types
from typing import Any

from ..replay import Submission
from ..trace import Budget, Tracer, lookup
from ..values import Frozen, safe_repr, shorten

BUDGET = Budget(steps=100_000, seconds=1.0)
_MOST_VALUES = 20
_MOST_NAMES = 200
_MOST_CHARS = 120
_MOST_OUTPUT = 4_000


def run_facts(submission: Submission, call: str | None, setup: list[str], stdin: list[str]) -> dict[str, Any]:
    """The dynamic half of `Facts`: visits, passes, branches, value sequences, and how it ended."""
    bound = _bound_by_line(submission.program.tree)
    values: dict[tuple[int, str], list[str]] = {}
    cut: set[tuple[int, str]] = set()

    def record(frame: types.FrameType, line: int, visit: int) -> None:
        for name in bound.get(line, ()):
            found, value = lookup(frame, name)
            if not found:
                continue
            seen = values.setdefault((line, name), [])
            if len(seen) < _MOST_VALUES:
                seen.append(safe_repr(value, _MOST_CHARS))
            else:
                cut.add((line, name))

    def prepare(tracer: Tracer) -> None:
        tracer.recorder = record

    seen = submission.observe(call, setup, stdin, BUDGET, prepare=prepare)
    facts: dict[str, Any] = {
        "status": (
            "timed-out"
            if seen.timed_out
            else "refused" if seen.refused else "raised" if seen.raised else "ok"
        ),
        "visits": [{"line": line, "count": count} for line, count in sorted(seen.visits.items())],
        "passes": [
            {"line": line, "count": seen.passes[ids[0]]} for line, ids in sorted(submission.loops.items())
        ],
        "taken": [
            {"line": line, "count": seen.passes[branch]}
            for line, branch in sorted(submission.branches.items())
        ],
        "values": [
            {"line": line, "name": name, "values": texts, "more": (line, name) in cut}
            for (line, name), texts in sorted(values.items())
        ][:_MOST_NAMES],
        "stdout": shorten(seen.printed, _MOST_OUTPUT),
        "steps": seen.steps,
    }
    if call is not None:
        facts["call"] = call
    if seen.value is not None:
        facts["returned"] = _short(seen.value)
    if seen.raised is not None:
        raised: dict[str, Any] = {"type": seen.raised.type, "message": shorten(seen.raised.message, 2_000)}
        if seen.raised.line:
            raised["line"] = seen.raised.line
        facts["raised"] = raised
    if seen.refused is not None:
        facts["refused"] = {"why": seen.refused[0], "detail": seen.refused[1]}
    return facts


def _short(value: Frozen) -> Any:
    text = value.py_text()
    return (
        text
        if isinstance(text, dict) or len(text) <= 2_000
        else {"text": shorten(text, 2_000), "opaque": True}
    )


def _bound_by_line(tree: ast.Module) -> dict[int, set[str]]:
    """Line → the names that a statement starting there gives a value to (or changes in place)."""
    found: dict[int, set[str]] = {}
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            targets = [node.target]
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            targets = [node.target]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
                targets = [function.value]
        for target in targets:
            for part in [target] if isinstance(target, ast.Attribute) else ast.walk(target):
                if isinstance(part, ast.Name):
                    found.setdefault(node.lineno, set()).add(part.id)  # type: ignore[attr-defined]
                elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                    found.setdefault(node.lineno, set()).add(f"{part.value.id}.{part.attr}")  # type: ignore[attr-defined]
    return found
