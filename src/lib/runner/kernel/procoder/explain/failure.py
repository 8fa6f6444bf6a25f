"""Explains why a cell stops with an error: what happened, with which values, and the smallest change that mends it."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from typing import Any

from .. import errors
from .compose import CLAIM, Composer
from .mending import mend_runtime
from .steps import Measure
from .trials import Trial

_MOST_VALUES = 3
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_VALUE = re.compile(r"\d|['\"\[]|\b(?:None|True|False)\b")
_QUOTED = re.compile(r"`([^`]*)`")


def explain_failure(composer: Composer, trial: Trial) -> None:
    """Marks the line at which the cell stops, and says why; `trial` is a run of the cell that raised."""
    raised = trial.seen.raised
    if raised is None or raised.line is None:
        return
    told: dict[str, Any] = {}

    def tell(problem: BaseException, names: dict[str, Any]) -> None:
        told.update(errors.describe(problem, "submitted", names))

    submission = composer.submission
    submission.observe(stdin=trial.stdin, budget=CLAIM, tell=tell)
    cause = told.get("cause") or {}
    source = submission.program.source
    what = _without_values(cause.get("what", ""), source)
    why = _without_values(cause.get("why", ""), source)
    mend = mend_runtime(submission, raised.type, raised.message, raised.line, trial.stdin, composer.clock)
    how = mend.sentence() if mend else ""
    step = _step_at(composer, raised.line)
    # What the line would do, it does not do: only a loop or a condition did something before.
    statement = _statement(submission.program.tree, raised.line)
    begun = isinstance(statement, (ast.For, ast.While, ast.If, ast.With, ast.Try)) or len(trial.seen.visits) == 0
    text = f"The code stops here with `{raised.type}`. {why}"
    names = _names_on(submission.program.tree, raised.line)
    wanted = [Measure("value", raised.line, "", name) for name in names]
    found = composer.measure(trial, wanted)
    for name in names[:_MOST_VALUES]:
        fields = found.get(("value", raised.line, name))
        claim = composer.confirm("s", {"kind": "value", "probe": trial.probe(), **fields}) if fields else None
        if claim:
            step["claims"].append(claim)
            text += f" At that moment, `{name}` is {{{claim['id']}}}."
    ran_before = trial.seen.visits[raised.line] > 1
    step["text"] = " ".join(f"{step['text'] if begun or ran_before else ''} {text} {how}".split())
    if not (begun or ran_before):
        named = re.findall(r"\{(\w+)\}", step["text"])
        step["claims"] = [claim for claim in step["claims"] if claim["id"] in named]
    _mark_what_follows(composer, trial, raised.line)
    kind = f"When it runs, it stops at line {raised.line} with `{raised.type}`."
    composer.purpose.append(" ".join(f"{kind} {what}".split()))


def _mark_what_follows(composer: Composer, trial: Trial, line: int) -> None:
    """What stands behind the line and was never come to did not happen."""
    top = {
        number
        for node in composer.submission.program.tree.body
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    if line not in top:
        line = max((number for number in top if trial.seen.visits[number]), default=line)
    for step in composer.steps:
        lines = range(step["from"], step["to"] + 1)
        if step["from"] > line and step["from"] in top and not any(trial.seen.visits[number] for number in lines):
            step["text"], step["claims"] = "The code stops before it comes to this line.", []


def _step_at(composer: Composer, line: int) -> dict[str, Any]:
    """The narrowest step about a line; a new one where there is none."""
    around = [step for step in composer.steps if step["from"] <= line <= step["to"]]
    if around:
        return min(around, key=lambda step: (step["to"] - step["from"], -step["from"]))
    step: dict[str, Any] = {"text": "", "claims": [], "from": line, "to": line}
    composer.steps.append(step)
    return step


def _statement(tree: ast.Module, line: int) -> ast.stmt | None:
    """The innermost statement on a line."""
    statements = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return statements[-1] if statements else None


def _names_on(tree: ast.Module, line: int) -> list[str]:
    """Names that the innermost statement on a line reads."""
    node = _statement(tree, line)
    if node is None:
        return []
    parts: list[ast.AST] = [node]
    if isinstance(node, (ast.If, ast.While)):
        parts = [node.test]
    elif isinstance(node, ast.For):
        parts = [node.iter]
    called = {id(part.func) for top in parts for part in ast.walk(top) if isinstance(part, ast.Call)}
    return list(
        dict.fromkeys(
            part.id
            for top in parts
            for part in ast.walk(top)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and id(part) not in called
        )
    )


def _without_values(text: str, source: str) -> str:
    """The sentences that state no value: values stand in slots, and come from a run that was checked."""
    kept, known = [], set(re.findall(r"[^\W\d]\w*", source))
    for sentence in _SENTENCE.split(text):
        bare = _QUOTED.sub("", sentence)
        quoted = _QUOTED.findall(sentence)
        if re.search(r"\d", bare) or any(sign in sentence for sign in "{}"):
            continue
        if any(_VALUE.search(piece) and piece not in source for piece in quoted):
            continue
        # A word that is neither in the code nor Python's own would be one more thing to look up.
        words = [word for piece in quoted for word in re.findall(r"[^\W\d]\w*", piece)]
        if any(word not in known and not hasattr(builtins, word) and not keyword.iskeyword(word) for word in words):
            continue
        kept.append(sentence)
    return " ".join(kept)
