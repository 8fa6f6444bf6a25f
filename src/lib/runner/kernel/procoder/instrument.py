"""Adds a few things to a learner's syntax tree before it runs on the bench, without moving a line.

- A note at the start of every pass through a loop's body: line events cannot count these (`for x in xs: total += x`
  is one line, and a nested loop's header runs once more than its body).
- The same at the start of what an `if` guards, to know how often it was taken.
- A check in every place that can swallow the exception which ends a run that is over its budget: bare `except`,
  `finally`, and after `with`. A trace function that raises (our budget's exception, or a RecursionError on a full
  stack) is switched off by Python, so it cannot raise a second time by itself.
- A question to `chance` wherever a set may be put into an order: what loops go through, what `list`, `join`, `print`,
  an f-string or an unpacking takes, and whose `pop` is called. Only in one line: a call over several lines would make
  its first line run twice.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import builtins

from .chance import ORDER, POP, TEXT

PASS = "__procoder_pass__"
CHECK = "__procoder_check__"

_ORDERING = set(
    "list tuple sorted enumerate zip map filter iter min max deque Counter OrderedDict dict array sum reduce islice chain "
    "accumulate".split()
)
_ORDERING_METHODS = {"join", "extend", "fromkeys", "islice", "chain", "from_iterable", "writelines", "reduce"}
_WRITING = {"print", "str", "repr", "format", "pprint", "pformat"}
_WRITING_METHODS = {"format", "pprint", "pformat", "dumps"}

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
        if isinstance(node, ast.For):
            node.iter = _asking(ORDER, node.iter)
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
        for clause in node.generators:  # type: ignore[attr-defined]
            if not clause.is_async:
                clause.iter = _asking(ORDER, clause.iter)
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        function = node.func
        name = getattr(function, "id", None)
        method = function.attr if isinstance(function, ast.Attribute) else None
        if name in _ORDERING or method in _ORDERING_METHODS:
            node.args = [_asking(ORDER, arg) for arg in node.args]
        elif name in _WRITING or method in _WRITING_METHODS:
            node.args = [_asking(TEXT, arg) for arg in node.args]
        elif method == "pop" and not node.args and isinstance(function, ast.Attribute):
            function.value = _asking(POP, function.value)
        return node

    def visit_Starred(self, node: ast.Starred) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load):
            node.value = _asking(ORDER, node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        if any(isinstance(target, (ast.Tuple, ast.List)) for target in node.targets):
            node.value = _asking(ORDER, node.value)
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.expr:
        self.generic_visit(node)
        node.value = _asking(ORDER, node.value)
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        self.generic_visit(node)
        node.value = _asking(TEXT, node.value)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mod) and isinstance(getattr(node.left, "value", None), str):
            node.right = _asking(TEXT, node.right)
        return node

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


def _asking(name: str, node: ast.expr) -> ast.expr:
    """`node` by way of one of our functions, where it could be a set."""
    plain = (ast.Constant, ast.JoinedStr, ast.Starred, ast.List, ast.Dict, ast.Tuple)
    if name != TEXT and isinstance(node, plain) or isinstance(node, (ast.Constant, ast.JoinedStr, ast.Starred)):
        return node
    if node.lineno != node.end_lineno:
        return node
    asked = ast.Call(ast.Name(name, ast.Load()), [node], [])
    ast.copy_location(asked, node)
    ast.copy_location(asked.func, node)
    return asked


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
