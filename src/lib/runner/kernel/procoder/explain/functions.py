"""Explains one function: finds inputs, chooses examples and edge cases, writes purpose and steps."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from ..replay import Observation, Submission
from ..trees import own_nodes
from ..values import Frozen
from .calls import calls_of
from .compose import Composer, result_claim
from .edges import choose
from .kinds import parameters
from .function import Function, changed_parameters, is_generator, without_dead_code
from .objects import Makers
from .oracle import Oracle
from .purpose import purpose_of
from .steps import Measure, Step, steps_of
from .trials import TRIAL, Series, Shape, Trial, run_series
from .words import Words, joined

FIRST = 5


def explain_function(
    composer: Composer,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    values: dict[str, str],
    functions: set[str],
    known: dict[str, list[str]],
    makers: Makers,
) -> None:
    """Adds a top-level function to the explanation."""
    submission = composer.submission
    tree = submission.program.tree
    params = makers.give(parameters(node, known=known), node)
    given = [args for args in calls_of(tree, node.name, values, functions) if _fits(args, node)]
    shape = Shape(node.name, stdin=stdin_for(node))
    words = Words.of(submission)
    function = Function(node, words)
    changed = changed_parameters(function) if not _gives_back(node) else []
    shape.bound = tuple(changed)
    if is_generator(node):
        shape.wrapper = f"first({FIRST}, {{}})"
    required = [p for p in params if p.default is None]
    tried = required or params
    short = [args for args in given if len(args) <= len(tried)] if required else given
    series = run_series(submission, shape, tried, short, composer.clock, lambda t: raised_on_purpose(t, node))
    if required and len(params) > len(required):
        # What has a default is left out first, as one would; then it is given.
        full = run_series(
            submission, shape, params, [a for a in given if a not in short], composer.clock,
            lambda t: raised_on_purpose(t, node), most=10,
        )  # fmt: skip
        series.trials = (
            [t for t in full.trials if t.from_cell]
            + series.trials
            + [t for t in full.trials if not t.from_cell]
        )
        series.parameters, series.profile = params, full.profile or series.profile
        series.take_over(full)
    inner = None if composer.clock.over() else _closure(node)
    if inner is not None and series.trials:
        series = _call_result(composer, node, inner, series, known)
    describe(composer, function, series, shape, changed)


def describe(
    composer: Composer, function: Function, series: Series, shape: Shape, changed: list[str]
) -> None:
    """Writes all four sections for a function whose trials are known."""
    node = function.node
    for parameter, kind in zip(series.parameters, series.profile):
        function.words.kinds[parameter.name] = f"list[{kind}]" if parameter.star else kind
    _learn_kinds(function)
    live, dead = without_dead_code(node)
    if is_generator(node) and not is_generator(live):
        live = node
    oracle = Oracle(composer, function, series, shape)
    purpose = purpose_of(Function(live, function.words), oracle.agrees)
    composer.purpose.append(purpose + composer.missing_names(series.failed, function.name))
    choice = choose(series, function.words, function.body)
    first: Trial | None = None
    for trial in choice.examples:
        claim = _claim(composer, trial, function, changed)
        if claim and composer.add_example(claim) and first is None:
            first = trial
    for trial, why in choice.edges:
        claim = _claim(composer, trial, function, changed)
        if claim:
            composer.add_edge(claim, why)
    names = [f"`{name}`" for name in function.parameters()]
    takes = f" It takes {joined(names)}." if names else " It takes nothing."
    head = Step(node.lineno, node.lineno, f"The function `{function.name}` starts here.{takes}")
    # The sentences speak of the first example of all; another function's steps name their own.
    is_first = (
        bool(composer.examples) and first is not None and composer.examples[0]["probe"] == first.probe()
    )
    when = "In the first example" if is_first else f"In the first example of `{function.name}`"
    ran = [*series.trials, *oracle.hard_trials()] if series.trials else []
    visited = {line for trial in ran for line in trial.seen.visits} | series.reached
    described = steps_of(function.body, function.words, when)
    steps = [head, *unreached(described, function, visited, composer.reached, dead)]
    composer.add_steps(steps, first)
    if first is None:
        reason = "gave no result for the inputs that were tried"
        if composer.clock.over():
            reason = "could not be tried in the time that there was"
        if composer.varying:
            reason = "gives results that change from run to run, so no fixed result can be shown"
        elif series.lacking:
            reason = f"needs {joined(sorted(series.lacking))}"
        elif series.slow:
            reason = "did not come to an end for the inputs that were tried, within the limit"
        missing = composer.missing_names(series.failed, function.name).strip()
        if missing:
            composer.note("examples", missing)
            composer.note("edgeCases", missing)
            return
        composer.note("examples", f"`{function.name}` {reason}.")
        composer.note("edgeCases", f"`{function.name}` {reason}.")


def _claim(composer: Composer, trial: Trial, function: Function, changed: list[str]) -> dict[str, Any] | None:
    """What to claim about a trial; for a function that changes its argument, what that argument is at the end."""
    claim = result_claim(trial)
    if not changed or trial.seen.raised or trial.seen.printed:
        return claim
    name = changed[0]
    lines = [
        line for line in trial.seen.visits if function.node.lineno < line <= (function.node.end_lineno or 0)
    ]
    found = composer.measure(trial, [Measure("value", line, "", name) for line in lines])
    # Which line ran last differs from path to path; a loop's header is reached again after its body.
    for line in _last_lines(function):
        if ("value", line, name) in found:
            return {"kind": "value", "probe": trial.probe(), **found["value", line, name]}
    return claim


def unreached(
    steps: list[Step], function: Function, ran: set[int], by_cell: set[int], dead: set[int]
) -> list[Step]:
    """The steps, where those that no run came to say so, and nothing else: what they would do did not happen.

    `ran` are the lines that the calls of the function came to, `by_cell` those that the cell itself came to.
    """
    # What makes a function runs before the call that is looked at.
    if not ran & {part.lineno for part in function.body}:
        return [replace(step, text=_DEAD, measures=[]) if step.first in dead else step for step in steps]
    silent = {
        part.lineno
        for part in ast.walk(function.node)
        if isinstance(part, (ast.Global, ast.Nonlocal))
        or isinstance(part, ast.AnnAssign)
        and part.value is None
        or isinstance(part, ast.Expr)
        and isinstance(part.value, ast.Constant)
        or isinstance(part, (ast.Pass, ast.Continue, ast.Break, ast.Try, ast.Match))
    } | {part.pattern.lineno for part in ast.walk(function.node) if isinstance(part, ast.match_case)}
    found = []
    for step in steps:
        if step.first in dead:
            step = replace(step, text=_DEAD, measures=[])
        elif step.first not in silent and not (ran | by_cell) & set(range(step.first, step.last + 1)):
            step = replace(step, text=_NEVER, measures=[])
        found.append(step)
    return found


_DEAD = "No run can come to this line, because the code before it has always left by then."
_NEVER = "The runs that were tried never came to this line."


def _last_lines(function: Function) -> list[int]:
    """Lines at which a run of the function may end, the likeliest first."""
    lines = []
    for statement in reversed(function.body):
        lines.append(statement.lineno)
        if not isinstance(statement, (ast.For, ast.While)):
            lines += sorted(
                (part.lineno for part in ast.walk(statement) if isinstance(part, ast.stmt)), reverse=True
            )
    return list(dict.fromkeys(lines))


def _fits(args: tuple[str, ...], node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    most = len(node.args.posonlyargs) + len(node.args.args)
    return (len(args) <= most or node.args.vararg is not None) and len(args) >= most - len(node.args.defaults)


def _gives_back(node: ast.AST) -> bool:
    return any(
        isinstance(part, ast.Return) and part.value is not None for part in own_nodes(node)
    ) or is_generator(node)


def raised_on_purpose(trial: Trial, node: ast.AST) -> bool:
    """Whether an exception comes from a `raise` (or `assert`) that the function itself contains."""
    line = trial.seen.raised.line if trial.seen.raised else None
    return any(
        isinstance(part, (ast.Raise, ast.Assert)) and part.lineno <= (line or 0) <= (part.end_lineno or 0)
        for part in ast.walk(node)
    )


def stdin_for(node: ast.AST) -> tuple[str, ...]:
    """Lines for a function or script that asks for input: numbers where it turns them into numbers."""
    asked = [p for p in ast.walk(node) if isinstance(p, ast.Call) and getattr(p.func, "id", "") == "input"]
    if not asked:
        return ()
    numeric = {
        id(part)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("int", "float")
        for argument in call.args
        for part in ast.walk(argument)
    }
    lines = [("5" if id(call) in numeric else "Ada") for call in asked]
    looped = any(
        part is call
        for loop in ast.walk(node)
        if isinstance(loop, (ast.For, ast.While))
        for part in ast.walk(loop)
        for call in asked
    )
    return tuple((lines * 5)[: max(5, len(lines))]) if looped else tuple(lines)


def _closure(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.FunctionDef | ast.Lambda | None:
    inner = {part.name: part for part in node.body if isinstance(part, ast.FunctionDef)}
    for statement in node.body:
        if isinstance(statement, ast.Return):
            if isinstance(statement.value, ast.Name) and statement.value.id in inner:
                return inner[statement.value.id]
            if isinstance(statement.value, ast.Lambda):
                return statement.value
    return None


def _call_result(
    composer: Composer, node: ast.AST, inner: ast.FunctionDef | ast.Lambda, made: Series, known: dict
) -> Series:
    """A function that makes a function says little by its own result; so its result is called as well."""
    taken = {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
    bound = next(name for name in ("made", "made_function", "result_function") if name not in taken)
    series = Series([])
    for trial in [trial for trial in made.trials if trial.seen.value and not trial.seen.raised][:2]:
        shape = Shape(bound, (*trial.setup, f"{bound} = {trial.call}"), stdin=trial.stdin)
        part = run_series(
            composer.submission, shape, parameters(inner, known=known), [], composer.clock,
            lambda t: raised_on_purpose(t, inner), most=12,
        )  # fmt: skip
        series.parameters, series.profile = part.parameters, series.profile or part.profile
        series.trials += part.trials
        series.take_over(part)
        if not part.parameters:
            # Called again, it may remember.
            series.trials += _without_arguments(composer, Shape(bound, (*shape.before, f"{bound}()")))
    return series if series.trials else made


def _without_arguments(composer: Composer, shape: Shape) -> list[Trial]:
    call = f"{shape.head}()"
    seen = composer.submission.observe(call, shape.before, shape.stdin, TRIAL)
    trial = Trial(call, seen, shape.before, shape.stdin)
    return [] if seen.timed_out or seen.refused or seen.asked_too_much else [trial]


def _learn_kinds(function: Function) -> None:
    """Kinds of local names that follow from the parameters' kinds, for better words."""
    kinds = function.words.kinds
    for part in own_nodes(function.node):
        if isinstance(part, (ast.For, ast.comprehension)) and isinstance(part.target, ast.Name):
            source = kinds.get(part.iter.id, "") if isinstance(part.iter, ast.Name) else ""
            kinds.setdefault(part.target.id, "str" if source in ("str", "list[str]") else "")
        elif isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
            value = part.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                kinds.setdefault(part.targets[0].id, "str")
            elif isinstance(value, (ast.List, ast.ListComp)):
                kinds.setdefault(part.targets[0].id, "list")


def names_at_end(
    submission: Submission, stdin: tuple[str, ...] = ()
) -> tuple[dict[str, str], Observation]:
    """The literals that the cell's names hold when it has run, as source; and that run."""
    found: dict[str, str] = {}

    def look(names: dict[str, Any]) -> None:
        for name, value in names.items():
            if not name.startswith("__"):
                frozen = Frozen(value)
                if frozen.literal and len(frozen.text) < 300:
                    found[name] = frozen.text

    seen = submission.observe(stdin=stdin, budget=TRIAL, look=look)
    return found, seen
