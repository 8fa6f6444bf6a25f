"""Why an exception happened, from friendly-traceback: for what our own rules do not cover.

The package is optional. Its text is written for a console; here it becomes two or three plain sentences, and where
little is left of it we say nothing.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import importlib
import io
import linecache
import re
import sys
import types
from typing import Any

from .program import cell_of

_MODULES = (
    "core",
    "runtime_errors.attribute_error",
    "runtime_errors.file_not_found_error",
    "runtime_errors.import_error",
    "runtime_errors.index_error",
    "runtime_errors.key_error",
    "runtime_errors.module_not_found_error",
    "runtime_errors.modules_attributes",
    "runtime_errors.name_error",
    "runtime_errors.os_error",
    "runtime_errors.runtime_error",
    "runtime_errors.stdlib_modules",
    "runtime_errors.third_party_names",
    "runtime_errors.type_error",
    "runtime_errors.unbound_local_error",
    "runtime_errors.value_error",
    "runtime_errors.zero_division_error",
    "syntax_errors.analyze_syntax",
    "syntax_errors.error_in_def",
    "syntax_errors.fixers",
    "syntax_errors.indentation_error",
    "syntax_errors.message_analyzer",
    "syntax_errors.source_info",
    "syntax_errors.statement_analyzer",
    "syntax_errors.syntax_utils",
)
#: Of a longer cell the search for a cause would take longer than anybody waits.
_MAX_SOURCE_CHARS = 20_000
_MAX_CHARS = 320
_WHAT = {
    "IndentationError": "The indentation of this line does not fit.",
    "SyntaxError": "Python cannot make sense of this line.",
    "TypeError": "A value of this kind cannot be used here.",
    "AttributeError": "The name after the dot does not exist.",
    "ValueError": "The value is of the right kind, but it cannot be used here.",
    "IndexError": "The code asks for a position that does not exist.",
    "KeyError": "The dictionary does not have this key.",
    "ImportError": "Something could not be imported.",
    "NameError": "Python does not know this name.",
    "OSError": "A file or a connection could not be used.",
    "RuntimeError": "The code did something that Python does not allow at this moment.",
}
#: A sentence with one of these is about the package itself, or says that it knows nothing.
_USELESS = re.compile(
    r"guess the likely|No information|additional information|github\.com|https?:|www\(|\{\w+\}|report this|"
    r"Try to examine|word, or missing|type annotations|known about this|identified above|``|Friendly|friendly|"
    r"all the syntax errors|making such a change|not recognize|Python gave us|Python told us|have to guess|docstring|"
    r"Python indicates|insert an operator|would not cause|might be wrong|would not fix|'''|PyPI|I have no"
)
_PHRASES = (
    (r"^Currently, ", ""),
    (r"\bI am guessing that you wrote\b", "Perhaps you wrote"),
    (r"\bI am guessing that\b", "Perhaps"),
    (r"\bI suspect (?:that )?you\b", "Perhaps you"),
    (r"\bI suspect\b", "Perhaps"),
    (r"\bYou apparently have\b", "You have"),
    (r"\bIn your program, the\b", "The"),
    (r"\bIn your program, no\b", "No"),
    (r" positional argument\(s\)", " values without a name"),
    (r" such positional argument\(s\)", ""),
)


class _Friendly:
    """The package, loaded when it is first needed and left alone for good where it is not there."""

    def __init__(self) -> None:
        self.core: Any = None
        self._tried = False

    def load(self) -> Any:
        """Its `core`, or None."""
        if not self._tried:
            self._tried = True
            getlines = linecache.getlines
            try:
                for name in _MODULES:
                    importlib.import_module(f"friendly_traceback.{name}")
                self.core = sys.modules["friendly_traceback.core"]
            except Exception:  # noqa: BLE001 - not there, or not for this Python
                self.core = None
            # It puts its own there, which adds a line to every file: whoever reads a source later would see that.
            linecache.getlines = getlines
        return self.core


friendly = _Friendly()


def explain(problem: BaseException, source: str) -> tuple[str, str] | None:
    """(what, why), or None. Never prints; `source` is the cell's text."""
    if len(source) > _MAX_SOURCE_CHARS or isinstance(problem, RecursionError):
        return None
    core = friendly.load()
    if core is None:
        return None
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.StringIO()
    try:
        told = core.FriendlyTraceback(type(problem), problem, _from_the_cell(problem))
        told.assign_cause()
        why = plain(str(told.info.get("cause") or "")) or plain(str(told.info.get("suggest") or ""))
    except (Exception, SystemExit):  # noqa: BLE001 - help that fails must not hide the error itself
        return None
    finally:
        sys.stdout, sys.stderr = before
        _forget()
    if not why:
        return None
    for kind in type(problem).__mro__:
        if kind.__name__ in _WHAT:
            return _WHAT[kind.__name__], why
    return None


def _forget() -> None:
    """Empties what the packages keep of every file that they have read: each run of a cell is a new one."""
    for package in ("executing.executing", "stack_data.core", "asttokens.util"):
        module = sys.modules.get(package)
        if module is None:
            continue
        for held in (*vars(module).items(), *vars(getattr(module, "Source", _Friendly)).items()):
            if held[0] in ("__source_cache_with_lines", "__executing_cache"):
                held[1].clear()
            elif hasattr(held[1], "cache_clear"):
                held[1].cache_clear()


def _from_the_cell(problem: BaseException) -> types.TracebackType | None:
    """The traceback through the learner's own frames alone: every other would be read and parsed for nothing."""
    own = []
    tb = problem.__traceback__
    while tb is not None:
        if cell_of(tb.tb_frame.f_code.co_filename) is not None:
            own.append(tb)
        tb = tb.tb_next
    made: types.TracebackType | None = None
    for tb in reversed(own):
        made = types.TracebackType(made, tb.tb_frame, tb.tb_lasti, tb.tb_lineno)
    return made


def plain(text: str) -> str:
    """At most three sentences without layout; nothing where no useful sentence is left."""
    lines: list[str] = []
    for line in text.split("\n"):
        if line.startswith("    "):
            # Code on a line of its own: a name or a statement can stand in the sentence, a picture of the cell cannot.
            shown = line.strip()
            if not shown or re.match(r"(?:-->)?\s*\d+:|\^+$", shown) or "`" in shown or len(shown) > 60:
                continue
            line = f"`{shown}`."
        lines.append(line.strip())
    kept: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z`'])", " ".join(" ".join(lines).split())):
        if _USELESS.search(sentence) or not re.search(r"[a-z]{3}", sentence):
            continue
        for pattern, better in _PHRASES:
            sentence = re.sub(pattern, better, sentence)
        if sentence.count("`") % 2 or sum(map(len, kept)) + len(sentence) > _MAX_CHARS:
            break
        kept.append(sentence[0].upper() + sentence[1:] if sentence[-1] in ".!?" else sentence[0].upper() + sentence[1:] + ".")
        if len(kept) == 3:
            break
    return " ".join(kept)
