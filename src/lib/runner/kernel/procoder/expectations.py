"""What the Python of a check may call: `expect_call`, `expect_output`, `forbid` and the others.

One `Examiner` serves one check. It judges an answer, or records what the solution does, for answers to be compared with
where the solution is not.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import builtins
import types

# These by name: a cell may put something else into their modules, and what is compared here is compared beside it.
from copy import deepcopy
from hashlib import sha256
from math import isclose, isnan
from typing import Any, Callable, Iterable

from . import inputs as made
from . import typed
from .errors import message_of
from .replay import Stage, drive
from .values import NotALiteral, is_literal_value, normalise_opaque, parse_literal, safe_repr, shorten

#: One value, text or source, as a learner is shown it.
SHOWN = 500
#: A value in the notes; a longer one is no value that a check should compare.
MOST_NOTED = 20_000
_RELATIVE, _ABSOLUTE = 1e-9, 1e-12
_MISSING = object()


class Failed(BaseException):
    """A check does not hold. Not an `Exception`: a check's own `except Exception` lets it through."""

    def __init__(self, **told: Any) -> None:
        super().__init__()
        self.told = told


class BadCheck(BaseException):
    """The check itself, or its exercise, cannot work as it is written: for its author, not for a learner."""


class Student:
    """The answer, as a check may look at it."""

    def __init__(
        self, source: str, output: str, names: dict[str, Any], error: str | None, run: Callable[[list[str]], str]
    ) -> None:
        self.source, self.output, self.names = source, output, names
        #: The name of the exception that ended the code, if one did.
        self.error = error
        self._run = run

    def run(self, *lines: Any) -> str:
        """What the whole answer prints when these lines are typed for its `input()`."""
        return self._run(typed.lines_of(lines))


