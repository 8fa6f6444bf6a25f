"""The built-in explainer: a full explanation of a cell from its syntax tree and from really running it.

Its shape is the `Explanation` of the domain; no claim goes in that was not run. It says what code does, and never
quotes a result in its prose: results stand in slots that the verdicts fill.
"""

from __future__ import annotations

import ast
from typing import Any, Callable, Iterable

from .asking import Asking
from .broken import explain_broken
from .classes import explain_class
from .compose import Composer
from .functions import explain_function, names_at_end
from .kinds import Known, parameters
from .meter import Clock, Metered
from .objects import Makers
from .scripts import active, explain_script
from .steps import steps_of
from .unrun import explain_unrun
from .words import Words

_MOST_DEFINITIONS = 8


def explain(
    code: str,
    context: Iterable[dict] = (),
    stdin: Iterable[str] = (),
    strict: bool = False,
    unrun: str | None = None,
) -> dict[str, Any]:
    """`Explanation` of a cell. `context` are the cells that ran before it, `stdin` the lines typed into it.

    Where our own description of a function fails, the others still stand; `strict` raises instead (for tests).
    `unrun`: nothing is run, because running it before ended the interpreter (`crashed`) or took too long (`timed-out`).
    """
    clock = Clock()
    try:
        submission = Metered(code, context, clock)
    except SyntaxError as problem:
        return explain_broken(problem, code, unrun is None)
    composer = Composer(submission, clock)
    tree = submission.program.tree
    if unrun is not None:
        return explain_unrun(composer, unrun)
    lines = tuple(stdin)
    values, at_end = names_at_end(submission, Asking(tree), lines)
    composer.reached = set(at_end.visits)
    if at_end.context_timed_out:
        return explain_unrun(composer, "context")
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    # The last definition of a name is the one that counts.
    lasting = {node.name: node for node in tree.body if isinstance(node, kinds)}
    functions = [node for node in lasting.values() if not isinstance(node, ast.ClassDef)]
    classes = [node for node in lasting.values() if isinstance(node, ast.ClassDef)]
    for node in tree.body:
        if isinstance(node, kinds) and node is not lasting[node.name] and (functions or classes):
            text = f"`{node.name}` is defined here, and replaced by its later definition below."
            step = {"text": text, "claims": [], "from": node.lineno, "to": node.end_lineno or node.lineno}
            composer.steps.append(step)
    names = {node.name for node in functions}
    # What a function passes on to another one of the cell tells what it takes itself.
    known = Known(tree=tree)
    for node in functions:
        known[node.name] = [p.kinds[0] for p in parameters(node, known=known)]
    makers = Makers(tree, known)
    shown = [node for node in functions if not node.name.startswith("test")] or functions
    parts = len(shown[:_MOST_DEFINITIONS]) + len(classes[:_MOST_DEFINITIONS])
    for node in sorted(shown[:_MOST_DEFINITIONS], key=lambda item: -_importance(item, functions, tree)):
        clock.begin_part(parts)
        parts -= 1
        _attempt(
            composer, node, lambda node=node: explain_function(composer, node, values, names, known, makers), strict
        )
    for node in classes[:_MOST_DEFINITIONS]:
        clock.begin_part(parts)
        parts -= 1
        _attempt(composer, node, lambda node=node: explain_class(composer, node, known, makers), strict)
    explain_script(composer, lines, alone=not shown and not classes)
    if not composer.purpose:
        composer.purpose.append(_nothing(tree))
        composer.note("examples", "There is nothing here that could be run.")
        composer.note("edgeCases", "There is nothing here that could be run.")
    if not composer.steps:
        last = max(1, code.count("\n") + 1)
        composer.steps = [
            {"text": step.text, "claims": [], "from": step.first, "to": step.last}
            for step in steps_of(tree.body, Words.of(submission))
        ]
        composer.steps = composer.steps or [
            {"text": "There is no statement here.", "claims": [], "from": 1, "to": last}
        ]
    composer.steps.sort(key=lambda step: (step["from"], step["to"]))
    return composer.explanation()


def _attempt(composer: Composer, node: Any, action: Callable[[], None], strict: bool) -> None:
    """Carries out one part of the explanation; a fault of ours costs that part only."""
    try:
        action()
    except Exception:
        if strict:
            raise
        text = f"`{node.name}` is defined here."
        composer.purpose.append(f"The cell defines `{node.name}`. There is no closer description of it.")
        step = {"text": text, "claims": [], "from": node.lineno, "to": node.end_lineno or node.lineno}
        composer.steps.append(step)


def _importance(node: ast.AST, functions: list, tree: ast.Module) -> int:
    """Functions that others only help come after the one that uses them."""
    name = node.name  # type: ignore[attr-defined]
    helped = any(
        isinstance(part, ast.Name) and part.id == name
        for other in functions
        if other is not node
        for part in ast.walk(other)
    )
    return 0 if helped else 1


def _nothing(tree: ast.Module) -> str:
    if not tree.body:
        return "This cell holds no code yet."
    if not active(tree) and any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in tree.body):
        return "This cell makes modules ready for use and does nothing else."
    return "This cell holds text only, and does nothing when it runs."
