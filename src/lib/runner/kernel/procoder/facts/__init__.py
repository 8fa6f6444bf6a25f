"""Facts about a cell: what its syntax tree says, and what one run of it shows."""

from __future__ import annotations

from typing import Any, Iterable

from ..replay import Submission
from .dynamic import run_facts
from .static import static_facts


def gather(
    code: str,
    context: Iterable[dict] = (),
    stdin: Iterable[str] = (),
    call: str | None = None,
    setup: Iterable[str] = (),
) -> dict[str, Any]:
    """`Facts` of a cell. The run is that of `call` (a probe's call), or without one of the cell as a script."""
    try:
        submission = Submission(code, context)
    except SyntaxError as problem:
        broken: dict[str, Any] = {"message": str(problem.msg or "")}
        if problem.lineno:
            broken["line"] = max(1, problem.lineno)
        return {"syntaxError": broken}
    return {
        "static": static_facts(submission.program.tree, code),
        "run": run_facts(submission, call, list(setup), list(stdin)),
    }
