"""A function of the cell as the explainer sees it, and the questions that are asked about it everywhere."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field

from ..trees import own_nodes
from .kinds import FunctionNode
from .words import Words


@dataclass
class Idiom:
    """A sentence that says more than the code does line by line.

    It may be said only where running it agrees with one of `references`: expressions that give what the sentence
    promises. They stand after `before`, statements of the function itself, and have Python's own built-ins as
    `procoder_b`. A StopIteration means that the sentence promises nothing for these arguments.
    """

    text: str
    references: list[str]
    before: list[ast.stmt] = field(default_factory=list)


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


def without_dead_code(node: FunctionNode) -> tuple[FunctionNode, set[int]]:
    """A copy without the statements that no run can reach, and the lines of those."""
    fresh = copy.deepcopy(node)
    dead: set[int] = set()

    def prune(body: list[ast.stmt]) -> list[ast.stmt]:
        for at, statement in enumerate(body):
            for name in ("body", "orelse", "finalbody"):
                if isinstance(getattr(statement, name, None), list):
                    setattr(statement, name, prune(getattr(statement, name)))
            for handler in getattr(statement, "handlers", ()):
                handler.body = prune(handler.body)
            if _leaves(statement):
                for after in body[at + 1 :]:
                    dead.update(range(after.lineno, (after.end_lineno or after.lineno) + 1))
                return body[: at + 1]
        return body

    if isinstance(fresh, (ast.FunctionDef, ast.AsyncFunctionDef)):
        fresh.body = prune(fresh.body)
    return fresh, dead


def _leaves(statement: ast.stmt) -> bool:
    """Whether nothing behind a statement can run."""
    if isinstance(statement, (ast.Return, ast.Raise, ast.Break, ast.Continue)):
        return True
    if isinstance(statement, ast.If) and statement.orelse:
        return _leaves(statement.body[-1]) and _leaves(statement.orelse[-1])
    if isinstance(statement, ast.While) and isinstance(statement.test, ast.Constant) and statement.test.value:
        return not any(isinstance(part, ast.Break) for part in ast.walk(statement))
    return False


def is_generator(node: ast.AST) -> bool:
    """Whether calling the function gives a generator."""
    return any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in own_nodes(node))


def returns_of(function: Function) -> list[ast.Return]:
    """The function's own `return` statements."""
    return [node for node in own_nodes(function.node) if isinstance(node, ast.Return)]


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
            changed[name_of(part.value)] = True
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            if part.func.attr in (
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
            ):
                changed[name_of(part.func.value)] = True
    return [name for name in names if name in changed and name not in rebound]


def given(function: Function, what: str) -> str:
    """The sentence for a function that gives something back, or tells whether something holds."""
    if what.startswith("whether "):
        return f"`{function.name}` tells {what}."
    return f"`{function.name}` gives back {what}."


def name_of(node: ast.AST | None) -> str | None:
    """The id of a plain name; None for anything else."""
    return node.id if isinstance(node, ast.Name) else None


def constant(node: ast.AST | None) -> object:
    """The value of a constant; `...` for anything else."""
    return node.value if isinstance(node, ast.Constant) else ...
