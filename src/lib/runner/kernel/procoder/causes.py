"""Why an exception happened, in plain words for beginners: what, why, where.

First our own rules, decided from the exception, the failing line and the values at hand, because Python's messages
change from version to version; where we have none, what friendly-traceback says. Code stands in backquotes.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import builtins
import difflib
import keyword
import linecache
import re
import sys
import types
from typing import Callable, Iterable

from . import causes_friendly, causes_syntax, imports, refused
from .causes_types import a_kind, none_hint, type_error
from .place import Place
from .values import safe_repr
from .world import HIDDEN, MEMORY

Rule = Callable[[BaseException, str, Place], "tuple[str, str] | None"]


def explain(problem: BaseException, place: Place) -> dict[str, str] | None:
    """`{what, why, where}`, or None where we have nothing better to say than Python."""
    try:
        if isinstance(problem, SyntaxError):
            found = causes_syntax.explain(problem)
        else:
            found = _runtime(problem, place)
        if found is None:
            found = causes_friendly.explain(problem, _source_of(problem, place))
        if found is None and isinstance(problem, SyntaxError):
            found = causes_syntax.UNKNOWN
        if found is None:
            return None
        return {"what": found[0], "why": found[1], "where": _where(problem, place)}
    except Exception:  # noqa: BLE001 - help that fails must not hide the error itself
        return None


def _source_of(problem: BaseException, place: Place) -> str:
    filename = problem.filename if isinstance(problem, SyntaxError) else None
    if filename is None and place.frame is not None:
        filename = place.frame[0].f_code.co_filename
    return "".join(linecache.getlines(filename)) if filename else ""


def _where(problem: BaseException, place: Place) -> str:
    line = problem.lineno if isinstance(problem, SyntaxError) else place.line
    if not line:
        return "In this cell."
    inside = place.frame[0].f_code.co_name if place.frame else "<module>"
    source = (problem.text or "").strip() if isinstance(problem, SyntaxError) else place.source()
    quoted = f": `{source}`" if source and "`" not in source and len(source) <= 120 else ""
    if inside.startswith("<") or place.frame is None:
        return f"Line {line}{quoted}"
    return f"Line {place.frame[1]}, in the function `{inside}`{quoted}"


def _runtime(problem: BaseException, place: Place) -> tuple[str, str] | None:
    text = str(problem)
    for kind in type(problem).__mro__:
        rule = _RULES.get(kind.__name__)
        if rule:
            return rule(problem, text, place)
    return None


def closest(name: str, choices: Iterable[str]) -> str | None:
    """The choice that `name` is most likely a slip of."""
    choices = [choice for choice in dict.fromkeys(choices) if choice != name]
    for choice in choices:
        if choice.lower() == name.lower():
            return choice
    found = difflib.get_close_matches(name, choices, n=1, cutoff=0.7)
    return found[0] if found else None


def _name_error(problem: BaseException, text: str, place: Place) -> tuple[str, str]:
    name = getattr(problem, "name", None) or _first(r"'([^']+)'", text) or "?"
    what = f"Python does not know the name `{name}`."
    meant = closest(
        name, [*place.names(), *(n for n in dir(builtins) if not n.startswith("_")), *keyword.kwlist]
    )
    if name in ("true", "false", "none", "null"):
        right = {"true": "True", "false": "False"}.get(name, "None")
        return what, f"Python writes it with a capital letter: `{right}`."
    if meant:
        return what, f"Did you mean `{meant}`? Capital and small letters count as different."
    if name in sys.stdlib_module_names:
        return what, f"`{name}` is a module. Write `import {name}` first."
    return what, (
        f"A name must get a value before it is used. Is it spelled right, has the cell that sets `{name}` been run, "
        "or should it be text in quotes?"
    )


def _unbound_local(problem: BaseException, text: str, place: Place) -> tuple[str, str]:
    name = getattr(problem, "name", None) or _first(r"'([^']+)'", text) or "?"
    what = f"`{name}` is used before it has a value in this function."
    if re.match(rf"{re.escape(name)}\s*(?:[-+*/%|&^]|//|\*\*)=", place.source()) and not (
        place.frame is not None and name in place.frame[0].f_globals
    ):
        return what, f"Give it a first value above this line, for example `{name} = 0`."
    if place.frame is not None and name in place.frame[0].f_globals:
        return what, (
            f"There is another `{name}` outside. But because the function sets `{name}` somewhere, Python makes it a name of "
            f"the function's own. Hand it in as a parameter, or write `global {name}` at the top of the function."
        )
    return what, f"The line that sets `{name}` was not reached, for example because its `if` did not hold."


def _type_error(problem: BaseException, text: str, place: Place) -> tuple[str, str] | None:
    said = type_error(problem, text, place)
    found = re.search(r"([\w.]+)\(\) got an unexpected keyword argument '(\w+)'", text)
    if said is not None and found:
        named = place.names().get(found[1].removesuffix(".__init__").split(".")[0])
        if isinstance(named, type):
            named = vars(named).get(found[1].rpartition(".")[2], vars(named).get("__init__"))
        code = getattr(named, "__code__", None)
        own = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if code else ()
        meant = closest(found[2], [name for name in own if name != "self"])
        if meant:
            return said[0], f"Did you mean `{meant}`?"
    return said


def _zero_division(problem: BaseException, text: str, place: Place) -> tuple[str, str]:
    zero = [
        name
        for name in re.findall(r"[/%]\s*([^\W\d]\w*)", place.source())
        if type(place.names().get(name)) in (int, float) and place.names()[name] == 0
    ]
    why = (
        f"`{zero[0]}` is 0 at this moment."
        if zero
        else "What stands after `/`, `//` or `%` is 0 at this moment."
    )
    return "The code divides by zero, which has no answer.", why + " Check for 0 first, with `if`."


def _index_error(problem: BaseException, text: str, place: Place) -> tuple[str, str]:
    what = "The code asks for a position that does not exist."
    names = place.names()
    for name, index in re.findall(r"([^\W\d]\w*)\[([^\[\]]+)\]", place.source()):
        value = names.get(name)
        if isinstance(value, (list, tuple, str)):
            size = len(value)
            if size == 0:
                return what, f"`{name}` is empty, so it has no positions at all."
            at = names.get(index.strip())
            now = f" `{index.strip()}` is {at} here." if isinstance(at, int) else ""
            return what, f"`{name}` has {size} item{'s' * (size != 1)}, at positions 0 to {size - 1}.{now}"
    if "Replacement index" in text:
        return "The text has more places `{}` than there are values.", "Give `format` one value for each place."
    if "pop from empty" in text:
        return (
            "Something should be taken out of an empty list.",
            "Check that the list is not empty before `pop`.",
        )
    return what, "Positions start at 0, so the last one is one less than the length."


def _key_error(problem: BaseException, text: str, place: Place) -> tuple[str, str]:
    key = problem.args[0] if problem.args else None
    shown = safe_repr(key, 80)
    what = (
        f"The dictionary has no key `{shown}`."
        if "`" not in shown
        else "The dictionary does not have this key."
    )
    names = place.names()
    for name in re.findall(r"([^\W\d]\w*)\[", place.source()):
        value = names.get(name)
        if isinstance(value, dict):
            meant = closest(key, [k for k in value if isinstance(k, str)]) if isinstance(key, str) else None
            if meant:
                return what, f"Did you mean `{safe_repr(meant, 80)}`?"
            if not value:
                return what, f"`{name}` is empty."
            keys = ", ".join(f"`{safe_repr(k, 40)}`" for k in list(value)[:5])
            return (
                what,
                f"`{name}` has these keys: {keys}{' and more' if len(value) > 5 else ''}. Test with `in`, or use `.get(…)`.",
            )
    return what, "Test with `in` whether the key is there, or use `.get(…)`."


def _attribute_error(problem: BaseException, text: str, place: Place) -> tuple[str, str] | None:
    found = re.search(r"'([\w.]+)' object has no attribute '(\w+)'", text)
    name = getattr(problem, "name", None) or (found[2] if found else None)
    if found and found[1] == "NoneType":
        what = f"`.{found[2]}` was asked of `None`, that is, of no value."
        return what, "The value before the dot is missing." + none_hint("NoneType")
    target = getattr(problem, "obj", None)
    if name is None or target is None:
        return None
    kind = (
        f"the module `{target.__name__}`"
        if isinstance(target, types.ModuleType)
        else a_kind(type(target).__name__)
    )
    what = f"{kind[0].upper()}{kind[1:]} has nothing called `{name}`."
    meant = closest(name, [n for n in dir(target) if not n.startswith("_")])
    if meant:
        return what, f"Did you mean `.{meant}`?"
    if (type(target).__name__, name) in _SYNONYMS:
        return what, f"Use {_SYNONYMS[type(target).__name__, name]} instead."
    if isinstance(target, tuple) and name in ("append", "sort", "extend", "remove", "pop", "insert"):
        return what, f"`.{name}` belongs to lists; a tuple cannot be changed. Make a list of it with `list(…)`."
    if isinstance(target, str) and name in ("append", "sort", "extend"):
        return what, f"`.{name}` belongs to lists; a text cannot be changed. Make a new text with `+`."
    if isinstance(target, dict):
        return what, "To look up a key, use square brackets with quotes: `[…]`."
    return what, "Check the spelling after the dot, and what kind of value stands before it."


def _value_error(problem: BaseException, text: str, place: Place) -> tuple[str, str] | None:
    found = re.search(r"invalid literal for int\(\) with base \d+: (.+)", text, re.DOTALL)
    if found:
        shown = found[1] if "`" not in found[1] and len(found[1]) < 80 else "this text"
        why = "`int` takes digits only, with an optional sign."
        if re.fullmatch(r"'\s*[-+]?\d*\.\d+\s*'", found[1]):
            why += " For a number with a decimal point use `float`."
        elif found[1] in ("''", '""'):
            why = "The text is empty, so there is no number in it."
        return f"The text `{shown}` is not a whole number.", why
    found = re.search(r"could not convert string to float: (.+)", text, re.DOTALL)
    if found:
        return (
            f"The text `{found[1]}` is not a number.",
            "`float` takes digits and a point; a comma does not work.",
        )
    if "unpack" in text:
        many = "too many" in text
        what = f"There are too {'many' if many else 'few'} values for the names on the left."
        return what, "The number of names before `=` must be the number of values after it."
    if "is not in list" in text or "not in list" in text:
        return "The list does not hold the value that is looked for.", "Test with `in` first."
    if "substring not found" in text:
        return (
            "The text does not hold the part that is looked for.",
            "Test with `in` first, or use `.find(…)`.",
        )
    if "empty" in text and ("max()" in text or "min()" in text):
        return (
            "There is no largest or smallest of nothing.",
            "The list is empty. Check that first, or give `default=…`.",
        )
    if "Exceeds the limit" in text and "integer string conversion" in text:
        return "The number has too many digits to become text.", "Python stops at 4300 digits. Calculate with it, but do not print it whole."
    if "arg not in range" in text or "must be in range" in text:
        return "The number is outside of what is allowed here.", "Check the value between the round brackets."
    found = re.search(r"Expecting (.+?): line (\d+) column (\d+)|Extra data: line (\d+) column (\d+)", text)
    if type(problem).__name__ == "JSONDecodeError" and found:
        at = f"line {found[2] or found[4]}, column {found[3] or found[5]}"
        return "The text is not JSON.", f"Reading stopped at {at}. JSON needs double quotation marks and no comma at the end."
    if "math domain" in text or "nonnegative" in text or "positive input" in text:
        return (
            "This calculation has no answer for that number.",
            "For example, a negative number has no square root here.",
        )
    return None


def _recursion_error(problem: BaseException, text: str, place: Place) -> tuple[str, str]:
    name = place.frame[0].f_code.co_name if place.frame else ""
    who = f"The function `{name}`" if name and not name.startswith("<") else "A function"
    return (
        f"{who} calls itself again and again without coming to an end.",
        "A function that calls itself needs a case in which it stops, and each call must come closer to it.",
    )


def _module_not_found(problem: BaseException, text: str, place: Place) -> tuple[str, str]:
    whole = getattr(problem, "name", None) or _first(r"'([^']+)'", text) or "?"
    name, _, inner = whole.partition(".")
    module = sys.modules.get(name)
    if inner and module is not None:
        meant = closest(inner, [n for n in dir(module) if not n.startswith("_")])
        return f"There is no module called `{whole}`.", (
            f"Did you mean `{name}.{meant}`?" if meant else f"`{name}` is there, but it has no module `{inner}`."
        )
    if imports.is_offered(name):
        what = f"The module `{name}` is not loaded."
        if name in imports.foreseen(_source_of(problem, place)):
            return what, "It could not be fetched just now. Run the cell again in a moment."
        return what, f"It is fetched before a cell runs in which `import {name}` stands: write that in this cell."
    meant = closest(name, (module for module in sys.stdlib_module_names if module[0] == name[0]))
    if name in MEMORY:
        why = "It changes objects behind Python's back, which a cell may not."
    elif name in HIDDEN:
        why = "It belongs to the page around Python, and is not for cells."
    else:
        why = f"Did you mean `{meant}`?" if meant else "It is misspelled, or it is not installed here."
    return f"There is no module called `{name}`.", why


def _eof_error(problem: BaseException, text: str, place: Place) -> tuple[str, str]:
    return "`input()` found no more lines to read.", "There are fewer lines of input than the code asks for."


def _import_error(problem: BaseException, text: str, place: Place) -> tuple[str, str] | None:
    found = re.search(r"cannot import name '(\w+)' from '([\w.]+)'", text)
    if not found:
        return None
    module = sys.modules.get(found[2])
    meant = closest(found[1], [n for n in dir(module) if not n.startswith("_")]) if module else None
    hint = f"Did you mean `{meant}`?" if meant else "Check the spelling."
    return f"The module `{found[2]}` has nothing called `{found[1]}`.", hint


def _file_not_found(problem: BaseException, text: str, place: Place) -> tuple[str, str]:
    name = getattr(problem, "filename", None)
    shown = f" `{name}`" if isinstance(name, str) and "`" not in name else ""
    return (
        f"There is no file{shown}.",
        "Check the name and its ending. Only files of this lesson can be opened.",
    )


def _runtime_error(problem: BaseException, text: str, place: Place) -> tuple[str, str] | None:
    for refusal in (refused.THREADS, refused.PROCESSES):
        if text == refusal:
            what, _, why = refusal.partition(": ")
            return f"{what}.", why[0].upper() + why[1:]
    if "changed size during iteration" in text or "mutated during iteration" in text:
        return (
            "Something was added to or taken from a collection while a loop went through it.",
            "Go through a copy instead, for example `list(…)`, or collect the changes and make them after the loop.",
        )
    return None


def _memory_error(problem: BaseException, text: str, place: Place) -> tuple[str, str]:
    return (
        "The code needs more memory than there is.",
        "Look for a list, a text or a number that grows without end, or try it with smaller numbers first.",
    )


def _is_a_directory(problem: BaseException, text: str, place: Place) -> tuple[str, str]:
    return "This is a folder, not a file.", "Give the name of a file in it, for example `data.txt`."


def _assertion_error(problem: BaseException, text: str, place: Place) -> tuple[str, str]:
    return (
        "A condition after `assert` does not hold.",
        "`assert` stops the code when what it says is not true.",
    )


def _first(pattern: str, text: str) -> str | None:
    found = re.search(pattern, text)
    return found[1] if found else None


#: Methods of other languages, and of neighbouring types: what Python has instead.
_SYNONYMS = {
    ("list", "push"): "`.append(…)`",
    ("list", "add"): "`.append(…)`",
    ("list", "size"): "`len(…)`",
    ("list", "length"): "`len(…)`",
    ("list", "contains"): "`in`",
    ("list", "indexOf"): "`.index(…)`",
    ("str", "length"): "`len(…)`",
    ("str", "size"): "`len(…)`",
    ("str", "contains"): "`in`",
    ("str", "reverse"): "`[::-1]`",
    ("str", "substring"): "a slice such as `[0:3]`",
    ("str", "charAt"): "`[…]` with a position",
    ("str", "toUpperCase"): "`.upper()`",
    ("str", "toLowerCase"): "`.lower()`",
    ("str", "trim"): "`.strip()`",
    ("dict", "has_key"): "`in`",
    ("dict", "length"): "`len(…)`",
    ("dict", "append"): "`[key] = value`",
    ("set", "append"): "`.add(…)`",
    ("set", "push"): "`.add(…)`",
}
_RULES: dict[str, Rule] = {
    "UnboundLocalError": _unbound_local,
    "NameError": _name_error,
    "TypeError": _type_error,
    "ZeroDivisionError": _zero_division,
    "IndexError": _index_error,
    "KeyError": _key_error,
    "AttributeError": _attribute_error,
    "ValueError": _value_error,
    "RecursionError": _recursion_error,
    "ModuleNotFoundError": _module_not_found,
    "ImportError": _import_error,
    "EOFError": _eof_error,
    "FileNotFoundError": _file_not_found,
    "AssertionError": _assertion_error,
    "IsADirectoryError": _is_a_directory,
    "MemoryError": _memory_error,
    "RuntimeError": _runtime_error,
}
