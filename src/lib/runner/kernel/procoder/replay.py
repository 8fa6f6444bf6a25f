"""Runs a submission again from nothing: its context, its cell, then a probe; and tells what was seen."""

from __future__ import annotations

from .guard import add_builtin, private_builtins, restore_builtins

__builtins__ = private_builtins()

import ast
import builtins
import gc
import importlib
import inspect
import sys
import types
import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable

from . import chance, hooks, imports, instrument, program, seal
from .errors import message_of
from .probe import Call, ParsedProbe, Refused, parse_probe, resolve, take_first
from .run import new_main
from .sandbox import Sandbox
from .stop import escaped
from .trace import Budget, BudgetExceeded, Tracer, Watch
from .values import Frozen

_WATCHED_MODULES = ("asyncio", "datetime", "secrets", "uuid")
_WRAPPERS = {
    name: getattr(builtins, name)
    for name in ("list", "sorted", "tuple", "set", "dict", "len", "str", "repr", "bool", "next")
}


@dataclass(frozen=True)
class Raised:
    """An exception as data. `line` is the innermost line of the submitted cell that it passed through."""

    type: str
    message: str
    line: int | None
    lineage: tuple[str, ...]
    module: str


@dataclass
class Observation:
    """What one run showed. `refused` is (why, detail) where the probe could not be carried out at all."""

    refused: tuple[str, str] | None = None
    timed_out: bool = False
    raised: Raised | None = None
    cell_raised: Raised | None = None
    value: Frozen | None = None
    printed: str = ""
    visits: Counter = field(default_factory=Counter)
    passes: Counter = field(default_factory=Counter)
    watched: Frozen | None = None
    asked_too_much: bool = False
    #: The line of the code that asked for a line when there was none left.
    asked_at: int | None = None
    network: bool = False
    steps: int = 0
    #: Sources of chance that the run asked: chance, time, address, hash, order, process.
    touched: frozenset[str] = frozenset()
    #: Whether the run changed the kernel (which was put back).
    tampered: bool = False
    #: What stopped the cells that ran before; for a cell that needs what they would have made.
    context_timed_out: bool = False
    #: Typed lines that the cell and the call took.
    lines_taken: int = 0


@dataclass(frozen=True)
class Stage:
    """The sandbox when the cell has run, for those who go on from there.

    `problem`: what ended the cell. `troubles`: what ended cells before it, by their number among those that are Python.
    """

    submission: Submission
    sandbox: Sandbox
    tracer: Tracer
    names: dict[str, Any]
    printed: str
    problem: BaseException | None
    troubles: dict[int, BaseException]

    def guarded(self, action: Callable[[], Any], budget: Budget) -> Any:
        """What `action` gave, or the exception that ended it; OVERRUN where `budget` was not enough."""
        self.tracer.renew(budget)
        result = self.submission._guarded(self.tracer, lambda: _Box(action()))
        return result.value if isinstance(result, _Box) else result

    def restore(self) -> None:
        """Puts the built-ins back: Python's own modules, which work for the kernel here, look there too."""
        restore_builtins()
        _install(self.tracer)


