"""Chooses, among the trials of a function, which ones are its examples and which its edge cases, and says why."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Callable

from .kinds import Parameter
from .trials import Series, Trial
from .ways import Way
from .words import Words

MAX_EXAMPLES = 3
#: With those that go a way of their own.
MOST_EXAMPLES = 5
MAX_EDGES = 3
MIN_EDGES = 2

_RAISED = {
    "ZeroDivisionError": "so the code comes to divide by zero",
    "IndexError": "so the code asks for a position that does not exist",
    "KeyError": "so the code asks for a key that is not there",
    "RecursionError": "so the function calls itself without ever reaching a case with a direct answer",
    "StopIteration": "so there is no next value to hand out",
    "AssertionError": "so a condition that the code insists on does not hold",
    "ValueError": "which the code cannot work with",
    "TypeError": "which is not the kind of value that the code can work with",
    "OverflowError": "and the number becomes too large",
}


#: What stands behind “With this input,” in the place of an effect that speaks of the input.
_ALONE = {
    "which the code cannot work with": "the code answers with an error",
    "which is not the kind of value that the code can work with": "the code answers with an error",
    "and the number becomes too large": "the number becomes too large",
    "and the code answers with an error": "the code answers with an error",
    "which the code refuses by raising an error of its own": "the code raises an error of its own, on purpose",
}


@dataclass
class Choice:
    """The trials to show: `edges` with a reason each."""

    examples: list[Trial]
    edges: list[tuple[Trial, str]]


def choose(
    series: Series,
    words: Words,
    body: list[ast.stmt],
    ways: Callable[[Trial], set[Way]] = lambda trial: set(),
) -> Choice:
    """Examples: ordinary calls that go different ways. Edge cases: extreme inputs, errors, borders.

    `ways` are the ways through the code that a trial went.
    """
    reasons = {id(trial): _reason(trial, series.parameters, words, body) for trial in series.trials}
    plain = [trial for trial in series.trials if not trial.seen.raised and _shows(trial)]
    ordinary = [trial for trial in plain if not reasons[id(trial)][1] or trial.from_cell]
    examples = _diverse(ordinary or plain, MAX_EXAMPLES, ways)
    if len(examples) < 2:
        examples += [trial for trial in _diverse(plain, MAX_EXAMPLES, ways) if trial not in examples][
            : 2 - len(examples)
        ]
    edges = _edges(series, examples, reasons)
    # What is special is an example only where nothing ordinary is left, and enough edge cases are without it.
    special = sorted(plain, key=lambda trial: reasons[id(trial)][0])
    for trial in [*_of_other_kinds(ordinary), *_of_other_kinds(special)]:
        if len(examples) >= MAX_EXAMPLES:
            break
        if trial in examples or _traits(trial) in map(_traits, examples):
            continue
        beside = _edges(series, [*examples, trial], reasons)
        if len(beside) >= min(MIN_EDGES, len(edges)):
            examples, edges = [*examples, trial], beside
    # Then anything ordinary, rather than less than enough.
    for trial in ordinary:
        if len(examples) >= MAX_EXAMPLES:
            break
        told = {(_traits(other), other.result()) for other in examples}
        if trial not in examples and (_traits(trial), trial.result()) not in told:
            beside = _edges(series, [*examples, trial], reasons)
            if len(beside) >= min(MIN_EDGES, len(edges)):
                examples, edges = [*examples, trial], beside
    # Three times the same answer shows less than two answers.
    if len(examples) > 2 and len({trial.result() for trial in examples}) == 1:
        for trial in [*ordinary, *special]:
            if trial.result() != examples[0].result() and not ways(examples[-1]) - ways(examples[0]):
                beside = _edges(series, [*examples[:-1], trial], reasons)
                if len(beside) >= min(MIN_EDGES, len(edges)):
                    examples, edges = [*examples[:-1], trial], beside
                    break
    # A way that no example goes is worth a further one.
    shown = {way for trial in examples for way in ways(trial)}
    for trial in [*ordinary, *special]:
        if len(examples) >= MOST_EXAMPLES:
            break
        if trial in examples or not ways(trial) - shown:
            continue
        beside = _edges(series, [*examples, trial], reasons)
        if len(beside) >= min(MIN_EDGES, len(edges)):
            examples, edges = [*examples, trial], beside
            shown |= ways(trial)
    return Choice(examples, edges)


def _edges(
    series: Series, examples: list[Trial], reasons: dict[int, tuple[int, str]]
) -> list[tuple[Trial, str]]:
    """The edge cases beside these examples, the most telling first."""
    shown = {id(trial) for trial in examples}
    candidates = [
        (reasons[id(trial)][0], reasons[id(trial)][1], trial)
        for trial in series.trials
        if id(trial) not in shown and reasons[id(trial)][1] and (trial.seen.raised or _shows(trial))
    ]
    usual = series.trials[0].args if series.trials else ()
    # Of two inputs that are special in the same way, the one that differs in nothing else says it best.
    candidates.sort(key=lambda item: (-item[0], sum(a != b for a, b in zip(item[2].args, usual))))
    edges: list[tuple[Trial, str]] = []
    said: set[tuple[str, str]] = set()
    for _, why, trial in candidates:
        key = (why, trial.shape())
        if key not in said and not any(t.result() == trial.result() and w == why for t, w in edges):
            if why in {w for _, w in edges}:
                continue
            said.add(key)
            edges.append((trial, why))
        if len(edges) >= MAX_EDGES:
            break
    if len(edges) < MIN_EDGES:
        edges += _leftovers(series, examples, edges)[: MIN_EDGES - len(edges)]
    return edges


def _of_other_kinds(trials: list[Trial]) -> list[Trial]:
    """One trial for each kind of input; first those that go a way of their own."""
    firsts: dict[tuple, Trial] = {}
    for trial in trials:
        firsts.setdefault((trial.path(), _traits(trial)), trial)
    paths: set[tuple] = set()
    new, same = [], []
    for trial in firsts.values():
        (same if trial.path() in paths else new).append(trial)
        paths.add(trial.path())
    return new + same


def _traits(trial: Trial) -> tuple:
    """What kind of input a trial has: of each argument its type, size, and sign."""
    if not trial.args:
        return (trial.setup, trial.call)
    return tuple(_trait(text) for text in trial.args)


def _trait(text: str) -> tuple:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return (text,)
    if isinstance(value, bool) or value is None:
        return (text,)
    if isinstance(value, (int, float)):
        return (type(value).__name__, value > 0, value < 0, len(str(abs(int(value)))))
    if isinstance(value, str):
        signs = (any(map(test, value)) for test in (str.isupper, str.isdigit, str.isspace))
        return ("str", min(len(value), 9), *signs)
    if isinstance(value, (list, tuple, set, dict)):
        signs = any(type(item) in (int, float) and item < 0 for item in value)
        return (type(value).__name__, min(len(value), 5), signs)
    return (text,)


def _shows(trial: Trial) -> bool:
    value = trial.seen.value
    return bool(value and len(value.text) <= 400 or trial.seen.printed)


def _diverse(trials: list[Trial], most: int, ways: Callable[[Trial], set[Way]]) -> list[Trial]:
    """The first trial, then those that go the most new ways, then those on another path or with a new result."""
    chosen: list[Trial] = []
    paths: set[tuple] = set()
    results: set[str] = set()
    shown: set[Way] = set()

    def take(trial: Trial) -> None:
        chosen.append(trial)
        paths.add(trial.path())
        results.add(trial.result())
        shown.update(ways(trial))

    if trials:
        take(trials[0])
    while len(chosen) < most:
        best = max(trials, key=lambda trial: len(ways(trial) - shown), default=None)
        if best is None or not ways(best) - shown:
            break
        take(best)
    for trial in trials:
        if len(chosen) < most and trial.path() not in paths and trial.result() not in results:
            take(trial)
    for trial in trials:
        if len(chosen) < most and trial not in chosen and trial.result() not in results:
            take(trial)
    for trial in trials:
        if len(chosen) < 2 and trial not in chosen:
            chosen.append(trial)
    return chosen


def _reason(trial: Trial, parameters: list[Parameter], words: Words, body: list[ast.stmt]) -> tuple[int, str]:
    """(weight, why this is an edge case); weight 0 and an empty reason for an ordinary call."""
    weight, said = 0, ""
    for parameter, text in zip(parameters, trial.args):
        found = _about(parameter, text, body, words)
        if found and found[0] > weight:
            weight, said = found
    if not said:
        same = _same_arguments(parameters, trial.args)
        if same:
            weight, said = 1, same
    if not said and trial.special:
        weight, said = 3, trial.special
    if not said and _alike(trial):
        weight, said = 2, "Here both objects are made alike"
    raised = trial.seen.raised
    if raised and not trial.args and not said:
        return 10, "At this point the call cannot be carried out, and the code answers with an error."
    if raised:
        effect = _RAISED.get(raised.type, "and the code answers with an error")
        if not said and raised.type in ("ValueError", "TypeError") or raised.type not in _RAISED:
            effect = "and the code answers with an error"
        if _raises_itself(trial, body):
            effect = "which the code refuses by raising an error of its own"
        if not said:
            # Nothing about the input itself is special, so only what happens is told.
            return 10, f"With this input, {_ALONE.get(effect, effect).removeprefix('so ')}."
        return 10 + weight, f"{said}, {effect}."
    if not said:
        return 0, ""
    if trial.shape() == "none" and any(
        isinstance(p, ast.Return) and p.value for s in body for p in ast.walk(s)
    ):
        return weight + 2, f"{said}, and nothing comes back."
    if trial.shape() == "empty":
        return weight + 2, f"{said}, and the result is empty too."
    if body and not any(trial.seen.passes.values()) and _has_loop(body):
        return weight + 1, f"{said}, so the loop's body never runs."
    return weight, f"{said}."


def _about(parameter: Parameter, text: str, body: list[ast.stmt], words: Words) -> tuple[int, str] | None:
    name = f"one of `{parameter.name}`" if parameter.star else f"`{parameter.name}`"
    if text in parameter.objects and text != "None":
        if re.search(r"[( ]-\d", text):
            return 2, f"Here {name} is made with a negative number"
        return (1, f"Here {name} is made with a zero") if re.search(r"[( ]0[,)]", text) else None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    if value is None:
        return 7, f"Here {name} is `None`"
    if isinstance(value, (list, str, dict, tuple)):
        if not value:
            return 8, f"Here {name} is empty"
        if isinstance(value, list) and any(isinstance(item, list) and not item for item in value):
            return 6, f"Here {name} holds an empty list"
        if isinstance(value, list) and "" in value:
            return 3, f"Here {name} holds an empty text"
        if len(value) == 1:
            thing = {"str": "one character", "dict": "one entry"}.get(type(value).__name__, "one item")
            return 4, f"Here {name} has only {thing}"
        if isinstance(value, list) and all(type(item) in (int, float) and item < 0 for item in value):
            compares = any(
                isinstance(part, ast.Compare) for statement in body for part in ast.walk(statement)
            )
            return 5 if compares else 2, f"Here all numbers in {name} are negative"
        if isinstance(value, list) and _repeats(value):
            return 4, f"Here {name} holds the same item more than once"
        return None
    if type(value) in (int, float):
        border = _border(parameter.name, value, body, words)
        if border:
            return 7, f"Here {name} lies exactly on the border of {border}"
        if value == 0:
            return 6, f"Here {name} is zero"
        if value < 0:
            return 5, f"Here {name} is negative"
    return None


def _repeats(items: list) -> bool:
    return any(item in items[:at] for at, item in enumerate(items))


def _border(name: str, value: float, body: list[ast.stmt], words: Words) -> str | None:
    for statement in body:
        for node in ast.walk(statement):
            if not isinstance(node, ast.Compare) or len(node.ops) != 1:
                continue
            if not isinstance(node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
                continue
            for this, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
                if isinstance(this, ast.Name) and this.id == name:
                    try:
                        if ast.literal_eval(other) == value:
                            return words.code(node)
                    except (ValueError, TypeError, SyntaxError):
                        continue
    return None


def _same_arguments(parameters: list[Parameter], args: tuple[str, ...]) -> str:
    known = min(len(args), len(parameters))
    for at, text in enumerate(args[:known]):
        for other in range(at + 1, known):
            if text == args[other] and parameters[at].name != parameters[other].name:
                return f"Here `{parameters[at].name}` and `{parameters[other].name}` are equal"
    return ""


def _alike(trial: Trial) -> bool:
    """Whether the object that a method is called on and the one that it is given are made in the same way."""
    made = [line.partition(" = ")[2] for line in trial.setup]
    return bool(trial.args) and len(made) == 2 and made[0] == made[1]


def _has_loop(body: list[ast.stmt]) -> bool:
    return any(isinstance(node, (ast.For, ast.While)) for statement in body for node in ast.walk(statement))


def _raises_itself(trial: Trial, body: list[ast.stmt]) -> bool:
    line = trial.seen.raised.line if trial.seen.raised else None
    return any(
        isinstance(node, ast.Raise) and node.lineno <= (line or 0) <= (node.end_lineno or 0)
        for statement in body
        for node in ast.walk(statement)
    )


def _leftovers(
    series: Series, examples: list[Trial], edges: list[tuple[Trial, str]]
) -> list[tuple[Trial, str]]:
    """Ordinary calls that still say something: another way through the code, or a result that stands out."""
    taken = [*examples, *(trial for trial, _ in edges)]
    paths = {trial.path() for trial in taken}
    shapes = {trial.shape() for trial in taken}
    largest = max((_size(trial) for trial in taken), default=0.0)
    said = {why for _, why in edges}
    found: list[tuple[Trial, str]] = []
    for trial in series.trials:
        if trial in taken or trial.seen.raised or not _shows(trial):
            continue
        why = ""
        if trial.path() not in paths:
            why = "This input takes another way through the code than the examples."
        elif trial.shape() not in shapes:
            why = "This input gives another kind of answer than the examples."
        elif _size(trial) > largest > 0:
            why = "This input is larger than the ones in the examples."
        if why and why not in said:
            said.add(why)
            paths.add(trial.path())
            found.append((trial, why))
    return found


def _size(trial: Trial) -> float:
    """How large the largest number among the arguments is; 0 where there is none."""
    sizes = [0.0]
    for text in trial.args:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            continue
        if type(value) in (int, float):
            sizes.append(abs(value))
    return max(sizes)
