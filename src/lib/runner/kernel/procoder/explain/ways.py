"""The ways that code can go: an `if` that is taken, one that is not, a loop's body; and which of them a run went."""

from __future__ import annotations

import ast

from ..replay import Observation, Submission

#: (line, "taken" | "not taken" | "body" | "case")
Way = tuple[int, str]


def ways_of(node: ast.AST) -> set[Way]:
    """Every way inside of a function, a class, or a whole cell."""
    found: set[Way] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.If):
            found |= {(part.lineno, "taken"), (part.lineno, "not taken")}
        elif isinstance(part, (ast.For, ast.AsyncFor, ast.While)):
            found.add((part.lineno, "body"))
        elif isinstance(part, ast.Match):
            found |= {(case.body[0].lineno, "case") for case in part.cases}
    return found


def gone(submission: Submission, seen: Observation) -> set[Way]:
    """The ways that a run went, anywhere in the cell."""
    found: set[Way] = set()
    for line, branch in submission.branches.items():
        taken = seen.passes[branch]
        if taken:
            found.add((line, "taken"))
        if seen.visits[line] > taken:
            found.add((line, "not taken"))
    found |= {(line, "body") for line, loops in submission.loops.items() if seen.passes[loops[0]]}
    # Any line may be the first one of a case; those that are none are in no set of ways.
    return found | {(line, "case") for line in seen.visits}
