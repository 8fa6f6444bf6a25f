"""Which names a cell takes from elsewhere, and which it gives others: what another cell's run can make out of date.

Read off the syntax tree. The namespace is looked at, never run, for two things that a tree does not tell: whether a method
can change its owner (`text.upper()` cannot, `prices.append(3)` does), and whether a name stands for chance or for the clock.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import types
from typing import Any, Iterable, Iterator

#: More names than this are not told; a name longer than that neither.
MOST = 2_000
_LONGEST = 200
_VARYING = frozenset({"random", "secrets", "time", "datetime", "uuid", "_random", "_datetime"})
#: No method of theirs changes them. Exact types: a subclass may have any method.
_FIXED = (int, float, complex, bool, str, bytes, tuple, frozenset, range, type(None), types.ModuleType, types.FunctionType)
#: Of the types that can be changed, the methods that do not.
_QUIET = {
    list: frozenset({"copy", "count", "index"}),
    dict: frozenset({"copy", "get", "items", "keys", "values", "fromkeys"}),
    set: frozenset(
        {"copy", "difference", "intersection", "isdisjoint", "issubset", "issuperset", "symmetric_difference", "union"}
    ),
}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def uses(body: list[ast.stmt], namespace: dict[str, Any]) -> dict[str, Any]:
    """`{reads, writes, varies}` of a cell's statements, with the names as they are after its run.

    `reads`: what it takes as it was before; a name that it binds itself first is not among them. `writes`: what it binds,
    deletes, or may change by a method, an item or an attribute. `varies`: with the same names it may give something else.
    """
    found = _Uses(namespace)
    bound: set[str] = set()
    found.block(body, bound)
    found.close(bound)
    names = {"reads": _told(found.reads), "writes": _told(found.writes)}
    return {**names, "varies": found.imports_chance or _varies(found.reads | found.writes, namespace)}


def _told(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if len(name) <= _LONGEST)[:MOST]


class _Uses:
    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self.reads: set[str] = set()
        self.writes: set[str] = set()
        self.imports_chance = False
        #: The bodies of functions: they run when the cell has come to an end, as far as is known.
        self._later: list[tuple[str | None, ast.AST]] = []
        self._called: set[str] = set()

    def block(self, statements: Iterable[ast.stmt], bound: set[str]) -> None:
        """Statements in their order. `bound` holds what is certain to be bound so far, and grows."""
        for statement in statements:
            self._statement(statement, bound)

    def close(self, bound: set[str]) -> None:
        """What functions of the cell take from its top level, as it is in the end; what they change where the cell calls them."""
        for name, function in self._later:
            inner = _free(function)
            self.reads |= inner.reads - bound
            if name is None or name in self._called:
                self.writes |= {owner for owner, method in inner.changes if self._changes(owner, method)}
                self.writes |= inner.globals

    def _statement(self, node: ast.stmt, bound: set[str]) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for part in (*node.decorator_list, *_defaults(node.args)):
                self._expression(part, bound)
            self._later.append((node.name, node))
            self._bind(node.name, bound)
        elif isinstance(node, ast.ClassDef):
            for part in (*node.decorator_list, *node.bases, *(word.value for word in node.keywords)):
                self._expression(part, bound)
            inner = _free(node)
            self.reads |= inner.reads - bound
            self._bind(node.name, bound)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            self.imports_chance |= any(module.partition(".")[0] in _VARYING for module in modules)
            for alias in node.names:
                if alias.name != "*":
                    self._bind((alias.asname or alias.name).partition(".")[0], bound)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._expression(node.iter, bound)
            self._target(node.target, bound)
            self.block(node.body, set(bound))
            self.block(node.orelse, set(bound))
        elif isinstance(node, (ast.If, ast.While)):
            self._expression(node.test, bound)
            ways = [set(bound), set(bound)]
            self.block(node.body, ways[0])
            self.block(node.orelse, ways[1])
            if isinstance(node, ast.If):
                bound |= ways[0] & ways[1]
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._expression(item.context_expr, bound)
                if item.optional_vars is not None:
                    self._target(item.optional_vars, bound)
            self.block(node.body, bound)
        elif isinstance(node, (ast.Try, ast.TryStar)):
            inside = set(bound)
            self.block(node.body, inside)
            for handler in node.handlers:
                way = set(bound)
                if handler.type is not None:
                    self._expression(handler.type, way)
                if handler.name is not None:
                    self._bind(handler.name, way)
                self.block(handler.body, way)
            self.block(node.orelse, inside)
            self.block(node.finalbody, bound)
        elif isinstance(node, ast.Match):
            self._expression(node.subject, bound)
            for case in node.cases:
                way = set(bound)
                for part in ast.walk(case.pattern):
                    name = getattr(part, "rest" if isinstance(part, ast.MatchMapping) else "name", None)
                    if isinstance(name, str):
                        self._bind(name, way)
                    elif isinstance(part, ast.expr):
                        self._expression(part, way)
                if case.guard is not None:
                    self._expression(case.guard, way)
                self.block(case.body, way)
        elif isinstance(node, ast.Assign):
            self._expression(node.value, bound)
            for target in node.targets:
                self._target(target, bound)
        elif isinstance(node, ast.AugAssign):
            self._expression(node.value, bound)
            if isinstance(node.target, ast.Name):
                self._read(node.target.id, bound)
            self._target(node.target, bound)
        elif isinstance(node, ast.AnnAssign):
            self._expression(node.annotation, bound)
            if node.value is not None:
                self._expression(node.value, bound)
                self._target(node.target, bound)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    self._read(target.id, bound)
                    self.writes.add(target.id)
                    bound.discard(target.id)
                else:
                    self._target(target, bound)
        else:
            for part in ast.iter_child_nodes(node):
                if isinstance(part, ast.expr):
                    self._expression(part, bound)

    def _target(self, target: ast.expr, bound: set[str]) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, bound)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self._target(item, bound)
        elif isinstance(target, ast.Starred):
            self._target(target.value, bound)
        else:
            # An item or an attribute: its owner is used, and changed.
            self._expression(target, bound)
            owner = _owner(target)
            if owner is not None:
                self.writes.add(owner)

    def _expression(self, node: ast.expr, bound: set[str]) -> None:
        for part, hidden in _parts(node):
            if isinstance(part, _FUNCTIONS):
                self._later.append((None, part))
            elif isinstance(part, ast.NamedExpr):
                self._bind(part.target.id, bound)
            elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and part.id not in hidden:
                self._read(part.id, bound)
            elif isinstance(part, ast.Call):
                if isinstance(part.func, ast.Name):
                    self._called.add(part.func.id)
                changed = _changed_by(part)
                if changed is not None and changed[0] not in hidden and self._changes(*changed):
                    self.writes.add(changed[0])

    def _changes(self, owner: str, method: str | None) -> bool:
        """Whether a method may change its owner. None: the owner's own item or attribute is, or something within it."""
        if owner not in self.namespace:
            # Nothing, or one of Python's own.
            return False
        kind = type(self.namespace[owner])
        if kind is types.ModuleType or kind is types.FunctionType:
            return False
        if method is None:
            return True
        return not any(kind is fixed for fixed in _FIXED) and method not in _QUIET.get(kind, ())

    def _read(self, name: str, bound: set[str]) -> None:
        if name not in bound:
            self.reads.add(name)

    def _bind(self, name: str, bound: set[str]) -> None:
        self.writes.add(name)
        bound.add(name)