class Examiner:
    """`notes`: what the solution did, when an answer is judged; None: they are recorded, in `recorded`."""

    def __init__(self, stage: Stage, student: Student, number: int, notes: dict[str, dict] | None) -> None:
        self._stage, self._student, self._number = stage, student, number
        self._notes = notes
        self.recorded: dict[str, dict] = {}
        self._asked: dict[str, int] = {}
        self._generated = 0
        #: The call that the check is at, for one that never comes back.
        self.at: str | None = None
        #: Whether the check ran the whole answer with lines of its own.
        self.ran = False

    def library(self) -> dict[str, Any]:
        """The names that a check may use without an import."""
        return {
            "expect_call": self.expect_call,
            "expect_value": self.expect_value,
            "expect_output": self.expect_output,
            "expect_uses": self.expect_uses,
            "forbid": self.forbid,
            "for_all": self.for_all,
            "expect_run": self.expect_run,
            "for_all_runs": self.for_all_runs,
            "mistake": self.mistake,
            "student": self._student,
            "integers": made.integers,
            "floats": made.floats,
            "texts": made.texts,
            "lists": made.lists,
            "one_of": made.one_of,
        }

    def expect_call(
        self,
        name: str,
        /,
        *args: Any,
        gives: Any = _MISSING,
        raises: type[BaseException] | None = None,
        prints: str | None = None,
        inputs: Iterable[Any] = (),
        **keywords: Any,
    ) -> None:
        """Calls the learner's function, with lines that it may ask for. With none of `gives`, `raises`, `prints`: as the solution does it."""
        given = [*map(source_of, args), *(f"{word}={source_of(value)}" for word, value in keywords.items())]
        lines = typed.lines_of(inputs)
        shown = f"{name}({', '.join(given)})" + (f" with {_typing(lines)}" if lines else "")
        function = self._find(name)
        self.at = shown
        self._stage.restore()
        # The call gets copies: what it changes in them must change neither the next call nor what is shown.
        args, keywords = deepcopy((args, keywords))

        def action() -> Any:
            value = function(*args, **keywords)
            return drive(value) if isinstance(value, types.CoroutineType) else value

        done = typed.call(self._stage, action, lines)
        value, problem, printed = done.value, done.problem, done.printed
        self.at = None
        if done.ran_out and raises is None:
            self._ran_out(shown, lines)
        if gives is _MISSING and raises is None and prints is None:
            self._as_the_solution(shown, value, problem, printed)
            return
        if raises is not None:
            wanted = raises.__name__
            if problem is None:
                raise Failed(call=shown, expected=wanted, got=_told(value, printed))
            if not isinstance(problem, raises):
                raise Failed(call=shown, expected=wanted, error=self.error_of(problem))
        elif problem is not None:
            expected = {} if gives is _MISSING else {"expected": source_of(gives)}
            raise Failed(call=shown, error=self.error_of(problem), **expected)
        if gives is not _MISSING and not alike(value, gives):
            raise Failed(call=shown, expected=source_of(gives), **_instead(value, gives, printed))
        if prints is not None and not same_text(printed, prints):
            raise Failed(call=shown, expected=shown_text(prints), got=shown_text(printed), printed=True)

    def expect_run(
        self,
        *,
        inputs: Iterable[Any] = (),
        prints: str | None = None,
        contains: str | None = None,
        raises: type[BaseException] | None = None,
    ) -> None:
        """Runs the whole answer again while these lines are typed. With nothing else: it prints what the solution does."""
        lines = typed.lines_of(inputs)
        shown = _typing(lines)
        self.ran, self.at = True, shown
        done = typed.run(self._stage, lines)
        self.at = None
        problem = None if isinstance(done.problem, SystemExit) else done.problem
        if done.ran_out and raises is None:
            self._ran_out(shown, lines)
        if raises is not None:
            if problem is None:
                raise Failed(call=shown, expected=raises.__name__, got=shown_text(done.printed), printed=True)
            if not isinstance(problem, raises):
                raise Failed(call=shown, expected=raises.__name__, error=self.error_of(problem))
            return

        def own() -> dict[str, Any]:
            if problem is None:
                return {"prints": self._bounded(shown, done.printed)}
            found = self.error_of(problem)
            return {"raises": found["type"], "message": found["message"]}

        noted = self._note(shown, own) if prints is None and contains is None else {"prints": prints}
        if "raises" in noted:
            if type(problem).__name__ != noted["raises"]:
                came = {"got": shown_text(done.printed), "printed": True} if problem is None else {"error": self.error_of(problem)}
                raise Failed(call=shown, expected=noted["raises"], **came)
            return
        wanted = contains if noted["prints"] is None else noted["prints"]
        if problem is not None:
            raise Failed(call=shown, expected=shown_text(wanted), printed=True, error=self.error_of(problem))
        if contains is not None and contains not in done.printed:
            told = {"message": "This does not appear in what is printed."}
            raise Failed(call=shown, expected=shown_text(contains), got=shown_text(done.printed), printed=True, **told)
        if noted["prints"] is not None and not same_text(done.printed, noted["prints"]):
            asked = "once" if done.asked == 1 else f"{done.asked} times"
            told = {"message": f"`input()` asks {asked}; {len(lines)} would be answered."} if done.asked < len(lines) else {}
            raise Failed(
                call=shown, expected=shown_text(noted["prints"]), got=shown_text(done.printed), printed=True, **told
            )

    def for_all_runs(self, *kinds: made.Inputs, count: int = 20) -> None:
        """Runs the whole answer with many inputs, one typed line for each kind, each as the solution does it."""
        self._generated += 1
        for row in made.rows(kinds, count, f"{self._number} {self._generated} input()"):
            self.expect_run(inputs=row)

    def expect_value(self, name: str, value: Any = _MISSING, /) -> None:
        """What a name of the learner's stands for. Without a value: as in the solution."""
        found = self._find(name)
        if value is _MISSING:
            value = self._noted(f"{name} =", lambda: {"gives": self._written(name, found)}, "gives")
        if not alike(found, value):
            raise Failed(call=name, expected=source_of(value), got=source_of(found))

    def expect_output(self, text: Any = _MISSING, /, *, contains: str | None = None) -> None:
        """What the learner's code printed. Without an argument: as the solution does."""
        printed = self._student.output
        if contains is not None:
            if contains not in printed:
                raise Failed(
                    message="This does not appear in what is printed.",
                    expected=shown_text(contains),
                    got=shown_text(printed),
                    printed=True,
                )
            return
        if text is _MISSING:
            text = self._noted("the output", lambda: {"prints": self._bounded("the output", printed)}, "prints")
        if not same_text(printed, text):
            raise Failed(expected=shown_text(text), got=shown_text(printed), printed=True)

    def expect_uses(self, what: str, message: str | None = None) -> None:
        """A word of Python (`for`, `f-string`, `comprehension`, …), or a function that is called."""
        if not uses(self._stage.submission.program.tree, what):
            raise Failed(message=message or f"`{what}` is not used here yet. This task is about it.")

    def forbid(self, what: str, message: str | None = None) -> None:
        """The opposite of `expect_uses`."""
        if uses(self._stage.submission.program.tree, what):
            raise Failed(message=message or f"This task is to be solved without `{what}`.")

    def for_all(self, name: str, /, *kinds: made.Inputs, count: int = 20) -> None:
        """Calls the learner's function with many inputs, each as the solution does it. The first difference ends it."""
        self._generated += 1
        for row in made.rows(kinds, count, f"{self._number} {self._generated} {name}"):
            self.expect_call(name, *row)

    def mistake(self, name: str, /) -> None:
        """Says that this is the foreseen mistake of that name."""
        raise Failed(mistake=name)

    def error_of(self, problem: BaseException) -> dict[str, Any]:
        """An exception of the learner's code: `{type, message, line?}`."""
        filename = self._stage.submission.program.filename
        line, tb = None, problem.__traceback__
        while tb is not None:
            if tb.tb_frame.f_code.co_filename == filename:
                line = tb.tb_lineno or line
            tb = tb.tb_next
        described: dict[str, Any] = {
            "type": shorten(type(problem).__name__, SHOWN),
            "message": shorten(message_of(problem), SHOWN),
        }
        if line:
            described["line"] = line
        return described

    def _ran_out(self, shown: str, lines: list[str]) -> None:
        if self._notes is None:
            raise BadCheck(f"The solution asks with input() for more than is typed for it ({shown}). Give the lines: inputs=[…].")
        if not lines:
            raise Failed(call=shown, message="The code asks with `input()`, and nobody types anything here.")
        raise Failed(call=shown, message=f"The code asks with `input()` once more than the {len(lines)} that are answered.")

    def _find(self, name: str) -> Any:
        first, *rest = name.split(".")
        if first not in self._student.names:
            raise Failed(message=f"There is no `{first}` here yet.")
        found = self._student.names[first]
        for part in rest:
            found = getattr(found, part, _MISSING)
            if found is _MISSING:
                raise Failed(message=f"`{first}` has no `{part}` yet.")
        return found

    def _as_the_solution(self, shown: str, value: Any, problem: BaseException | None, printed: str) -> None:
        def own() -> dict[str, Any]:
            if problem is not None:
                found = self.error_of(problem)
                return {"raises": found["type"], "message": found["message"]}
            said = {"prints": self._bounded(shown, printed)} if printed else {}
            return {"gives": self._written(shown, value), **said}

        noted = self._note(shown, own)
        if "raises" in noted:
            if problem is None:
                raise Failed(call=shown, expected=noted["raises"], got=_told(value, printed))
            if type(problem).__name__ != noted["raises"]:
                raise Failed(call=shown, expected=noted["raises"], error=self.error_of(problem))
            return
        if problem is not None:
            raise Failed(call=shown, expected=noted["gives"], error=self.error_of(problem))
        expected = parse_literal(noted["gives"])
        if not alike(value, expected):
            raise Failed(call=shown, expected=shorten(noted["gives"], SHOWN), **_instead(value, expected, printed))
        # Where the solution prints nothing, a learner may look at values all the same.
        if "prints" in noted and not same_text(printed, noted["prints"]):
            raise Failed(call=shown, expected=shown_text(noted["prints"]), got=shown_text(printed), printed=True)

    def _noted(self, what: str, own: Callable[[], dict[str, str]], field: str) -> Any:
        text = self._note(what, own)[field]
        return parse_literal(text) if field == "gives" else text

    def _note(self, what: str, own: Callable[[], dict[str, str]]) -> dict[str, Any]:
        """What the solution did, out of the notes; `own` where they are being made."""
        # Counted among equal ones: a function that counts its calls answers the same call in different ways.
        count = self._asked[what] = self._asked.get(what, 0) + 1
        short = what if len(what) <= 200 else sha256(what.encode("utf-8", "surrogatepass")).hexdigest()
        key = f"{short} #{count}"
        if self._notes is None:
            return self.recorded.setdefault(key, own())
        noted = self._notes.get(key)
        if noted is None:
            raise BadCheck(f"It is not known what the solution does with {shorten(what, SHOWN)}.")
        return noted

    def _written(self, what: str, value: Any) -> str:
        plain = as_plain(value)
        if not is_literal_value(plain):
            raise BadCheck(f"{what}: {safe_repr(value, 200)} is no value that can be written down. Say what is expected.")
        return self._bounded(what, _literal(plain))

    def _bounded(self, what: str, text: str) -> str:
        if len(text) > MOST_NOTED:
            raise BadCheck(f"{shorten(what, 200)}: what the solution gives has {len(text)} characters.")
        return text


