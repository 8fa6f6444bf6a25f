"""The checks of an exercise: an answer is run in a sandbox, then each check with the answer's names."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import difflib
import types
from time import perf_counter
from typing import Any, Iterable

from . import errors, program, seal, typed
from .expectations import (
    LIBRARY,
    PYTHONS_OWN,
    SHOWN,
    BadCheck,
    Examiner,
    Failed,
    Student,
    source_of,
    uses,
)
from .replay import OVERRUN, Stage, Submission
from .trace import Budget
from .values import shorten

#: For the answer with its context, for one check, for one detector; and in seconds for all that comes after the answer.
#: Steps end an endless loop within a second or two. The clock is for what steps do not count, and runs out on a busy
#: machine too: then nothing is known of the answer (`clock`), and nobody may say that it failed.
_ANSWER = Budget(1_000_000, 8.0)
_CHECK = Budget(500_000, 5.0)
_DETECTOR = Budget(200_000, 2.0)
_ALL_SECONDS = 12.0
_ENDLESS = "It did not come to an end."
_UNANSWERED = "The code asks with `input()`, and nobody types anything when it is checked."
_NOTHING_TYPED = "The code asks with input(), and this check types nothing. Give the lines: expect_run(inputs=[…])."
_KEEP, _UNSAID = "__procoder_keep__", "__procoder_unsaid__"


def check(
    code: str,
    checks: list[dict],
    context: Iterable[dict] = (),
    setup: Iterable[str] = (),
    mistakes: Iterable[dict] = (),
    mode: str = "judge",
    patience: float = 1,
) -> dict[str, Any]:
    """What the checks say of an answer; or (`mode` is `record`, `code` the solution) notes for them.

    `patience`: how many times as many seconds as usual everything has, on a machine that is known to be slow.
    `context`: `[{cellId, code}]`, `checks`: `[{code, number?, limitMs?, notes?}]`, `mistakes`: `[{id, detector?}]`.
    `{"status": "ran", "checks": [{"ok", …}], "mistake"?, "notes"?}`, or with the status `error` (the answer raised:
    `error`, `mistake`?), `endless` (`clock`: by the clock), `tampered` (it changed the kernel), `broken` (the exercise cannot work: `message`).
    """
    setup = list(setup)
    try:
        for number, cell in enumerate(setup, 1):
            _parsed(cell, f"setup {number}")
        loaded = [_Loaded(one, one.get("number", number), patience) for number, one in enumerate(checks, 1)]
        detectors = [(one["id"], _Detector(one)) for one in mistakes if one.get("detector")]
    except BadCheck as bad:
        return _broken(str(bad))
    try:
        cells = [*context, *({"cellId": f"setup {number}", "code": cell} for number, cell in enumerate(setup, 1))]
        submission = Submission(code, cells)
    except SyntaxError as problem:
        return {"status": "error", "error": _described(problem, {})}
    known = [one["id"] for one in mistakes]
    examination = _Examination(loaded, detectors, known, len(setup), mode == "record", patience)
    if submission.can_reach:
        seal.close()
        seal.broken()
    answer = _patient(_ANSWER, patience)
    seen = submission.observe(budget=answer, go_on=examination.go_on)
    if seen.tampered or submission.can_reach and seal.broken():
        return {"status": "tampered"}
    # It never got as far as the checks.
    if examination.result is None:
        return {"status": "endless", **({} if seen.steps > _ANSWER.steps else {"clock": True})}
    return examination.result


def _patient(budget: Budget, patience: float) -> Budget:
    return Budget(budget.steps, budget.seconds * patience)


class _Examination:
    """One answer with all its checks, inside its sandbox."""

    def __init__(
        self,
        checks: list[_Loaded],
        detectors: list[tuple[str, _Detector]],
        known: list[str],
        setups: int,
        records: bool,
        patience: float,
    ) -> None:
        self._checks, self._detectors, self._known = checks, detectors, known
        self._setups, self._records = setups, records
        self._detector, self._seconds = _patient(_DETECTOR, patience), _ALL_SECONDS * patience
        self.result: dict[str, Any] | None = None

    def go_on(self, stage: Stage) -> None:
        """Judges the answer that has just run."""
        self._until = perf_counter() + self._seconds
        stage.restore()
        cells = len(stage.submission.context)
        for number, problem in stage.troubles.items():
            if number >= cells - self._setups:
                self.result = _broken(f"The setup raised {type(problem).__name__}: {_message(stage, problem)}")
                return
        problem = stage.problem
        if isinstance(problem, SystemExit):
            problem = None  # a script's way to end itself
        # It came as far as its first question. Checks that type something for it run it again.
        is_waiting = isinstance(problem, EOFError) and stage.sandbox.asked_too_much
        names = {name: value for name, value in stage.names.items() if not name.startswith("__")}
        error = None if problem is None else type(problem).__name__
        source = stage.submission.program.source
        student = Student(source, stage.printed, names, error, lambda lines: typed.run(stage, lines).printed)
        if problem is not None and not is_waiting:
            self.result = {"status": "error", "error": self._described(stage, problem)}
            found = self._recognised(stage, student)
        else:
            outcomes, notes, has_run = [], [], False
            for loaded in self._checks:
                examiner = Examiner(stage, student, loaded.number, None if self._records else loaded.notes)
                outcome = self._outcome(stage, student, loaded, examiner)
                if is_waiting and self._records and not examiner.ran and not outcome["ok"]:
                    outcome = {"ok": False, "bad": _NOTHING_TYPED}
                outcomes.append(outcome)
                notes.append(examiner.recorded)
                has_run = has_run or examiner.ran
            if is_waiting and outcomes and not has_run:
                # Nobody has seen how it ends.
                outcomes[0] = {"ok": False, "bad": _NOTHING_TYPED} if self._records else {"ok": False, "message": _UNANSWERED}
            self.result = {"status": "ran", "checks": outcomes}
            if self._records:
                self.result["notes"] = notes
                return
            if all(outcome["ok"] for outcome in outcomes):
                return
            named = [outcome["mistake"] for outcome in outcomes if "mistake" in outcome]
            found = named[0] if named else self._recognised(stage, student)
        if found is not None:
            self.result["mistake"] = found

    def _outcome(self, stage: Stage, student: Student, loaded: _Loaded, examiner: Examiner) -> dict[str, Any]:
        left = self._until - perf_counter()
        budget = Budget(loaded.budget.steps, min(loaded.budget.seconds, left))
        if left <= 0:
            return {"ok": False, "message": _ENDLESS, "clock": True}
        names = _names_for(student, examiner)
        stage.restore()
        result = stage.guarded(lambda: loaded.run(names), budget)
        if result is None:
            return {"ok": True}
        if result is OVERRUN:
            at = examiner.at or loaded.at
            told = {} if at is None else {"call": at}
            return {"ok": False, "message": _ENDLESS, **told, **_by_the_clock(stage, budget)}
        told = stage.guarded(lambda: self._told(stage, student, loaded, examiner, result), budget)
        if not isinstance(told, dict):
            # While the learner's own text for it was made.
            return {"ok": False, "message": _ENDLESS, **_by_the_clock(stage, budget)}
        return {"ok": False, **told}

    def _told(
        self, stage: Stage, student: Student, loaded: _Loaded, examiner: Examiner, problem: BaseException
    ) -> dict[str, Any]:
        if isinstance(problem, Failed):
            named = problem.told.get("mistake")
            if named is not None and named not in self._known:
                return {"bad": f"There is no mistake “{shorten(str(named), 100)}”."}
            return problem.told
        if isinstance(problem, BadCheck):
            return {"bad": str(problem)}
        if isinstance(problem, AssertionError) and problem.args and not _passed_through(stage, problem):
            return {"message": shorten(str(problem.args[0]), SHOWN)}
        if isinstance(problem, NameError) and problem.name and not _passed_through(stage, problem):
            if self._records:
                # The solution has all names that an answer needs, so nobody can bring this one.
                near = difflib.get_close_matches(problem.name, [*LIBRARY, *student.names, *PYTHONS_OWN], 1, 0.7)
                meant = f" Did you mean `{near[0]}`?" if near else ""
                return {"bad": f"Neither the solution nor Python has the name `{shorten(problem.name, 100)}`.{meant}"}
            if problem.name not in PYTHONS_OWN:
                return {"message": f"There is no `{shorten(problem.name, 100)}` here yet."}
        if isinstance(problem, EOFError) and uses(stage.submission.program.tree, "input") and _passed_through(stage, problem):
            return {"message": _UNANSWERED}
        told: dict[str, Any] = {"error": examiner.error_of(problem)}
        if loaded.at is not None:
            told["call"] = loaded.at
        return told

    def _recognised(self, stage: Stage, student: Student) -> str | None:
        for name, detector in self._detectors:
            left = self._until - perf_counter()
            if left <= 0:
                return None
            examiner = Examiner(stage, student, 0, {})
            names = _names_for(student, examiner)
            result = stage.guarded(
                lambda detector=detector, names=names: detector.run(names),
                Budget(self._detector.steps, min(self._detector.seconds, left)),
            )
            if result is True or isinstance(result, Failed) and result.told.get("mistake") == name:
                return name
        return None

    def _described(self, stage: Stage, problem: BaseException) -> dict[str, Any]:
        described = stage.guarded(lambda: _described(problem, stage.names), _DETECTOR)
        return described if isinstance(described, dict) else errors.bare(problem)


class _Loaded:
    """A check, compiled. A plain `assert` without a text tells what it compared."""

    def __init__(self, given: dict, number: int, patience: float) -> None:
        """Raises BadCheck where it is not Python."""
        self.number = number
        self.notes: dict[str, dict] = given.get("notes") or {}
        limit = given.get("limitMs")
        self.budget = _patient(_CHECK if limit is None else Budget(_CHECK.steps * 10, limit / 1000), patience)
        loaded = _parsed(given["code"], f"check {number}")
        _must_check_something(loaded.tree, number)
        #: The sources of what each assert compares.
        self._asserts: list[ast.Assert] = []
        tree = _Asserts(self._asserts).visit(program.parse(loaded.source, loaded.filename))
        self._code = _compiled(tree, loaded.filename, "exec")
        #: The source of the assert that is at work.
        self.at: str | None = None
        self._kept: list[Any] = []

    def run(self, names: dict[str, Any]) -> None:
        """Raises what the check raises."""
        self.at = None
        names[_KEEP], names[_UNSAID] = self._keep, self._unsaid
        exec(self._code, names)  # noqa: S102 - the author's check
        self.at = None

    def _keep(self, number: int, value: Any = None) -> Any:
        if number >= 0:
            # The assert begins: its first value has not been made yet.
            self.at, self._kept = shorten(ast.unparse(_subject(self._asserts[number])), SHOWN), []
            return None
        self._kept.append(value)
        return value

    def _unsaid(self, number: int) -> None:
        test = self._asserts[number].test
        values = list(map(source_of, self._kept))
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            sides = [test.left, test.comparators[0]]
            left, right = values
            if isinstance(test.ops[0], (ast.Eq, ast.Is)):
                swapped = _subject(self._asserts[number]) is test.comparators[0]
                raise Failed(call=self.at, expected=left if swapped else right, got=right if swapped else left)
            what = ast.unparse(test)
            told = [f"`{ast.unparse(side)}` is {value}" for side, value in zip(sides, values) if not _is_value(side)]
            raise Failed(message=shorten(f"This does not hold: `{what}`. {'; '.join(told)}{'.' if told else ''}".strip(), SHOWN))
        wanted = "False" if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else "True"
        raise Failed(call=self.at, expected=wanted, got=values[0])


def _must_check_something(tree: ast.Module, number: int) -> None:
    """Raises BadCheck for a check that passes whatever the answer is: an empty one, or one that compares and does not say so."""
    body = [one for one in tree.body if not _is_text(one) and not isinstance(one, ast.Pass)]
    if not body:
        raise BadCheck(f"check {number} does nothing (line 1): it passes whatever the answer is.")
    for one in body:
        if isinstance(one, ast.Expr) and not _acts(one.value):
            told = f"check {number} makes a value and does nothing with it (line {one.lineno})"
            raise BadCheck(f"{told}. Write `assert {shorten(ast.unparse(one.value), 100)}`.")


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)


def _acts(value: ast.expr) -> bool:
    """Whether an expression that stands by itself can fail a check: it calls something, or goes through such calls."""
    if isinstance(value, (ast.Call, ast.Await)):
        return True
    names = {inner.func.id for inner in ast.walk(value) if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)}
    return not names.isdisjoint(LIBRARY)


class _Detector:
    """The Python that recognises a mistake: its last expression is true of one who made it."""

    def __init__(self, given: dict) -> None:
        loaded = _parsed(given["detector"], f"the check of the mistake “{given['id']}”")
        body = loaded.tree.body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        self._before = _compiled(loaded.tree, loaded.filename, "exec")
        self._last = None if last is None else _compiled(ast.Expression(last.value), loaded.filename, "eval")

    def run(self, names: dict[str, Any]) -> bool:
        """Raises what the detector raises."""
        exec(self._before, names)  # noqa: S102
        return self._last is not None and bool(eval(self._last, names))  # noqa: S307


class _Asserts(ast.NodeTransformer):
    """Makes `assert a == b` keep both values and tell them: `keep(n)` comes first, then each value passes through it."""

    def __init__(self, found: list[ast.Assert]) -> None:
        self._found = found

    def visit_Assert(self, node: ast.Assert) -> Any:
        number = len(self._found)
        self._found.append(ast.Assert(test=node.test, msg=node.msg))
        begin = ast.Expr(_call(_KEEP, ast.Constant(number)))
        test = node.test
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            test = ast.Compare(_kept(test.left), test.ops, [_kept(test.comparators[0])])
        elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test = ast.UnaryOp(test.op, _kept(test.operand))
        else:
            test = _kept(test)
        made = ast.Assert(test=test, msg=node.msg or _call(_UNSAID, ast.Constant(number)))
        return [ast.fix_missing_locations(ast.copy_location(one, node)) for one in (begin, made)]


def _kept(value: ast.expr) -> ast.expr:
    return _call(_KEEP, ast.UnaryOp(ast.USub(), ast.Constant(1)), value)


def _call(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


def _subject(test: ast.Assert) -> ast.expr:
    """The side of a comparison that the learner's code made: the one that is not written down."""
    found = test.test
    if isinstance(found, ast.Compare) and len(found.ops) == 1:
        return found.comparators[0] if _is_value(found.left) and not _is_value(found.comparators[0]) else found.left
    return found.operand if isinstance(found, ast.UnaryOp) and isinstance(found.op, ast.Not) else found


