"""The grammar of probes: what a claim may say about how its code is called.

A probe is parsed here and then carried out by walking the parsed tree. Its text is never given to `eval` or `exec`:
it may come from a language model, and Python in the browser can reach the page through `import js`.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import builtins
import keyword
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Union

from .values import NotALiteral, literal_of, quiet_parse

WRAPPERS = ("list", "sorted", "tuple", "set", "dict", "len", "str", "repr", "bool", "next")
ARGUMENT_BUILTINS = ("abs", "len", "max", "min", "sum", "str", "int", "float", "bool", "sorted")
#: `first(n, call)` takes at most this many items.
MAX_FIRST = 1_000


class Refused(Exception):
    """The probe cannot be carried out; `why` is a NotCheckableReason."""

    def __init__(self, why: str, detail: str) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail


@dataclass(frozen=True)
class Literal:
    """An argument given as a literal; kept as a tree, so that each run gets a fresh object."""

    node: ast.expr


@dataclass(frozen=True)
class NameRef:
    """An argument given by name: bound in `setup`, a function or class of the cell, or one of a few built-ins."""

    name: str


@dataclass(frozen=True)
class Call:
    """`function(args)` or `owner.function(args)`, perhaps inside one wrapper such as `list(…)` or `first(n, …)`."""

    function: str
    owner: str | None = None
    args: tuple[Union[Literal, NameRef], ...] = ()
    keywords: tuple[tuple[str, Union[Literal, NameRef]], ...] = ()
    wrapper: str | None = None
    first: int | None = None


@dataclass(frozen=True)
class SetupLine:
    """`target = call`, `target = literal`, or a bare call (no target)."""

    target: str | None
    value: Union[Call, Literal]


@dataclass(frozen=True)
class ParsedProbe:
    """A probe whose every part is inside the grammar."""

    setup: tuple[SetupLine, ...] = ()
    call: Call | None = None
    names: frozenset[str] = field(default_factory=frozenset)


def parse_probe(
    call: str | None,
    setup: Iterable[str],
    functions: Iterable[str],
    objects: Iterable[str] = (),
    hidden: Iterable[str] = (),
) -> ParsedProbe:
    """The probe as data.

    `functions` are the names of functions and classes that the cell (with what ran before it) offers;
    `objects` are its other names, which may stand only before the dot of a method call; `hidden` are names that
    exist but may not be used at all (modules).
    Raises Refused with why `not-a-plain-call` (outside the grammar) or `unknown-name`.
    """
    scope = _Scope(set(functions), set(objects), set(hidden))
    lines = []
    for text in setup:
        line = _parse_setup_line(text, scope)
        if line.target:
            scope.bound.add(line.target)
        lines.append(line)
    parsed = None if call is None else _parse_call(_expression(call), scope)
    return ParsedProbe(tuple(lines), parsed, frozenset(scope.bound))


@dataclass
class _Scope:
    functions: set[str]
    objects: set[str]
    hidden: set[str]
    bound: set[str] = field(default_factory=set)

    def missing(self, name: str, detail: str) -> Refused:
        """A name of Python's own is outside the grammar; a name nobody has is unknown."""
        if name in self.objects or name in self.hidden or name in vars(builtins):
            return Refused("not-a-plain-call", detail)
        return Refused("unknown-name", f"there is no `{name}`")

    def callable_name(self, name: str) -> bool:
        return name in self.bound or name in self.functions


def _refuse(detail: str) -> Refused:
    return Refused("not-a-plain-call", detail)


