"""Explains one function: finds inputs, chooses examples and edge cases, writes purpose and steps."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from ..replay import Observation, Submission
from ..trees import own_nodes
from ..values import Frozen
from .asking import Asking, with_lines
from .calls import calls_of
from .compose import Composer, result_claim
from .edges import MIN_EDGES, Choice, choose
from .kinds import Parameter, parameters
from .function import Function, changed_parameters, is_generator, without_dead_code
from .objects import Makers
from .oracle import Oracle
from .pools import pool
from .purpose import purpose_of
from .search import strain, widen
from .steps import Measure, Step, steps_of
from .trials import TRIAL, Series, Shape, Trial, run_series
from .ways import Way, gone, ways_of
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
    shape = Shape(node.name, asking=Asking(tree))
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
    else:
        widen(series, submission, node, composer.clock)
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
    decorated = [words for item in node.decorator_list if (words := _changing(item))]
    if decorated:
        purpose = f"As it is written, {purpose} `@{decorated[0]}` stands above it, and can change what a call does."
    composer.purpose.append(purpose + composer.missing_names(series.failed, function.name))
    choice = chosen(composer, series, function)
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


def _changing(decorator: ast.expr) -> str | None:
    """The name of a decorator that may change what a call does; None for those that only remember or mark."""
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = ast.unparse(function)
    return None if name.rpartition(".")[2] in ("cache", "lru_cache", "wraps") else name


def chosen(composer: Composer, series: Series, function: Function) -> Choice:
    """The examples and edge cases of a function, with enough of each where there are such."""
    inside = ways_of(function.node)

    def ways(trial: Trial) -> set[Way]:
        return gone(composer.submission, trial.seen) & inside

    choice = choose(series, function.words, function.body, ways)
    if len(choice.edges) < MIN_EDGES:
        strain(series)
        choice = choose(series, function.words, function.body, ways)
    return choice


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
    deeper = _closure(inner) if isinstance(inner, ast.FunctionDef) else None
    for trial in [trial for trial in made.trials if trial.seen.value and not trial.seen.raised][:2]:
        before = (*trial.setup, f"{bound} = {trial.call}")
        body: ast.FunctionDef | ast.Lambda = inner
        given = trial
        if deeper is not None:
            # A decorator with arguments: what it makes takes a function first.
            name = f"{bound}_again"
            functions = parameters(inner, known=known)
            given = Trial(None, trial.seen, args=tuple(pool(parameter, "function")[0] for parameter in functions[:1]))
            before, body = (*before, f"{name} = {bound}({', '.join(given.args)})"), deeper
        shape = Shape(
            before[-1].partition(" = ")[0], before, stdin=trial.stdin, asking=Asking(composer.submission.program.tree)
        )
        part = run_series(
            composer.submission, shape, _passed_on(composer, given, parameters(body, known=known), known), [],
            composer.clock,
            lambda t: raised_on_purpose(t, body), most=12,
        )  # fmt: skip
        widen(part, composer.submission, body, composer.clock)
        if part.parameters and any(isinstance(item, ast.Nonlocal) for item in ast.walk(body)):
            part.trials += _called_before(composer, shape, part)
        if len(part.parameters) >= len(series.parameters):
            series.parameters, series.profile = part.parameters, part.profile or series.profile
            series.tries = part.tries
        series.trials += part.trials
        series.take_over(part)
        if not part.parameters:
            # Called again, it may remember.
            series.trials += _without_arguments(composer, Shape(shape.head, (*shape.before, f"{shape.head}()")))
    return series if series.trials else made


def _called_before(composer: Composer, shape: Shape, part: Series) -> list[Trial]:
    """A call of a function that remembers, after some calls of it."""
    good = [trial for trial in part.trials if not trial.seen.raised and trial.call]
    found = []
    for often in (1, 3, 6):
        for trial in good[:1]:
            before = (*shape.before, *(trial.call or "" for _ in range(often)))
            seen = composer.submission.observe(trial.call, before, shape.stdin, TRIAL)
            if not (seen.timed_out or seen.refused or seen.asked_too_much):
                found.append(Trial(trial.call, seen, before, shape.stdin, trial.args, special=_AGAIN))
    return found


_AGAIN = "Here the same call was made before, and the function remembers"


def _passed_on(composer: Composer, trial: Trial, taken: list[Parameter], known: dict) -> list[Parameter]:
    """What a made function takes; where that is `*args` for a function that it was given, what that one takes."""
    if not any(parameter.star for parameter in taken):
        return taken
    functions = {
        node.name: node for node in composer.submission.program.tree.body if isinstance(node, ast.FunctionDef)
    }
    for text in trial.args:
        if text in functions:
            return parameters(functions[text], known=known)
        if text in _TAKES:
            return [Parameter(taken[0].name, [_TAKES[text]], star=taken[0].star)]
    return taken


#: What Python's own functions take that stand in for a function of the cell.
_TAKES = {"abs": "int", "str": "int", "len": "str", "bool": "int"}


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
    submission: Submission, asking: Asking, stdin: tuple[str, ...] = ()
) -> tuple[dict[str, str], Observation]:
    """The literals that the cell's names hold when it has run, as source; and that run."""
    found: dict[str, str] = {}

    def look(names: dict[str, Any]) -> None:
        for name, value in names.items():
            if not name.startswith("__"):
                frozen = Frozen(value)
                if frozen.literal and len(frozen.text) < 300:
                    found[name] = frozen.text

    _, seen = with_lines(
        lambda lines: submission.observe(stdin=lines, budget=TRIAL, look=look), asking if not stdin else None, stdin
    )
    return found, seen
