"""Explains a class: what its objects keep, what they can do, and a few real calls of their methods."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ..trees import own_nodes
from .compose import Composer, result_claim
from .edges import choose
from .function import Function
from .functions import raised_on_purpose
from .kinds import Parameter, parameters
from .objects import Makers
from .pools import combinations
from .steps import Measure, Step, steps_of
from .trials import TRIAL, Shape, Trial, run_series
from .words import Words, joined

_MOST_METHODS = 4


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
    made = None if composer.clock.over() else _constructor(composer, node, start, known)
    steps = [Step(node.lineno, node.lineno, f"The class `{node.name}` starts here.")]
    variable = next(name for name in ("obj", "my_obj", "the_object") if name != node.name)
    if made is None:
        composer.note("examples", f"No input was found with which `{node.name}` can be made.")
        composer.note("edgeCases", f"No input was found with which `{node.name}` can be made.")
    done: list[Trial] = []
    for method in methods:
        function = Function(method, Words(words.source, bound=words.bound), owner=node.name)
        names = [f"`{name}`" for name in function.parameters()]
        takes = f" It takes {joined(names)}." if names else ""
        what = "runs when an object is made" if method.name == "__init__" else "starts here"
        steps.append(Step(method.lineno, method.lineno, f"The method `{method.name}` {what}.{takes}"))
        first = None
        if method in public[:_MOST_METHODS] and (made is not None or _binding(method)):
            target = Target(node, made, variable, start)
            first = _method(composer, function, target, known, makers, done)
        when = "In an example call of this method"
        composer.add_steps([*steps, *steps_of(function.body, function.words, when)], first)
        steps = []
    composer.add_steps(steps, None)
    if made is not None and not composer.examples:
        _object_itself(composer, node, made, variable)


@dataclass
class Target:
    """What methods are called on: an object that `made` makes and `variable` names, or the class itself."""

    node: ast.ClassDef
    made: str | None
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


def _purpose(node: ast.ClassDef, public: list[ast.FunctionDef], fields: list[str]) -> str:
    keeps = f" Each of its objects keeps {joined(f'`{name}`' for name in fields)}." if fields else ""
    can = f" Its objects can do this: {joined(f'`{part.name}`' for part in public)}." if public else ""
    bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
    if bases and (bases[0].endswith(("Error", "Exception"))):
        return f"`{node.name}` is an error type of its own, built on `{bases[0]}`."
    on = f", built on {joined(f'`{base}`' for base in bases)}" if bases else ""
    return f"`{node.name}` is a class{on}: a plan for objects.{keeps}{can}"


def _start_parameters(node: ast.ClassDef, start: ast.FunctionDef | None, known: dict) -> list[Parameter]:
    if start is not None:
        return [parameter for parameter in parameters(start, True, known) if parameter.default is None]
    if any("dataclass" in ast.unparse(item) for item in node.decorator_list):
        fields = [
            p
            for p in node.body
            if isinstance(p, ast.AnnAssign) and isinstance(p.target, ast.Name) and not p.value
        ]
        arguments = ast.arguments([], [ast.arg(p.target.id, p.annotation) for p in fields], None, [], [], None, [])  # type: ignore[attr-defined]
        return parameters(ast.FunctionDef("made", arguments, node.body, []))
    return []


def _constructor(
    composer: Composer, node: ast.ClassDef, start: ast.FunctionDef | None, known: dict
) -> str | None:
    """The source of a call that makes an object, or None."""
    taken = _start_parameters(node, start, known)
    source = Shape(node.name)
    # Methods use what __init__ keeps: a kind is right only if the object can be made at all.
    series = run_series(composer.submission, source, taken, [], composer.clock, lambda t: False, most=4)
    if not taken:
        return f"{node.name}()" if _can_make(composer, node.name) else None
    good = [trial for trial in series.trials if not trial.seen.raised and trial.call]
    if good:
        return good[0].call
    for args in list(combinations(taken, [p.kinds[0] for p in taken]))[:1]:
        return f"{node.name}({', '.join(args)})"
    return None


def _can_make(composer: Composer, name: str) -> bool:
    seen = composer.submission.observe(f"{name}()", budget=TRIAL)
    return seen.raised is None and seen.refused is None and not seen.timed_out


def _method(
    composer: Composer, function: Function, target: Target, known: dict, makers: Makers, done: list[Trial]
) -> Trial | None:
    """Examples and edge cases of one method; returns the trial that its steps quote."""
    method = function.node
    binding = _binding(method)
    taken = makers.give(parameters(method, binding != "staticmethod", known), method, target.node.name)
    taken = [parameter for parameter in taken if parameter.default is None]
    # Earlier methods that changed something run before, so that `total` has something to give.
    before = [line for trial in done[-2:] for line in (trial.call or "",) if line]
    shape = Shape(f"{target.variable}.{function.name}", (f"{target.variable} = {target.made}", *before))
    if binding:
        shape = Shape(f"{target.node.name}.{function.name}")
    series = run_series(
        composer.submission, shape, taken, [], composer.clock, lambda t: raised_on_purpose(t, method), most=12
    )
    if not taken and not binding:
        for prefix in set() if composer.clock.over() else {shape.before[:1]} - {shape.before}:
            call = f"{shape.head}()"
            seen = composer.submission.observe(call, prefix, budget=TRIAL)
            if not (seen.timed_out or seen.refused or seen.asked_too_much):
                series.trials.append(Trial(call, seen, prefix))
    for parameter, kind in zip(series.parameters, series.profile):
        function.words.kinds[parameter.name] = kind
    choice = choose(series, function.words, function.body)
    first: Trial | None = None
    for trial in choice.examples:
        claim = _claim(composer, function, trial, target.start if binding else None)
        if claim and composer.add_example(claim) and first is None:
            first = trial
    for trial, why in choice.edges[:2]:
        claim = _claim(composer, function, trial, target.start if binding else None)
        if claim:
            composer.add_edge(claim, why)
    if first is not None and _changed_fields(function):
        done.append(first)
    return first


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


def _object_itself(composer: Composer, node: ast.ClassDef, made: str, variable: str) -> None:
    for wrapper in ("repr", "str"):
        seen = composer.submission.observe(f"{wrapper}({made})", budget=TRIAL)
        if seen.value and " at 0x" not in seen.value.text and "<" not in seen.value.text:
            composer.add_example(
                {"kind": "returns", "probe": {"call": f"{wrapper}({made})"}, "expect": seen.value.py_text()}
            )
            return
    composer.note("examples", f"`{node.name}` has no method whose result can be shown.")
    composer.note("edgeCases", f"`{node.name}` has no method whose result can be shown.")