def _expression(text: str) -> ast.expr:
    try:
        return quiet_parse(text.strip(), "eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise _refuse("this is not one Python expression") from None


def _parse_setup_line(text: str, scope: _Scope) -> SetupLine:
    try:
        body = quiet_parse(text.strip()).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise _refuse("a setup line is not Python") from None
    if len(body) != 1:
        raise _refuse("a setup line is one statement")
    statement = body[0]
    if isinstance(statement, ast.Expr):
        return SetupLine(None, _parse_call(statement.value, scope))
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        raise _refuse("a setup line is `name = call`, `name = literal` or a call")
    target = statement.targets[0]
    if not isinstance(target, ast.Name) or target.id.startswith("__"):
        raise _refuse("a setup line binds one plain name")
    try:
        literal_of(statement.value)
        return SetupLine(target.id, Literal(statement.value))
    except NotALiteral:
        return SetupLine(target.id, _parse_call(statement.value, scope))


def _parse_call(node: ast.expr, scope: _Scope) -> Call:
    if not isinstance(node, ast.Call):
        raise _refuse("this is not a call")
    function = node.func
    if isinstance(function, ast.Name) and not scope.callable_name(function.id):
        # A cell that defines its own `list` or `first` means that one.
        if function.id == "first":
            return _parse_first(node, scope)
        if function.id in WRAPPERS:
            if len(node.args) != 1 or node.keywords:
                raise _refuse(f"`{function.id}(…)` goes around one call")
            return _wrap(_parse_plain(node.args[0], scope), function.id)
    return _parse_plain(node, scope)


def _parse_first(node: ast.Call, scope: _Scope) -> Call:
    if len(node.args) != 2 or node.keywords:
        raise _refuse("`first(n, call)` takes a number and a call")
    count = node.args[0]
    if not isinstance(count, ast.Constant) or type(count.value) is not int or count.value > MAX_FIRST:
        raise _refuse(f"`first` takes a whole number up to {MAX_FIRST}")
    return _wrap(_parse_plain(node.args[1], scope), "first", count.value)


def _wrap(call: Call, wrapper: str, first: int | None = None) -> Call:
    return Call(call.function, call.owner, call.args, call.keywords, wrapper, first)


def _parse_plain(node: ast.expr, scope: _Scope) -> Call:
    if not isinstance(node, ast.Call):
        raise _refuse("this is not a call")
    function = node.func
    owner: str | None = None
    if isinstance(function, ast.Name):
        name = function.id
        if not scope.callable_name(name):
            raise scope.missing(name, f"`{name}` is not a function of the cell")
    elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        owner, name = function.value.id, function.attr
        if name.startswith("_"):
            raise _refuse("names that start with an underscore are private")
        if not scope.callable_name(owner) and owner not in scope.objects:
            raise scope.missing(owner, f"`{owner}` is not an object of the cell")
    else:
        raise _refuse("only `f(…)` and `obj.method(…)` are plain calls")
    args = tuple(_parse_argument(arg, scope) for arg in node.args)
    keywords = []
    for word in node.keywords:
        if word.arg is None:
            raise _refuse("`**` is not a plain argument")
        keywords.append((word.arg, _parse_argument(word.value, scope)))
    return Call(name, owner, args, tuple(keywords))


def _parse_argument(node: ast.expr, scope: _Scope) -> Union[Literal, NameRef]:
    if isinstance(node, ast.Name):
        if scope.callable_name(node.id) or node.id in ARGUMENT_BUILTINS:
            return NameRef(node.id)
        raise scope.missing(node.id, f"`{node.id}` may not be an argument")
    try:
        literal_of(node)
        return Literal(node)
    except NotALiteral:
        raise _refuse("an argument is a literal or a known name") from None


def take_first(count: int, iterable: Any) -> list:
    """The first `count` items; a generator that has fewer gives what it has."""
    items = []
    if count > 0:
        for item in iterable:
            items.append(item)
            if len(items) >= count:
                break
    return items


def resolve(value: Union[Literal, NameRef], bound: Mapping[str, Any], namespace: Mapping[str, Any]) -> Any:
    """The object an argument stands for. Raises KeyError where the cell did not define the name after all."""
    if isinstance(value, Literal):
        return literal_of(value.node)
    if value.name in bound:
        return bound[value.name]
    if value.name in namespace:
        return namespace[value.name]
    return vars(builtins)[value.name]


def is_plain_name(text: str) -> bool:
    """Whether a text can be a variable's name."""
    return text.isidentifier() and not keyword.iskeyword(text)
