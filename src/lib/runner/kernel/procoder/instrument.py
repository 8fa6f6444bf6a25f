"""Adds a few things to a learner's syntax tree before it runs on the bench, without moving a line.

- A note at the start of every pass through a loop's body: line events cannot count these (`for x in xs: total += x`
  is one line, and a nested loop's header runs once more than its body).
- The same at the start of what an `if` guards, to know how often it was taken.
- A check in every place that can swallow the exception which ends a run that is over its budget: bare `except`,
  `finally`, and after `with`. A trace function that raises (our budget's exception, or a RecursionError on a full
  stack) is switched off by Python, so it cannot raise a second time by itself.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import builtins

PASS = "__procoder_pass__"
CHECK = "__procoder_check__"

_SAFE = {
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception) and not issubclass(RecursionError, value)
}


class Instrumented:
    """An instrumented tree.

    `loops` maps a header's line to the ids of its loops, outermost first; `branches` an `if`'s line to its id.
    """

    def __init__(self, tree: ast.Module) -> None:
        instrumenter = _Instrumenter()
        self.tree: ast.Module = ast.fix_missing_locations(instrumenter.visit(tree))
        self.loops: dict[int, list[int]] = {}
        self.branches: dict[int, int] = {}
        for loop_id, (line, kind) in enumerate(instrumenter.found):
            if kind == "if":
                self.branches.setdefault(line, loop_id)
        for wanted in ("loop", "comprehension"):
            # Where a `for` line also holds a comprehension, its count is the statement's.
            for loop_id, (line, kind) in enumerate(instrumenter.found):
                if kind == wanted:
                    self.loops.setdefault(line, []).append(loop_id)


class _Instrumenter(ast.NodeTransformer):
    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While) -> ast.stmt:
        loop_id = len(self.found)
        self.found.append((node.lineno, "loop"))
        self.generic_visit(node)
        node.body.insert(0, _statement(PASS, node.body[0], loop_id))
        return node

    visit_For = visit_AsyncFor = visit_While = _loop

    def visit_If(self, node: ast.If) -> ast.If:
        branch_id = len(self.found)
        self.found.append((node.lineno, "if"))
        self.generic_visit(node)
        node.body.insert(0, _statement(PASS, node.body[0], branch_id))
        return node

    def _comprehension(self, node: ast.expr) -> ast.expr:
        loop_id = len(self.found)
        self.found.append((node.lineno, "comprehension"))
        self.generic_visit(node)
        innermost = node.generators[-1]  # type: ignore[attr-defined]
        noted = ast.UnaryOp(ast.Not(), _call(PASS, loop_id))
        innermost.ifs.insert(0, _at(noted, innermost.target))
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        self.generic_visit(node)
        if not _cannot_catch_all(node.type):
            node.body.insert(0, _statement(CHECK, node.body[0]))
        return node

    def _try(self, node: ast.Try) -> ast.stmt:
        self.generic_visit(node)
        if node.finalbody:
            node.finalbody.insert(0, _statement(CHECK, node.finalbody[0]))
        return node

    visit_Try = visit_TryStar = _try

    def _with(self, node: ast.With | ast.AsyncWith) -> list[ast.stmt]:
        self.generic_visit(node)
        return [node, _statement(CHECK, node, one_line=True)]

    visit_With = visit_AsyncWith = _with


def _cannot_catch_all(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return all(_cannot_catch_all(item) for item in kind.elts)
    return isinstance(kind, ast.Name) and kind.id in _SAFE


def _call(name: str, *args: int) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), [ast.Constant(arg) for arg in args], [])


def _statement(name: str, at: ast.stmt, *args: int, one_line: bool = False) -> ast.stmt:
    statement = ast.Expr(_call(name, *args))
    _at(statement, at)
    if one_line or statement.end_lineno != statement.lineno:
        for node in ast.walk(statement):
            if hasattr(node, "lineno"):
                node.end_lineno, node.end_col_offset = node.lineno, node.col_offset
    return statement


def _at(node, where):  # type: ignore[no-untyped-def]
    """The node with the place of another one, all the way down."""
    for part in ast.walk(node):
        if isinstance(part, (ast.expr, ast.stmt)):
            ast.copy_location(part, where)
    return node
