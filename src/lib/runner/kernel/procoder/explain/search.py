"""Looks for inputs that make a function go the ways that no ordinary input has gone.

What has worked is changed a little, with what the code itself mentions: its numbers, texts, keys, and the other
arguments. What goes a new way is kept and changed further; at the end it is made as small as it can be. The choices
come from a row of numbers that is always the same, so that the same code gets the same explanation.
"""

from __future__ import annotations

import ast
from typing import Any, Sequence

from ..values import Frozen
from .meter import Clock, Metered
from .pools import pool
from .trials import Series, Trial
from .ways import Way, gone, ways_of

_MOST_TRIES = 110
#: For ways that only failing runs have gone, and for a third result: less is worth it.
_FEW_TRIES = 36
_MOST_SHRINKING = 10
_MOST_ITEMS = 8
_MOST_CHARS = 40
_LARGEST = 5_000
_PLENTY = 3


class Dice:
    """Numbers that look like chance, and are the same each time."""

    def __init__(self) -> None:
        self._state = 20_261_121

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        self._state = (self._state * 1_103_515_245 + 12_345) % 2**31
        return (self._state >> 8) % limit if limit > 0 else 0

    def one_of(self, items: Sequence[Any]) -> Any:
        """One of the items."""
        return items[self.below(len(items))]


class Material:
    """What the code mentions: numbers, texts, and single characters."""

    def __init__(self, node: ast.AST) -> None:
        numbers: dict[float, None] = {}
        texts: dict[str, None] = {}
        described = _docstrings(node)
        for part in ast.walk(node):
            if not isinstance(part, ast.Constant) or id(part) in described:
                continue
            if type(part.value) in (int, float) and abs(part.value) <= 10**6:
                numbers[part.value] = None
            elif isinstance(part.value, str) and len(part.value) <= _MOST_CHARS:
                texts[part.value] = None
        self.numbers = list(numbers)[:20]
        self.texts = list(texts)[:30]
        self.characters = list(dict.fromkeys(c for text in self.texts for c in text))[:40]
        #: Texts that can stand between others.
        self.between = [text for text in self.texts if len(text) <= 2 and not text.isalnum() and text] or [" "]
        splits = [
            part.args[0].value if part.args and isinstance(part.args[0], ast.Constant) else " "
            for part in ast.walk(node)
            if isinstance(part, ast.Call) and getattr(part.func, "attr", "") == "split"
        ]
        self.between = [sign for sign in splits if isinstance(sign, str) and sign] or self.between
        self.words = [text for text in self.texts if text and text not in self.between and len(text) <= 16]
        self.words += [sign for sign in self.characters if not sign.isalnum() and sign not in self.between][:8]
        self.nests = any(
            isinstance(part, ast.Call) and getattr(part.func, "id", "") in ("isinstance", "type")
            for part in ast.walk(node)
        )


def widen(series: Series, submission: Metered, node: ast.AST, clock: Clock) -> None:
    """Adds trials to a series until the examples can show every way through `node`, or enough was tried."""
    if not series.parameters or series.tries is None:
        return
    wanted = ways_of(node)
    plain: set[Way] = set()
    failing: set[Way] = set()
    for trial in series.trials:
        ways = gone(submission, trial.seen) & wanted
        (failing if trial.seen.raised else plain).update(ways)
    search = _Search(series, submission, node, clock)
    for turn in range(_MOST_TRIES):
        missing = wanted - plain
        few = _results(series) <= _PLENTY
        if not (missing or few) or not (missing - failing) and turn >= _FEW_TRIES:
            return
        if clock.part_over(min(len(series.trials), _PLENTY)) or series.cut_off_in_a_row():
            return
        trial = search.another()
        if trial is None:
            continue
        ways = gone(submission, trial.seen) & wanted
        known = plain | failing if trial.seen.raised else plain
        if ways - known:
            if not trial.seen.raised:
                trial = search.smaller(trial, ways - known)
            search.parents.append(trial.args)
            series.trials.append(trial)
        elif few and not trial.seen.raised and _is_new(series, trial):
            series.trials.append(trial)
        (failing if trial.seen.raised else plain).update(ways)


def strain(series: Series) -> None:
    """Adds runs with `None` in the place of one argument, for code that takes everything else as it comes."""
    if series.tries is None or not series.profile and not series.trials:
        return
    base = next((trial.args for trial in series.trials if trial.args and not trial.seen.raised), ())
    for at in range(len(base)):
        trial = series.tries.attempt((*base[:at], "None", *base[at + 1 :]), anything=True)
        if trial:
            series.trials.append(trial)


def _results(series: Series) -> int:
    return len({trial.result() for trial in series.trials if not trial.seen.raised and not _at_the_border(trial)})


def _is_new(series: Series, trial: Trial) -> bool:
    return trial.result() not in {other.result() for other in series.trials}


def _at_the_border(trial: Trial) -> bool:
    return any(text in ("0", "''", "[]", "{}", "()", "None") or text.startswith("-") for text in trial.args)


