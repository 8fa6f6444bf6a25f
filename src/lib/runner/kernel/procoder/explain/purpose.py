"""What a function is for, in a sentence or two: recognised idioms first, else honestly what it does."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Callable, Iterator

from .kinds import FunctionNode
from .words import Words, joined

HONEST = "This says what the code does, not why it was written."


@dataclass
class Function:
    """A function of the cell, seen once and asked often."""

    node: FunctionNode
    words: Words
    body: list[ast.stmt] = field(default_factory=list)
    owner: str | None = None

    def __post_init__(self) -> None:
        self.body = without_docstring(getattr(self.node, "body", []))

    @property
    def name(self) -> str:
        return getattr(self.node, "name", "")

    def parameters(self) -> list[str]:
        """Names of all parameters but `self`."""
        arguments = self.node.args
        names = [a.arg for a in [*arguments.posonlyargs, *arguments.args]]
        names = names[1:] if self.owner and names[:1] in (["self"], ["cls"]) else names
        return names + [a.arg for a in (arguments.vararg, *arguments.kwonlyargs, arguments.kwarg) if a]


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements after a docstring."""
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        if isinstance(body[0].value.value, str):
            return body[1:]
    return list(body)


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Everything inside a function that is not inside another function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        yield child
        yield from own_nodes(child)


def purpose_of(function: Function) -> str:
    """One or two sentences, ending with a full stop."""
    for recognise in _WHOLE:
        said = recognise(function)
        if said:
            return said + _refusals(function.body, function)
    rest, guards = _without_guards(function)
    for recognise in _RECOGNISERS:
        said = recognise(rest)
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


def is_generator(node: ast.AST) -> bool:
    """Whether calling the function gives a generator."""
    return any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in own_nodes(node))


def _returns(function: Function) -> list[ast.Return]:
    return [node for node in own_nodes(function.node) if isinstance(node, ast.Return)]


def _given(function: Function, what: str) -> str:
    if what.startswith("whether "):
        return f"`{function.name}` tells {what}."
    return f"`{function.name}` gives back {what}."


def _name(node: ast.AST | None) -> str | None:
    return node.id if isinstance(node, ast.Name) else None


def _constant(node: ast.AST | None) -> object:
    return node.value if isinstance(node, ast.Constant) else ...


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
        name = _name(statement.value) if isinstance(statement, ast.Return) else None
        if name in inner:
            mine = set(function.parameters()) | {
                part.id for part in own_nodes(function.node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            }
            used = {part.id for part in ast.walk(inner[name]) if isinstance(part, ast.Name)}
            own = {argument.arg for argument in inner[name].args.args}
            kept = sorted((mine & used) - own)
            remembers = f" The new function remembers {joined(f'`{item}`' for item in kept)}." if kept else ""
            return f"`{function.name}` makes a new function, `{name}`, and gives it back.{remembers}"
        if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Lambda):
            return f"`{function.name}` makes a small new function and gives it back."
    return None


