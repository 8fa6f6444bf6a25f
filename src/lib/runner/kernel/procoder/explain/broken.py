"""Explains a cell that Python cannot read: what is wrong, and where."""

from __future__ import annotations

from typing import Any

from .. import causes
from .mending import mend_syntax


def explain_broken(problem: SyntaxError, code: str, may_run: bool = True) -> dict[str, Any]:
    """`Explanation` of a syntax error; the steps lead to its line. `may_run`: mends are tried by running them."""
    lines = max(1, len(code.rstrip("\n").split("\n")))
    line = min(max(1, problem.lineno or 1), lines)
    cause = causes.explain(problem, causes.Place(line, None, {})) or {}
    what = _plain(cause.get("what", "Something here is not Python."))
    why = _plain(cause.get("why", "Python stops at the first place that it cannot make sense of."))
    steps = []
    if line > 1:
        steps.append(
            {"text": "Python reads the lines above without trouble.", "claims": [], "from": 1, "to": line - 1}
        )
    mend = mend_syntax(problem, code, may_run)
    how = mend.sentence() if mend else ""
    steps.append({"text": f"Here Python stops. {why}", "claims": [], "from": line, "to": line})
    if mend and how:
        # The line to change is not always the one at which Python stops.
        at = next((step for step in steps if step["from"] == step["to"] == mend.line), None)
        if at is not None:
            at["text"] += f" {how}"
        elif mend.line < line:
            steps[0]["text"] += f" {how}"
    if line < lines:
        text = "Python has not read these lines yet; there may be more to mend."
        steps.append({"text": text, "claims": [], "from": line + 1, "to": lines})
    note = "The code cannot run yet, so there is nothing to show. Mend the marked line first."
    return {
        "purpose": {"text": f"Python cannot read this code yet, so none of it runs. {what}", "claims": []},
        "steps": steps,
        "examples": [],
        "edgeCases": [],
        "notes": {"examples": note, "edgeCases": note},
    }


def _plain(text: str) -> str:
    """Without braces, which are slots in an explanation's prose."""
    text = text.replace("The brace `{`", "The opening brace")
    for sign, name in (("`{`", "an opening brace"), ("`}`", "a closing brace")):
        text = text.replace(sign, name)
    return text.replace("{", "(").replace("}", ")")
