"""Argument values to try: small, ordinary ones first, then the ones where code likes to break."""

from __future__ import annotations

import itertools
from typing import Any, Iterator

from .kinds import Parameter

#: Values by kind: the first is the ordinary one that examples start from.
_POOLS: dict[str, list[str]] = {
    "int": ["5", "2", "0", "1", "-1", "3", "4", "10", "7", "12", "-3", "100"],
    "float": ["2.5", "10.0", "0.0", "1.0", "-1.5", "100.0"],
    "str": ["'hello'", "'level'", "''", "'a'", "'Hello World'", "'banana'", "'12'", "'abc123'"],
    "bool": ["True", "False"],
    "list[int]": [
        "[3, 1, 2]",
        "[4, 8, 6, 2]",
        "[]",
        "[7]",
        "[2, 2, 1]",
        "[-4, -1, -9]",
        "[1, 2, 3, 4]",
        "[0, 5]",
    ],
    "list[str]": ["['fig', 'apple', 'kiwi']", "['a', 'b', 'a']", "[]", "['x']", "['', 'word']"],
    "list[list[int]]": ["[[1, 2], [3, 4]]", "[[5, 6, 7], [1, 2, 3]]", "[]", "[[]]", "[[9]]", "[[1], [2, 3]]"],
    "dict": [
        "{'a': 1, 'b': 2}",
        "{'x': 5, 'y': 3, 'z': 5}",
        "{}",
        "{'k': 0}",
        "{'tea': 3, 'milk': 2, 'bread': 4}",
        "{'b': -1, 'a': 7}",
    ],
    "graph": [
        "{'a': ['b', 'c'], 'b': ['d'], 'c': ['d'], 'd': []}",
        "{'a': ['b'], 'b': ['a']}",
        "{'a': []}",
        "{'a': ['b'], 'b': [], 'c': ['a']}",
        "{}",
    ],
    "tuple": ["(3, 1, 2)", "(4, 8, 6, 2)", "()", "(7,)", "(2, 2, 1)", "(1, 2, 3)"],
    "set": ["{1, 2, 3}", "{2, 3, 8}", "{5}", "{4, 9}"],
    "list[tuple]": ["[('a', 3), ('b', 1)]", "[(1, 2), (3, 4)]", "[]", "[('x', 5)]", "[(2, 9), (2, 1), (7, 0)]"],
    "list[dict]": ["[]"],
    "function": ["abs", "str", "len"],
    "any": ["1", "'a'", "[]"],
}
#: Ordinary values that fit a parameter's name better than the first of its pool.
_BY_NAME = {
    "name": "'Ada'",
    "greeting": "'Hi'",
    "owner": "'Ada'",
    "balance": "100",
    "amount": "30",
    "word": "'apple'",
    "sentence": "'the cat sat'",
    "email": "'ada@example.org'",
    "start": "2",
    "begin": "2",
    "low": "1",
    "lo": "1",
    "minimum": "1",
    "high": "10",
    "hi": "10",
    "maximum": "10",
    "stop": "10",
    "end": "10",
    "year": "2024",
    "age": "20",
    "score": "85",
}
#: For code that halves a list, or comes from both of its ends.
_SORTED = ["[1, 2, 4, 7, 9]", "[1, 2, 3]", "[]", "[2]", "[2, 2, 5]", "[0, 3, 8, 12]"]
_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_MOST = 48


def pool(parameter: Parameter, kind: str) -> list[str]:
    """Source texts of values to try for a parameter, ordinary ones first."""
    if kind == "object":
        return parameter.objects
    values = list(_POOLS.get(kind, _POOLS["any"]))
    seeds = parameter.seeds.get(kind, [])
    if kind == "function" and seeds:
        return seeds
    named = _BY_NAME.get(parameter.name.lower())
    if named and _kind(named) == kind:
        values = [named] + values
    if parameter.keys and kind in ("dict", "list[dict]"):
        values = _with_keys(list(dict.fromkeys(parameter.keys)), kind) + values
    if kind in ("int", "float"):
        for border in dict.fromkeys(parameter.borders):
            if type(border) in (int, float) and abs(border) < 10**6:
                values += [repr(border), repr(border + 1), repr(border - 1)]
    elif kind == "str":
        asked = [repr(border) for border in dict.fromkeys(parameter.borders) if isinstance(border, str)]
        # What the code compares with decides where it goes, so it is tried early.
        values = [*values[:2], *asked[:6], *_with_characters(parameter.characters), *values[2:], *asked[6:]]
    elif kind == "list[int]" and parameter.sorted:
        values = [*_SORTED, *(text for text in values if "-" in text)]
    elif kind == "list[int]":
        numbers = [border for border in parameter.borders if type(border) in (int, float)][:3]
        if numbers:
            values.insert(1, repr([number + step for number in numbers for step in (-1, 0, 1)]))
    return list(dict.fromkeys([*seeds, *values]))


