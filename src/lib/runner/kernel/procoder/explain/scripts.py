"""Explains the part of a cell that runs at once: what it prints, and what its names hold at the end."""

from __future__ import annotations

import ast
from typing import Iterator

from ..trees import own_nodes
from .asking import Asking, with_lines
from .compose import CLAIM, Composer
from .failure import explain_failure
from .function import without_docstring
from .loops import source_of
from .steps import Measure, steps_of
from .trials import Trial, lacking
from .ways import gone, ways_of
from .words import Words, joined

_MOST_OUTPUT = 1_500
_MOST_NAMES = 3
#: Rows of typed lines that are tried, and that are shown.
_MOST_ROWS = 16
_MOST_EXAMPLES = 4
_MOST_EDGES = 3
_PASSIVE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def active(tree: ast.Module) -> list[ast.stmt]:
    """The statements of a cell that do something when it runs: not definitions, imports, or a docstring."""
    return [node for node in without_docstring(tree.body) if not isinstance(node, _PASSIVE)]


def explain_script(composer: Composer, stdin: tuple[str, ...], alone: bool) -> None:
    """Adds the running part of the cell; `alone` when the cell defines no function or class."""
    submission = composer.submission
    tree = submission.program.tree
    body = active(tree)
    if not body:
        return
    words = Words.of(submission)
    asking = Asking(tree)
    trial = _try(composer, asking, stdin)
    asks = bool(asking and (trial.stdin or trial.seen.asked_too_much))
    if alone:
        purpose = _purpose(body, words, asks, _stops(trial))
        if lacking(trial.seen):
            purpose += f" It needs {lacking(trial.seen)}."
        elif trial.seen.timed_out:
            purpose += " It did not come to an end within the limit."
        composer.purpose.append(purpose + composer.missing_names([trial.seen]))
    first: Trial | None = None
    if not trial.seen.timed_out and not trial.seen.raised and 0 < len(trial.seen.printed) <= _MOST_OUTPUT:
        if composer.add_example({"kind": "prints", "probe": trial.probe(), "expect": trial.seen.printed}):
            first = trial
    if alone and not trial.seen.timed_out:
        _values(composer, body, trial)
        if composer.examples and first is None:
            first = trial
    if asks:
        _other_inputs(composer, asking, tree, trial)
    _failure(composer, trial)
    if alone:
        steps = steps_of(tree.body, words, "In the first example" if asks else "When the code runs")
        usable = first or (trial if not trial.seen.timed_out and not trial.seen.asked_too_much else None)
        composer.add_steps(steps, usable)
        _notes(composer, trial, asks)
    if _stops(trial):
        explain_failure(composer, trial)


def _try(composer: Composer, asking: Asking, stdin: tuple[str, ...] = (), policy: int = 0) -> Trial:
    """The script with these lines, and where it asks for more, with lines that fit."""
    submission = composer.submission
    if stdin:
        # What was really typed; only what the script took, the rest says nothing.
        seen = submission.observe(stdin=stdin, budget=CLAIM)
        return Trial(None, seen, stdin=stdin if seen.asked_too_much or seen.timed_out else stdin[: seen.lines_taken])
    for turn in range(policy, policy + 4):
        lines, seen = with_lines(
            lambda lines: submission.observe(stdin=lines, budget=CLAIM), asking, (), turn
        )
        if not (seen.asked_too_much or seen.timed_out) or composer.clock.over():
            break
    return Trial(None, seen, stdin=lines)


def _purpose(body: list[ast.stmt], words: Words, asks: bool, stops: bool) -> str:
    parts = []
    if asks:
        parts.append("asks the user for input")
    loops = [node for s in body for node in [s, *own_nodes(s)] if isinstance(node, (ast.For, ast.While))]
    if loops and isinstance(loops[0], ast.For):
        parts.append(f"goes through {source_of(loops[0].iter, words)}")
    elif loops:
        parts.append("repeats some steps in a loop")
    tests = [node for s in body for node in [s, *own_nodes(s)] if isinstance(node, ast.If)]
    if tests and not loops:
        parts.append(f"decides whether {words.condition(tests[0].test)}")
    names = _names(body)
    printed = [
        p
        for s in body
        for p in ast.walk(s)
        if isinstance(p, ast.Call) and getattr(p.func, "id", "") == "print"
    ]
    if not parts and names:
        parts.append(f"works out {joined(f'`{name}`' for name in names[:3])}")
    if printed:
        shown = dict.fromkeys(words.value(arg) for call in printed[:3] for arg in call.args[-1:])
        parts.append(f"prints {joined(shown)}" if shown else "prints text")
    if not parts:
        calls = [
            words.code(s.value.func)
            for s in body
            if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call)
        ]
        calls = [call for call in calls if call]
        parts.append(f"calls {joined(calls[:3])}" if calls else "runs its statements from top to bottom")
    if stops:
        return f"As it is written, this script {joined(parts)}."
    return f"This script {joined(parts)}. It runs from top to bottom as soon as the cell runs."


def _names(body: list[ast.stmt]) -> list[str]:
    nodes = [part for statement in body for part in [statement, *own_nodes(statement)]]
    inner = {id(name) for part in nodes if isinstance(part, ast.comprehension) for name in ast.walk(part.target)}
    found = [
        part.id
        for part in nodes
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and id(part) not in inner
    ]
    return list(dict.fromkeys(found))


