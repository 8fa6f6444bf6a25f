"""Recognises what loops are for: adding up, counting, collecting, searching, the largest and the smallest."""

from __future__ import annotations

import ast
from typing import Iterator

from .function import Function, constant, given, name_of, returns_of
from .words import Words, joined


def accumulate(function: Function) -> str | None:
    """A start value, a loop that changes it, and the changed value given back."""
    loops = [part for part in function.body if isinstance(part, (ast.For, ast.While))]
    if not loops or not returns_of(function):
        return None
    last = returns_of(function)[-1].value
    names = {part.id for part in ast.walk(last) if isinstance(part, ast.Name)} if last else set()
    for statement in function.body:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            continue
        target = name_of(statement.targets[0])
        if target not in names or target is None:
            continue
        for loop in loops:
            said = _change(function, target, statement.value, loop, last)
            if said:
                return said
    return None


def _change(
    function: Function, target: str, start: ast.expr, loop: ast.For | ast.While, last: ast.expr | None
) -> str | None:
    words = function.words
    tests: list[ast.expr] = []
    each, source = "", ""
    if isinstance(loop, ast.For):
        each, source = _each(loop, words)
    for update, conditions in _updates(loop.body, []):
        tests = conditions
        which = f", but only where {joined(words.condition(test) for test in tests)}" if tests else ""
        if isinstance(update, ast.AugAssign) and name_of(update.target) == target:
            return _augmented(function, target, start, update, loop, each, source, which, last)
        if isinstance(update, ast.Expr) and isinstance(update.value, ast.Call):
            call = update.value
            if isinstance(call.func, ast.Attribute) and name_of(call.func.value) == target:
                if call.func.attr in ("append", "add") and call.args and isinstance(loop, ast.For):
                    return _collected(function, call, loop, each, source, tests)
                if call.func.attr == "insert" and isinstance(loop, ast.For):
                    return given(function, f"a new list with the items of {source} in reverse order{which}")
        if isinstance(update, ast.Assign):
            said = _assigned(function, target, start, update, loop, source, tests, which)
            if said:
                return said
    return None


def _each(loop: ast.For, words: Words) -> tuple[str, str]:
    """(what one pass is about, what the loop goes through) in words."""
    target = joined(f"`{part.id}`" for part in ast.walk(loop.target) if isinstance(part, ast.Name))
    return target, source_of(loop.iter, words)