def _is_value(node: ast.expr) -> bool:
    return not any(isinstance(inner, (ast.Call, ast.Name)) for inner in ast.walk(node))


def _names_for(student: Student, examiner: Examiner) -> dict[str, Any]:
    """A namespace of its own. Python's names and the library's are what they say, whatever the learner called so."""
    own = {name: value for name, value in student.names.items() if name not in PYTHONS_OWN}
    return {**own, **examiner.library(), "__builtins__": private_builtins(), "__name__": "check"}


def _by_the_clock(stage: Stage, budget: Budget) -> dict[str, Any]:
    return {} if stage.tracer.steps > budget.steps else {"clock": True}


def _passed_through(stage: Stage, problem: BaseException) -> bool:
    """Whether the learner's own code raised it."""
    tb = problem.__traceback__
    while tb is not None:
        if tb.tb_frame.f_code.co_filename == stage.submission.program.filename:
            return True
        tb = tb.tb_next
    return False


def _parsed(code: str, what: str) -> program.Program:
    try:
        return program.load(what, code)
    except SyntaxError as problem:
        raise BadCheck(f"{what} is not Python (line {problem.lineno or 1}): {problem.msg}") from None


def _compiled(tree: ast.AST, filename: str, mode: str) -> types.CodeType:
    try:
        return compile(tree, filename, mode, 0, True)  # type: ignore[arg-type]
    except SyntaxError as problem:
        raise BadCheck(f"This check is not Python (line {problem.lineno or 1}): {problem.msg}") from None


def _message(stage: Stage, problem: BaseException) -> str:
    text = stage.guarded(lambda: errors.message_of(problem), _DETECTOR)
    return shorten(text, SHOWN) if isinstance(text, str) else ""


def _described(problem: BaseException, names: dict[str, Any]) -> dict[str, Any]:
    described = errors.describe(problem, "submitted", names)
    for frame in described["frames"]:
        # The cell's own name is the caller's to know; for us it is the one that was handed in.
        if frame.get("cell") == "submitted":
            del frame["cell"]
    return described


def _broken(message: str) -> dict[str, Any]:
    return {"status": "broken", "message": shorten(message, SHOWN)}