class _Search:
    def __init__(self, series: Series, submission: Metered, node: ast.AST, clock: Clock) -> None:
        self._series, self._submission, self._clock = series, submission, clock
        self._dice = Dice()
        self._material = Material(node)
        firsts: dict[tuple, tuple[str, ...]] = {}
        for trial in series.trials:
            firsts.setdefault(trial.path(), trial.args)
        #: Arguments that are worth changing.
        self.parents = [args for args in firsts.values() if args]
        if not self.parents and series.profile:
            self.parents = [_ordinary(series)]

    def another(self) -> Trial | None:
        """One more run, with changed arguments; None where it showed nothing."""
        if not self.parents:
            return None
        parent = self._dice.one_of(self.parents)
        args = list(parent)
        values = [_value(text) for text in args]
        for _ in range(1 + self._dice.below(3)):
            at = self._dice.below(len(args))
            args[at] = self._changed(at, args[at], values)
            values[at] = _value(args[at])
        assert self._series.tries is not None
        return self._series.tries.attempt(tuple(args))

    def smaller(self, trial: Trial, ways: set[Way]) -> Trial:
        """The same ways with shorter arguments, where there are such."""
        best = trial
        tries = self._series.tries
        assert tries is not None
        for _ in range(_MOST_SHRINKING):
            for args in _shorter(best.args):
                if self._clock.part_over(_PLENTY):
                    return best
                other = tries.attempt(args)
                if other and not other.seen.raised and ways <= gone(self._submission, other.seen):
                    best = other
                    break
            else:
                return best
        return best

    def _changed(self, at: int, text: str, values: list[Any]) -> str:
        series = self._series
        parameter = series.parameters[at] if at < len(series.parameters) else None
        kind = series.profile[at] if at < len(series.profile) else ""
        if parameter is not None and (values[at] is ... or self._dice.below(5) == 0):
            choices = pool(parameter, kind) if kind else [text]
            return self._dice.one_of(choices) if choices else text
        others = [value for place, value in enumerate(values) if place != at and value is not ...]
        changed = self.change(values[at], others, 0)
        frozen = Frozen(changed)
        return frozen.text if frozen.literal and len(frozen.text) <= 120 else text

    def change(self, value: Any, others: list[Any], depth: int) -> Any:
        """A value of the same kind that differs a little."""
        if value is None or isinstance(value, bool):
            return not value if isinstance(value, bool) else None
        if isinstance(value, (int, float)):
            return self._number(value, others)
        if isinstance(value, str):
            return self._text(value, others)
        if isinstance(value, list):
            return self._list(value, others, depth)
        if isinstance(value, tuple):
            return tuple(self._tuple(value, others, depth))
        if isinstance(value, set):
            items = self._list(sorted(value, key=repr), others, depth + 2)
            return {item for item in items if isinstance(item, (int, float, str))}
        if isinstance(value, dict):
            return self._dictionary(value, others, depth)
        return value

    def _number(self, value: float, others: list[Any]) -> float:
        dice, numbers = self._dice, self._material.numbers
        near = [item for item in _flat(others) if type(item) in (int, float)]
        way = dice.below(8)
        made: float
        if way == 0 and numbers:
            made = dice.one_of(numbers) + dice.below(3) - 1
        elif way == 1 and numbers:
            made = dice.one_of(numbers) * (1 + dice.below(12))
        elif way == 2 and len(numbers) > 1:
            made = dice.one_of(numbers) * dice.one_of(numbers)
        elif way == 3 and near:
            made = dice.one_of(near) + dice.below(3) - 1
        elif way == 4:
            made = 2 ** dice.below(9)
        elif way == 5:
            made = dice.below(130)
        elif way == 6:
            made = value + dice.one_of((1, -1, 2, 10))
        else:
            made = dice.one_of((value * 2, -value, value // 2 if value else 1, 0, 1))
        if abs(made) > _LARGEST:
            return value
        return float(made) if isinstance(value, float) else int(made)

    def _text(self, value: str, others: list[Any]) -> str:
        dice, material = self._dice, self._material
        near = [item for item in _flat(others) if isinstance(item, str)]
        place = dice.below(len(value) + 1)
        piece = dice.one_of(
            [
                *(dice.one_of(part) for part in (material.characters, material.words, near) if part),
                dice.one_of("abezAZ019 .,-_@!"),
            ]
        )
        way = dice.below(14)
        if way > 10:
            between = dice.one_of(material.between)
            parts = value.split(between)
            at = dice.below(len(parts) + 1)
            token = dice.one_of([*material.words, *near, str(dice.below(13)), str(dice.below(3))])
            return _short(between.join([*parts[:at], token, *parts[at + (way == 11) :]]))
        if way == 0 and material.texts:
            return dice.one_of(material.texts)
        if way == 1 and near:
            return dice.one_of(near)
        if way in (2, 3):
            return _short(value[:place] + piece + value[place:])
        if way == 4:
            return value[:place] + value[place + 1 :]
        if way == 5:
            return _short(value[:place] + piece + value[place + 1 :])
        if way == 6:
            return dice.one_of((value.upper(), value.lower(), value.title(), value[::-1], value * 2))[:_MOST_CHARS]
        if way in (7, 8):
            words = [*material.words, *near, *(str(dice.below(13)) for _ in range(3)), *(["Ada"] if way == 7 else [])]
            between = dice.one_of(material.between)
            return _short(between.join(dice.one_of(words) for _ in range(1 + dice.below(4))))
        if way == 9 and material.characters:
            return "".join(dice.one_of(material.characters) for _ in range(1 + dice.below(7)))
        return _short(value + piece)

    def _list(self, value: list, others: list[Any], depth: int) -> list:
        dice, items = self._dice, list(value)
        near = [other for other in others if isinstance(other, (list, tuple))]
        way = dice.below(13)
        place = dice.below(len(items) + 1)
        if way == 0 and near:
            return list(dice.one_of(near))[:_MOST_ITEMS]
        if way == 1 and near:
            source = list(dice.one_of(near))
            start = dice.below(len(source) + 1)
            return source[start : start + 1 + dice.below(3)]
        if way == 2 and items:
            return sorted(items, key=lambda item: (str(type(item)), item if type(item) in (int, float, str) else repr(item)))
        if way == 3:
            return items[::-1]
        if way == 4 and items:
            return [items[0]] * len(items)
        if way == 5 and items:
            del items[min(place, len(items) - 1)]
            return items
        if way == 6 and items and self._material.nests and depth < 2:
            at = min(place, len(items) - 1)
            items[at] = [items[at]]
            return items
        if way == 7 and items:
            one, two = dice.below(len(items)), dice.below(len(items))
            items[one], items[two] = items[two], items[one]
            return items
        if way == 8 and items:
            items.insert(place, dice.one_of(items))
            return items[:_MOST_ITEMS]
        fitting = [item for item in _flat(others) if not items or type(item) is type(items[0])]
        if way == 9 and fitting:
            items.insert(place, dice.one_of(fitting))
            return items[:_MOST_ITEMS]
        if not items:
            return [dice.one_of([1, 2, 3, *self._material.words[:4]])] if not fitting else [dice.one_of(fitting)]
        at = min(place, len(items) - 1)
        if way == 10:
            items.insert(at, self.change(items[at], [items, *others], depth + 1))
            return items[:_MOST_ITEMS]
        items[at] = self.change(items[at], [items, *others], depth + 1)
        return items

    def _tuple(self, value: tuple, others: list[Any], depth: int) -> list:
        """A tuple inside of something is a record, whose length stays."""
        if depth == 0:
            return self._list(list(value), others, depth)
        items = list(value)
        if items:
            at = self._dice.below(len(items))
            items[at] = self.change(items[at], others, depth + 1)
        return items

    def _dictionary(self, value: dict, others: list[Any], depth: int) -> dict:
        dice, made = self._dice, dict(value)
        keys = list(made)
        near = [item for item in _flat(others) if type(item) in (int, str)]
        way = dice.below(7)
        if way == 0 and keys:
            del made[dice.one_of(keys)]
        elif way == 1 and keys:
            key = dice.one_of(keys)
            if isinstance(key, str):
                made = {(key.upper() if old == key else old): item for old, item in made.items()}
        elif way == 2 and keys:
            values = list(made.values())
            made[dice.one_of([*self._material.words, *near, "new"])] = dice.one_of(values)
        elif way == 3 and len(keys) > 1:
            made[dice.one_of(keys)] = made[dice.one_of(keys)]
        elif keys:
            key = dice.one_of(keys)
            made[key] = self.change(made[key], [list(made), *others], depth + 1)
        else:
            made[dice.one_of([*self._material.words, *near, "a"])] = 1
        return dict(list(made.items())[:_MOST_ITEMS])


def _ordinary(series: Series) -> tuple[str, ...]:
    return tuple(pool(parameter, kind)[0] for parameter, kind in zip(series.parameters, series.profile))


def _short(text: str) -> str:
    return text[:_MOST_CHARS]


def _value(text: str) -> Any:
    """What an argument's source stands for; `...` for what is no literal."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return ...


def _flat(values: list[Any]) -> list[Any]:
    """The values and what stands in them."""
    found: list[Any] = []
    for value in values:
        found.append(value)
        if isinstance(value, (list, tuple, set, dict)):
            found += _flat(list(value))
            found += _flat(list(value.values())) if isinstance(value, dict) else []
        elif isinstance(value, str) and len(value) > 1:
            found += list(value[:4])
    return found[:60]


def _shorter(args: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The same arguments with one part taken out of one of them."""
    found = []
    for at, text in enumerate(args):
        value = _value(text)
        if isinstance(value, (list, tuple, str)) and len(value) > 1:
            cuts = [value[:place] + value[place + 1 :] for place in range(len(value))][:6]
            if len(value) > 3:
                cuts = [value[: len(value) // 2], value[len(value) // 2 :], *cuts]
            found += [(*args[:at], repr(cut), *args[at + 1 :]) for cut in cuts]
    return found


def _docstrings(node: ast.AST) -> set[int]:
    return {
        id(part.value)
        for part in ast.walk(node)
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
    }
