"""A cell's source as something that can run: checked, parsed, named, and known to `linecache`."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import ast
import itertools
import linecache
import re
import warnings
from dataclasses import dataclass

TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_numbers = itertools.count(1)
#: Which cell a filename belongs to. Old entries are dropped so that a long session does not grow without end.
_cells: dict[str, str] = {}
_KEPT = 300
#: Where the parser itself may warn: escapes, a number that runs into a word, a jump out of `finally`. Anywhere else the
#: filters, which are slow to set, need not be touched.
_MAY_WARN = re.compile(r"\\|[0-9]\.?[A-Za-z_]|finally")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Program:
    """One version of one cell. `filename` is new for every run, so that old tracebacks keep their text."""

    cell_id: str
    source: str
    filename: str
    tree: ast.Module


def cell_of(filename: str) -> str | None:
    """The id of the cell that a filename stands for; None for library code."""
    return _cells.get(filename)


def new_filename(cell_id: str, source: str) -> str:
    """A fresh filename for a cell's source, registered with `linecache`."""
    filename = f"<cell {cell_id} #{next(_numbers)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    _cells[filename] = cell_id
    while len(_cells) > _KEPT:
        oldest = next(iter(_cells))
        del _cells[oldest]
        linecache.cache.pop(oldest, None)
    return filename


def load(cell_id: str, source: str) -> Program:
    """Parses a cell. Raises SyntaxError with the new filename, for every way in which a text can fail to be Python."""
    filename = new_filename(cell_id, source)
    return Program(cell_id, source, filename, parse(source, filename))


def parse(source: str, filename: str) -> ast.Module:
    """The syntax tree of a cell; see `load` for what it raises."""
    _refuse_characters(source, filename)
    if _MAY_WARN.search(source) is None:
        return _parse(source, filename)
    with warnings.catch_warnings(module=warnings):
        # Shown by the compile step that follows; here they would come twice.
        warnings.simplefilter("ignore")
        return _parse(source, filename)


def _parse(source: str, filename: str) -> ast.Module:
    try:
        return compile(source, filename, "exec", ast.PyCF_ONLY_AST | TOP_LEVEL_AWAIT, True)
    except (MemoryError, RecursionError):
        problem = SyntaxError("the code is nested too deeply for Python to read")
        problem.filename, problem.lineno = filename, 1
        raise problem from None
    except ValueError as error:
        problem = SyntaxError(str(error))
        problem.filename, problem.lineno = filename, 1
        raise problem from None


def _refuse_characters(source: str, filename: str) -> None:
    """Python versions differ in how they refuse these (ValueError, SyntaxError, UnicodeEncodeError); we do not."""
    if source.isascii() and "\0" not in source:
        return
    at = source.find("\0")
    text = "source code cannot contain null bytes"
    if at < 0:
        found = _SURROGATE.search(source)
        if not found:
            return
        at = found.start()
        text = f"source code contains half a character (U+{ord(source[at]):04X})"
    line = source.count("\n", 0, at) + 1
    column = at - (source.rfind("\n", 0, at) + 1) + 1
    raise SyntaxError(text, (filename, line, column, source.split("\n")[line - 1]))
