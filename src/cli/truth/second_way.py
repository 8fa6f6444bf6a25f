"""Puts claims to the test with nothing of the kernel: plain `exec` and a small trace, each claim in a process of its own.

Reads `{"code", "claims", "compareMessages"}` from stdin, prints `{"claimId", "said"}` as a line for each claim, in their order.
What it shares with the kernel is only what a claim means (docs/truth.md). It is no sandbox: an audit hook keeps ordinary code
from files, processes and the network, which is enough for programs of a corpus, and not for an attacker.
"""

import ast
import io
import itertools
import json
import math
import os
import re
import resource
import select
import signal
import sys
import time
import types
import warnings

SECONDS = 5
MEMORY = 1 << 30
FILE = "<program>"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
READING = {"os.listdir", "os.scandir", "os.getxattr", "os.listxattr"}
FORBIDDEN = ("os.", "subprocess.", "socket.", "shutil.", "ctypes.", "tempfile.", "urllib.", "http.", "pty.", "winreg.", "signal.")


class Untried(Exception):
    """The claim cannot be tried here; the reason is the message."""


outside = []


def watch(event, args):
    writes = event == "open" and (set(args[1] or "") & set("wax+") or args[2] & WRITING)
    if writes or event not in READING and event.startswith(FORBIDDEN):
        outside.append(event)
        raise PermissionError(f"{event} is not allowed here")


class Passes(ast.NodeTransformer):
    """Counts how often the body of the loop (else: of the comprehension) that starts on a line is run."""

    def __init__(self, line, kinds):
        self.line, self.kinds, self.found = line, kinds, False

    def generic_visit(self, node):
        if not self.found and isinstance(node, self.kinds) and node.lineno == self.line:
            self.found = True
            note = ast.copy_location(ast.parse("second_way_pass()", mode="eval").body, node)
            if hasattr(node, "body"):
                node.body.insert(0, ast.copy_location(ast.Expr(note), node.body[0]))
            else:
                # `second_way_pass` gives back None, and so this asks nothing of the items. Of a condition that is there
                # already, it is asked before.
                node.generators[-1].ifs.insert(0, ast.copy_location(ast.UnaryOp(ast.Not(), note), node))
        return super().generic_visit(node)


LOOPS = (ast.For, ast.AsyncFor, ast.While)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Trace:
    """Which lines of the program ran, and what a name held after a line."""

    def __init__(self, line, name, visit):
        self.line, self.name, self.visit = line, name, visit
        self.visits, self.value, self.last = 0, None, 0
        self.on = {}

    def enter(self, frame, event, arg):
        code = frame.f_code
        if code.co_filename != FILE or code.co_name.startswith("<") and code.co_name != "<module>":
            return None
        return self.step

    def look(self, frame):
        try:
            return [describe(look_up(frame, self.name))]
        except Exception:
            return None

    def step(self, frame, event, arg):
        if event in ("line", "return"):
            visit = self.on.pop(frame, None)
            if visit is not None and self.name is not None and visit >= self.last:
                if self.visit in (None, visit):
                    self.last, self.value = visit, self.look(frame)
        if event == "line" and frame.f_lineno == self.line:
            self.visits += 1
            self.on[frame] = self.visits
        return self.step


def look_up(frame, dotted):
    first, *rest = dotted.split(".")
    value = frame.f_locals[first] if first in frame.f_locals else frame.f_globals.get(first)
    for part in rest:
        value = getattr(value, part)
    return value


NUMBERS = {"nan": math.nan, "inf": math.inf, "set": set, "frozenset": frozenset, "__builtins__": {}}