def _recursion(function: Function) -> str | None:
    calls = [
        node
        for node in own_nodes(function.node)
        if isinstance(node, ast.Call) and _name(node.func) == function.name
    ]
    if not calls or function.owner:
        return None
    how = "It solves the task by calling itself with a smaller task, until it reaches a case with a direct answer."
    words = function.words
    for returned in _returns(function):
        value = returned.value
        if not isinstance(value, ast.BinOp):
            continue
        sides = (value.left, value.right)
        inner = [side for side in sides if isinstance(side, ast.Call) and _name(side.func) == function.name]
        if len(inner) == 2 and isinstance(value.op, ast.Add):
            return f"`{function.name}` adds up the answers for smaller inputs, as the Fibonacci numbers do. {how}"
        if len(inner) != 1 or not inner[0].args:
            continue
        other = sides[1] if inner[0] is sides[0] else sides[0]
        smaller = inner[0].args[0]
        steps_down = isinstance(smaller, ast.BinOp) and isinstance(smaller.op, ast.Sub)
        rest = isinstance(smaller, ast.Subscript) and isinstance(smaller.slice, ast.Slice)
        if isinstance(value.op, ast.Mult) and steps_down and _name(other) == _name(smaller.left):
            return f"`{function.name}` gives back the product of the whole numbers up to {words.value(other)}. {how}"
        if isinstance(value.op, ast.Add) and steps_down and _name(other) == _name(smaller.left):
            return f"`{function.name}` gives back the sum of the whole numbers up to {words.value(other)}. {how}"
        if isinstance(value.op, ast.Mult) and steps_down or isinstance(value.op, ast.Mult) and len(inner[0].args) > 1:
            if _name(other) and any(isinstance(arg, ast.BinOp) for arg in inner[0].args):
                return f"`{function.name}` multiplies {words.value(other)} by itself again and again. {how}"
        if isinstance(value.op, ast.Add) and rest and isinstance(smaller, ast.Subscript):
            whole = words.value(smaller.value)
            if isinstance(other, ast.Subscript) and words.is_text(smaller.value):
                return f"`{function.name}` gives back {whole} in reverse order. {how}"
            if isinstance(other, ast.Subscript):
                return f"`{function.name}` gives back the sum of {whole}. {how}"
            return f"`{function.name}` works through {whole} item by item and adds up. {how}"
    return f"`{function.name}` works by recursion. {how}"


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
    if _name(value) in names:
        value = names.pop(_name(value))  # type: ignore[arg-type]
    used = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
    helpers = [f"`{name}` is {function.words.value(names[name])}" for name in names if name in used]
    again = {name for name in names if name in function.parameters()}
    if helpers:
        told = " Before that, " if again else " Here "
        told += joined(helper.replace("` is ", "` becomes ", 1) if again else helper for helper in helpers) + "."
    if isinstance(value, (ast.Subscript, ast.Name, ast.Attribute)) and not helpers and before:
        return None  # its source alone would say nothing
    everyone = _everyone(function, value)
    if everyone:
        return everyone
    taken = function.parameters()
    said = function.words.value(value)
    hidden = [name for name in taken if f"`{name}`" not in said and f"{name}" not in said]
    source = f" It takes {joined(f'`{name}`' for name in taken)}." if hidden and taken else ""
    return _given(function, said) + told + source


def _everyone(function: Function, value: ast.expr) -> str | None:
    if not (isinstance(value, ast.Call) and _name(value.func) in ("any", "all", "sum") and len(value.args) == 1):
        return None
    inner = value.args[0]
    if not isinstance(inner, (ast.GeneratorExp, ast.ListComp)) or len(inner.generators) != 1:
        return None
    clause = inner.generators[0]
    source, words = function.words.value(clause.iter), function.words
    tests = [words.condition(test) for test in clause.ifs]
    which = f" for which {joined(tests)}" if tests else ""
    each = words.value(clause.target)
    if _name(value.func) == "sum":
        if _constant(inner.elt) == 1:
            return _given(function, f"how many items of {source} there are{which}")
        return _given(function, f"the sum of {words.value(inner.elt)} for every {each} in {source}{which}")
    amount = "at least one" if _name(value.func) == "any" else "every"
    return f"`{function.name}` tells whether {amount} {each} in {source}{which} fits: {words.condition(inner.elt)}."


def _accumulate(function: Function) -> str | None:
    """A start value, a loop that changes it, and the changed value given back."""
    loops = [part for part in function.body if isinstance(part, (ast.For, ast.While))]
    if not loops or not _returns(function):
        return None
    last = _returns(function)[-1].value
    names = {part.id for part in ast.walk(last) if isinstance(part, ast.Name)} if last else set()
    for statement in function.body:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            continue
        target = _name(statement.targets[0])
        if target not in names or target is None:
            continue
        for loop in loops:
            said = _change(function, target, statement.value, loop, last)
            if said:
                return said
    return None