def _with_characters(characters: list[str]) -> list[str]:
    """Texts made of the characters that the code asks each character for."""
    found = list(dict.fromkeys(character for text in characters for character in text))[:8]
    if not found:
        return []
    opening = [character for character in found if character in _PAIRS]
    if opening:
        closing = "".join(_PAIRS[character] for character in reversed(opening))
        return [repr("".join(opening) + closing), repr(opening[0]), repr(closing[:1] + opening[0])]
    return [repr("".join(found)), repr(found[0] + "z" + found[-1])]


def _kind(text: str) -> str:
    return "str" if text.startswith("'") else "int"


#: Values of a record's entries by their key.
_VALUES = {
    "email": ("ada@example.org", "bob@example.org", "cleo@example.org"),
    "grades": ([80, 90], [70], [95, 60, 75]),
    "scores": ([80, 90], [70], [95, 60, 75]),
    "marks": ([80, 90], [70], [95, 60, 75]),
    "items": (["pen"], ["cup", "pen"], ["book"]),
    "tags": (["new"], ["old", "new"], ["red"]),
    "active": (True, False, True),
    "done": (False, True, False),
}


def _with_keys(keys: list[str], kind: str) -> list[str]:
    def record(seed: int) -> dict[str, Any]:
        words = ["Ada", "Bob", "Cleo"]
        texts = ("name", "title", "city", "email", "author", "color", "type", "category", "kind", "genre")
        return {
            key: _VALUES.get(key.lower(), words)[(seed + at) % 3]
            if key.lower() in (*texts, *_VALUES)
            else (at + 1) * 10 + seed
            for at, key in enumerate(keys)
        }

    if kind == "dict":
        return [repr(record(0)), repr(record(5)), repr(record(1))]
    rows = [record(0), record(1), record(2)]
    return [repr(rows), repr([record(2), record(0)]), repr([record(4)]), repr([*rows[::-1], record(7)])]


def combinations(parameters: list[Parameter], profile: list[str]) -> Iterator[tuple[str, ...]]:
    """Argument tuples (as source) for one choice of kinds: the ordinary one first, at most `_MOST`."""
    pools = [pool(parameter, kind) for parameter, kind in zip(parameters, profile)]
    if not pools:
        yield ()
        return
    yield from itertools.islice(dict.fromkeys(_combine(parameters, pools, profile)), _MOST)


def _combine(
    parameters: list[Parameter], pools: list[list[str]], profile: list[str]
) -> Iterator[tuple[str, ...]]:
    base = _base(parameters, pools, profile)
    related = list(_related(base, pools, profile))
    # An item that is in the list makes the better first example than one that is not.
    yield from related[:1] if set(profile) & {"list[int]", "list[str]", "dict", "graph"} else []
    yield base
    # All parameters move together, so that equal lengths stay equal …
    for index in range(1, 4):
        yield tuple(
            values[(index + (at if parameter.star else 0)) % len(values)]
            for at, (parameter, values) in enumerate(zip(parameters, pools))
        )
    yield from related
    # … then one at a time.
    deepest = max(map(len, pools))
    for index in range(1, deepest):
        for at, values in enumerate(pools):
            if index < len(values):
                yield (*base[:at], values[index], *base[at + 1 :])
    for index in range(deepest):
        yield tuple(values[(index * (at + 1)) % len(values)] for at, values in enumerate(pools))


def _base(parameters: list[Parameter], pools: list[list[str]], profile: list[str]) -> tuple[str, ...]:
    """The ordinary arguments; two numbers should not be the same one."""
    seen: dict[str, int] = {}
    base = []
    for parameter, values, kind in zip(parameters, pools, profile):
        if values[0] == _BY_NAME.get(parameter.name.lower()):
            base.append(values[0])
            continue
        turn = seen.get(kind, 0)
        base.append(values[turn % len(values)])
        seen[kind] = turn + 1
    return tuple(base)


def _related(base: tuple[str, ...], pools: list[list[str]], profile: list[str]) -> Iterator[tuple[str, ...]]:
    """Arguments that have to do with each other: an item of the list, a key of the dictionary, equal numbers."""
    members = {
        "list[int]": ("int", "float"),
        "list[str]": ("str",),
        "str": ("str",),
        "dict": ("str",),
        "graph": ("str",),
    }
    inside = {
        "list[int]": ("1", "2"),
        "list[str]": ("'apple'", "'kiwi'"),
        "str": ("'l'", "'o'"),
        "dict": ("'a'", "'b'"),
        "graph": ("'a'", "'b'"),
    }
    for one, kind in enumerate(profile):
        for other, kind_of_other in enumerate(profile):
            if one == other:
                continue
            if kind_of_other in members.get(kind, ()):
                for text in inside[kind]:
                    yield (*base[:other], text, *base[other + 1 :])
            if kind == kind_of_other and one < other:
                yield (*base[:other], base[one], *base[other + 1 :])
                swapped = list(base)
                swapped[one], swapped[other] = swapped[other], swapped[one]
                yield tuple(swapped)