def literal(text):
    """(True, value) of a literal's text."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
        allowed = (ast.Expression, ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.UnaryOp, ast.USub, ast.UAdd)
        for node in ast.walk(tree):
            names = isinstance(node, ast.Name) and node.id in NUMBERS
            calls = isinstance(node, ast.Call) and not node.args and not node.keywords
            if not (isinstance(node, (*allowed, ast.BinOp, ast.Add, ast.Sub, ast.Load)) or names or calls):
                return False, None
        return True, eval(compile(tree, "<literal>", "eval"), dict(NUMBERS))
    except Exception:
        return False, None


def describe(value):
    """A value as it is now: its text, which objects that change cannot change any more."""
    return repr(value)


def same(one, other):
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return one == other or one != one and other != other or math.isclose(one, other, rel_tol=1e-9)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return one == other


def matches(expect, text):
    if isinstance(expect, dict):
        return addressless(expect["text"]) == addressless(text)
    known, wanted = literal(expect)
    if not known:
        raise Untried("what is expected is no literal")
    readable, value = literal(text)
    return readable and same(value, wanted)


def addressless(text):
    return re.sub(r"at 0x[0-9a-fA-F…]+", "at 0x", text)


def first(count, items):
    return list(itertools.islice(items, count))


def plain(value):
    if isinstance(value, types.CoroutineType):
        value.close()
        raise Untried("a coroutine needs a loop, and that one a socket")
    return value


def without_newline(text):
    return text[:-1] if text.endswith("\n") else text


def judge(code, claim, compare_messages):
    """What the program shows of a claim: agreed, differed or untried."""
    kind, probe, expect = claim["kind"], claim["probe"], claim["expect"]
    tree = ast.parse(code)
    passes = []
    counted = Passes(claim.get("line"), LOOPS)
    if kind == "count":
        tree = counted.visit(tree)
        if not counted.found:
            counted = Passes(claim.get("line"), COMPREHENSIONS)
            tree = counted.visit(tree)
    warnings.simplefilter("ignore")
    program = compile(ast.fix_missing_locations(tree), FILE, "exec")
    main = types.ModuleType("__main__")
    names = vars(main)
    sys.modules["__main__"] = main
    # In the built-ins, as functions look there whatever their globals are.
    __builtins__.__dict__["second_way_pass"] = lambda: passes.append(1)
    # Nobody waits here; what sleeping refuses is refused all the same.
    real_sleep = time.sleep
    time.sleep = lambda seconds: real_sleep(min(seconds, 0))
    lines = probe.get("stdin", [])
    sys.stdin = io.StringIO("".join(line + "\n" for line in lines))
    sys.stdout = out = io.StringIO()
    trace = Trace(claim.get("line"), claim.get("name"), claim.get("visit"))
    call = probe.get("call")
    value = problem = None

    def act(action):
        sys.settrace(trace.enter)
        try:
            return action(), None
        except BaseException as raised:
            return None, raised
        finally:
            sys.settrace(None)

    def set_up(known):
        for line in probe.get("setup", []):
            exec(compile(line, "<setup>", "exec"), known)

    if call is None:

        def whole():
            exec(program, names)
            set_up(names)

        _, problem = act(whole)
        if isinstance(problem, SystemExit) and kind != "raises":
            problem = None
    else:
        try:
            exec(program, names)
        except BaseException:
            pass  # what the program made until then stands
        passes.clear()
        out.seek(0)
        out.truncate()
        known = {"first": first, **names}

        try:
            set_up(known)
        except BaseException as raised:
            problem = raised
        else:
            value, problem = act(lambda: plain(eval(compile(call, "<call>", "eval"), known)))
    if isinstance(problem, Untried):
        raise problem
    missing = isinstance(problem, ModuleNotFoundError) and kind != "raises"
    if outside or missing:
        raise Untried(outside[0] if outside else str(problem))
    if kind == "raises":
        if problem is None:
            return "it raised nothing"
        classes = {name for one in type(problem).__mro__ for name in (one.__name__, f"{one.__module__}.{one.__qualname__}")}
        text = str(problem)
        right = expect["type"] in classes
        if right and compare_messages and "message" in expect:
            right = expect["message"] == text
        return None if right else f"{type(problem).__name__}: {text}"
    if kind in ("returns", "prints") and problem is not None:
        return f"{type(problem).__name__}: {problem}"
    if kind == "returns":
        text = describe(value)
        return None if matches(expect, text) else text
    if kind == "prints":
        printed = out.getvalue()
        return None if without_newline(printed) == without_newline(expect) else printed
    if kind == "value":
        if trace.value is None:
            return "it held nothing there"
        return None if matches(expect, trace.value[0]) else trace.value[0]
    if kind == "count":
        count = len(passes) if counted.found else trace.visits
        return None if count == expect else str(count)
    return None if (trace.visits > 0) is expect else str(trace.visits > 0)


def apart(task, claim):
    """The answer on one claim, from a process that has nothing behind it and nothing to lose."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
            sys.addaudithook(watch)
            try:
                got = judge(task["code"], claim, task["compareMessages"])
                said = {"kind": "agreed"} if got is None else {"kind": "differed", "got": got[:2_000]}
            except Untried as reason:
                said = {"kind": "untried", "why": str(reason)}
            except BaseException as problem:
                said = {"kind": "untried", "why": f"{type(problem).__name__}: {problem}"[:300]}
            os.write(writing, json.dumps(said).encode())
        finally:
            os._exit(0)
    os.close(writing)
    end, parts = time.monotonic() + SECONDS, []
    while True:
        ready, _, _ = select.select([reading], [], [], max(0, end - time.monotonic()))
        part = os.read(reading, 65_536) if ready else b""
        if not part:
            break
        parts.append(part)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    try:
        return json.loads(b"".join(parts))
    except ValueError:
        return {"kind": "untried", "why": "it came to no end"}


if __name__ == "__main__":
    task = json.load(sys.stdin)
    for claim in task["claims"]:
        print(json.dumps({"claimId": claim["id"], "said": apart(task, claim)}), flush=True)