def _typing(lines: list[str]) -> str:
    return f"input: {', '.join(map(repr, lines))}" if lines else "nothing typed"


def alike(left: Any, right: Any) -> bool:
    """Equality as beginners see it: `1` is `1.0`, and floats are compared closely, also inside lists, tuples and dicts.

    A value that a literal cannot say (an object of the learner's class) is compared with its own `==`, but never with one
    that a literal can say: its class could claim to equal everything.
    """
    left, right = as_plain(left), as_plain(right)
    plain = is_literal_value(left)
    if plain != is_literal_value(right):
        return False
    if not plain:
        return left is right or bool(left == right)
    return _alike(left, right)


def _alike(left: Any, right: Any) -> bool:
    if isinstance(left, (int, float, complex)) and isinstance(right, (int, float, complex)):
        if left == right:
            return True
        if isinstance(left, complex) or isinstance(right, complex):
            return abs(left - right) <= _RELATIVE * max(abs(left), abs(right), 1e-3)
        if isinstance(left, int) and isinstance(right, int):
            return False
        try:
            return isnan(left) and isnan(right) or isclose(left, right, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
        except OverflowError:  # an int that no float can hold
            return False
    if type(left) is not type(right):
        return False
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(_alike, left, right))
    if isinstance(left, dict):
        return len(left) == len(right) and all(key in right and _alike(item, right[key]) for key, item in left.items())
    return left == right


