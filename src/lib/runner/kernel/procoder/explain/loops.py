"""Recognises what loops are for: adding up, counting, collecting, searching, the largest and the smallest."""

from __future__ import annotations

import ast
from typing import Iterator

from .function import Function, Idiom, constant, given, name_of, returns_of
from .words import Words, joined


#: A reference for arguments that its sentence says nothing about.
OUTSIDE = "procoder_b.next(procoder_b.iter(()))"


def accumulate(function: Function) -> Idiom | None:
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
            if not isinstance(loop, ast.For):
                continue
            said = _change(function, target, statement.value, loop, last)
            if said:
                at = function.body.index(loop)
                # Without the start value: what it raises, the reference must not raise too.
                kinds = (ast.Assign, ast.AnnAssign)
                said.before = [
                    part for part in function.body[:at] if isinstance(part, kinds) and part is not statement
                ]
                return said
    return None


def _each_of(loop: ast.For, element: ast.expr | str, tests: list[ast.expr]) -> str:
    """The source of a list: `element` for every pass of the loop that passes the tests."""
    text = element if isinstance(element, str) else ast.unparse(element)
    ifs = "".join(f" if ({ast.unparse(ast.fix_missing_locations(test))})" for test in tests)
    return f"[({text}) for {ast.unparse(loop.target)} in ({ast.unparse(loop.iter)}){ifs}]"


def _change(
    function: Function, target: str, start: ast.expr, loop: ast.For, last: ast.expr | None
) -> Idiom | None:
    words = function.words
    each, source = _each(loop, words)
    for update, conditions in _updates(loop.body, []):
        tests = conditions
        which = f", but only where {joined(words.condition(test) for test in tests)}" if tests else ""
        if isinstance(update, ast.AugAssign) and name_of(update.target) == target:
            return _augmented(function, start, update, loop, each, source, tests, last)
        if isinstance(update, ast.Expr) and isinstance(update.value, ast.Call):
            call = update.value
            if isinstance(call.func, ast.Attribute) and name_of(call.func.value) == target:
                if call.func.attr in ("append", "add") and call.args:
                    return _collected(function, call, loop, each, source, tests)
                if call.func.attr == "insert" and len(call.args) == 2:
                    text = given(function, f"a new list with the items of {source} in reverse order{which}")
                    return Idiom(text, [f"{_each_of(loop, call.args[1], tests)}[::-1]"])
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
        name, args = words.builtin(node.func), node.args
        if name == "range" and len(args) == 1:
            if isinstance(args[0], ast.Call) and words.builtin(args[0].func) == "len" and args[0].args:
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
    start: ast.expr,
    update: ast.AugAssign,
    loop: ast.For,
    each: str,
    source: str,
    tests: list[ast.expr],
    last: ast.expr | None,
) -> Idiom | None:
    words, value = function.words, update.value
    which = f", but only where {joined(words.condition(test) for test in tests)}" if tests else ""
    parts = _each_of(loop, value, tests)
    if isinstance(start, ast.Constant) and isinstance(start.value, str):
        text = f"`{function.name}` builds a text: it goes through {source} and adds {words.value(value)} each time{which}."
        return Idiom(text, [f"{start.value!r} + ''.join({parts})"])
    if constant(value) == 1 and isinstance(update.op, ast.Add):
        things = "characters" if words.is_text(loop.iter) else "items"
        only = which.replace(", but only where", " for which", 1)
        return Idiom(given(function, f"how many {things} of {source} there are{only}"), [f"procoder_b.len({parts})"])
    own = name_of(value) and f"`{name_of(value)}`" == each
    ratio = isinstance(last, ast.BinOp) and isinstance(last.op, ast.Div)
    if ratio and isinstance(update.op, ast.Add):
        what = source if own else f"{words.value(value)} for every {each} in {source}"
        average = f"(lambda parts: procoder_b.sum(parts) / procoder_b.len(parts))({parts})"
        return Idiom(given(function, f"the average of {what}{which}"), [average])
    if isinstance(update.op, ast.Add):
        what = source if own else f"{words.value(value)} for every {each} in {source}"
        return Idiom(given(function, f"the sum of {what}{which}"), [f"procoder_b.sum({parts})"])
    if isinstance(update.op, ast.Mult):
        what = source if own else f"{words.value(value)} for every {each} in {source}"
        return Idiom(given(function, f"the product of {what}{which}"), [f"procoder_m.prod({parts})"])
    return None


def _collected(
    function: Function, call: ast.Call, loop: ast.For, each: str, source: str, tests: list[ast.expr]
) -> Idiom:
    words, item = function.words, call.args[0]
    inner = next((part for part in loop.body if isinstance(part, ast.For)), None)
    if (
        inner is not None
        and name_of(inner.target) == name_of(item)
        and f"`{name_of(inner.iter)}`" == each
        and not tests
    ):
        text = given(function, f"one new list with the items of all the lists in {source}")
        flat = f"for {ast.unparse(loop.target)} in ({ast.unparse(loop.iter)}) for {ast.unparse(inner.target)} in ({ast.unparse(inner.iter)})"
        return Idiom(text, [f"[({ast.unparse(item)}) {flat}]"])
    append = isinstance(call.func, ast.Attribute) and call.func.attr == "append"
    kind = "new list" if append else "new set"
    parts = _each_of(loop, item, tests)
    references = [parts if append else f"procoder_b.set({parts})"]
    which = joined(words.condition(test) for test in tests)
    if name_of(item) and f"`{name_of(item)}`" == each:
        if tests:
            text = given(function, f"a {kind} with only those items of {source} for which {which}")
        else:
            text = given(function, f"a {kind} with the items of {source}")
        return Idiom(text, references)
    only = f" for which {which}" if tests else ""
    return Idiom(given(function, f"a {kind} with {words.value(item)} for every {each} in {source}{only}"), references)


