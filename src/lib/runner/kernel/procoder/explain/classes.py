"""Explains a class: what its objects keep, what they can do, and a few real calls of their methods."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from ..trees import own_nodes
from .asking import Asking
from .calls import calls_of, method_calls
from .compose import Composer, result_claim
from .function import Function
from .functions import FIRST, chosen, raised_on_purpose
from .kinds import parameters
from .objects import Makers, start_parameters
from .pools import combinations
from .search import widen
from .steps import Measure, Step, steps_of
from .trials import TRIAL, Series, Shape, Trial, run_series
from .words import Words, joined

_MOST_METHODS = 6
#: Lines that change an object before a method is called, and how many states of it are tried beside a new one.
_MOST_BEFORE = 4
_MOST_STATES = 2


def explain_class(
    composer: Composer, node: ast.ClassDef, known: dict[str, list[str]], makers: Makers
) -> None:
    """Adds a class to the explanation."""
    words = Words.of(composer.submission)
    methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
    public = [part for part in methods if not part.name.startswith("_") and _binding(part) is not None]
    start = next((part for part in methods if part.name == "__init__"), None)
    fields = _fields(node, start)
    composer.purpose.append(_purpose(node, public, fields))
    made = None if composer.clock.over() else _constructor(composer, node, start, known, makers)
    steps = [Step(node.lineno, node.lineno, f"The class `{node.name}` starts here.")]
    variable = next(name for name in ("obj", "my_obj", "the_object") if name != node.name)
    if made is None:
        composer.note("examples", f"No input was found with which `{node.name}` can be made.")
        composer.note("edgeCases", f"No input was found with which `{node.name}` can be made.")
    states: list[tuple[str, ...]] = []
    making = (*made[:-1], f"{variable} = {made[-1]}") if made else ()
    for method in methods:
        function = Function(method, Words(words.source, bound=words.bound), owner=node.name)
        names = [f"`{name}`" for name in function.parameters()]
        takes = f" It takes {joined(names)}." if names else ""
        what = "runs when an object is made" if method.name == "__init__" else "starts here"
        steps.append(Step(method.lineno, method.lineno, f"The method `{method.name}` {what}.{takes}"))
        first = None
        if method in public[:_MOST_METHODS] and (made is not None or _binding(method)):
            target = Target(node, making, variable, start)
            first = _method(composer, function, target, known, makers, states)
        when = "In an example call of this method"
        composer.add_steps([*steps, *steps_of(function.body, function.words, when)], first)
        steps = []
    composer.add_steps(steps, None)
    if made is not None and not composer.examples:
        _object_itself(composer, node, made)


@dataclass
class Target:
    """What methods are called on: an object that `making` makes and `variable` names, or the class itself."""

    node: ast.ClassDef
    #: The lines of setup that make the object; none where no way was found.
    making: tuple[str, ...]
    variable: str
    start: ast.FunctionDef | None


def _binding(node: ast.FunctionDef) -> str | None:
    """Empty for an ordinary method; staticmethod, classmethod; None for what another decorator changes."""
    names = [item.id if isinstance(item, ast.Name) else "" for item in node.decorator_list]
    if not names:
        return ""
    return names[0] if names in (["staticmethod"], ["classmethod"]) else None


def _fields(node: ast.ClassDef, start: ast.FunctionDef | None) -> list[str]:
    found: list[str] = []
    for part in own_nodes(start) if start else ():
        if (
            isinstance(part, ast.Attribute)
            and isinstance(part.ctx, ast.Store)
            and getattr(part.value, "id", "") == "self"
        ):
            found.append(part.attr)
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            found.append(part.target.id)
    return list(dict.fromkeys(found))


def _is_error(node: ast.ClassDef) -> bool:
    bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
    return bool(bases) and bases[0].endswith(("Error", "Exception"))


def _purpose(node: ast.ClassDef, public: list[ast.FunctionDef], fields: list[str]) -> str:
    keeps = f" Each of its objects keeps {joined(f'`{name}`' for name in fields)}." if fields else ""
    can = f" Its objects can do this: {joined(f'`{part.name}`' for part in public)}." if public else ""
    bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
    if _is_error(node):
        return f"`{node.name}` is an error type of its own, built on `{bases[0]}`."
    on = f", built on {joined(f'`{base}`' for base in bases)}" if bases else ""
    return f"`{node.name}` is a class{on}: a plan for objects.{keeps}{can}"


def _constructor(
    composer: Composer, node: ast.ClassDef, start: ast.FunctionDef | None, known: dict, makers: Makers
) -> tuple[str, ...] | None:
    """The lines that make an object, the last one the call itself; or None."""
    taken = [parameter for parameter in start_parameters(node, start, known) if not parameter.star]
    required = [parameter for parameter in taken if parameter.default is None]
    if start is not None:
        taken = makers.give(taken, start)
    source = Shape(node.name)
    given = calls_of(composer.submission.program.tree, node.name, {}, set())
    # An object that starts with a zero has little to show, so what may be left out is given, too.
    full = [p for p in taken if p.default is None or not p.keyword_only and _is_plain(p.default)]
    for wanted, own in ((required, given), (full, []), (required, [])):
        if wanted is full and len(full) == len(required):
            continue
        # Methods use what __init__ keeps: a kind is right only if the object can be made at all.
        series = run_series(composer.submission, source, wanted if not own else taken[: len(own[0])], own, composer.clock, lambda t: False, most=4)
        for trial in series.trials:
            if not trial.seen.raised and trial.call and (trial.from_cell or not own):
                return (*trial.setup, trial.call)
    if not required:
        return (f"{node.name}()",) if _can_make(composer, node.name) else None
    taken = required
    for args in list(combinations(taken, [p.kinds[0] for p in taken]))[:1]:
        return (f"{node.name}({', '.join(args)})",)
    return None


def _is_plain(default: ast.expr) -> bool:
    """Whether a default is a number or a text, and not a switch, or nothing."""
    return isinstance(default, ast.Constant) and type(default.value) in (int, float, str)


def _can_make(composer: Composer, name: str) -> bool:
    seen = composer.submission.observe(f"{name}()", budget=TRIAL)
    return seen.raised is None and seen.refused is None and not seen.timed_out


def _method(
    composer: Composer, function: Function, target: Target, known: dict, makers: Makers, states: list[tuple[str, ...]]
) -> Trial | None:
    """Examples and edge cases of one method; returns the trial that its steps quote.

    `states` are lines that change an object which was just made; the method is tried after each of them.
    """
    method = function.node
    binding = _binding(method)
    taken = makers.give(parameters(method, binding != "staticmethod", known), method, target.node.name)
    optional = [parameter for parameter in taken if parameter.default is not None]
    taken = [parameter for parameter in taken if parameter.default is None] or optional
    series = Series(taken)
    given = [args for args in method_calls(composer.submission.program.tree, method.name) if len(args) == len(taken) > 0]
    everything = [parameter for parameter in [*taken, *optional] if not parameter.star] if optional and taken is not optional else []
    befores = [()] if binding else [*reversed(states[-_MOST_STATES:]), ()]
    head = target.node.name if binding else target.variable
    for turn, before in enumerate(befores):
        lines = () if binding else (*target.making, *before)
        for parameter in taken:
            # What was put in is what can be found.
            parameter.seeds = {**parameter.seeds, **_mentioned(lines)}
        shape = Shape(f"{head}.{function.name}", lines, asking=Asking(composer.submission.program.tree))
        part = run_series(
            composer.submission, shape, taken, given if turn == 0 else [], composer.clock,
            lambda t: raised_on_purpose(t, method), most=10 if turn == 0 else 5,
        )  # fmt: skip
        if turn + 1 == len(befores) and turn > 0:
            for trial in part.trials:
                trial.special = _NEW
        if taken:
            widen(part, composer.submission, method, composer.clock)
        if everything and turn == 0:
            # What has a default is left out first, as one would; then it is given.
            full = run_series(
                composer.submission, shape, everything, [], composer.clock,
                lambda t: raised_on_purpose(t, method), most=6,
            )  # fmt: skip
            part.trials += full.trials
            series.parameters, part.profile = everything, full.profile or part.profile
        series.profile = series.profile or part.profile
        series.trials += part.trials
        series.tries = series.tries or part.tries
        series.take_over(part)
    for parameter, kind in zip(series.parameters, series.profile):
        function.words.kinds[parameter.name] = kind
    choice = chosen(composer, series, function)
    first: Trial | None = None
    for trial in choice.examples:
        claim = _claim(composer, function, trial, target.start if binding else None)
        if claim and composer.add_example(claim) and first is None:
            first = trial
    for trial, why in choice.edges[:2]:
        claim = _claim(composer, function, trial, target.start if binding else None)
        if claim:
            composer.add_edge(claim, why)
    if not binding and _changed_fields(function):
        _add_states(states, target, series)
    return first


#: Why a run is special in which nothing was done with the object before.
_NEW = "Here the object is new, and nothing was done with it before"


def _add_states(states: list[tuple[str, ...]], target: Target, series: Series) -> None:
    """What the method does to an object, once and twice, as lines for the methods that follow."""
    good = [
        trial for trial in series.trials if not trial.seen.raised and trial.call and not trial.special and trial.args
    ] or [trial for trial in series.trials if not trial.seen.raised and trial.call]
    made: list[str] = []
    longest = states[-1] if states else ()
    results: set[tuple[str, ...]] = set()
    for trial in good:
        if trial.args in results or len(results) >= 2:
            continue
        results.add(trial.args)
        own = [line for line in trial.setup if line not in target.making and line not in longest]
        lines = [_renamed(line, trial, len(results)) for line in [*own, trial.call or ""]]
        made += lines
        if len(longest) + len(made) <= _MOST_BEFORE:
            states.append((*longest, *made))


def _renamed(line: str, trial: Trial, number: int) -> str:
    """A line with names of its own for the objects that a trial made, so that two trials can follow each other."""
    for other in trial.setup:
        name = other.partition(" = ")[0]
        if name in trial.args:
            line = re.sub(rf"\b{re.escape(name)}\b(?!\.)", f"{name}_{number}", line)
    return line


def _mentioned(lines: tuple[str, ...]) -> dict[str, list[str]]:
    """Literals in lines of setup, by kind."""
    found: dict[str, list[str]] = {}
    for line in lines:
        for part in ast.walk(ast.parse(line)):
            if isinstance(part, ast.Constant) and type(part.value) in (int, float, str):
                found.setdefault(type(part.value).__name__, []).append(repr(part.value))
    return {kind: list(dict.fromkeys(texts))[:3] for kind, texts in found.items()}


def _changed_fields(function: Function) -> list[tuple[int, str]]:
    """(line, `self.name`) of every field that a method sets or changes, in order."""
    found = []
    for part in own_nodes(function.node):
        if isinstance(part, (ast.Assign, ast.AugAssign)):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            for target in targets:
                target = target.value if isinstance(target, ast.Subscript) else target
                if isinstance(target, ast.Attribute) and getattr(target.value, "id", "") == "self":
                    found.append((part.lineno, f"self.{target.attr}"))
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            owner = part.func.value
            if isinstance(owner, ast.Attribute) and getattr(owner.value, "id", "") == "self":
                found.append((part.lineno, f"self.{owner.attr}"))
    return found


def _claim(
    composer: Composer, function: Function, trial: Trial, start: ast.FunctionDef | None
) -> dict | None:
    """A method that gives nothing back is shown by what it changed; an object that is made, by what it keeps."""
    text = trial.seen.value.text if trial.seen.value else "None"
    if start is not None and " at 0x" in text:
        function, text = Function(start, function.words, owner=function.owner), "None"
    if text == "None" and not trial.seen.raised and not trial.seen.printed:
        changed = _changed_fields(function)
        found = composer.measure(trial, [Measure("value", line, "", name) for line, name in changed])
        for line, name in reversed(changed):
            if ("value", line, name) in found:
                return {"kind": "value", "probe": trial.probe(), **found["value", line, name]}
    return result_claim(trial)


def _object_itself(composer: Composer, node: ast.ClassDef, made: tuple[str, ...]) -> None:
    """For a class whose methods cannot be called by name: what its objects look like, hand out, or hold."""
    special = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    wrappers = [f"first({FIRST}, {{}})"] if "__iter__" in special else []
    wrappers += ["len({})"] if "__len__" in special else []
    if _is_error(node):
        wrappers = []
    elif special & {"__repr__", "__str__"} or node.decorator_list or not wrappers:
        wrappers += ["repr({})", "str({})"]
    for wrapper in wrappers:
        call = wrapper.format(made[-1])
        seen = composer.submission.observe(call, made[:-1], budget=TRIAL)
        if seen.value and " at 0x" not in seen.value.text and "<" not in seen.value.text:
            probe = {"call": call, **({"setup": list(made[:-1])} if made[:-1] else {})}
            composer.add_example({"kind": "returns", "probe": probe, "expect": seen.value.py_text()})
    if not composer.examples:
        composer.note("examples", f"`{node.name}` has no method whose result can be shown.")
    composer.note("edgeCases", f"`{node.name}` has no method whose result can be shown.")