def as_plain(value: Any) -> Any:
    """Python's own kinds of dict, and what NumPy calculates with, as the plain value that they stand for."""
    kind = type(value)
    if kind.__module__ == "collections" and isinstance(value, dict):
        return dict(value)
    if kind.__module__ == "numpy" and hasattr(value, "tolist"):
        return value.tolist()
    return value


def source_of(value: Any, limit: int = SHOWN) -> str:
    """A value as it is shown: the same text for equal values, whatever the order of a set or the place in memory."""
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, type)):
        return value.__name__
    return shorten(_literal(value) if is_literal_value(value) else normalise_opaque(safe_repr(value)), limit)


def _literal(value: Any) -> str:
    kind = type(value)
    if kind is set and value:
        return "{" + ", ".join(sorted(map(_literal, value))) + "}"
    if kind is list:
        return "[" + ", ".join(map(_literal, value)) + "]"
    if kind is tuple:
        return "(" + ", ".join(map(_literal, value)) + ("," if len(value) == 1 else "") + ")"
    if kind is dict:
        return "{" + ", ".join(f"{_literal(key)}: {_literal(item)}" for key, item in value.items()) + "}"
    return safe_repr(value, 2_000_000)


def same_text(left: str, right: str) -> bool:
    """Whether two printed texts look the same: what cannot be seen at the end of a line or of the text does not count."""
    return _seen(left) == _seen(right)


