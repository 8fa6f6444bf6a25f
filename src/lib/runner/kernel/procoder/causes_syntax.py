"""Why Python cannot read a text, in plain words: our own look at the line, with Python's message as a hint."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import difflib
import keyword
import re

_BLOCK_WORDS = ("if", "elif", "else", "for", "while", "def", "class", "try", "except", "finally", "with")
_OPENING = {"(": ")", "[": "]", "{": "}"}
_NAMES = {
    "(": "round bracket",
    "[": "square bracket",
    "{": "brace",
    ")": "round bracket",
    "]": "square bracket",
    "}": "brace",
}
_STRINGS = re.compile(r"""('''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")""", re.DOTALL)


#: What is left to say where nobody knows more.
UNKNOWN = (
    "Python cannot make sense of this line.",
    "Look for a missing comma, bracket, colon or quotation mark here, or at the end of the line above.",
)


def explain(problem: SyntaxError) -> tuple[str, str] | None:
    """(what, why) of a SyntaxError, IndentationError or TabError; None where we have no rule."""
    message = str(problem.msg or "")
    line = (problem.text or "").rstrip("\n")
    bare = _without_strings(line)
    for rule in (
        _characters,
        _indentation,
        _text_end,
        _brackets,
        _keywords,
        _equals,
        _colon,
        _targets,
        _missing,
    ):
        found = rule(problem, message, bare)
        if found:
            return found
    return None


def _without_strings(line: str) -> str:
    """The line with its texts and its comment blanked out, so that signs inside them don't mislead."""
    return _STRINGS.sub('""', line).split("#")[0].rstrip()


def _characters(problem: SyntaxError, message: str, bare: str) -> tuple[str, str] | None:
    if "null byte" in message:
        return (
            "The code holds an invisible NUL character.",
            "It often comes from copying. Delete the place and type it again.",
        )
    if "half a character" in message or "surrogate" in message:
        return (
            "The code holds half a character.",
            "It often comes from copying an emoji. Delete the place and type it again.",
        )
    if "nested too deeply" in message or "too many nested" in message:
        return "The code is nested too deeply.", "Python can only read so many brackets inside each other."
    found = re.search(r"invalid (?:non-printable )?character '?(.?)'? ?\(?U\+([0-9A-F]+)\)?", message)
    if found:
        sign = found[1].strip()
        quote = sign and sign in "“”„‘’‚´"
        what = (
            f"Python does not know the character `{sign}`."
            if sign
            else "There is an invisible character here."
        )
        return what, (
            "Use straight quotation marks: `\"` or `'`."
            if quote
            else "It often comes from copying. Delete it and type it again."
        )
    return None


def _indentation(problem: SyntaxError, message: str, bare: str) -> tuple[str, str] | None:
    if isinstance(problem, TabError):
        return (
            "Tabs and spaces are mixed at the start of lines.",
            "Use four spaces for each level, and no tabs.",
        )
    if not isinstance(problem, IndentationError):
        return None
    if "expected an indented block" in message:
        found = re.search(r"after (?:'(\w+)'|(\w+ ?\w*)) (?:statement|definition)", message)
        after = f" after `{(found[1] or found[2]).split()[0]}`" if found else ""
        after = after.replace("`function`", "`def`")
        return (
            f"An indented line is missing{after}.",
            "The lines that belong to it must start with four more spaces.",
        )
    if "unindent" in message:
        return (
            "This line's indentation fits no line above.",
            "Lines of one block must start with the same number of spaces.",
        )
    return (
        "This line starts with too many spaces.",
        "Only a line after a colon `:` starts further to the right.",
    )


def _text_end(problem: SyntaxError, message: str, bare: str) -> tuple[str, str] | None:
    if "(unicode error)" in message:
        return (
            "A backslash in a text starts a special sign, and this one is not complete.",
            "Write `\\\\` for a plain backslash, or put `r` before the first quotation mark.",
        )
    if "triple-quoted" in message:
        return (
            "A text with three quotation marks has no end.",
            "Put the same three quotation marks at its end.",
        )
    if "unterminated" in message and "string" in message or "EOL while scanning" in message:
        return (
            "A text has no closing quotation mark.",
            "A text ends with the same mark that it starts with, on the same line.",
        )
    if message.startswith(("f-string", "t-string")):
        return (
            "The f-string cannot be read.",
            "Check its braces: each one that opens needs one that closes, with something between.",
        )
    return None


def _brackets(problem: SyntaxError, message: str, bare: str) -> tuple[str, str] | None:
    found = re.search(r"'([(\[{])' was never closed", message)
    if found:
        return (
            f"The {_NAMES[found[1]]} `{found[1]}` is never closed.",
            f"Put `{_OPENING[found[1]]}` where it should end.",
        )
    found = re.search(r"closing parenthesis '(.)' does not match opening parenthesis '(.)'", message)
    if found:
        return (
            f"`{found[1]}` closes, but `{found[2]}` was opened.",
            f"Brackets close in the order in which they were opened: here `{_OPENING[found[2]]}` is due.",
        )
    found = re.search(r"unmatched '(.)'", message)
    if found:
        return f"This `{found[1]}` closes nothing.", "Delete it, or put the opening one before it."
    return None


def _keywords(problem: SyntaxError, message: str, bare: str) -> tuple[str, str] | None:
    if "outside function" in message or "outside loop" in message or "not properly in loop" in message:
        word = (re.search(r"'(\w+(?: \w+)?)'", message) or ["", "this word"])[1]
        where = "function" if "function" in message else "loop"
        return (
            f"`{word}` stands outside of any {where}.",
            f"It only makes sense inside a {where}. Check the indentation.",
        )
    words = bare.split()
    if not words:
        return None
    if words[0] == "else" and len(words) > 1 and words[1].startswith("if"):
        return "`else if` is not Python.", "Write `elif` instead."
    if re.match(r"\s*(?:elseif|elsif|elif\s+if)\b", bare):
        return "This word is not Python.", "Write `elif` instead."
    if words[0] == "import" and '""' in bare:
        return "A module's name stands without quotation marks.", "Write for example `import math`."
    if words[0] == "from" and "import" not in words:
        return "`from` needs an `import`.", "Write for example `from math import sqrt`."
    if words[0] in ("function", "func", "fun") and len(words) > 1:
        return f"`{words[0]}` does not start a function in Python.", "Write `def` instead."
    if re.match(r"print\s+[^(=\s]", bare) or "Missing parentheses in call to 'print'" in message:
        return "`print` needs round brackets.", "Write what it should print between `(` and `)`."
    name = re.match(r"(?:def|class)\s+(\d\w*)", bare) or re.match(r"(\d\w*[^\W\d]\w*)\s*=", bare)
    if name or "invalid decimal literal" in message:
        if not name:
            return "A number is written in a way that Python cannot read.", "A number has digits only, `_` between them, and at most one point."
        shown = f" `{name[1]}`"
        return (
            f"The name{shown} starts with a digit.",
            "A name starts with a letter or `_`; digits may follow.",
        )
    taken = re.match(r"(?:def|class)\s+(\w+)", bare) or re.match(r"(\w+)\s*=[^=]", bare)
    if taken and keyword.iskeyword(taken[1]):
        return f"`{taken[1]}` is a word of Python's own, so it cannot be a name.", "Choose another name."
    dashed = re.match(r"(?:def\s+)?([^\W\d]\w*(?:-\w+)+)\s*(?:=[^=]|\()", bare)
    if dashed:
        return (
            f"`{dashed[1]}` is not a name, because `-` means minus.",
            f"Use `_` instead: `{dashed[1].replace('-', '_')}`.",
        )
    word = words[0].rstrip(":")
    alone = len(words) == 1 and words[0].endswith(":")
    if (
        word.isidentifier()
        and not keyword.iskeyword(word)
        and (alone or len(words) > 1 and "=" not in words[1])
    ):
        close = difflib.get_close_matches(word, _BLOCK_WORDS + ("return", "import", "from", "print"), 1, 0.7)
        if close:
            return f"`{word}` is not a word of Python's.", f"Did you mean `{close[0]}`?"
    return None


def _equals(problem: SyntaxError, message: str, bare: str) -> tuple[str, str] | None:
    if re.search(r"=>|=<|><|=!", bare):
        return "This comparison sign does not exist.", "Python has `>=`, `<=`, `==` and `!=`."
    condition = re.match(r"\s*(?:if|elif|while)\b(.*)", bare)
    if condition and re.search(r"[^=!<>:]=[^=]", condition[1]):
        return (
            "A single `=` gives a value to a name; it does not compare.",
            "To compare two values, write `==`.",
        )
    if re.search(r"&&|\|\||!\s*[\w(]", bare) and "!=" not in bare:
        return "These signs are not Python.", "Write `and`, `or` and `not` as words."
    if re.search(r"\+\+|--\s*$", bare):
        return "`++` and `--` do not exist in Python.", "Write `+= 1` or `-= 1`."
    return None


def _colon(problem: SyntaxError, message: str, bare: str) -> tuple[str, str] | None:
    word = re.match(r"\s*(\w+)", bare)
    if word and word[1] in ("match", "case", "async") and "expected ':'" in message:
        return f"The colon is missing at the end of the `{word[1]}` line.", "Put `:` there."
    if not word or word[1] not in _BLOCK_WORDS:
        return None
    balanced = all(bare.count(opening) == bare.count(closing) for opening, closing in _OPENING.items())
    if "expected ':'" in message or not bare.endswith(":") and ":" not in bare and balanced:
        if word[1] == "def" and "(" not in bare:
            return (
                "The round brackets after the function's name are missing.",
                "Write `()` after the name, and then a colon `:`.",
            )
        if word[1] == "else" and bare.strip() != "else":
            return "`else` takes no condition.", "Write `elif` with a condition, or `else:` alone."
        return (
            f"The colon is missing at the end of the `{word[1]}` line.",
            "Put `:` there; the lines that belong to it follow, indented.",
        )
    if word[1] == "def" and re.match(r"\s*def\s+\w+\s*:", bare):
        return (
            "The round brackets after the function's name are missing.",
            "Write `()` after the name, even without parameters.",
        )
    if word[1] in ("else", "elif", "except", "finally") and "invalid syntax" in message:
        partner = "if" if word[1] in ("else", "elif") else "try"
        return (
            f"This `{word[1]}` belongs to no `{partner}`.",
            f"It must start in the same column as its `{partner}`, right after that block.",
        )
    return None


def _targets(problem: SyntaxError, message: str, bare: str) -> tuple[str, str] | None:
    found = re.search(r"cannot assign to (.+?)(?: here)?(?:\.|$)", message)
    if found:
        thing = found[1]
        if thing in ("True", "False", "None"):
            return f"`{thing}` has a fixed meaning and cannot get a new value.", "Choose another name."
        if "function call" in thing:
            return "A call stands left of `=`.", "Left of `=` stands a name. To compare, write `==`."
        return (
            "What stands left of `=` cannot get a value.",
            "Left of `=` stands a name. To compare, write `==`.",
        )
    if "positional argument follows keyword argument" in message:
        return (
            "A value without a name comes after one with a name.",
            "In a call, values without names come first.",
        )
    if "non-default argument follows default" in message or "parameter without a default follows" in message:
        return "A parameter without a default value comes after one with it.", "Put those with `=` last."
    if "duplicate argument" in message:
        return "Two parameters have the same name.", "Give each parameter a name of its own."
    if "is assigned to before global" in message or "used prior to global" in message:
        return "`global` comes too late.", "Write it as the first line of the function."
    return None


def _missing(problem: SyntaxError, message: str, bare: str) -> tuple[str, str] | None:
    if "forgot a comma" in message:
        return "A comma is missing between two values.", "Separate the values with `,`."
    if "leading zeros" in message:
        return "A number starts with a zero.", "Leave the zero out, or write the number as text in quotes."
    if "unexpected EOF" in message or "unexpected end" in message:
        return "The code ends too early.", "A bracket is still open, or a block has no lines."
    if re.search(r"\b(?:and|or|not|in|is|==|[-+*/<>])\s*[:\])]", bare):
        return "Something is missing in this line.", "A word or sign such as `and`, `in` or `+` needs a value after it."
    if re.search(r"\bfor\s+in\b", bare):
        return "The loop has no name for its items.", "Write for example `for item in items:`."
    if re.search(r"\w\s*[-+*/]?=[^=]\s*[\w\"'.]+\s+[^\W\d]\w*\s*=[^=]", bare):
        return "Two statements stand on one line.", "Put each on a line of its own."
    if "illegal expression for augmented assignment" in message:
        return "Only a single name can stand left of `+=` and its like.", "Change one name at a time."
    if "'await' outside" in message:
        return "`await` stands in a function that is not `async`.", "Write `async def` for the function."
    if bare.rstrip().endswith(("+", "-", "*", "/", "=", "and", "or", "not", ",", "==")):
        return "Something is missing at the end of the line.", "The last sign needs a value after it."
    if re.search(r'""\s*[^\W\d]\w*|[^\W\d]\w*\s+""', bare) and "print" in bare:
        return "Two values stand side by side without a sign between them.", "Put `,` or `+` between them."
    if re.match(r"\s*[^\W\d]\w*\s+[^\W\d]\w*\s*$", bare):
        return (
            "Two names stand side by side without a sign between them.",
            "Is something missing, or should it be text in quotes?",
        )
    return None