def _change(function: Function, target: str, start: ast.expr, loop: ast.For | ast.While, last: ast.expr | None) -> str | None:
    words = function.words
    tests: list[ast.expr] = []
    each, source = "", ""
    if isinstance(loop, ast.For):
        each, source = _each(loop, words)
    for update, conditions in _updates(loop.body, []):
        tests = conditions
        which = f", but only where {joined(words.condition(test) for test in tests)}" if tests else ""
        if isinstance(update, ast.AugAssign) and _name(update.target) == target:
            return _augmented(function, target, start, update, loop, each, source, which, last)
        if isinstance(update, ast.Expr) and isinstance(update.value, ast.Call):
            call = update.value
            if isinstance(call.func, ast.Attribute) and _name(call.func.value) == target:
                if call.func.attr in ("append", "add") and call.args and isinstance(loop, ast.For):
                    return _collected(function, call, loop, each, source, tests)
                if call.func.attr == "insert" and isinstance(loop, ast.For):
                    return _given(function, f"a new list with the items of {source} in reverse order{which}")
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
            if isinstance(args[0], ast.Call) and _name(args[0].func) == "len" and args[0].args:
                return f"the positions of {words.value(args[0].args[0])}"
            return f"the whole numbers below {words.value(args[0])}"
        if name == "range" and len(args) == 2:
            stop = args[1]
            if isinstance(stop, ast.BinOp) and isinstance(stop.op, ast.Add) and _constant(stop.right) == 1:
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
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.value, ast.BinOp):
        name, value = _name(statement.targets[0]), statement.value
        if name and _name(value.left) == name:
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
    is_target = _name(last) == target
    through = f"goes through {source}" if isinstance(loop, ast.For) else f"repeats while {words.condition(loop.test)}"
    if isinstance(start, ast.Constant) and isinstance(start.value, str):
        return f"`{function.name}` builds a text: it {through} and adds {words.value(value)} each time{which}."
    if _constant(value) == 1 and isinstance(update.op, ast.Add):
        if isinstance(loop, ast.While):
            return f"`{function.name}` counts how many rounds it takes: it {through}{which}."
        things = "characters" if words.is_text(loop.iter) else "items"
        only = which.replace(", but only where", " for which", 1)
        return _given(function, f"how many {things} of {source} there are{only}")
    ratio = isinstance(last, ast.BinOp) and isinstance(last.op, ast.Div)
    if ratio and isinstance(update.op, ast.Add) and "len" in ast.dump(last):
        return _given(function, f"the average of {source}{which}")
    if not is_target and not isinstance(last, ast.Call):
        return None
    if isinstance(update.op, ast.Add) and isinstance(loop, ast.For):
        own = _name(value) and f"`{_name(value)}`" == each
        if own:
            return _given(function, f"the sum of {source}{which}")
        return _given(function, f"the sum of {words.value(value)} for every {each} in {source}{which}")
    if isinstance(update.op, ast.Mult) and isinstance(loop, ast.For):
        if _name(value) and f"`{_name(value)}`" == each:
            return _given(function, f"the product of {source}{which}")
        return f"`{function.name}` multiplies by {words.value(value)} again and again, once for each of {source}{which}."
    if isinstance(loop, ast.While) and isinstance(update.op, ast.Add):
        return f"`{function.name}` adds up {words.value(value)}: it {through}{which}."
    return None