def _values(composer: Composer, body: list[ast.stmt], trial: Trial) -> None:
    """Examples that say what the names hold at the end."""
    wanted: dict[str, Measure] = {}
    for statement in body:
        for part in [statement, *own_nodes(statement)]:
            if not isinstance(part, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
                continue
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    wanted[target.id] = Measure("value", part.lineno, "", target.id)
    changing = sorted(wanted.values(), key=lambda item: -item.line)
    found = composer.measure(trial, changing)
    for item in changing:
        fields = found.get(("value", item.line, item.name))
        if fields and len(composer.examples) < _MOST_NAMES:
            composer.add_example({"kind": "value", "probe": trial.probe(), **fields})


def _other_inputs(composer: Composer, asking: Asking, tree: ast.Module, first: Trial) -> None:
    """The same script with other lines: examples that go other ways, then the ones where it may break."""
    submission = composer.submission
    seen = {first.seen.printed}
    ways = gone(submission, first.seen) if composer.examples else set()
    found: list[Trial] = []
    for policy in range(1, min(_MOST_ROWS, asking.policies())):
        if composer.clock.over(len(composer.examples)):
            break
        lines, run = with_lines(lambda lines: submission.observe(stdin=lines, budget=CLAIM), asking, (), policy)
        if not (run.timed_out or run.asked_too_much or run.refused):
            found.append(Trial(None, run, stdin=lines))
    ends_well = [trial for trial in found if not trial.seen.raised]
    wanted = ways_of(tree)
    while len(composer.examples) < _MOST_EXAMPLES and ends_well:
        # What shows most that is new, and of these the shortest.
        best = max(ends_well, key=lambda trial: (len((gone(submission, trial.seen) & wanted) - ways), -len(trial.stdin)))
        ends_well.remove(best)
        new = (gone(submission, best.seen) & wanted) - ways
        if best.seen.printed in seen or not new and len(composer.examples) > 1:
            continue
        seen.add(best.seen.printed)
        if composer.add_example(_script_claim(best)):
            ways |= new
    edges = 0
    for trial, why in _special_lines(composer, asking, first, [t for t in found if t.seen.raised]):
        if edges >= _MOST_EDGES or trial.seen.printed in seen and not trial.seen.raised:
            continue
        seen.add(trial.seen.printed)
        edges += bool(composer.add_edge(_script_claim(trial), why))


def _special_lines(
    composer: Composer, asking: Asking, first: Trial, failing: list[Trial]
) -> Iterator[tuple[Trial, str]]:
    """Runs in which one of the typed lines is a special one, with what is special about it."""
    submission = composer.submission
    number = any(site.is_number for site in asking.lines.values())
    choices = [("abc", "Here the user types letters where the code needs a number.")] if number else []
    if number:
        choices += [("0", "Here the user types zero."), ("-1", "Here the user types a negative number.")]
    choices += [
        ("", "Here the user types nothing and just presses Enter."),
        ("x", "Here the user types a single letter."),
    ]
    said: set[str] = set()
    for text, why in choices:
        for at in range(len(first.stdin)):
            plain = _is_number(first.stdin[at])
            if composer.clock.over(len(composer.edges)) or why in said:
                break
            if text == first.stdin[at] or plain is not number and text != "":
                continue
            start = (*first.stdin[:at], text, *first.stdin[at + 1 :])
            lines, run = with_lines(lambda lines: submission.observe(stdin=lines, budget=CLAIM), asking, start)
            trial = Trial(None, run, stdin=lines)
            if not (run.timed_out or run.asked_too_much or run.refused) and run.printed != first.seen.printed:
                said.add(why)
                yield trial, why
    for trial in failing[:1]:
        yield trial, "These answers make the script stop with an error."


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def _script_claim(trial: Trial) -> dict:
    raised = trial.seen.raised
    if raised:
        return {"kind": "raises", "probe": trial.probe(), "expect": {"type": raised.type}}
    return {"kind": "prints", "probe": trial.probe(), "expect": trial.seen.printed}


def _failure(composer: Composer, trial: Trial) -> None:
    raised = trial.seen.raised
    if lacking(trial.seen):
        # What stopped the code is the place it ran in, and not the code.
        composer.note("examples", f"The code needs {lacking(trial.seen)}.")
        composer.note("edgeCases", f"The code needs {lacking(trial.seen)}.")
    if raised and _stops(trial):
        why = "The code stops here with an error each time it runs."
        claim = {"kind": "raises", "probe": trial.probe(), "expect": {"type": raised.type}}
        if raised.message and len(raised.message) < 300 and " at 0x" not in raised.message:
            claim["expect"]["message"] = raised.message
        composer.add_edge(claim, why)
        missing = composer.missing_names([trial.seen]).strip()
        if missing:
            composer.note("examples", missing)
        composer.note("examples", "The code stops with an error before it has a result to show.")


def _stops(trial: Trial) -> bool:
    """Whether the code stops by a mistake of its own."""
    seen = trial.seen
    if seen.raised is None or seen.timed_out or seen.asked_too_much or seen.raised.type == "SystemExit":
        return False
    return not lacking(seen)


def _notes(composer: Composer, trial: Trial, asks: bool) -> None:
    if trial.seen.timed_out:
        composer.note("examples", "The code did not come to an end within the limit, so it has no result to show.")
        composer.note("edgeCases", "The code did not come to an end within the limit, so it has no result to show.")
        return
    if not trial.seen.printed and not composer.examples:
        composer.note("examples", "The code prints nothing and leaves no simple value behind.")
    if not asks and not trial.seen.timed_out:
        steady = not trial.seen.touched and not composer.varying
        composer.note(
            "edgeCases",
            (
                "This script takes no input, so it does the same each time it runs."
                if steady
                else "This script takes no input, but what it does can change from run to run."
            ),
        )
