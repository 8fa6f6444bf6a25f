"""What can be said about a cell without running it."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ..trees import own_nodes
from ..values import shorten

_MOST = 300
_MUTATORS = (
    "append",
    "extend",
    "insert",
    "remove",
    "pop",
    "sort",
    "reverse",
    "clear",
    "add",
    "update",
    "discard",
)
Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def static_facts(tree: ast.Module, code: str) -> dict[str, Any]:
    """The static half of `Facts`; lines count from 1."""
    nodes = list(_with_scope(tree, ""))
    return {
        "functions": [_function(node, scope) for node, scope in nodes if _is_function(node)][:_MOST],
        "classes": [_class(node) for node, _ in nodes if isinstance(node, ast.ClassDef)][:_MOST],
        "names": _names(tree)[:_MOST],
        "loops": [_loop(node, scope) for node, scope in nodes if isinstance(node, _LOOPS)][:_MOST],
        "branches": [_branch(node, scope, code) for node, scope in nodes if isinstance(node, ast.If)][:_MOST],
        "returns": [
            _line(node, scope, _text(node.value)) for node, scope in nodes if isinstance(node, ast.Return)
        ][:_MOST],
        "raises": [_line(node, scope, _raised(node)) for node, scope in nodes if isinstance(node, ast.Raise)][
            :_MOST
        ],
        "calls": [
            _line(node, scope, _text(node.func)) for node, scope in nodes if isinstance(node, ast.Call)
        ][:_MOST],
        "imports": _imports(tree)[:_MOST],
        "prints": _calls(tree, "print"),
        "readsInput": _calls(tree, "input"),
    }


_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def _with_scope(node: ast.AST, scope: str) -> Iterator[tuple[Any, str]]:
    """Every node with the dotted name of the function or class that it stands in; "" at the top."""
    for child in ast.iter_child_nodes(node):
        yield child, scope
        inner = f"{scope}.{child.name}".lstrip(".") if _is_function(child) or isinstance(child, ast.ClassDef) else scope  # type: ignore[attr-defined]
        yield from _with_scope(child, inner)


def _text(node: ast.AST | None) -> str:
    return shorten(ast.unparse(node), 200) if node is not None else ""


def _line(node: Any, scope: str, text: str) -> dict[str, Any]:
    return {"line": node.lineno, "scope": scope, "text": text}


def _raised(node: ast.Raise) -> str:
    return _text(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)


def _calls(tree: ast.AST, name: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in ast.walk(tree)
    )


def _function(node: Any, scope: str) -> dict[str, Any]:
    own = list(own_nodes(node))
    parameters = _parameters(node.args)
    described: dict[str, Any] = {
        "name": node.name,
        "scope": scope,
        "line": node.lineno,
        "endLine": node.end_lineno or node.lineno,
        "parameters": parameters,
        "generator": any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in own),
        "async": isinstance(node, ast.AsyncFunctionDef),
        "recursive": any(
            isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == node.name
            for part in own
        ),
        "mutates": _mutated(own, [item["name"] for item in parameters]),
        "documented": ast.get_docstring(node) is not None,
    }
    if node.returns is not None:
        described["returns"] = _text(node.returns)
    return described


def _parameters(arguments: ast.arguments) -> list[dict[str, Any]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    rows: list[tuple[ast.arg | None, ast.expr | None, str]] = []
    rows += [(arg, default, "plain") for arg, default in zip(positional, missing + list(arguments.defaults))]
    rows += [(arguments.vararg, None, "star")]
    rows += [(arg, default, "keyword") for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults)]
    rows += [(arguments.kwarg, None, "double-star")]
    described = []
    for arg, default, kind in rows:
        if arg is None:
            continue
        item: dict[str, Any] = {"name": arg.arg, "kind": kind}
        if default is not None:
            item["default"] = _text(default)
        if arg.annotation is not None:
            item["annotation"] = _text(arg.annotation)
        described.append(item)
    return described


def _mutated(own: list[ast.AST], parameters: list[str]) -> list[str]:
    rebound = {part.id for part in own if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    found = []
    for part in own:
        target: ast.AST | None = None
        if isinstance(part, ast.Subscript) and isinstance(part.ctx, (ast.Store, ast.Del)):
            target = part.value
        elif (
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and part.func.attr in _MUTATORS
        ):
            target = part.func.value
        if isinstance(target, ast.Name) and target.id in parameters and target.id not in rebound:
            found.append(target.id)
    return list(dict.fromkeys(found))


def _class(node: ast.ClassDef) -> dict[str, Any]:
    methods = [part for part in node.body if _is_function(part)]
    fields = [
        part.attr
        for method in methods
        for part in ast.walk(method)
        if isinstance(part, ast.Attribute)
        and isinstance(part.ctx, ast.Store)
        and getattr(part.value, "id", "") == "self"
    ]
    fields += [
        p.target.id for p in node.body if isinstance(p, ast.AnnAssign) and isinstance(p.target, ast.Name)
    ]
    return {
        "name": node.name,
        "line": node.lineno,
        "endLine": node.end_lineno or node.lineno,
        "bases": [_text(base) for base in node.bases],
        "methods": [method.name for method in methods],  # type: ignore[attr-defined]
        "fields": list(dict.fromkeys(fields)),
    }


def _loop(node: Any, scope: str) -> dict[str, Any]:
    kind = (
        "while"
        if isinstance(node, ast.While)
        else "for" if isinstance(node, (ast.For, ast.AsyncFor)) else "comprehension"
    )
    over = node.test if kind == "while" else node.iter if kind == "for" else node.generators[0].iter
    return {
        "kind": kind,
        "line": node.lineno,
        "endLine": node.end_lineno or node.lineno,
        "scope": scope,
        "over": _text(over),
    }


def _branch(node: ast.If, scope: str, code: str) -> dict[str, Any]:
    return {
        "line": node.lineno,
        "endLine": node.end_lineno or node.lineno,
        "scope": scope,
        "condition": shorten(ast.get_source_segment(code, node.test) or _text(node.test), 200),
        "hasElse": bool(node.orelse),
    }


def _imports(tree: ast.Module) -> list[dict[str, Any]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [{"module": item.name, "line": node.lineno} for item in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append({"module": "." * node.level + (node.module or ""), "line": node.lineno})
    return found


def _names(tree: ast.Module) -> list[dict[str, Any]]:
    """Each name that is bound, per scope, with the parts it plays."""
    scopes: list[tuple[str, Any]] = [("", tree)]
    scopes += [
        (f"{scope}.{node.name}".lstrip("."), node)
        for node, scope in _with_scope(tree, "")
        if _is_function(node)
    ]
    found = []
    for scope, node in scopes:
        for name, (line, roles) in _roles(node).items():
            found.append({"name": name, "scope": scope, "line": line, "roles": roles})
    return found


def _roles(scope: Any) -> dict[str, tuple[int, list[str]]]:
    own = list(own_nodes(scope))
    found: dict[str, tuple[int, list[str]]] = {}

    def add(name: str, line: int, role: str) -> None:
        found.setdefault(name, (line, []))
        if role not in found[name][1]:
            found[name][1].append(role)

    if _is_function(scope):
        for item in _parameters(scope.args):
            add(item["name"], scope.lineno, "parameter")
    inside_loops = {
        id(part) for node in own if isinstance(node, (ast.For, ast.While)) for part in ast.walk(node)
    }
    assigned: dict[str, list[ast.AST]] = {}
    for node in own:
        if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            for part in ast.walk(node.target):
                if isinstance(part, ast.Name):
                    add(part.id, part.lineno, "loop variable")
        elif (
            isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and id(node) in inside_loops
        ):
            steps = isinstance(node.value, ast.Constant) and type(node.value.value) in (int, float)
            add(node.target.id, node.lineno, "counter" if steps else "accumulator")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and id(node) in inside_loops:
            if node.func.attr in ("append", "add", "extend") and isinstance(node.func.value, ast.Name):
                add(node.func.value.id, node.lineno, "accumulator")
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Name):
            add(node.value.id, node.lineno, "result")
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for part in ast.walk(target):
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        assigned.setdefault(part.id, []).append(node)
    for name, nodes in assigned.items():
        values = [getattr(node, "value", None) for node in nodes]
        constant = all(isinstance(value, ast.Constant) for value in values)
        line = nodes[0].lineno  # type: ignore[attr-defined]
        if constant and len(values) > 1 and all(isinstance(value.value, bool) for value in values):  # type: ignore[union-attr]
            add(name, line, "flag")
        elif constant and len(values) == 1 and not (name in found and found[name][1] != ["result"]):
            add(name, line, "constant")
        elif name not in found or found[name][1] == ["result"]:
            add(name, line, "variable")
        found[name] = (min(line, found[name][0]), found[name][1])
    return found
