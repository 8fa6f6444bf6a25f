"""Objects of the cell's own classes as arguments: which parameters want one, and how one is made."""

from __future__ import annotations

import ast

from .calls import calls_of
from .kinds import FunctionNode, Known, Parameter, parameters
from .pools import combinations, pool

#: The kind of a parameter that takes an object of a class of the cell.
OBJECT = "object"
_MOST_MADE = 6
#: Attributes of Python's own values; asking for one of these says nothing about a class of the cell.
_BUILT_IN = {name for kind in (str, list, dict, int, float, set) for name in dir(kind)}


class Makers:
    """The classes of a cell, and texts that make objects of them."""

    def __init__(self, tree: ast.Module, known: Known) -> None:
        self._known = known
        self._classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        self._tree = tree
        self._attributes = {name: _attributes(node, self._classes) for name, node in self._classes.items()}

    def give(self, found: list[Parameter], node: FunctionNode, owner: str | None = None) -> list[Parameter]:
        """The parameters, where those that want an object of the cell have it as their first kind."""
        for parameter in found:
            name = self._wanted(parameter, node, owner)
            texts = self.texts(name) if name else []
            if texts:
                if _compared_with_none(parameter.name, node):
                    texts = [*texts, "None"]
                parameter.kinds = [OBJECT, *parameter.kinds]
                parameter.objects = texts
        return found

    def _given(self, function: str, name: str, node: FunctionNode, owner: str | None) -> str | None:
        """The class of the object that the cell itself gives for a parameter."""
        place = _place_of(name, node, owner)
        made = {
            part.targets[0].id: part.value.func.id
            for part in ast.walk(self._tree)
            if isinstance(part, ast.Assign)
            and isinstance(part.targets[0], ast.Name)
            and isinstance(part.value, ast.Call)
            and isinstance(part.value.func, ast.Name)
        }
        for part in ast.walk(self._tree):
            if not isinstance(part, ast.Call) or place is None or place >= len(part.args):
                continue
            called = part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", "")
            given = part.args[place]
            if called != function:
                continue
            kind = made.get(given.id) if isinstance(given, ast.Name) else None
            if isinstance(given, ast.Call) and isinstance(given.func, ast.Name):
                kind = given.func.id
            if kind in self._classes:
                return kind
        return None

    def texts(self, name: str) -> list[str]:
        """Sources of calls that make an object; what they need stands before, behind a `;`."""
        node = self._classes[name]
        start = _start(node, self._classes)
        if start is None and not node.decorator_list:
            return [f"{name}()"]
        taken = start_parameters(node, start, self._known)
        if not taken and start is None:
            return []  # what a decorator makes of it
        required = [parameter for parameter in taken if parameter.default is None and not parameter.star]
        own = [args for args in calls_of(self._tree, name, {}, set()) if len(required) <= len(args) <= len(taken)]
        made = [f"{name}({', '.join(args)})" for args in [*own[:3], *_choices(required)]]
        made = list(dict.fromkeys(made))[:_MOST_MADE]
        return [*self._chains(name, taken, required, made), *made]

    def _chains(
        self, name: str, taken: list[Parameter], required: list[Parameter], made: list[str]
    ) -> list[str]:
        """Objects that hold others of their class, where a parameter may be left out because there is none."""
        links = [
            parameter.name
            for parameter in taken
            if isinstance(parameter.default, ast.Constant)
            and parameter.default.value is None
            and parameter.name in self._attributes[name]
        ]
        if not links or len(made) < 2 or len(required) + len(links) != len(taken):
            return []
        names = [f"{link}_one" for link in links]
        before = [f"{bound} = {text}" for bound, text in zip(names, made[1:])]
        if len(before) < len(links):
            return []
        head = made[0].removesuffix(")")
        separator = ", " if required else ""
        return ["; ".join([*before, f"{head}{separator}{', '.join(names)})"])]

    def _wanted(self, parameter: Parameter, node: FunctionNode, owner: str | None) -> str | None:
        argument = next(
            (
                item
                for item in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                if item.arg == parameter.name
            ),
            None,
        )
        if argument is None:
            return None
        if argument.annotation is not None:
            words = ast.unparse(argument.annotation).replace("'", "").replace('"', "").replace("|", " ").split()
            return next((word for word in words if word in self._classes), None)
        asked = _asked(node, parameter.name)
        if not asked:
            if owner and parameter.name == "other":
                return owner
            given = self._given(getattr(node, "name", ""), parameter.name, node, owner)
            if given or not owner:
                return given
            # What a method keeps under a name, another one reads under the same name.
            asked = _asked(self._classes[owner], parameter.name)
        if not asked:
            return None
        fitting = [name for name, has in self._attributes.items() if asked <= has]
        if owner in fitting and parameter.name == "other":
            return owner
        return fitting[0] if fitting else None


def start_parameters(
    node: ast.ClassDef, start: ast.FunctionDef | None, known: dict[str, list[str]] | None = None
) -> list[Parameter]:
    """What has to be given to make an object; of a dataclass, its fields without a default."""
    if start is not None:
        return parameters(start, True, known, node)
    if any("dataclass" in ast.unparse(item) for item in node.decorator_list):
        fields = [
            part
            for part in node.body
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and not part.value
        ]
        arguments = ast.arguments([], [ast.arg(p.target.id, p.annotation) for p in fields], None, [], [], None, [])  # type: ignore[union-attr]
        return parameters(ast.FunctionDef("made", arguments, node.body, []), known=known)  # type: ignore[call-overload]
    return []


def _place_of(name: str, node: FunctionNode, owner: str | None) -> int | None:
    names = [item.arg for item in [*node.args.posonlyargs, *node.args.args]]
    names = names[1:] if owner and names[:1] in (["self"], ["cls"]) else names
    return names.index(name) if name in names else None


def _asked(node: ast.AST, name: str) -> set[str]:
    """Attributes that code asks of a name, without those that Python's own values have."""
    return {
        part.attr
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == name
    } - _BUILT_IN


def _choices(required: list[Parameter]) -> list[tuple[str, ...]]:
    """Arguments for a class: the ordinary ones, then one of them changed at a time, so that objects can be alike in part."""
    base = next(combinations(required, [parameter.kinds[0] for parameter in required]))
    found = [base]
    for turn in (2, 1, 4):
        for at in reversed(range(len(base))):
            values = pool(required[at], required[at].kinds[0])
            found.append((*base[:at], values[turn % len(values)], *base[at + 1 :]))
    return list(dict.fromkeys(found))[:_MOST_MADE]


def _start(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> ast.FunctionDef | None:
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            return part
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in classes and base.id != node.name:
            return _start(classes[base.id], {name: item for name, item in classes.items() if name != node.name})
    return None


def _attributes(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> set[str]:
    """Names that an object of a class has."""
    found = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and getattr(part.value, "id", "") == "self":
            found.add(part.attr)
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in classes and base.id != node.name:
            rest = {name: item for name, item in classes.items() if name != node.name}
            found |= _attributes(classes[base.id], rest)
    return found


def _compared_with_none(name: str, node: FunctionNode) -> bool:
    return any(
        isinstance(part, ast.Compare)
        and isinstance(part.left, ast.Name)
        and part.left.id == name
        and isinstance(part.comparators[0], ast.Constant)
        and part.comparators[0].value is None
        for part in ast.walk(node)
    )
