"""Looks for the smallest change that mends a mistake, and believes it only when the changed code has run.

Each maker below proposes lines in the place of one; a proposal counts where Python can read the changed code (for a
syntax error), or where it runs without an error (for an error while running).
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import sys
from dataclasses import dataclass
from typing import Iterable, Iterator

from ..causes import closest
from ..values import quiet_parse
from .meter import Clock, Metered
from .trials import TRIAL

_MOST_TRIED = 24
_HEADS = "if|elif|else|for|while|def|class|try|except|finally|with|match|case"
_OPEN = {")": "(", "]": "[", "}": "{"}
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "，": ",", "：": ":", "（": "(", "）": ")"})


@dataclass(frozen=True)
class Mend:
    """Line `line`, which was `was`, becomes `now`. `runs`: the whole code then runs to its end without an error."""

    line: int
    was: str
    now: str
    runs: bool

    def sentence(self) -> str:
        """What to change, for a reader; without braces, which are slots. Empty where it cannot be said in a line."""
        what = self._change()
        after = "Then the code runs without an error" if self.runs else "Then Python can read the code"
        return f"{what} {after}; this was tried." if what else ""

    def _change(self) -> str:
        was, now = self.was.strip(), self.now.strip()
        if "\n" in self.now:
            first, second = self.now.split("\n")
            if second == self.was:
                return f"Write `{first.strip()}` in a line of its own above line {self.line}."
            return f"Write `{second.strip()}` in a line of its own below line {self.line}."
        if was == now:
            width = len(self.now) - len(self.now.lstrip())
            spaces = {4: "four spaces", 8: "eight spaces"}.get(width, "as many spaces as its neighbours have")
            return f"Put {spaces} before line {self.line}." if width else f"Take the spaces before line {self.line} away."
        if now == was + "}":
            return f"Put a closing brace at the end of line {self.line}."
        pieces = _difference(was, now)
        if any(sign in piece for piece in pieces for sign in "`{}\\") or any(len(piece) > 70 for piece in pieces):
            return ""
        before, old, new, after = pieces
        here = f"in line {self.line}"
        special = _in_words(old.strip(), new.strip(), before)
        if special:
            return f"{special} {here}."
        if not old and not after:
            return f"Put `{new.strip()}` at the end of line {self.line}."
        if not old and before:
            return f"Put `{new.strip()}` behind `{before}` {here}."
        if not old:
            return f"Put `{new.strip()}` at the start of line {self.line}."
        if not new:
            return f"Take `{old.strip()}` away {here}."
        place = new.find(old)
        if place >= 0 and re.fullmatch(r"[\w.]*[(\[]", new[:place]):
            inside = f"{old}…)" if old.endswith("(") else old
            return f"Put `{new[:place]}…{new[place + len(old) :]}` around `{inside}` {here}."
        return f"Write `{new.strip()}` in the place of `{old.strip()}` {here}."


def _in_words(old: str, new: str, before: str) -> str:
    """A change that words tell better than signs; without numbers and texts, which would look like results."""
    if old and old.translate(_CURLY) == new:
        return "Write straight quotation marks and signs"
    if new == f'"{old}"':
        return f"Put quotation marks around `{old}`"
    if new == f"({old})":
        return f"Put round brackets around `{old}`"
    if new == f"[{old}]":
        return f"Put square brackets around `{old}`"
    if old and new == f"[{old[1:-1]}]":
        return f"Write square brackets in the place of the round ones in `{before}{old}`"
    if old.startswith("0") and old.lstrip("0") == new:
        return f"Take the zeros at the start of `{old}` away"
    if old.lower() == new.lower():
        return f"Write `{old}` with a capital letter" if new[:1].isupper() else f"Write `{old}` in small letters"
    one = re.fullmatch(r"([+-]=?) 1", new)
    if one and old:
        return f"Write `{one[1]}` and then the number one in the place of `{old}`"
    if one:
        return f"Put `{one[1]}` and then the number one behind `{before}`"
    return ""


def _difference(was: str, now: str) -> tuple[str, str, str, str]:
    """(the word before, what goes, what comes, what follows) of two lines, in whole words and signs."""
    one, two = (re.findall(r"\w+|\s+|[=!<>]=|[^\w\s]", text) for text in (was, now))
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    end = 0
    while end < min(len(one), len(two)) - start and one[-1 - end] == two[-1 - end]:
        end += 1
    before = next((word for word in reversed(one[:start]) if word.strip()), "")
    return before, "".join(one[start : len(one) - end]), "".join(two[start : len(two) - end]), "".join(one[len(one) - end :])


def mend_syntax(problem: SyntaxError, code: str, may_run: bool = True) -> Mend | None:
    """The first small change after which the code runs; else the first one after which Python can read it."""
    lines = code.split("\n")
    at = min(max(1, problem.lineno or 1), len(lines))
    readable: Mend | None = None
    for number in dict.fromkeys([at, at - 1, *_unclosed(lines, at)]):
        if not 1 <= number <= len(lines):
            continue
        for now in dict.fromkeys(_syntax_proposals(lines[number - 1], problem, number == at, lines, number)):
            if now == lines[number - 1]:
                continue
            changed = "\n".join([*lines[: number - 1], now, *lines[number:]])
            if _parses(changed):
                found = Mend(number, lines[number - 1], now, may_run and _runs(changed))
                if found.runs or not may_run:
                    return found
                readable = readable or found
    return readable


def _unclosed(lines: list[str], at: int) -> list[int]:
    """Earlier lines with a bracket that is never closed."""
    return [
        number
        for number in range(at - 1, max(0, at - 6), -1)
        if any(lines[number - 1].count(opening) > lines[number - 1].count(closing) for closing, opening in _OPEN.items())
    ][:2]


def _syntax_proposals(
    line: str, problem: SyntaxError, is_here: bool, lines: list[str], number: int
) -> Iterator[str]:
    bare, comment = _without_comment(line)
    if re.match(r"\s*print\(\w+(?: \w+)+\)\s*$", bare):
        yield re.sub(r"\((.+)\)", r'("\1")', bare) + comment
    indent = line[: len(line) - len(line.lstrip())]
    if line.translate(_CURLY) != line:
        yield line.translate(_CURLY)
    if re.match(rf"\s*(?:async\s+)?(?:{_HEADS})\b", bare) and not bare.rstrip().endswith(":"):
        yield bare.rstrip() + ":" + comment
        yield bare.rstrip().rstrip(";,") + ":" + comment
    yield re.sub(r"\belse\s+if\b|\belseif\b|\belsif\b", "elif", line)
    yield re.sub(r"^(\s*)(?:function|func|define|fun)\s+(\w+\s*\(.*\))\s*[:{]?\s*$", r"\1def \2:", line)
    if re.match(r"\s*(?:if|elif|while)\b", bare):
        yield re.sub(r"(?<![=!<>:])=(?!=)", "==", line, count=1)
        yield re.sub(r"=>", ">=", line)
        yield re.sub(r"=<", "<=", line)
    yield re.sub(r"^(\s*)print\s+(?!\()(.+?)\s*$", r"\1print(\2)", bare) + comment
    yield re.sub(r"(\w+)\s*\+\+", r"\1 += 1", line)
    yield re.sub(r"(\w+)\s*--", r"\1 -= 1", line)
    yield line.replace("&&", " and ").replace("||", " or ").replace("  ", " ") if "&&" in line or "||" in line else line
    yield re.sub(r"!(?=[A-Za-z_(])", "not ", line)
    yield re.sub(r"\b0+([1-9]\d*)\b", r"\1", line)
    for quote in ("'", '"'):
        if bare.count(quote) % 2:
            for place in (r"\)\s*:?\s*$", r"\s*$", r"\]\s*$", r"\)\)\s*$"):
                yield re.sub(place, lambda found: quote + found[0].rstrip(), line, count=1)  # noqa: B023
    for closing, opening in _OPEN.items():
        missing = bare.count(opening) - bare.count(closing)
        if missing > 0:
            text = bare.rstrip()
            head = text.endswith(":") and re.match(rf"\s*(?:{_HEADS})\b", bare)
            yield (text[:-1] + closing * missing + ":" if head else text + closing * missing) + comment
        elif missing < 0:
            place = bare.rfind(closing)
            yield line[:place] + line[place + 1 :]
    other = {")": "]", "]": ")"}
    for wrong, right in other.items():
        place = bare.rfind(wrong)
        if place >= 0:
            yield line[:place] + right + line[place + 1 :]
    if isinstance(problem, IndentationError) and is_here:
        before = next((text for text in reversed(lines[: number - 1]) if text.strip()), "")
        level = len(before) - len(before.lstrip())
        levels = {level, *(len(text) - len(text.lstrip()) for text in lines[: number - 1] if text.strip())}
        yield " " * (level + 4) + line.lstrip() if before.rstrip().endswith(":") else line
        for width in sorted(levels, key=lambda width: abs(width - len(indent))):
            yield " " * width + line.lstrip()
    if "\t" in line:
        yield line.expandtabs(4)
    if is_here and problem.offset and problem.end_offset and problem.end_lineno == problem.lineno:
        # “Perhaps you forgot a comma?”: between any two things of the marked part that only a space parts.
        start, end = problem.offset - 1, problem.end_offset - 1
        for found in re.finditer(r"(?<=[\w'\")\]])\s+(?=[\w'\"(\[])", line):
            if start <= found.start() <= end:
                yield line[: found.start()] + ", " + line[found.end() :]
    if re.match(r"\s*(\w+)\s*=", bare) and keyword.iskeyword(bare.split("=")[0].strip()):
        yield re.sub(r"^(\s*)(\w+)", r"\1\2_", line)
    yield line.rstrip().rstrip(";").rstrip("{").rstrip() if line.rstrip().endswith(("{", ";")) else line


def mend_runtime(
    submission: Metered, kind: str, message: str, line: int, stdin: tuple[str, ...], clock: Clock
) -> Mend | None:
    """The first small change after which the code runs to its end."""
    code = submission.program.source
    lines = code.split("\n")
    if not 1 <= line <= len(lines):
        return None
    tried: set[tuple[int, str]] = set()
    for number, now in _runtime_proposals(lines, line, kind, message):
        if (number, now) in tried or not 1 <= number <= len(lines) or now == lines[number - 1]:
            continue
        tried.add((number, now))
        if len(tried) > _MOST_TRIED or clock.over():
            return None
        changed = "\n".join([*lines[: number - 1], *now.split("\n"), *lines[number:]])
        if not _parses(changed):
            continue
        try:
            seen = Metered(changed, submission.cells, clock).observe(stdin=stdin, budget=TRIAL)
        except SyntaxError:
            continue
        ended = seen.raised or seen.cell_raised
        if ended is None and not (seen.timed_out or seen.asked_too_much or seen.network or seen.tampered):
            return Mend(number, lines[number - 1], now, True)
    return None


def _runtime_proposals(lines: list[str], line: int, kind: str, message: str) -> Iterator[tuple[int, str]]:
    text = lines[line - 1]
    if kind in ("NameError", "UnboundLocalError"):
        yield from _for_name(lines, line, message)
    elif kind == "AttributeError":
        yield from _for_attribute(lines, line, message)
    elif kind == "KeyError":
        for wanted in re.findall(r"""['"]([^'"]+)['"]""", message):
            keys = re.findall(r"""['"]([^'"]+)['"]\s*:""", "\n".join(lines))
            meant = closest(wanted, keys)
            if meant:
                yield line, re.sub(rf"""(['"]){re.escape(wanted)}\1""", rf"\g<1>{meant}\1", text)
    elif kind == "IndexError":
        yield from _for_index(lines, line)
    elif kind == "TypeError":
        yield from _for_type(lines, line, message)
    elif kind == "ValueError":
        yield line, re.sub(r"\bint\((?=['\"\w])", "float(", text)
        yield line, re.sub(r"\bint\((\w+)\)", r"int(float(\1))", text)
    elif kind == "RuntimeError" and "changed size" in message:
        for number in range(line, 0, -1):
            found = re.match(r"(\s*for\s+.+?\s+in\s+)(.+?):\s*$", lines[number - 1])
            if found:
                yield number, f"{found[1]}list({found[2]}):"
                break


def _for_name(lines: list[str], line: int, message: str) -> Iterator[tuple[int, str]]:
    found = re.search(r"name '(\w+)'|variable '(\w+)'", message)
    name = (found[1] or found[2]) if found else ""
    if not name:
        return
    text = lines[line - 1]
    known = [word for word in dict.fromkeys(re.findall(r"[^\W\d]\w*", "\n".join(lines))) if word != name]
    defined = {
        word
        for word in known
        if re.search(rf"(?m)^\s*(?:def|class)\s+{word}\b|\b{word}\s*(?:=(?!=)|,.*=)|\bfor\s+.*\b{word}\b.*\sin\b|import\s+.*\b{word}\b", "\n".join(lines))
    }
    right = {"true": "True", "false": "False", "none": "None", "null": "None"}.get(name)
    meant = right or closest(name, [*defined, *(item for item in dir(builtins) if not item.startswith("_"))])
    if meant:
        yield line, re.sub(rf"\b{name}\b", meant, text)
    if name in sys.stdlib_module_names:
        yield 1, f"import {name}\n{lines[0]}"
    if f"cannot access local variable '{name}'" in message or "referenced before assignment" in message:
        head = _head_of(lines, line)
        if head:
            inner = re.match(r"\s*", lines[head])  # the line after the head
            yield head, f"{lines[head - 1]}\n{inner[0] if inner else '    '}global {name}"


def _head_of(lines: list[str], line: int) -> int | None:
    """The line of the `def` around a line."""
    width = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    for number in range(line - 1, 0, -1):
        text = lines[number - 1]
        if re.match(r"\s*def\b", text) and len(text) - len(text.lstrip()) < width:
            return number
    return None


_SAME = {
    "push": "append", "add": "append", "indexOf": "index", "toUpperCase": "upper", "toLowerCase": "lower",
    "trim": "strip", "append": "add", "toLower": "lower", "toUpper": "upper", "uppercase": "upper", "lowercase": "lower",
}  # fmt: skip


def _for_attribute(lines: list[str], line: int, message: str) -> Iterator[tuple[int, str]]:
    text = lines[line - 1]
    found = re.search(r"'([\w.]+)' object has no attribute '(\w+)'|module '([\w.]+)' has no attribute '(\w+)'", message)
    if not found:
        return
    kind, name = found[1] or "", found[2] or found[4]
    if kind == "NoneType":
        # `items = items.append(3)` throws the list away.
        for number in range(line, 0, -1):
            yield number, re.sub(r"^(\s*)(\w+)\s*=\s*(\2\.\w+\(.*\))\s*$", r"\1\3", lines[number - 1])
        return
    cls = vars(builtins).get(kind)
    own = [item for item in dir(cls) if not item.startswith("_")] if isinstance(cls, type) else []
    if found[3] and found[3] in sys.modules:
        own = [item for item in dir(sys.modules[found[3]]) if not item.startswith("_")]
    own += [word for word in re.findall(r"self\.(\w+)|def\s+(\w+)", "\n".join(lines)) for word in word if word]
    for meant in dict.fromkeys([closest(name, own), _SAME.get(name)]):
        if meant:
            yield line, re.sub(rf"\.{name}\b", f".{meant}", text)
    if name in ("length", "size", "len"):
        yield line, re.sub(rf"(\w+)\.{name}(?:\(\))?", r"len(\1)", text)
    if name == "reverse":
        yield line, re.sub(r"(\w+)\.reverse\(\)", r"\1[::-1]", text)
    if name in ("contains", "has_key", "includes"):
        yield line, re.sub(rf"(\w+)\.{name}\((.+?)\)", r"\2 in \1", text)


def _for_index(lines: list[str], line: int) -> Iterator[tuple[int, str]]:
    for number in [line, *range(line - 1, max(0, line - 8), -1)]:
        text = lines[number - 1]
        yield number, re.sub(r"\[len\((\w+)\)\]", r"[len(\1) - 1]", text)
        if re.match(r"\s*(?:for|while|if)\b", text) or "for " in text:
            yield number, re.sub(r"range\(len\((\w+)\)\s*\+\s*1\)", r"range(len(\1))", text)
            yield number, re.sub(r"range\((\w+),\s*len\((\w+)\)\s*\+\s*1\)", r"range(\1, len(\2))", text)
            yield number, re.sub(r"<=", "<", text)
            if re.search(r"\[\w+\s*\+\s*1\]", lines[line - 1]):
                yield number, re.sub(r"range\(len\((\w+)\)\)", r"range(len(\1) - 1)", text)
            yield number, re.sub(r"range\(1,\s*(\w+)\s*\+\s*1\)", r"range(\1)", text)


def _for_type(lines: list[str], line: int, message: str) -> Iterator[tuple[int, str]]:
    text = lines[line - 1]
    if "str" in message and ("concatenate" in message or "unsupported operand" in message or "not supported" in message):
        # A typed line that should be a number.
        for number in range(1, line + 1):
            if "input(" in lines[number - 1] and "int(" not in lines[number - 1]:
                yield number, re.sub(r"(input\(.*\))\s*$", r"int(\1)", lines[number - 1])
        for part in _operands(text):
            yield line, text[: part[0]] + f"str({text[part[0] : part[1]]})" + text[part[1] :]
        for part in _operands(text):
            yield line, text[: part[0]] + f"int({text[part[0] : part[1]]})" + text[part[1] :]
    if "concatenate list" in message:
        yield line, re.sub(r"\+(=?)\s*(\w+|'[^']*'|\"[^\"]*\")\s*$", r"+\1 [\2]", text)
    if "indices must be integers" in message or "slice indices" in message or "cannot be interpreted as an integer" in message:
        for number in range(line, 0, -1):
            yield number, re.sub(r"(?<![/])/(?![/=])", "//", lines[number - 1])
        yield line, re.sub(r"range\((\w+)\)", r"range(int(\1))", text)
        yield line, re.sub(r"\[(\w+)\]", r"[int(\1)]", text)
    if "is not iterable" in message:
        yield line, re.sub(r"\bin\s+(len\(.+\)|\w+)\s*:", r"in range(\1):", text)
    if "is not callable" in message:
        yield line, re.sub(r"(\w+)\((\w+|'[^']*'|\"[^\"]*\"|-?\d+)\)", r"\1[\2]", text)
        for found in re.finditer(r"(\w+)\((\w+|'[^']*'|\"[^\"]*\"|-?\d+)\)", text):
            yield line, f"{text[: found.start()]}{found[1]}[{found[2]}]{text[found.end() :]}"
    if "positional argument" in message and "given" in message:
        for number, other in enumerate(lines, 1):
            yield number, re.sub(r"^(\s+def \w+)\(\)", r"\1(self)", other)
            yield number, re.sub(r"^(\s+def \w+)\((?!self|cls)(\w)", r"\1(self, \2", other)
    if "not subscriptable" in message:
        yield line, re.sub(r"(\w+)\[(.+?)\]", r"\1(\2)", text)


def _operands(text: str) -> list[tuple[int, int]]:
    """Where the sides of a `+` stand in a line, the ones that are no literal texts."""
    try:
        tree = quiet_parse(text.strip().rstrip(":"))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        try:
            tree = quiet_parse(re.sub(r"^(?:if|elif|while|return)\s+", "", text.strip()).rstrip(":"))
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return []
    shift = len(text) - len(text.lstrip())
    found = []
    for part in ast.walk(tree):
        if isinstance(part, (ast.BinOp, ast.Compare)):
            sides: Iterable[ast.expr] = (part.left, part.right) if isinstance(part, ast.BinOp) else (part.left, *part.comparators)
            for side in sides:
                if not isinstance(side, (ast.BinOp, ast.JoinedStr)) and not (
                    isinstance(side, ast.Constant) and isinstance(side.value, str)
                ):
                    found.append((side.col_offset + shift, (side.end_col_offset or 0) + shift))
    return list(dict.fromkeys(found)) if text.isascii() else []


def _without_comment(line: str) -> tuple[str, str]:
    place = line.find("#")
    if place < 0 or "'" in line[place:] or '"' in line[place:]:
        return line, ""
    return line[:place].rstrip(), "  " + line[place:]


def _parses(code: str) -> bool:
    try:
        compile(quiet_parse(code), "<mended>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def _runs(code: str) -> bool:
    if "input(" in code:
        return False  # it would need lines that nobody typed
    try:
        seen = Metered(code, (), Clock()).observe(budget=TRIAL)
    except SyntaxError:
        return False
    return not (seen.raised or seen.timed_out or seen.network or seen.tampered)