def _seen(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


def shown_text(text: str) -> str:
    """Printed text as it is shown."""
    return shorten(text.rstrip("\n"), SHOWN)


def _told(value: Any, printed: str) -> str:
    return shown_text(printed) if value is None and printed else source_of(value)


def _instead(value: Any, wanted: Any, printed: str) -> dict[str, Any]:
    """What came instead of the value that was wanted; with a word where it is one of two frequent confusions."""
    told: dict[str, Any] = {"got": source_of(value)}
    if value is None and wanted is not None:
        if printed.strip() and same_text(printed, wanted if isinstance(wanted, str) else _literal(wanted)):
            told["message"] = "The result is printed, and not given back. `return` gives it back."
        else:
            told["message"] = "Nothing is given back. Is there a `return`, and is it reached?"
    elif isinstance(value, str) and not isinstance(wanted, str) and value == source_of(wanted):
        told["message"] = "This is a text that looks like the result, and not the result itself."
    return told


_WORDS: dict[str, tuple[type, ...]] = {
    "for": (ast.For, ast.AsyncFor),
    "while": (ast.While,),
    "if": (ast.If, ast.IfExp),
    "def": (ast.FunctionDef, ast.AsyncFunctionDef),
    "return": (ast.Return,),
    "break": (ast.Break,),
    "continue": (ast.Continue,),
    "class": (ast.ClassDef,),
    "try": (ast.Try,),
    "except": (ast.ExceptHandler,),
    "raise": (ast.Raise,),
    "with": (ast.With, ast.AsyncWith),
    "lambda": (ast.Lambda,),
    "import": (ast.Import, ast.ImportFrom),
    "global": (ast.Global,),
    "yield": (ast.Yield, ast.YieldFrom),
    "match": (ast.Match,),
    "assert": (ast.Assert,),
    "and": (ast.And,),
    "or": (ast.Or,),
    "not": (ast.Not, ast.NotIn, ast.IsNot),
    "in": (ast.In, ast.NotIn),
    "f-string": (ast.JoinedStr,),
    "comprehension": (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    "slice": (ast.Slice,),
    "list": (ast.List, ast.ListComp),
    "dict": (ast.Dict, ast.DictComp),
    "+": (ast.Add,),
    "-": (ast.Sub,),
    "*": (ast.Mult,),
    "/": (ast.Div,),
    "//": (ast.FloorDiv,),
    "%": (ast.Mod,),
    "**": (ast.Pow,),
    "+=": (ast.AugAssign,),
}


def uses(tree: ast.AST, what: str) -> bool:
    """Whether code has this word of Python in it, or calls a function or method of this name."""
    kinds = _WORDS.get(what, ())
    for node in ast.walk(tree):
        if isinstance(node, kinds):
            return True
        if what == "else" and isinstance(node, (ast.If, ast.For, ast.While)) and _has_else(node):
            return True
        if what == "elif" and isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            return True
        if isinstance(node, ast.Call) and _called(node.func) in (what, what.rpartition(".")[2]):
            if "." not in what or ast.unparse(node.func) == what:
                return True
    return False


def _has_else(node: Any) -> bool:
    is_elif = isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
    return bool(node.orelse) and not is_elif


def _called(function: ast.expr) -> str | None:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else None


#: A check that writes `sum(…)` means Python's, also where a learner has given that name to something else.
#: The names of `Examiner.library`.
LIBRARY = (
    "expect_call", "expect_value", "expect_output", "expect_uses", "forbid", "for_all", "expect_run", "for_all_runs",
    "mistake", "student", "integers", "floats", "texts", "lists", "one_of",
)
PYTHONS_OWN = frozenset(vars(builtins))
