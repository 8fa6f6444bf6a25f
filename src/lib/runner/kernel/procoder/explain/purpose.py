"""What a function is for, in a sentence or two: recognised idioms first, else honestly what it does."""

from __future__ import annotations

import ast
from typing import Callable, Iterator

from ..trees import own_nodes
from .function import (
    Function,
    Idiom,
    changed_parameters,
    constant,
    given,
    is_generator,
    name_of,
    returns_of,
)
from .loops import OUTSIDE, accumulate, euclid, everyone_of, search, source_of
from .words import joined

HONEST = "This says what the code does, not why it was written."


def purpose_of(function: Function, agrees: Callable[[Idiom], bool] = lambda idiom: False) -> str:
    """One or two sentences, ending with a full stop. `agrees` tells whether running supports an idiom."""

    def settled(said: str | Idiom | None) -> str | None:
        if isinstance(said, Idiom):
            return said.text if agrees(said) else None
        return said

    for recognise in _WHOLE:
        said = settled(recognise(function))
        if said:
            return said + _refusals(function.body, function)
    rest, guards = _without_guards(function)
    taken_off = function.body[: len(function.body) - len(rest.body)]
    for recognise in _RECOGNISERS:
        found = recognise(rest)
        if isinstance(found, Idiom):
            found.before = [*taken_off, *found.before]
        said = settled(found)
        if said:
            return said + guards
    return _plainly(function) + _refusals(function.body, function)


def _without_guards(function: Function) -> tuple["Function", str]:
    """The function without the ifs at its start that end it early, and a sentence about each of those."""
    rest = Function(function.node, function.words, owner=function.owner)
    said = ""
    while len(rest.body) > 1 and isinstance(rest.body[0], ast.If) and not rest.body[0].orelse:
        inner = rest.body[0].body
        if len(inner) != 1 or not isinstance(inner[0], (ast.Return, ast.Raise)):
            break
        if isinstance(inner[0], ast.Return):
            answer = function.words.value(inner[0].value) if inner[0].value else "nothing"
            said += f" If {function.words.condition(rest.body[0].test)}, it gives back {answer} instead."
        else:
            said += _refusals(rest.body[:1], function)
        rest.body = rest.body[1:]
    return rest, said


def _refusals(body: list[ast.stmt], function: Function) -> str:
    """A sentence for each `if …: raise …` at the start."""
    said = ""
    for statement in body:
        if not isinstance(statement, ast.If) or not isinstance(statement.body[-1], ast.Raise):
            break
        raised = statement.body[-1].exc
        kind = raised.func if isinstance(raised, ast.Call) else raised
        code = function.words.code(kind) if kind else None
        said += f" If {function.words.condition(statement.test)}, it raises {code or 'an error'}."
    return said


def _generator(function: Function) -> str | None:
    if not is_generator(function.node):
        return None
    values = [node.value for node in own_nodes(function.node) if isinstance(node, ast.Yield) and node.value]
    said = f"`{function.name}` is a generator: it hands out its values one at a time instead of all at once."
    if len(values) == 1:
        said += f" Each time it gives {function.words.value(values[0])}."
    return said


def _closure(function: Function) -> str | None:
    inner = {node.name: node for node in function.body if isinstance(node, ast.FunctionDef)}
    for statement in function.body:
        name = name_of(statement.value) if isinstance(statement, ast.Return) else None
        if name in inner:
            mine = set(function.parameters()) | {
                part.id
                for part in own_nodes(function.node)
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            }
            used = {part.id for part in ast.walk(inner[name]) if isinstance(part, ast.Name)}
            own = {argument.arg for argument in inner[name].args.args}
            kept = sorted((mine & used) - own)
            remembers = f" The new function remembers {joined(f'`{item}`' for item in kept)}." if kept else ""
            return f"`{function.name}` makes a new function, `{name}`, and gives it back.{remembers}"
        if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Lambda):
            return f"`{function.name}` makes a small new function and gives it back."
    return None


