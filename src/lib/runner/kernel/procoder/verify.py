"""Puts one claim to the test by running the code, twice, from nothing; the answer is an `Outcome`.

Where a run asked for chance, the time, an address, a hash or the order of a set, two runs that agree prove nothing:
then it is made again in many other worlds (see `chance`), and confirmed only if all of them agree. A result that holds
an address which did not change all the same is `not-checkable`. Where the code changed the kernel itself (see `seal`),
nothing is decided.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import re
from time import perf_counter
from typing import Any, Iterable

from . import seal
from .chance import SEEDED, WORLDS
from .replay import Observation, Raised, Submission
from .trace import Budget, Watch
from .values import MAX_TEXT, NotALiteral, parse_literal, shorten

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{4,}")
#: Runs in further worlds, as long as these steps are not used up; setting a run up costs as much as some steps. Steps
#: and not seconds, so that the same claims are confirmed under any load.
_MOST_WORLDS, _MORE_STEPS, _A_RUN = 48, 60_000, 800
#: So many times the steps, or the seconds, of one run are spent on all of them. The clock is a last resort.
_MOST_RUNS, _MOST_RUNS_BY_CLOCK = 8, 4
_NETWORK_PACKAGES = ("requests", "httpx", "urllib3", "aiohttp")


def verify(
    claim: dict[str, Any],
    code: str,
    context: Iterable[dict] = (),
    stdin: Iterable[str] = (),
    budget: dict | None = None,
) -> dict[str, Any]:
    """`Outcome` of one claim about `code`.

    `stdin` is used where the claim's probe has none of its own. `budget` is `{steps?, seconds?}` for each of the two runs.
    """
    try:
        submission = Submission(code, context)
    except SyntaxError as problem:
        return _not_checkable("syntax-error", str(problem.msg))
    return check(submission, claim, stdin, _budget(budget))


def check(
    submission: Submission, claim: dict[str, Any], stdin: Iterable[str] = (), budget: Budget = Budget()
) -> dict[str, Any]:
    """`Outcome` of one claim about a submission that parses."""
    if not submission.can_reach:
        return _check(submission, claim, stdin, budget)
    seal.close()
    seal.broken()
    outcome = _check(submission, claim, stdin, budget)
    # Once more: something of the code's may have run late, such as a `__del__`.
    return _not_checkable("runner-unavailable", _TAMPERED) if seal.broken() else outcome


_TAMPERED = "the code changed the program that checks it; this was undone, and nothing was decided"


def _check(
    submission: Submission, claim: dict[str, Any], stdin: Iterable[str], budget: Budget
) -> dict[str, Any]:
    refused = _refuse(submission, claim)
    if refused:
        return refused
    probe = claim["probe"]
    watch = None
    if claim["kind"] == "value":
        watch = Watch(claim["line"], claim["name"], claim.get("visit"))

    lines = tuple(probe.get("stdin", stdin))

    def observe(world: int = 0) -> Observation:
        return submission.observe(
            probe.get("call"), probe.get("setup", ()), lines, budget, watch, world=world
        )

    first = observe()
    ended = _ended(first, claim)
    if ended:
        return ended
    second = observe()
    # One run within its budget and one beyond is a matter of the machine's load: not decided.
    ended = _ended(second, claim)
    if ended:
        return ended
    if not _same(submission, claim, first, second):
        seen = [_actual(submission, claim, run) for run in (first, second)]
        return {"kind": "non-deterministic", "seen": seen}
    address = _address(submission, claim, first)
    if first.touched or second.touched or address:
        started, spent = perf_counter(), 0
        for world in range(1, _MOST_WORLDS):
            if world > WORLDS and spent + world * _A_RUN > _MORE_STEPS:
                break
            late = perf_counter() - started > _MOST_RUNS_BY_CLOCK * budget.seconds
            if late or spent > _MOST_RUNS * budget.steps:
                return {"kind": "timed-out"}  # too slow to be run often enough
            other = observe(world)
            spent += other.steps
            if other.timed_out and SEEDED < world <= WORLDS:
                continue  # an endless row of the same number is no run that anyone will see
            ended = _ended(other, claim)
            if ended:
                return ended
            if not _same(submission, claim, first, other):
                seen = [_actual(submission, claim, run) for run in (first, other)]
                return {"kind": "non-deterministic", "seen": seen}
    if address:
        return _not_checkable("not-a-literal", "the result holds a memory address, which is no lasting value")
    return _judge(submission, claim, first)


def _address(submission: Submission, claim: dict[str, Any], seen: Observation) -> bool:
    """Whether what the claim is about holds an object's address as text."""
    text = ""
    if claim["kind"] == "prints":
        text = seen.printed
    elif claim["kind"] in ("returns", "value"):
        frozen = seen.watched if claim["kind"] == "value" else seen.value
        text = frozen.text if frozen and frozen.literal else ""
    return _ADDRESS.search(text) is not None and "at 0x" not in submission.program.source


def _budget(given: dict | None) -> Budget:
    given = given or {}
    plain = Budget()
    return Budget(int(given.get("steps", plain.steps)), float(given.get("seconds", plain.seconds)))


def _not_checkable(why: str, detail: str = "") -> dict[str, Any]:
    outcome: dict[str, Any] = {"kind": "not-checkable", "why": why}
    if detail:
        outcome["detail"] = shorten(detail, 2_000)
    return outcome