class Submission:
    """A cell with the cells that ran before it, parsed and compiled once, run as often as needed."""

    def __init__(self, code: str, context: Iterable[dict] = ()) -> None:
        """Raises SyntaxError where the cell itself is not Python; context cells that are not are left out."""
        context = list(context)
        self.cells = context
        everything = "\n".join([code, *(cell["code"] for cell in context)])
        for name in _WATCHED_MODULES:
            if name in everything:
                # So that the sandbox finds it from the first run on, and watches it.
                importlib.import_module(name)
        self._dates = any(word in everything for word in ("now", "today")) and "datetime" in everything
        #: Whether the code could get at the kernel; then it is compared after each run.
        self.can_reach = seal.can_reach(everything)
        self._collect = "__del__" in everything
        self._noisy = "numpy" in everything and "random" in everything
        self.program = program.load("submitted", code)
        self.code, made = _compile(self.program)
        self.loops, self.branches = made.loops, made.branches
        self.context: list[types.CodeType] = []
        #: Their syntax trees, for the explainer.
        self.context_trees: list[ast.Module] = []
        for cell in context:
            try:
                loaded = program.load(cell["cellId"], cell["code"])
                self.context.append(_compile(loaded)[0])
                self.context_trees.append(loaded.tree)
            except SyntaxError:
                continue
        # The first import of a large package takes longer than a whole run may.
        imports.load_packages([self.program.tree, *self.context_trees])
        self.comprehension_lines = {
            node.lineno
            for node in ast.walk(self.program.tree)
            if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp))
        } - {
            node.lineno
            for node in ast.walk(self.program.tree)
            if isinstance(node, (ast.For, ast.AsyncFor, ast.While))
        }

    def observe(
        self,
        call: str | None = None,
        setup: Iterable[str] = (),
        stdin: Iterable[str] = (),
        budget: Budget = Budget(),
        watch: Watch | None = None,
        prepare: Callable[[Tracer], None] | None = None,
        look: Callable[[dict[str, Any]], None] | None = None,
        world: int = 0,
        go_on: Callable[[Stage], None] | None = None,
        tell: Callable[[BaseException, dict[str, Any]], None] | None = None,
    ) -> Observation:
        """One run in a fresh namespace, in the ordinary world or in another one (see `chance`).

        `prepare` may give the tracer a recorder of its own; `look` sees the namespace when the cell has run; `go_on`
        goes on from there in the place of a call. `tell` gets the exception that ended the cell, and the namespace.
        """
        seen = Observation()
        stdin = list(stdin)
        before_main = sys.modules.get("__main__")
        tracer = Tracer(self.program.filename, budget, watch)
        tracer.expect_comprehensions(self.comprehension_lines)
        if prepare:
            prepare(tracer)
        with Sandbox(world=chance.World(world), dates=self._dates, sealed=self.can_reach) as sandbox:
            main = new_main()
            sys.modules["__main__"] = main
            try:
                self._run_all(seen, sandbox, tracer, main, call, list(setup), list(stdin), look, go_on, tell)
            finally:
                tracer.stop()
                seen.timed_out = tracer.exhausted
                seen.lines_taken = len(list(stdin)) - len(sandbox.lines)
                if sandbox.asked_too_much:
                    seen.asked_too_much, seen.asked_at = True, sandbox.asked_at
                _forget(tracer, vars(main), self._collect)
        if before_main is not None:
            sys.modules["__main__"] = before_main
        seen.visits = Counter(tracer.visits)
        seen.passes = Counter(tracer.passes)
        seen.watched = tracer.watched
        seen.network = sandbox.network
        seen.steps = tracer.steps
        seen.touched = frozenset(sandbox.world.touched | ({"chance"} if self._noisy else set()))
        seen.tampered = sandbox.tampered
        return seen

    def _run_all(
        self,
        seen: Observation,
        sandbox: Sandbox,
        tracer: Tracer,
        main: types.ModuleType,
        call: str | None,
        setup: list[str],
        stdin: list[str],
        look: Callable[[dict[str, Any]], None] | None,
        go_on: Callable[[Stage], None] | None,
        tell: Callable[[BaseException, dict[str, Any]], None] | None,
    ) -> None:
        names = vars(main)
        _install(tracer)
        tracer.quiet = True
        troubles: dict[int, BaseException] = {}
        for number, code in enumerate(self.context):
            result = self._guarded(tracer, lambda code=code: _execute(code, names))
            if result is OVERRUN:
                seen.context_timed_out = True
                return
            if isinstance(result, BaseException):
                troubles[number] = result
        sandbox.new_output()
        sandbox.lines, sandbox.asked_too_much, sandbox.network = stdin, False, False
        tracer.forget()
        tracer.quiet = call is not None
        result = self._guarded(tracer, lambda: _execute(self.code, names))
        seen.printed = sandbox.out.text()
        seen.asked_too_much = sandbox.asked_too_much
        if result is OVERRUN:
            return
        if isinstance(result, BaseException):
            seen.cell_raised = self._raised(result)
            if tell:
                tell(result, names)
        if look:
            look(names)
        if go_on:
            tracer.quiet = True
            problem = result if isinstance(result, BaseException) else None
            go_on(Stage(self, sandbox, tracer, names, seen.printed, problem, troubles))
            return
        if call is None and not setup:
            seen.raised = seen.cell_raised
            return
        try:
            parsed = parse_probe(call, setup, *_names_of(names))
        except Refused as refused:
            seen.refused = (refused.why, refused.detail)
            if refused.why == "unknown-name" and sandbox.asked_too_much:
                # The cell stopped at its input() before it came to the definition.
                seen.refused = ("no-input-given", refused.detail)
            return
        if call is not None:
            sandbox.new_output()
            sandbox.asked_too_much = False
            tracer.forget()
        self._run_probe(seen, sandbox, tracer, names, parsed)
        seen.printed = sandbox.out.text()
        seen.asked_too_much = sandbox.asked_too_much

    def _run_probe(
        self, seen: Observation, sandbox: Sandbox, tracer: Tracer, names: dict, parsed: ParsedProbe
    ) -> None:
        bound: dict[str, Any] = {}
        tracer.quiet = parsed.call is not None
        for line in parsed.setup:
            if isinstance(line.value, Call):
                value = self._guarded(tracer, lambda line=line: _carry_out(line.value, bound, names))
                if isinstance(value, BaseException):
                    seen.raised = None if value is OVERRUN else self._raised(value)
                    return
            else:
                value = _Box(resolve(line.value, bound, names))
            if line.target:
                bound[line.target] = value.value
        if parsed.call is None:
            return
        tracer.quiet = False
        call = parsed.call
        result = self._guarded(tracer, lambda: _carry_out(call, bound, names))
        tracer.quiet = True
        if result is OVERRUN:
            return
        if isinstance(result, BaseException):
            seen.raised = self._raised(result)
            return
        # A learner's __repr__ runs here, so it is traced for its budget.
        frozen = self._guarded(tracer, lambda: _Box(Frozen(result.value)))
        if isinstance(frozen, _Box):
            seen.value = frozen.value

    def _guarded(self, tracer: Tracer, action: Callable[[], Any]) -> Any:
        """The action's result (a `_Box` or None), the exception it raised, or `OVERRUN` when the budget is gone."""
        remaining = tracer.exhausted
        if remaining:
            return OVERRUN
        try:
            tracer.start()
            result = action()
        except BudgetExceeded:
            tracer.exhausted = True
            result = OVERRUN
        except BaseException as problem:  # noqa: BLE001 - whatever was raised is what was asked for
            result = problem
        finally:
            tracer.stop()
            # What the code hung there would run in the kernel's frames from here on, and change what is read of them.
            hooks.take_off(reached=self.can_reach)
        return OVERRUN if tracer.exhausted else result

    def _raised(self, problem: BaseException) -> Raised:
        line = None
        tb = problem.__traceback__
        while tb is not None:
            if tb.tb_frame.f_code.co_filename == self.program.filename:
                line = tb.tb_lineno or line
            tb = tb.tb_next
        kind = type(problem)
        lineage = tuple(
            name for cls in kind.__mro__ for name in (cls.__name__, f"{cls.__module__}.{cls.__qualname__}")
        )
        return Raised(kind.__name__, message_of(problem), line, lineage, kind.__module__)