def _collected(
    function: Function, call: ast.Call, loop: ast.For, each: str, source: str, tests: list[ast.expr]
) -> str:
    words, item = function.words, call.args[0]
    inner = next((part for part in loop.body if isinstance(part, ast.For)), None)
    if inner is not None and _name(inner.target) == _name(item) and f"`{_name(inner.iter)}`" == each and not tests:
        return _given(function, f"one new list with the items of all the lists in {source}")
    kind = "new list" if isinstance(call.func, ast.Attribute) and call.func.attr == "append" else "new set"
    which = joined(words.condition(test) for test in tests)
    if _name(item) and f"`{_name(item)}`" == each:
        if tests:
            return _given(function, f"a {kind} with only those items of {source} for which {which}")
        return _given(function, f"a {kind} with the items of {source}")
    only = f" for which {which}" if tests else ""
    return _given(function, f"a {kind} with {words.value(item)} for every {each} in {source}{only}")


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
    if isinstance(place, ast.Subscript) and _name(place.value) == target and isinstance(loop, ast.For):
        counted = isinstance(update.value, ast.BinOp) or _constant(update.value) == 1
        if counted:
            return _given(function, f"a dictionary that tells how often each thing occurs in {source}")
        return _given(function, f"a dictionary made from {source}, with {words.value(place.slice)} as the key")
    if _name(place) != target:
        return None
    value = update.value
    if isinstance(value, ast.BinOp) and _name(value.right) == target and isinstance(value.op, ast.Add):
        return f"`{function.name}` builds a text back to front: each of {source} is put before what is there{which}."
    if isinstance(value, ast.BinOp) and _name(value.left) == target and isinstance(loop, ast.For):
        verb = {ast.Add: "adds", ast.Mult: "multiplies by"}.get(type(value.op))
        if verb:
            return f"`{function.name}` goes through {source} and {verb} {words.value(value.right)} each time{which}."
    for test in tests:
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(loop, ast.For):
            names = {_name(test.left), _name(test.comparators[0])}
            if target in names:
                bigger = isinstance(test.ops[0], (ast.Gt, ast.GtE)) is (_name(test.left) != target)
                return _given(function, f"the {'largest' if bigger else 'smallest'} of {source}")
            if isinstance(value, ast.Name) and any(
                isinstance(side, ast.Call) and any(_name(arg) == target for arg in side.args)
                for side in (test.left, test.comparators[0])
            ):
                return _given(function, f"the item of {source} that wins the comparison {words.code(test) or 'in the loop'}")
    return None


def _search(function: Function) -> str | None:
    """A loop that can leave with `return`, and an answer for when it did not."""
    for position, loop in enumerate(function.body):
        if not isinstance(loop, (ast.For, ast.While)):
            continue
        leaving = [
            (update, tests) for update, tests in _updates(loop.body, []) if isinstance(update, ast.Return) and tests
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
        inside, outside = _constant(found.value), _constant(after.value)
        if inside is True and outside is False:
            return f"`{function.name}` tells whether at least one of {source} fits, that is, whether for some {each} this holds: {which}."
        if inside is False and outside is True:
            return f"`{function.name}` tells whether all of {source} pass. It says no as soon as, for some {each}, {which}."
        otherwise = words.value(after.value) if after.value else "nothing"
        what = words.value(found.value)
        return f"`{function.name}` looks through {source} and gives back {what} as soon as {which}. If that never happens, it gives back {otherwise}."
    return None


def _while(function: Function) -> str | None:
    for loop in function.body:
        if not isinstance(loop, ast.While):
            continue
        for update in loop.body:
            if isinstance(update, ast.Assign) and isinstance(update.targets[0], ast.Tuple):
                dumped = ast.dump(update.value)
                if "Mod()" in dumped and len(update.targets[0].elts) == 2:
                    names = joined(function.words.value(part) for part in update.targets[0].elts)
                    return _given(function, f"the greatest common divisor of {names}, found with Euclid's method")
    return None


def _choice(function: Function) -> str | None:
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
        if _constant(first) is True and _constant(outcomes[1][1]) is False:
            return f"`{function.name}` tells whether {words.condition(first_test)}."
        if _constant(first) is False and _constant(outcomes[1][1]) is True:
            return f"`{function.name}` tells whether {words.condition(first_test, negate=True)}."
        if isinstance(first_test, ast.Compare) and len(first_test.ops) == 1:
            sides = {ast.dump(first_test.left), ast.dump(first_test.comparators[0])}
            if sides == {ast.dump(first), ast.dump(outcomes[1][1])}:
                greater = isinstance(first_test.ops[0], (ast.Gt, ast.GtE))
                bigger = greater is (ast.dump(first_test.left) == ast.dump(first))
                return _given(function, f"the {'larger' if bigger else 'smaller'} of {words.value(first)} and {words.value(outcomes[1][1])}")
        other = words.value(outcomes[1][1])
        return _given(function, f"{words.value(first)} if {words.condition(first_test)}, and otherwise {other}")
    limits = [
        (test, value)
        for test, value in outcomes[:-1]
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and ast.dump(test.comparators[0]) == ast.dump(value)
    ]
    last = outcomes[-1][1]
    if len(outcomes) == 3 and len(limits) == 2 and all(ast.dump(test.left) == ast.dump(last) for test, _ in limits):
        low, high = (words.value(value) for _, value in limits)
        return _given(function, f"{words.value(last)}, kept between the limits {low} and {high}")
    if all(isinstance(value, ast.Constant) for _, value in outcomes):
        return f"`{function.name}` looks at {taken} and gives back one of several fixed answers, depending on where it lies."
    return f"`{function.name}` looks at {taken}, decides between several cases, and gives back the answer for the one that fits."


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
        isinstance(node, ast.Call) and _name(node.func) == "print" for node in own_nodes(function.node)
    )
    if not prints or any(part.value is not None for part in _returns(function)):
        return None
    taken = function.parameters()
    source = f", using {joined(f'`{name}`' for name in taken)}" if taken else ""
    loops = [part for part in own_nodes(function.node) if isinstance(part, (ast.For, ast.While))]
    often = ""
    if loops and isinstance(loops[0], ast.For):
        often = f" It goes through {source_of(loops[0].iter, function.words)}."
    return f"`{function.name}` prints text{source}. It gives nothing back.{often}"


