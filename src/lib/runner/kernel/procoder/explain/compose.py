"""Puts an explanation together; every claim in it is verified before it goes in."""

from __future__ import annotations

import ast
import re
import types
from typing import Any, Iterable

from ..causes import closest
from ..replay import Observation, Submission
from ..trace import Budget, Tracer, lookup
from ..values import Frozen
from ..verify import check
from .meter import Clock, Metered
from .steps import Measure, Step
from .trials import Trial
from .words import joined

CLAIM = Budget(steps=100_000, seconds=2.0)
_MOST_CHARS = 1_500
_MOST_STEP_CHARS = 120
_MOST_STEP_CLAIMS = 24
#: The schema's own limit.
_MOST_STEPS = 200


class Composer:
    """Collects the four sections. Claim ids are e1, e2 (examples), k1 (edge cases), s1 (steps)."""

    def __init__(self, submission: Metered, clock: Clock) -> None:
        self.submission = submission
        self.clock = clock
        self.purpose: list[str] = []
        self.steps: list[dict] = []
        self.examples: list[dict] = []
        self.edges: list[dict] = []
        self.notes: dict[str, list[str]] = {"examples": [], "edgeCases": []}
        self._ids = {"e": 0, "k": 0, "s": 0}
        #: Lines that the cell itself comes to when it runs.
        self.reached: set[int] = set()
        #: Runs that gave another answer the second time.
        self.varying = 0
        self._assigned = _names_in(submission.program.tree)

    def missing_names(self, failed: Iterable[Observation], who: str = "") -> str:
        """A sentence about names that no cell which has run has made; empty where none is missing."""
        names: dict[str, None] = {}
        for seen in failed:
            for raised in (seen.raised, seen.cell_raised):
                found = _UNDEFINED.fullmatch(raised.message) if raised and raised.type == "NameError" else None
                # What the cell itself makes is not missing: it is used too early, or misspelt.
                # And one that is nearly the same as what is there, is misspelt.
                if found and found[1] not in self._assigned and not closest(found[1], self._assigned):
                    names[found[1]] = None
        if not names:
            return ""
        listed = joined(f"`{name}`" for name in names)
        it, verb = ("it", "is") if len(names) == 1 else ("them", "are")
        what = f"`{who}` uses" if who else "This code uses"
        return f" {what} {listed}, which {verb} not made here: if a cell above makes {it}, run the cells above first."

    def confirm(self, letter: str, claim: dict[str, Any]) -> dict[str, Any] | None:
        """The claim with an id, if two more runs say the same."""
        if self.clock.over():
            return None
        claim = {"id": f"{letter}{self._ids[letter] + 1}", **claim}
        outcome = check(self.submission, claim, (), CLAIM)
        if outcome["kind"] == "non-deterministic":
            self.varying += 1
        if outcome["kind"] != "confirmed":
            return None
        self._ids[letter] += 1
        self.clock.confirmed += 1
        return claim

    def add_example(self, claim: dict[str, Any]) -> dict[str, Any] | None:
        """The example as it went in; None where it did not hold."""
        confirmed = self.confirm("e", claim)
        if confirmed:
            self.examples.append(confirmed)
        return confirmed

    def add_edge(self, claim: dict[str, Any], why: str) -> dict[str, Any] | None:
        """The edge case's claim as it went in; None where it did not hold."""
        confirmed = self.confirm("k", claim)
        if confirmed:
            self.edges.append({"claim": confirmed, "why": why})
        return confirmed

    def measure(self, trial: Trial, wanted: list[Measure]) -> dict[tuple, dict[str, Any]]:
        """See `measure` below; nothing when the time is up."""
        return {} if self.clock.over() else measure(self.submission, trial, wanted)

    def add_steps(self, steps: Iterable[Step], trial: Trial | None) -> None:
        """Steps, with the measures of one run (the first example's) where there is one."""
        steps = list(steps)
        found = self.measure(trial, [m for step in steps for m in step.measures]) if trial else {}
        for step in steps:
            claims, text = [], step.text
            for wanted in step.measures:
                partial = found.get((wanted.kind, wanted.line, wanted.name))
                if not partial or trial is None or self._ids["s"] >= _MOST_STEP_CLAIMS:
                    continue
                if wanted.kind == "count" and partial["expect"] == 0 and wanted.line != step.first:
                    continue  # what did not happen is seen in the example that it happens in
                claim = self.confirm("s", {"kind": wanted.kind, "probe": trial.probe(), **partial})
                if claim:
                    claims.append(claim)
                    text = _with_sentence(text, wanted.sentence.replace("%s", "{" + claim["id"] + "}"))
            self.steps.append({"text": text, "claims": claims, "from": step.first, "to": step.last})

    def note(self, section: str, text: str) -> None:
        """Says why a section is empty or short; shown only if it stays empty."""
        if text not in self.notes[section]:
            self.notes[section].append(text)

    def explanation(self) -> dict[str, Any]:
        """The `Explanation`; every section has something in it or a note."""
        self._drop_repeated()
        made: dict[str, Any] = {
            "purpose": {"text": " ".join(self.purpose), "claims": []},
            "steps": self.steps[:_MOST_STEPS],
            "examples": self.examples[:50],
            "edgeCases": self.edges[:50],
        }
        notes = {}
        for section, items in (("examples", self.examples), ("edgeCases", self.edges)):
            if not items:
                notes[section] = next(iter(self.notes[section]), "") or self._plain_reason(section)
            elif self.varying and section == "examples":
                notes[section] = "Some results change from run to run, so they are not shown as examples."
        if notes:
            made["notes"] = notes
        return made

    def _drop_repeated(self) -> None:
        """What a step says in a slot is no full row among the examples too, unless hardly any would be left.

        Calls stay: steps speak of “the first example” of a function, so that it has to be there.
        """

        def key(claim: dict[str, Any]) -> str:
            return repr(sorted((name, value) for name, value in claim.items() if name != "id"))

        quoted = {key(claim) for step in self.steps for claim in step["claims"]}
        kept = [claim for claim in self.examples if "call" in claim["probe"] or key(claim) not in quoted]
        self.examples = kept or self.examples[:1]

    def _plain_reason(self, section: str) -> str:
        if self.varying:
            return "The results change from run to run, so no fixed result can be shown."
        if section == "examples":
            return "No input was found with which this code gives a result that can be shown."
        return "No input was found with which this code behaves in a special way."