def _install(tracer: Tracer) -> None:
    # In the built-ins, because every cell's functions look there, whatever their globals are.
    vars(builtins)[instrument.PASS] = tracer.passes.append
    vars(builtins)[instrument.CHECK] = tracer.check
    vars(builtins).update(_ORDERS)


def _forget(tracer: Tracer, names: dict[str, Any], collect: bool) -> None:
    """Lets the run's objects go while it is still watched: a learner's `__del__` may print, or never end."""
    tracer.quiet, tracer.recorder = True, None
    try:
        tracer.start()
        names.clear()
        if collect:
            gc.collect()  # or the next claim would have to answer for it
    except BaseException:  # noqa: BLE001
        pass
    finally:
        tracer.stop()


@dataclass
class _Box:
    """A result that may itself be None or an exception object."""

    value: Any


#: In the place of a result: the budget was gone before there was one.
OVERRUN = BudgetExceeded()

# A learner's `__del__` may still run when its sandbox is gone, and finds these instead of the tracer's.
add_builtin(instrument.PASS, lambda *ids: None)
add_builtin(instrument.CHECK, lambda: None)
_ORDERS = {chance.ORDER: chance.order, chance.TEXT: chance.text, chance.POP: chance.pop}
for _name, _function in _ORDERS.items():
    add_builtin(_name, _function)