class _Free:
    """What a function or class takes from around it."""

    def __init__(self) -> None:
        self.reads: set[str] = set()
        #: Names declared global that it binds.
        self.globals: set[str] = set()
        self.changes: set[tuple[str, str | None]] = set()


def _free(scope: ast.AST) -> _Free:
    found = _Free()
    arguments = [part for part in ast.walk(scope.args) if isinstance(part, ast.arg)] if isinstance(scope, _FUNCTIONS) else []
    own = {part.arg for part in arguments}
    declared: set[str] = set()
    loads: set[str] = set()
    inner: list[ast.AST] = []
    body = scope.body if isinstance(scope.body, list) else [scope.body]  # type: ignore[attr-defined]
    for statement in body:
        for part, hidden in _parts(statement):
            if isinstance(part, (*_FUNCTIONS, ast.ClassDef)):
                inner.append(part)
                if not isinstance(part, ast.Lambda):
                    own.add(part.name)
            elif isinstance(part, ast.Name):
                if isinstance(part.ctx, ast.Load):
                    loads |= {part.id} - hidden
                elif part.id not in hidden:
                    own.add(part.id)
            elif isinstance(part, ast.Global):
                declared.update(part.names)
            elif isinstance(part, (ast.Import, ast.ImportFrom)):
                own.update((alias.asname or alias.name).partition(".")[0] for alias in part.names)
            elif isinstance(part, ast.ExceptHandler) and part.name is not None:
                own.add(part.name)
            elif isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name is not None:
                own.add(part.name)
            elif isinstance(part, ast.Call):
                changed = _changed_by(part)
                if changed is not None and changed[0] not in hidden:
                    found.changes.add(changed)
            elif isinstance(part, (ast.Subscript, ast.Attribute)) and not isinstance(part.ctx, ast.Load):
                owner = _owner(part)
                if owner is not None:
                    found.changes.add((owner, None))
    found.globals = declared & own
    own -= declared
    # The names of a class are not seen by its methods.
    hiding = set() if isinstance(scope, ast.ClassDef) else own
    for part in inner:
        deeper = _free(part)
        found.reads |= deeper.reads - hiding
        found.globals |= deeper.globals
        found.changes |= {change for change in deeper.changes if change[0] not in hiding}
    found.reads |= loads - own
    found.changes = {change for change in found.changes if change[0] not in own}
    return found