def _with_sentence(text: str, sentence: str) -> str:
    """A sentence behind a text; two that open alike become one."""
    opening = _OPENING.match(sentence)
    last = text.rpartition(". ")[2]
    if opening and last.startswith(opening[0]) and text.endswith("."):
        return f"{text[:-1]}, and {sentence[len(opening[0]) :]}"
    return f"{text} {sentence}"


_OPENING = re.compile(r"(?:In the first example(?: of `\w+`)?|When the code runs|In an example call of this method), ")
_UNDEFINED = re.compile(r"name '(\w+)' is not defined.*")


def _names_in(tree: ast.AST) -> set[str]:
    """Every name that the cell makes anywhere."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found |= {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
    found |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return found | {(n.asname or n.name) for n in ast.walk(tree) if isinstance(n, ast.alias)}


def result_claim(trial: Trial) -> dict[str, Any] | None:
    """What a trial's call gave, as a claim without an id: raises, returns, or prints."""
    seen, probe = trial.seen, trial.probe()
    if seen.raised:
        expect: dict[str, Any] = {"type": seen.raised.type}
        message = seen.raised.message
        # How Python words a full stack, and where addresses stand, differs from run to run.
        if (
            message
            and len(message) < 300
            and " at 0x" not in message
            and seen.raised.type != "RecursionError"
        ):
            expect["message"] = message
        return {"kind": "raises", "probe": probe, "expect": expect}
    text = seen.value.text if seen.value else "None"
    if text == "None" and seen.printed and len(seen.printed) < _MOST_CHARS:
        return {"kind": "prints", "probe": probe, "expect": seen.printed}
    if seen.value and len(text) < _MOST_CHARS:
        return {"kind": "returns", "probe": probe, "expect": seen.value.py_text()}
    return None


def measure(submission: Submission, trial: Trial, wanted: list[Measure]) -> dict[tuple, dict[str, Any]]:
    """Looks the measures up in one more run of the trial: (kind, line, name) → the claim's own fields."""
    names: dict[int, set[str]] = {}
    for item in wanted:
        if item.kind == "value":
            names.setdefault(item.line, set()).add(item.name)
    values: dict[tuple[int, str], tuple[int, Frozen | None]] = {}

    def record(frame: types.FrameType, line: int, visit: int) -> None:
        for name in names.get(line, ()):
            if visit >= values.get((line, name), (0, None))[0]:
                found, value = lookup(frame, name)
                values[line, name] = (visit, Frozen(value) if found else None)

    def prepare(tracer: Tracer) -> None:
        tracer.recorder = record

    seen = submission.observe(trial.call, trial.setup, trial.stdin, CLAIM, prepare=prepare)
    found: dict[tuple, dict[str, Any]] = {}
    for item in wanted:
        if item.kind == "count":
            found[item.kind, item.line, item.name] = {
                "line": item.line,
                "expect": count_of(submission, seen, item.line),
            }
            continue
        frozen = values.get((item.line, item.name), (0, None))[1]
        if frozen and frozen.literal and len(frozen.text) <= _MOST_STEP_CHARS:
            found[item.kind, item.line, item.name] = {
                "line": item.line,
                "name": item.name,
                "expect": frozen.text,
            }
    return found


def count_of(submission: Submission, seen: Observation, line: int) -> int:
    """How often a line ran; on a loop's header, the passes through its body."""
    loops = submission.loops.get(line)
    return seen.passes[loops[0]] if loops else seen.visits[line]
