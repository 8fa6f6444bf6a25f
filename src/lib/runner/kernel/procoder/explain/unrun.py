"""Explains a cell that cannot be run here, from its syntax tree alone; and says that it is so, and why."""

from __future__ import annotations

import ast
from typing import Any

from .compose import Composer
from .function import Function, without_dead_code
from .purpose import purpose_of
from .steps import Step, steps_of
from .words import Words, joined

_WHY = {
    "crashed": "Python itself broke down when this code was tried",
    "timed-out": "This code was tried, and took longer than the limit",
    "context": "The cells before this one did not come to an end within the limit, so this one could not be tried",
}
_ENDING = ("_exit", "abort", "kill")
_MOST = 8


def explain_unrun(composer: Composer, why: str) -> dict[str, Any]:
    """`Explanation` without a single run: purposes, and steps without numbers."""
    tree = composer.submission.program.tree
    words = Words.of(composer.submission)
    reason = _WHY.get(why, _WHY["crashed"]) + "."
    ending = _ends_python(tree)
    if why == "crashed" and ending:
        reason = f"Line {ending} ends Python itself, so this code could not be tried here."
    composer.purpose.append(reason)
    named = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in [part for part in tree.body if isinstance(part, named)][:_MOST]:
        live, _ = without_dead_code(node)
        # No idiom is named: whether one is at work is found out by running.
        composer.purpose.append(purpose_of(Function(live, words)))
    steps: list[Step] = []
    for node in tree.body:
        if not isinstance(node, (*named, ast.ClassDef)):
            steps += steps_of([node], words)
            continue
        what = "class" if isinstance(node, ast.ClassDef) else "function"
        steps.append(Step(node.lineno, node.lineno, f"The {what} `{node.name}` starts here.{_takes(node)}"))
        for part in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(part, named) and part is not node:
                steps.append(Step(part.lineno, part.lineno, f"The method `{part.name}` starts here.{_takes(part)}"))
            steps += steps_of(part.body if isinstance(part, named) else [part], words)
    composer.steps = [
        {"text": step.text, "claims": [], "from": step.first, "to": max(step.first, step.last)} for step in steps
    ]
    if not composer.steps:
        last = max(1, composer.submission.program.source.count("\n") + 1)
        composer.steps = [{"text": "There is no statement here.", "claims": [], "from": 1, "to": last}]
    composer.steps.sort(key=lambda step: (step["from"], step["to"]))
    for section in ("examples", "edgeCases"):
        composer.note(section, f"{reason} So nothing here was checked by running it.")
    return composer.explanation()


def _takes(node: ast.AST) -> str:
    if isinstance(node, ast.ClassDef):
        return ""
    names = [item.arg for item in node.args.args if item.arg not in ("self", "cls")]  # type: ignore[attr-defined]
    return f" It takes {joined(f'`{name}`' for name in names)}." if names else ""


def _ends_python(tree: ast.Module) -> int | None:
    """The line of a call such as `os._exit(1)`."""
    for part in ast.walk(tree):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in _ENDING:
            if isinstance(part.func.value, ast.Name) and part.func.value.id == "os":
                return part.lineno
    return None