def _parts(node: ast.AST, hidden: frozenset[str] = frozenset()) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    """Everything that runs with a node, in the order of the text, with the names that a comprehension around it hides.

    A function, lambda or class within it is given itself, and what of it runs at once: decorators, defaults, bases.
    """
    if isinstance(node, _COMPREHENSIONS):
        names = [part.id for loop in node.generators for part in ast.walk(loop.target) if isinstance(part, ast.Name)]
        # The first thing to go over is found where the comprehension stands.
        yield from _parts(node.generators[0].iter, hidden)
        inside = hidden | frozenset(names)
        for place, loop in enumerate(node.generators):
            if place > 0:
                yield from _parts(loop.iter, inside)
            for test in loop.ifs:
                yield from _parts(test, inside)
        for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            yield from _parts(part, inside)
        return
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        if isinstance(node, ast.ClassDef):
            now = [*node.decorator_list, *node.bases, *(word.value for word in node.keywords)]
        else:
            now = [*getattr(node, "decorator_list", ()), *_defaults(node.args)]
        for part in now:
            yield from _parts(part, hidden)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _parts(child, hidden)
    # After what is in it: in `(n := n + 1)` the old one is read.
    yield node, hidden


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(part for part in arguments.kw_defaults if part is not None)]


def _changed_by(call: ast.Call) -> tuple[str, str | None] | None:
    """The owner that a call of a method may change, and the method where it is the owner's own."""
    if not isinstance(call.func, ast.Attribute):
        return None
    owner = _owner(call.func.value)
    if owner is None:
        return None
    return owner, call.func.attr if isinstance(call.func.value, ast.Name) else None


def _owner(node: ast.expr) -> str | None:
    """The name that a path of attributes and items begins with."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _varies(names: Iterable[str], namespace: dict[str, Any]) -> bool:
    """Whether one of the names, or what a function that it stands for uses, is chance or the clock."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen or name not in namespace:
            continue
        seen.add(name)
        value = namespace[name]
        kind = type(value)
        if kind is types.FunctionType:
            # A module of ours that was imported is not looked into.
            if value.__module__ in _VARYING:
                return True
            waiting.extend(value.__code__.co_names)
        elif kind is types.ModuleType:
            if vars(value).get("__name__") in _VARYING:
                return True
        elif kind is types.MethodType or kind is types.BuiltinFunctionType:
            owner = type(value.__self__)
            if type(owner) is type and owner.__module__ in _VARYING:
                return True
            if owner is types.ModuleType and vars(value.__self__).get("__name__") in _VARYING:
                return True
        elif kind is type:
            if value.__module__ in _VARYING:
                return True
        elif type(kind) is type and kind.__module__ in _VARYING and kind.__name__ == "Random":
            return True
    return False