def _refuse(submission: Submission, claim: dict[str, Any]) -> dict[str, Any] | None:
    """What can be said before anything runs."""
    expect = claim["expect"]
    if claim["kind"] in ("returns", "value") and isinstance(expect, str):
        try:
            parse_literal(expect)
        except NotALiteral:
            return _not_checkable("not-a-literal", expect)
    if claim["kind"] == "returns" and claim["probe"].get("call") is None:
        return _not_checkable("not-a-plain-call", "a claim about a result needs a call")
    if "line" in claim and claim["line"] not in code_lines(submission.program.tree):
        return _not_checkable("no-such-line", f"line {claim['line']} holds no code")
    return None


def code_lines(tree: ast.Module) -> set[int]:
    """The lines that hold something which runs: not blank ones, comments, docstrings, or a bare `else:`."""
    lines = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, (ast.stmt, ast.ExceptHandler)):
            lines.add(node.lineno)
            lines.update(item.lineno for item in getattr(node, "decorator_list", ()))
        elif isinstance(node, ast.expr) and not isinstance(node, ast.Constant):
            lines.add(node.lineno)
    return lines


def _ended(seen: Observation, claim: dict[str, Any]) -> dict[str, Any] | None:
    """Why a run cannot decide the claim, if so."""
    if seen.tampered:
        return _not_checkable("runner-unavailable", _TAMPERED)
    if seen.timed_out:
        return {"kind": "timed-out"}
    if seen.network:
        return _not_checkable("needs-network")
    if seen.refused:
        return _not_checkable(*seen.refused)
    if seen.asked_too_much:
        return _not_checkable("no-input-given")
    raised = seen.raised
    if raised is None or claim["kind"] == "raises" and _raised_as_claimed(raised, claim["expect"]):
        return None
    if raised.type == "FileNotFoundError":
        return _not_checkable("needs-file", raised.message)
    if raised.module.startswith(("pyodide", "_pyodide")):
        return _not_checkable("needs-network", raised.message)
    if raised.type == "ModuleNotFoundError" and any(name in raised.message for name in _NETWORK_PACKAGES):
        return _not_checkable("needs-network", raised.message)
    return None


def _raised_as_claimed(raised: Raised, expect: dict[str, Any]) -> bool:
    wanted = expect["type"]
    if wanted not in raised.lineage:
        return False
    return "message" not in expect or expect["message"] == raised.message


def _count(submission: Submission, line: int, seen: Observation) -> int:
    loops = submission.loops.get(line)
    return seen.passes[loops[0]] if loops else seen.visits[line]


def _without_newline(text: str) -> str:
    return text[:-1] if text.endswith("\n") else text


def _stopped_by(seen: Observation, claim: dict[str, Any]) -> Raised | None:
    """The exception that ended the run, unless it is a script's way to end itself."""
    raised = seen.raised
    if raised and raised.type == "SystemExit" and "call" not in claim["probe"]:
        return None
    return raised


def _actual(submission: Submission, claim: dict[str, Any], seen: Observation) -> dict[str, Any]:
    """What the run gave, in the shape of the claim's question."""
    kind = claim["kind"]
    raised = seen.raised if kind == "raises" else _stopped_by(seen, claim)
    if raised and kind in ("returns", "raises", "prints"):
        return {
            "kind": "raised",
            "type": shorten(raised.type, MAX_TEXT),
            "message": shorten(raised.message, MAX_TEXT),
        }
    if kind == "prints" or kind == "raises" and seen.value is None:
        return {"kind": "printed", "text": shorten(seen.printed, MAX_TEXT)}
    if kind == "count":
        return {"kind": "count", "count": _count(submission, claim["line"], seen)}
    if kind == "executed":
        return {"kind": "executed", "executed": seen.visits[claim["line"]] > 0}
    frozen = seen.watched if kind == "value" else seen.value
    return {"kind": "value", "value": frozen.py_text()} if frozen else {"kind": "absent"}


def _same(submission: Submission, claim: dict[str, Any], first: Observation, second: Observation) -> bool:
    """Whether two runs agree in what the claim is about."""
    kind = claim["kind"]
    if kind == "raises" and first.raised and second.raised:
        same_type = first.raised.type == second.raised.type
        return same_type and (
            "message" not in claim["expect"] or first.raised.message == second.raised.message
        )
    one, other = (run.watched if kind == "value" else run.value for run in (first, second))
    if kind in ("value", "returns", "raises") and one and other:
        # A script that ends with an error has given its names values all the same.
        same_end = (first.raised and first.raised.type) == (second.raised and second.raised.type)
        return same_end and (kind == "value" or first.raised is None) and one.same(other)
    if kind == "prints" and not (first.raised or second.raised):
        return first.printed == second.printed
    return _actual(submission, claim, first) == _actual(submission, claim, second)


def _judge(submission: Submission, claim: dict[str, Any], seen: Observation) -> dict[str, Any]:
    kind, expect = claim["kind"], claim["expect"]
    raised = _stopped_by(seen, claim)
    actual = _actual(submission, claim, seen)
    if kind == "raises":
        holds = seen.raised is not None and _raised_as_claimed(seen.raised, expect)
    elif kind == "returns":
        holds = seen.value is not None and seen.value.matches(expect)
    elif kind == "value":
        holds = seen.watched is not None and seen.watched.matches(expect)
    elif kind == "prints":
        holds = raised is None and _without_newline(seen.printed) == _without_newline(expect)
    elif kind == "count":
        holds = actual["count"] == expect
    else:
        holds = actual["executed"] is expect
    if holds:
        return {"kind": "confirmed"}
    if raised and kind != "raises":
        error: dict[str, Any] = {
            "type": shorten(raised.type, MAX_TEXT),
            "message": shorten(raised.message, MAX_TEXT),
        }
        if raised.line:
            error["line"] = raised.line
        return {"kind": "raised", "error": error}
    return {"kind": "contradicted", "actual": actual}