def _assigned(
    function: Function,
    target: str,
    start: ast.expr,
    update: ast.Assign,
    loop: ast.For,
    source: str,
    tests: list[ast.expr],
    which: str,
) -> Idiom | None:
    words = function.words
    place, value = update.targets[0], update.value
    if isinstance(place, ast.Subscript) and name_of(place.value) == target:
        key = ast.unparse(place.slice)
        if isinstance(value, ast.BinOp) or constant(value) == 1:
            counted = f"procoder_b.dict(procoder_c.Counter([({key}) for {ast.unparse(loop.target)} in ({ast.unparse(loop.iter)})]))"
            return Idiom(given(function, f"a dictionary that tells how often each thing occurs in {source}"), [counted])
        text = given(function, f"a dictionary made from {source}, with {words.value(place.slice)} as the key")
        pairs = _each_of(loop, f"(({key}), ({ast.unparse(value)}))", tests)
        return Idiom(text, [f"procoder_b.dict({pairs})"])
    if name_of(place) != target:
        return None
    if isinstance(value, ast.BinOp) and name_of(value.right) == target and isinstance(value.op, ast.Add):
        text = f"`{function.name}` builds a text back to front: each of {source} is put before what is there{which}."
        return Idiom(text, [f"''.join({_each_of(loop, value.left, tests)}[::-1]) + ({ast.unparse(start)})"])
    for test in tests:
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            names = {name_of(test.left), name_of(test.comparators[0])}
            if target in names:
                bigger = isinstance(test.ops[0], (ast.Gt, ast.GtE)) is (name_of(test.left) != target)
                reference = f"procoder_b.{'max' if bigger else 'min'}({ast.unparse(loop.iter)})"
                return Idiom(given(function, f"the {'largest' if bigger else 'smallest'} of {source}"), [reference])
    return None


def search(function: Function) -> str | Idiom | None:
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
        if not isinstance(found, ast.Return) or found.value is None:
            continue
        what, otherwise = words.value(found.value), words.value(after.value) if after.value else "nothing"
        which = joined(words.condition(test) for test in tests)
        if isinstance(loop, ast.While):
            leaves = (ast.Break, ast.Continue, ast.Raise, ast.Try, ast.For, ast.While)
            if len(leaving) > 1 or any(isinstance(part, leaves) for part in ast.walk(loop) if part is not loop):
                continue
            goes = f"`{function.name}` repeats its steps as long as {words.condition(loop.test)}."
            return f"{goes} It gives back {what} as soon as {which}. If that never happens, it gives back {otherwise}."
        each, source = _each(loop, words)
        inside, outside = constant(found.value), constant(after.value)
        hits = _each_of(loop, "True", tests)
        if inside is True and outside is False:
            text = f"`{function.name}` tells whether at least one of {source} fits, that is, whether for some {each} this holds: {which}."
            reference = f"procoder_b.any({hits})"
        elif inside is False and outside is True:
            text = f"`{function.name}` tells whether all of {source} pass. It says no as soon as, for some {each}, {which}."
            reference = f"not procoder_b.any({hits})"
        else:
            text = f"`{function.name}` looks through {source} and gives back {what} as soon as {which}. If that never happens, it gives back {otherwise}."
            lazily = _each_of(loop, found.value, tests)[1:-1]
            reference = f"procoder_b.next(({lazily}), {ast.unparse(after.value) if after.value else None})"
        before = [part for part in function.body[:position] if isinstance(part, (ast.Assign, ast.AnnAssign))]
        return Idiom(text, [reference], before)
    return None


def euclid(function: Function) -> Idiom | None:
    """The greatest common divisor by remainders."""
    for loop in function.body:
        if not isinstance(loop, ast.While):
            continue
        for update in loop.body:
            if isinstance(update, ast.Assign) and isinstance(update.targets[0], ast.Tuple):
                dumped = ast.dump(update.value)
                if "Mod()" in dumped and len(update.targets[0].elts) == 2:
                    one, other = (ast.unparse(part) for part in update.targets[0].elts)
                    names = joined(function.words.value(part) for part in update.targets[0].elts)
                    text = (
                        f"For whole numbers from zero up, `{function.name}` gives back the greatest common divisor of "
                        f"{names}, found with Euclid's method."
                    )
                    inside = f"({one}) >= 0 and ({other}) >= 0"
                    return Idiom(text, [f"procoder_m.gcd({one}, {other}) if {inside} else {OUTSIDE}"])
    return None


def everyone_of(function: Function, value: ast.expr) -> str | None:
    """`any`, `all` or `sum` over a comprehension; else None."""
    if not (
        isinstance(value, ast.Call) and function.words.builtin(value.func) in ("any", "all", "sum") and len(value.args) == 1
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