def _recursion(function: Function) -> Idiom | None:
    calls = [
        node
        for node in own_nodes(function.node)
        if isinstance(node, ast.Call) and name_of(node.func) == function.name
    ]
    if not calls or function.owner:
        return None
    how = "It solves the task by calling itself with a smaller task, until it reaches a case with a direct answer."
    words, b, name = function.words, "procoder_b", function.name
    for returned in returns_of(function):
        value = returned.value
        if not isinstance(value, ast.BinOp):
            continue
        sides = (value.left, value.right)
        inner = [side for side in sides if isinstance(side, ast.Call) and name_of(side.func) == name]
        if len(inner) == 2 and isinstance(value.op, ast.Add) and len(function.parameters()) == 1:
            n = function.parameters()[0]
            text = f"For whole numbers from zero up, `{name}` adds up the answers for smaller inputs, as the Fibonacci numbers do. {how}"
            steps = f"{b}.__import__('functools').reduce(lambda p, _: (p[1], p[0] + p[1]), {b}.range({n}), "
            return Idiom(text, [f"{steps}{first})[0] if {n} >= 0 else {OUTSIDE}" for first in ("(0, 1)", "(1, 1)")])
        if len(inner) != 1 or not inner[0].args:
            continue
        other = sides[1] if inner[0] is sides[0] else sides[0]
        smaller = inner[0].args[0]
        steps_down = isinstance(smaller, ast.BinOp) and isinstance(smaller.op, ast.Sub)
        rest = isinstance(smaller, ast.Subscript) and isinstance(smaller.slice, ast.Slice)
        if steps_down and name_of(other) and name_of(other) == name_of(smaller.left) and len(inner[0].args) == 1:
            n = name_of(other)
            numbers = f"{b}.range(1, {n} + 1)"
            if isinstance(value.op, ast.Mult):
                text = f"`{name}` gives back the product of the whole numbers up to {words.value(other)}. {how}"
                return Idiom(text, [f"procoder_m.prod({numbers})"])
            if isinstance(value.op, ast.Add):
                text = f"`{name}` gives back the sum of the whole numbers up to {words.value(other)}. {how}"
                return Idiom(text, [f"{b}.sum({numbers})"])
        fewer = next((arg for arg in inner[0].args if isinstance(arg, ast.BinOp) and name_of(arg.left)), None)
        if isinstance(value.op, ast.Mult) and name_of(other) and fewer is not None and isinstance(fewer, ast.BinOp):
            exponent = name_of(fewer.left)
            text = f"`{name}` gives back {words.value(other)} to the power of `{exponent}`. {how}"
            return Idiom(text, [f"{name_of(other)} ** {exponent}"])
        if isinstance(value.op, ast.Add) and rest and isinstance(smaller, ast.Subscript):
            whole, source = words.value(smaller.value), ast.unparse(smaller.value)
            if isinstance(other, ast.Subscript) and words.is_text(smaller.value):
                return Idiom(f"`{name}` gives back {whole} in reverse order. {how}", [f"{source}[::-1]"])
            if isinstance(other, ast.Subscript):
                return Idiom(f"`{name}` gives back the sum of {whole}. {how}", [f"{b}.sum({source})"])
    return None


def _calls_itself(function: Function) -> str | None:
    calls = any(
        isinstance(node, ast.Call) and name_of(node.func) == function.name for node in own_nodes(function.node)
    )
    if not calls or function.owner:
        return None
    return f"`{function.name}` works by recursion: it calls itself. {HONEST}"


