"""Texts that a function can take apart: what it splits at which sign, into how many parts, and what each part is."""

from __future__ import annotations

import ast

_NUMBERS = (("30", "12", "7", "45", "3"), ("3", "8", "1", "20", "6"))
_WORDS = (("Ada", "red", "Rome", "tea", "x"), ("Bob", "blue", "Oslo", "milk", "y"))
_NUMERIC = ("int", "float")


def texts_for(name: str, node: ast.AST) -> list[str]:
    """Sources of texts with the parts that `node` wants from `name`; none where it takes no text apart."""
    mine = _same_text(name, node)
    found: list[str] = []
    for part in ast.walk(node):
        if not isinstance(part, ast.Call) or not isinstance(part.func, ast.Attribute) or part.func.attr != "split":
            continue
        if not any(isinstance(item, ast.Name) and item.id in mine for item in ast.walk(part.func.value)):
            continue
        sign = part.args[0].value if part.args and isinstance(part.args[0], ast.Constant) else " "
        if not isinstance(sign, str) or not sign:
            continue
        kinds = _parts(part, node)
        for turn in (0, 1):
            items = [
                _word(kind, turn, at, node)
                for at, kind in enumerate(kinds[: len(kinds) if turn == 0 or _fixed(part, node) else 3])
            ]
            found.append(repr(sign.join(items)))
    return [*_patterns(mine, node), *dict.fromkeys(found)]


def _patterns(mine: set[str], node: ast.AST) -> list[str]:
    """Texts whose words fit the patterns of a `match`."""
    found = []
    for part in ast.walk(node):
        if not isinstance(part, ast.Match) or "split" not in ast.dump(part.subject):
            continue
        if not any(isinstance(item, ast.Name) and item.id in mine for item in ast.walk(part.subject)):
            continue
        for case in part.cases:
            if isinstance(case.pattern, ast.MatchSequence) and case.pattern.patterns:
                words = [
                    str(item.value.value)
                    if isinstance(item, ast.MatchValue) and isinstance(item.value, ast.Constant)
                    else _WORDS[0][at % 5]
                    for at, item in enumerate(case.pattern.patterns)
                ]
                found.append(repr(" ".join(words)))
    return found


def _same_text(name: str, node: ast.AST) -> set[str]:
    """The name, and those that hold it in another form."""
    mine = {name}
    for part in ast.walk(node):
        if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name) and isinstance(part.value, ast.Call):
            if any(isinstance(item, ast.Name) and item.id in mine for item in ast.walk(part.value)):
                mine.add(part.targets[0].id)
        elif isinstance(part, ast.For) and isinstance(part.target, ast.Name):
            if any(isinstance(item, ast.Name) and item.id in mine for item in ast.walk(part.iter)):
                mine.add(part.target.id)
    return mine


def _fixed(split: ast.Call, node: ast.AST) -> bool:
    return _targets(split, node) is not None


def _targets(split: ast.Call, node: ast.AST) -> list[ast.expr] | None:
    """The names that the parts get, where there are as many as parts."""
    for part in ast.walk(node):
        if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Tuple):
            if any(item is split for item in ast.walk(part.value)):
                targets = part.targets[0].elts
                return None if any(isinstance(target, ast.Starred) for target in targets) else targets
    return None


def _parts(split: ast.Call, node: ast.AST) -> list[str]:
    """number or word, for each part."""
    targets = _targets(split, node)
    if targets is not None and not _numeric_around(split, node):
        return ["number" if _becomes_number(target, node) else "word" for target in targets]
    kind = "number" if _numeric_around(split, node) else "word"
    return [kind] * (len(targets) if targets is not None else 4)


def _numeric_around(split: ast.Call, node: ast.AST) -> bool:
    """Whether all parts become numbers: `map(int, text.split())`, `[int(x) for x in text.split()]`, or through a name."""
    holders = {
        part.targets[0].id
        for part in ast.walk(node)
        if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name) and part.value is split
    }

    def is_it(item: ast.AST) -> bool:
        return item is split or isinstance(item, ast.Name) and item.id in holders

    for part in ast.walk(node):
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "map" and len(part.args) == 2:
            if getattr(part.args[0], "id", "") in _NUMERIC and is_it(part.args[1]):
                return True
        if isinstance(part, (ast.For, ast.comprehension)) and is_it(part.iter) and isinstance(part.target, ast.Name):
            return _becomes_number(part.target, node)
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") in _NUMERIC and part.args:
            if isinstance(part.args[0], ast.Subscript) and is_it(part.args[0].value):
                return True
    return False


def _becomes_number(target: ast.expr, node: ast.AST) -> bool:
    if not isinstance(target, ast.Name):
        return False
    return any(
        isinstance(part, ast.Call)
        and getattr(part.func, "id", "") in _NUMERIC
        and any(isinstance(item, ast.Name) and item.id == target.id for item in ast.walk(part))
        for part in ast.walk(node)
    )


def _word(kind: str, turn: int, at: int, node: ast.AST) -> str:
    if kind == "number":
        return _NUMBERS[turn][at % len(_NUMBERS[turn])]
    words = _keys(node)
    if len(words) > 1:
        return words[(turn + at) % len(words)]
    return _WORDS[turn][at % len(_WORDS[turn])]


def _keys(node: ast.AST) -> list[str]:
    """Words that the code has an entry for."""
    return [
        key.value
        for part in ast.walk(node)
        if isinstance(part, ast.Dict)
        for key in part.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ][:6]