def changed_parameters(function: Function) -> list[str]:
    """Parameters whose object the function changes in place."""
    names, changed = function.parameters(), {}
    rebound = {
        part.id
        for part in own_nodes(function.node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    for part in own_nodes(function.node):
        if isinstance(part, ast.Subscript) and isinstance(part.ctx, (ast.Store, ast.Del)):
            changed[_name(part.value)] = True
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            if part.func.attr in ("append", "extend", "insert", "remove", "pop", "sort", "reverse", "clear", "add", "update"):
                changed[_name(part.func.value)] = True
    return [name for name in names if name in changed and name not in rebound]


def _changes(function: Function) -> str | None:
    changed = changed_parameters(function)
    values = [part.value for part in _returns(function) if part.value is not None]
    names = joined(f"`{name}`" for name in changed)
    if changed and values and all(_name(value) in changed for value in values):
        order = " It swaps neighbours that stand in the wrong order." if _swaps_neighbours(function) else ""
        return f"`{function.name}` changes {names} in place and gives it back.{order}"
    if not changed or values:
        return None
    return f"`{function.name}` changes {names} in place: the caller's own object is different afterwards. It gives nothing back."


def _swaps_neighbours(function: Function) -> bool:
    for node in own_nodes(function.node):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            left, right = node.targets[0].elts, node.value.elts
            if {ast.unparse(part) for part in left} == {ast.unparse(part) for part in right}:
                return any("+ 1" in ast.unparse(part) for part in left)
    return False


def _plainly(function: Function) -> str:
    taken = function.parameters()
    takes = f"takes {joined(f'`{name}`' for name in taken)}" if taken else "takes nothing"
    values = [part.value for part in _returns(function) if part.value is not None]
    if values:
        gives = joined(dict.fromkeys(function.words.value(value) for value in values[:3]), "or")
        return f"`{function.name}` {takes} and gives back {gives}. {HONEST}"
    if any(isinstance(part, ast.Raise) for part in own_nodes(function.node)):
        return f"`{function.name}` {takes} and raises an error where it is not content. {HONEST}"
    return f"`{function.name}` {takes}, does its steps, and gives nothing back. {HONEST}"


_WHOLE: list[Callable[[Function], str | None]] = [_generator, _closure, _recursion, _choice]
_RECOGNISERS: list[Callable[[Function], str | None]] = [
    _search,
    _changes,
    _single_return,
    _accumulate,
    _while,
    _prints,
]