def _single_return(function: Function) -> str | None:
    """One `return`, after plain assignments only."""
    if not function.body or not isinstance(function.body[-1], ast.Return) or function.body[-1].value is None:
        return None
    before = function.body[:-1]
    if not all(isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name) for part in before):
        return None
    value = function.body[-1].value
    names = {part.targets[0].id: part.value for part in before if isinstance(part, ast.Assign)}  # type: ignore[attr-defined]
    told = ""
    if name_of(value) in names:
        value = names.pop(name_of(value))  # type: ignore[arg-type]
    used = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
    helpers = [f"`{name}` is {function.words.value(names[name])}" for name in names if name in used]
    again = {name for name in names if name in function.parameters()}
    if helpers:
        told = " Before that, " if again else " Here "
        told += (
            joined(helper.replace("` is ", "` becomes ", 1) if again else helper for helper in helpers) + "."
        )
    if isinstance(value, (ast.Subscript, ast.Name, ast.Attribute)) and not helpers and before:
        return None  # its source alone would say nothing
    everyone = everyone_of(function, value)
    if everyone:
        return everyone
    taken = function.parameters()
    said = function.words.value(value)
    hidden = [name for name in taken if f"`{name}`" not in said and f"{name}" not in said]
    source = f" It takes {joined(f'`{name}`' for name in taken)}." if hidden and taken else ""
    return given(function, said) + told + source


def _choice(function: Function) -> str | Idiom | None:
    """Ifs that each give an answer: clamp, sign, grades."""
    outcomes = list(_branches(function.body))
    if len(outcomes) < 2 or any(not isinstance(value, ast.expr) for _, value in outcomes):
        return None
    words = function.words
    taken = joined(f"`{name}`" for name in function.parameters())
    if not taken:
        return None
    first_test, first = outcomes[0]
    if len(outcomes) == 2 and first_test is not None:
        if constant(first) is True and constant(outcomes[1][1]) is False:
            return f"`{function.name}` tells whether {words.condition(first_test)}."
        if constant(first) is False and constant(outcomes[1][1]) is True:
            return f"`{function.name}` tells whether {words.condition(first_test, negate=True)}."
        if isinstance(first_test, ast.Compare) and len(first_test.ops) == 1:
            sides = {ast.dump(first_test.left), ast.dump(first_test.comparators[0])}
            if sides == {ast.dump(first), ast.dump(outcomes[1][1])}:
                greater = isinstance(first_test.ops[0], (ast.Gt, ast.GtE))
                bigger = greater is (ast.dump(first_test.left) == ast.dump(first))
                one, two = ast.unparse(first), ast.unparse(outcomes[1][1])  # type: ignore[arg-type]
                text = given(
                    function,
                    f"the {'larger' if bigger else 'smaller'} of {words.value(first)} and {words.value(outcomes[1][1])}",
                )
                return Idiom(text, [f"procoder_b.{'max' if bigger else 'min'}({one}, {two})"])
        other = words.value(outcomes[1][1])
        return given(
            function, f"{words.value(first)} if {words.condition(first_test)}, and otherwise {other}"
        )
    limits = [
        (test, value)
        for test, value in outcomes[:-1]
        if isinstance(test, ast.Compare)
        and len(test.ops) == 1
        and ast.dump(test.comparators[0]) == ast.dump(value)
    ]
    last = outcomes[-1][1]
    if (
        len(outcomes) == 3
        and len(limits) == 2
        and all(ast.dump(test.left) == ast.dump(last) for test, _ in limits)
    ):
        below = [value for test, value in limits if isinstance(test.ops[0], (ast.Lt, ast.LtE))]
        above = [value for test, value in limits if isinstance(test.ops[0], (ast.Gt, ast.GtE))]
        if len(below) == len(above) == 1:
            low, high = words.value(below[0]), words.value(above[0])
            text = given(function, f"{words.value(last)}, kept between the limits {low} and {high}")
            lo, hi, it = (ast.unparse(part) for part in (below[0], above[0], last))  # type: ignore[arg-type]
            inside = f"procoder_b.max({lo}, procoder_b.min({hi}, {it}))"
            return Idiom(text, [f"{inside} if ({lo}) <= ({hi}) else {OUTSIDE}"])
    if all(isinstance(value, ast.Constant) for _, value in outcomes):
        return f"`{function.name}` looks at {taken} and gives back one of several fixed answers, depending on which of its conditions holds."
    return f"`{function.name}` looks at {taken}, decides between several cases, and gives back the answer that stands with the first condition that holds."