def _compile(loaded: program.Program) -> tuple[types.CodeType, instrument.Instrumented]:
    # Instrumenting changes a tree in place, and the program keeps its own for the facts.
    fresh = program.parse(loaded.source, loaded.filename)
    made = instrument.Instrumented(fresh)
    try:
        with warnings.catch_warnings(module=warnings):
            warnings.simplefilter("ignore")  # the desk shows them; here they would reach our own stderr
            return compile(made.tree, loaded.filename, "exec", program.TOP_LEVEL_AWAIT, True), made
    except (MemoryError, RecursionError):
        raise SyntaxError("the code is nested too deeply for Python to read") from None


def _names_of(names: dict[str, Any]) -> tuple[list[str], list[str], list[str]]:
    """(functions and classes, other objects that may stand before a dot, names that may not be used) of a namespace.

    Modules may not: `os.system(…)` is not a call of the learner's code.
    """
    functions: list[str] = []
    objects: list[str] = []
    hidden: list[str] = []
    for name, value in names.items():
        if isinstance(value, types.ModuleType) or name.startswith("__"):
            hidden.append(name)
            continue
        (functions if isinstance(value, type) or _is_function(value) else objects).append(name)
    return functions, objects, hidden


def _is_function(value: Any) -> bool:
    kinds = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
    return isinstance(value, kinds) or type(value).__module__ == "functools"


def _execute(code: types.CodeType, names: dict[str, Any]) -> None:
    value = eval(code, names)  # noqa: S307 - the learner's own code, not the probe's
    if code.co_flags & inspect.CO_COROUTINE:
        drive(value)


def drive(coroutine: Any) -> Any:
    """Runs a coroutine that never really waits (sleeping is free here) to its end."""
    try:
        while coroutine.send(None) is None:
            pass  # it only gave others a turn, and there are none
    except StopIteration as finished:
        if escaped(finished):
            raise
        return finished.value
    coroutine.close()
    raise RuntimeError("this code waits for something outside, which cannot be checked here")


def _carry_out(call: Call, bound: dict[str, Any], names: dict[str, Any]) -> _Box:
    """Makes the call that a probe describes, from its parts."""
    if call.owner is None:
        function = bound[call.function] if call.function in bound else names[call.function]
    else:
        owner = bound[call.owner] if call.owner in bound else names[call.owner]
        function = getattr(owner, call.function)
    args = [resolve(arg, bound, names) for arg in call.args]
    keywords = {word: resolve(arg, bound, names) for word, arg in call.keywords}
    result = function(*args, **keywords)
    if isinstance(result, types.CoroutineType):
        result = drive(result)
    if call.wrapper == "first":
        result = take_first(call.first or 0, result)
    elif call.wrapper:
        result = _WRAPPERS[call.wrapper](result)
    return _Box(result)