def source_of(node: ast.expr, words: Words) -> str:
    """What a `for` loop goes through, in words."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        name, args = node.func.id, node.args
        if name == "range" and len(args) == 1:
            if isinstance(args[0], ast.Call) and name_of(args[0].func) == "len" and args[0].args:
                return f"the positions of {words.value(args[0].args[0])}"
            return f"the whole numbers below {words.value(args[0])}"
        if name == "range" and len(args) == 2:
            stop = args[1]
            if isinstance(stop, ast.BinOp) and isinstance(stop.op, ast.Add) and constant(stop.right) == 1:
                return f"the whole numbers from {words.value(args[0])} to {words.value(stop.left)}"
            return f"the whole numbers from {words.value(args[0])} up to, but without, {words.value(stop)}"
        if name == "range":
            return f"whole numbers from {words.value(args[0])} in steps of {words.value(args[2])}"
        if name == "enumerate":
            return f"{words.value(args[0])} together with the positions"
        if name == "zip":
            return f"the pairs from {joined(words.value(arg) for arg in args)}"
    return words.value(node)


def _updates(body: list[ast.stmt], tests: list[ast.expr]) -> Iterator[tuple[ast.stmt, list[ast.expr]]]:
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _updates(statement.body, [*tests, statement.test])
            inverse: ast.expr = ast.UnaryOp(ast.Not(), statement.test)
            ast.copy_location(inverse, statement.test)
            yield from _updates(statement.orelse, [*tests, inverse])
        elif isinstance(statement, (ast.For, ast.While)):
            yield from _updates(statement.body, tests)
        else:
            yield _augmented_form(statement), tests


def _augmented_form(statement: ast.stmt) -> ast.stmt:
    """`x = x + y` as `x += y`; everything else as it is."""
    if (
        isinstance(statement, ast.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.value, ast.BinOp)
    ):
        name, value = name_of(statement.targets[0]), statement.value
        if name and name_of(value.left) == name:
            target = ast.copy_location(ast.Name(name, ast.Store()), statement.targets[0])
            return ast.copy_location(ast.AugAssign(target, value.op, value.right), statement)
    return statement


def _augmented(
    function: Function,
    target: str,
    start: ast.expr,
    update: ast.AugAssign,
    loop: ast.For | ast.While,
    each: str,
    source: str,
    which: str,
    last: ast.expr | None,
) -> str | None:
    words, value = function.words, update.value
    is_target = name_of(last) == target
    through = (
        f"goes through {source}"
        if isinstance(loop, ast.For)
        else f"repeats while {words.condition(loop.test)}"
    )
    if isinstance(start, ast.Constant) and isinstance(start.value, str):
        return (
            f"`{function.name}` builds a text: it {through} and adds {words.value(value)} each time{which}."
        )
    if constant(value) == 1 and isinstance(update.op, ast.Add):
        if isinstance(loop, ast.While):
            return f"`{function.name}` counts how many rounds it takes: it {through}{which}."
        things = "characters" if words.is_text(loop.iter) else "items"
        only = which.replace(", but only where", " for which", 1)
        return given(function, f"how many {things} of {source} there are{only}")
    ratio = isinstance(last, ast.BinOp) and isinstance(last.op, ast.Div)
    if ratio and isinstance(update.op, ast.Add) and "len" in ast.dump(last):
        return given(function, f"the average of {source}{which}")
    if not is_target and not isinstance(last, ast.Call):
        return None
    if isinstance(update.op, ast.Add) and isinstance(loop, ast.For):
        own = name_of(value) and f"`{name_of(value)}`" == each
        if own:
            return given(function, f"the sum of {source}{which}")
        return given(function, f"the sum of {words.value(value)} for every {each} in {source}{which}")
    if isinstance(update.op, ast.Mult) and isinstance(loop, ast.For):
        if name_of(value) and f"`{name_of(value)}`" == each:
            return given(function, f"the product of {source}{which}")
        return f"`{function.name}` multiplies by {words.value(value)} again and again, once for each of {source}{which}."
    if isinstance(loop, ast.While) and isinstance(update.op, ast.Add):
        return f"`{function.name}` adds up {words.value(value)}: it {through}{which}."
    return None


def _collected(
    function: Function, call: ast.Call, loop: ast.For, each: str, source: str, tests: list[ast.expr]
) -> str:
    words, item = function.words, call.args[0]
    inner = next((part for part in loop.body if isinstance(part, ast.For)), None)
    if (
        inner is not None
        and name_of(inner.target) == name_of(item)
        and f"`{name_of(inner.iter)}`" == each
        and not tests
    ):
        return given(function, f"one new list with the items of all the lists in {source}")
    kind = "new list" if isinstance(call.func, ast.Attribute) and call.func.attr == "append" else "new set"
    which = joined(words.condition(test) for test in tests)
    if name_of(item) and f"`{name_of(item)}`" == each:
        if tests:
            return given(function, f"a {kind} with only those items of {source} for which {which}")
        return given(function, f"a {kind} with the items of {source}")
    only = f" for which {which}" if tests else ""
    return given(function, f"a {kind} with {words.value(item)} for every {each} in {source}{only}")


def _assigned(
    function: Function,
    target: str,
    start: ast.expr,
    update: ast.Assign,
    loop: ast.For | ast.While,
    source: str,
    tests: list[ast.expr],
    which: str,
) -> str | None:
    words = function.words
    place = update.targets[0]
    if isinstance(place, ast.Subscript) and name_of(place.value) == target and isinstance(loop, ast.For):
        counted = isinstance(update.value, ast.BinOp) or constant(update.value) == 1
        if counted:
            return given(function, f"a dictionary that tells how often each thing occurs in {source}")
        return given(function, f"a dictionary made from {source}, with {words.value(place.slice)} as the key")
    if name_of(place) != target:
        return None
    value = update.value
    if isinstance(value, ast.BinOp) and name_of(value.right) == target and isinstance(value.op, ast.Add):
        return f"`{function.name}` builds a text back to front: each of {source} is put before what is there{which}."
    if isinstance(value, ast.BinOp) and name_of(value.left) == target and isinstance(loop, ast.For):
        verb = {ast.Add: "adds", ast.Mult: "multiplies by"}.get(type(value.op))
        if verb:
            return f"`{function.name}` goes through {source} and {verb} {words.value(value.right)} each time{which}."
    for test in tests:
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(loop, ast.For):
            names = {name_of(test.left), name_of(test.comparators[0])}
            if target in names:
                bigger = isinstance(test.ops[0], (ast.Gt, ast.GtE)) is (name_of(test.left) != target)
                return given(function, f"the {'largest' if bigger else 'smallest'} of {source}")
            if isinstance(value, ast.Name) and any(
                isinstance(side, ast.Call) and any(name_of(arg) == target for arg in side.args)
                for side in (test.left, test.comparators[0])
            ):
                return given(
                    function,
                    f"the item of {source} that wins the comparison {words.code(test) or 'in the loop'}",
                )
    return None


def search(function: Function) -> str | None:
    """A loop that can leave with `return`, and an answer for when it did not."""
    for position, loop in enumerate(function.body):
        if not isinstance(loop, (ast.For, ast.While)):
            continue
        leaving = [
            (update, tests)
            for update, tests in _updates(loop.body, [])
            if isinstance(update, ast.Return) and tests
        ]
        after = function.body[position + 1] if position + 1 < len(function.body) else None
        if not leaving or not isinstance(after, ast.Return):
            continue
        words = function.words
        found, tests = leaving[0]
        if isinstance(loop, ast.While):
            if not isinstance(found, ast.Return) or found.value is None or after.value is None:
                continue
            which = joined(words.condition(test) for test in tests)
            what, otherwise = words.value(found.value), words.value(after.value)
            goes = f"`{function.name}` repeats its steps as long as {words.condition(loop.test)}."
            return f"{goes} It gives back {what} as soon as {which}. If that never happens, it gives back {otherwise}."
        each, source = _each(loop, words)
        which = joined(words.condition(test) for test in tests)
        inside, outside = constant(found.value), constant(after.value)
        if inside is True and outside is False:
            return f"`{function.name}` tells whether at least one of {source} fits, that is, whether for some {each} this holds: {which}."
        if inside is False and outside is True:
            return f"`{function.name}` tells whether all of {source} pass. It says no as soon as, for some {each}, {which}."
        otherwise = words.value(after.value) if after.value else "nothing"
        what = words.value(found.value)
        return f"`{function.name}` looks through {source} and gives back {what} as soon as {which}. If that never happens, it gives back {otherwise}."
    return None


def euclid(function: Function) -> str | None:
    for loop in function.body:
        if not isinstance(loop, ast.While):
            continue
        for update in loop.body:
            if isinstance(update, ast.Assign) and isinstance(update.targets[0], ast.Tuple):
                dumped = ast.dump(update.value)
                if "Mod()" in dumped and len(update.targets[0].elts) == 2:
                    names = joined(function.words.value(part) for part in update.targets[0].elts)
                    return given(
                        function, f"the greatest common divisor of {names}, found with Euclid's method"
                    )
    return None


def everyone_of(function: Function, value: ast.expr) -> str | None:
    """`any`, `all` or `sum` over a comprehension; else None."""
    if not (
        isinstance(value, ast.Call) and name_of(value.func) in ("any", "all", "sum") and len(value.args) == 1
    ):
        return None
    inner = value.args[0]
    if not isinstance(inner, (ast.GeneratorExp, ast.ListComp)) or len(inner.generators) != 1:
        return None
    clause = inner.generators[0]
    source, words = function.words.value(clause.iter), function.words
    tests = [words.condition(test) for test in clause.ifs]
    which = f" for which {joined(tests)}" if tests else ""
    each = words.value(clause.target)
    if name_of(value.func) == "sum":
        if constant(inner.elt) == 1:
            return given(function, f"how many items of {source} there are{which}")
        return given(function, f"the sum of {words.value(inner.elt)} for every {each} in {source}{which}")
    amount = "at least one" if name_of(value.func) == "any" else "every"
    return f"`{function.name}` tells whether {amount} {each} in {source}{which} fits: {words.condition(inner.elt)}."