def _branches(body: list[ast.stmt]) -> Iterator[tuple[ast.expr | None, ast.expr | None]]:
    """(test, returned value) of a body that is nothing but ifs which return, and a last return."""
    for position, statement in enumerate(body):
        if isinstance(statement, ast.Return):
            yield None, statement.value
            return
        if not isinstance(statement, ast.If):
            yield None, None
            return
        if len(statement.body) != 1 or not isinstance(statement.body[0], ast.Return):
            yield None, None
            return
        yield statement.test, statement.body[0].value
        if statement.orelse:
            yield from _branches(statement.orelse)
            if position + 1 == len(body):
                return


def _prints(function: Function) -> str | None:
    prints = any(
        isinstance(node, ast.Call) and function.words.builtin(node.func) == "print" for node in own_nodes(function.node)
    )
    if not prints or any(part.value is not None for part in returns_of(function)):
        return None
    taken = function.parameters()
    source = f", using {joined(f'`{name}`' for name in taken)}" if taken else ""
    loops = [part for part in own_nodes(function.node) if isinstance(part, (ast.For, ast.While))]
    often = ""
    if loops and isinstance(loops[0], ast.For):
        often = f" It goes through {source_of(loops[0].iter, function.words)}."
    return f"`{function.name}` has lines that print text{source}. It gives nothing back.{often}"


def _changes(function: Function) -> str | None:
    changed = changed_parameters(function)
    values = [part.value for part in returns_of(function) if part.value is not None]
    names = joined(f"`{name}`" for name in changed)
    if changed and values and all(name_of(value) in changed for value in values):
        order = " It has a line that swaps neighbours." if _swaps_neighbours(function) else ""
        return f"`{function.name}` has lines that change {names} in place, and gives it back.{order}"
    if not changed or values:
        return None
    return (
        f"`{function.name}` has lines that change {names} in place: the caller's own object can be different afterwards. "
        "It gives nothing back."
    )


def _swaps_neighbours(function: Function) -> bool:
    for node in own_nodes(function.node):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Tuple)
            and isinstance(node.value, ast.Tuple)
        ):
            left, right = node.targets[0].elts, node.value.elts
            if {ast.unparse(part) for part in left} == {ast.unparse(part) for part in right}:
                return any("+ 1" in ast.unparse(part) for part in left)
    return False


def _plainly(function: Function) -> str:
    taken = function.parameters()
    takes = f"takes {joined(f'`{name}`' for name in taken)}" if taken else "takes nothing"
    values = [part.value for part in returns_of(function) if part.value is not None]
    if values:
        gives = joined(dict.fromkeys(function.words.value(value) for value in values[:3]), "or")
        more = " or something else" if len(values) > 3 else ""
        loop = next((part for part in function.body if isinstance(part, (ast.For, ast.While))), None)
        through = f", goes through {source_of(loop.iter, function.words)}" if isinstance(loop, ast.For) else ""
        through = ", repeats some steps in a loop" if isinstance(loop, ast.While) else through
        return f"`{function.name}` {takes}{through} and gives back {gives}{more}. {HONEST}"
    if any(isinstance(part, ast.Raise) for part in own_nodes(function.node)):
        return f"`{function.name}` {takes} and raises an error where it is not content. {HONEST}"
    return f"`{function.name}` {takes}, does its steps, and gives nothing back. {HONEST}"


_WHOLE: list[Callable[[Function], str | Idiom | None]] = [_generator, _closure, _recursion, _calls_itself, _choice]
_RECOGNISERS: list[Callable[[Function], str | Idiom | None]] = [
    search,
    _changes,
    _single_return,
    accumulate,
    euclid,
    _prints,
]
