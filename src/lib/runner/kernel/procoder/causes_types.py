"""Why a value of one kind could not be used where another was needed: the TypeError family, in plain words."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import builtins
import re

from .place import Place


def type_error(problem: BaseException, text: str, place: Place) -> tuple[str, str] | None:
    """(what, why) of a TypeError with the message `text`; None where we know no better."""
    found = re.search(r'can only concatenate (\w+) \(not "([\w.]+)"\) to', text)
    if found:
        return _mixed(found[1], found[2], "+")
    found = re.search(r"unsupported operand type\(s\) for (.+?): '([\w.]+)' and '([\w.]+)'", text)
    if found:
        return _mixed(found[2], found[3], found[1])
    found = re.search(r"'(.+?)' not supported between instances of '([\w.]+)' and '([\w.]+)'", text)
    if found:
        what = f"`{found[1]}` cannot compare {a_kind(found[2])} with {a_kind(found[3])}."
        return what, "Both sides must be of the same kind." + _convert(found[2], found[3])
    found = re.search(r"'([\w.]+)' object is not callable", text)
    if found:
        return _not_callable(found[1], place)
    found = re.search(r"'([\w.]+)' object is not iterable", text)
    if found:
        hint = " To count up to a number, write `range(…)` around it." if found[1] == "int" else ""
        hint = hint or none_hint(found[1])
        return (
            f"{a_kind(found[1], True)} cannot be gone through item by item.",
            f"A loop needs a list, a text, a range or the like.{hint}",
        )
    found = re.search(r"'([\w.]+)' object is not subscriptable", text)
    if found and found[1] in ("set", "frozenset"):
        return "A set has no positions, so `[…]` cannot pick an item.", "Go through it with a loop, or make a list of it with `list(…)`."
    if found and found[1] in ("function", "method", "builtin_function_or_method", "type"):
        return (
            f"{a_kind(found[1], True)} has no items, so `[…]` cannot pick one.",
            "To call it, use round brackets: `(…)`.",
        )
    if found:
        return (
            f"{a_kind(found[1], True)} has no items, so `[…]` cannot pick one.",
            "Square brackets work on lists, texts, tuples and dictionaries." + none_hint(found[1]),
        )
    found = re.search(r"'([\w.]+)' object does not support item assignment", text)
    if found:
        return (
            f"The parts of {a_kind(found[1])} cannot be changed.",
            "Build a new value instead, or use a list.",
        )
    found = re.search(r"(\w+) indices must be integers(?: or slices)?, not '?(\w+)'?", text)
    if found:
        return (
            f"{a_kind(found[1], True)} picks items by position, and {a_kind(found[2])} is no position.",
            (
                "Positions are whole numbers. To look something up by name you need a dictionary."
                if found[2] == "str"
                else "Positions are whole numbers: use `//` instead of `/`, or `int(…)`."
            ),
        )
    return _arguments(text) or _other_types(text)


def _arguments(text: str) -> tuple[str, str] | None:
    found = re.search(r"\.(\w+)\(\) takes 0 positional arguments but 1 was given", text)
    if found:
        return (
            f"The method `{found[1]}` has no parameter for its object.",
            f"A method gets its object as the first value. Write `def {found[1]}(self):`.",
        )
    found = re.search(r"(\w+)\(\) takes no arguments", text)
    if found:
        return (
            f"`{found[1]}` takes no values, but some came.",
            "If it is a class of yours, give it an `__init__` with parameters.",
        )
    text = re.sub(r"\b(\w+)\.__init__\(\)", r"\1()", text)
    found = re.search(r"(\w+)\(\) takes (.+?) positional arguments? but (\d+) (?:was|were) given", text)
    if found:
        note = (
            " In a method the object itself counts as the first one (`self`)."
            if "." in text.split("(")[0]
            else ""
        )
        return (
            f"`{found[1]}` was called with too many values.",
            f"It takes {found[2]}, but {found[3]} came.{note}",
        )
    found = re.search(r"(\w+)\(\) missing (\d+) required (?:positional|keyword-only) arguments?: (.+)", text)
    if found:
        names = re.sub(r"'(\w+)'", r"`\1`", found[3])
        return (
            f"`{found[1]}` was called with too few values.",
            f"Missing: {names}. Put them between the round brackets of the call.",
        )
    found = re.search(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", text)
    if found:
        return (
            f"`{found[1]}` has no parameter called `{found[2]}`.",
            "Compare the name in the call with the names after `def`.",
        )
    found = re.search(r"(\w+)\(\) got multiple values for argument '(\w+)'", text)
    if found:
        return (
            f"`{found[2]}` got two values in the call of `{found[1]}`.",
            "Give it once: by its place or by its name.",
        )
    found = re.search(r"(\w+)(?:\(\))? (?:takes|expected) (.+?) arguments?(?: \(|, got | but )(\d+)", text)
    if found:
        return (
            f"`{found[1]}` was called with a wrong number of values.",
            f"It takes {found[2]}, but {found[3]} came.",
        )
    return None


def _other_types(text: str) -> tuple[str, str] | None:
    found = re.search(r"object of type '([\w.]+)' has no len", text)
    if found:
        return (
            f"{a_kind(found[1], True)} has no length.",
            "`len` counts the items of a list, text or dictionary." + none_hint(found[1]),
        )
    found = re.search(r"unhashable type: '([\w.]+)'", text)
    if found:
        return (
            f"{a_kind(found[1], True)} cannot be a key or stand in a set.",
            "Keys must not change. Use a tuple or a text instead.",
        )
    found = re.search(r"int\(\) argument must be .* not '([\w.]+)'", text)
    if found:
        return (
            f"`int` cannot make a number from {a_kind(found[1])}.",
            "It takes a text such as `'12'`, or a number." + none_hint(found[1]),
        )
    found = re.search(r"'([\w.]+)' object cannot be interpreted as an integer", text)
    if found:
        return (
            f"A whole number is needed here, and this is {a_kind(found[1])}.",
            "Turn it into one with `int(…)`; note that `/` always gives a decimal number.",
        )
    if "sequence item" in text and "expected str" in text:
        return (
            "`join` needs a list of texts, and there is something else in it.",
            "Turn each item into text first, with `str(…)`.",
        )
    if "can't multiply sequence" in text:
        return (
            "`*` cannot multiply these two values.",
            "A text or list can be repeated by a whole number, by nothing else.",
        )
    found = re.search(r"type (\w+) doesn't define __(\w+)__", text)
    if found:
        return f"`{found[2]}` cannot work with {a_kind(found[1])}.", "It needs a number." + _convert(found[1], "int")
    found = re.search(r"bad operand type for (\w+)\(\): '([\w.]+)'", text)
    if found:
        return f"`{found[1]}` cannot work with {a_kind(found[2])}.", "It needs a number." + _convert(found[2], "int")
    if text == "object is not iterable":
        return "Something here cannot be gone through item by item.", "Check the values between the round brackets: a list of pairs or the like is needed."
    if "exceptions must derive from BaseException" in text:
        return "Only exceptions can be raised.", "Write for example `raise ValueError(…)`, with the text between the brackets."
    found = re.search(r"cannot unpack non-iterable ([\w.]+) object", text)
    if found:
        return (
            "Several names stand left of `=`, but there is only one value to share out.",
            f"The value is {a_kind(found[1])}." + none_hint(found[1]),
        )
    found = re.search(r"can't concat (\w+) to bytes|can only concatenate .* to bytes", text)
    if found or "a bytes-like object is required" in text:
        return "Bytes and text cannot be mixed.", "Turn the text into bytes with `.encode()`, or the bytes into text with `.decode()`."
    found = re.search(r"(?:descriptor|unbound method) '?(?:\w+\.)?(\w+)(?:\(\))?'? (?:for|of|needs|requires)", text)
    if found and "'" in text:
        return (
            f"`{found[1]}` was asked of the class itself instead of a value of it.",
            f"Write the value before the dot, for example a list's name: `items.{found[1]}(…)`.",
        )
    found = re.search(r"%(\w) format: a (?:real )?number is required, not (\w+)", text)
    if found:
        return f"`%{found[1]}` needs a number, and this is {a_kind(found[2])}.", "Use `%s` for a text, or an f-string."
    if "not all arguments converted" in text:
        return "There are more values after `%` than places for them in the text.", "Each value needs its own `%s` or the like."
    if "not enough arguments for format string" in text:
        return "There are fewer values after `%` than places for them in the text.", "Put several values in round brackets after `%`."
    found = re.search(r"missing required argument '(\w+)'", text)
    if found:
        return "The call has too few values.", f"Missing: `{found[1]}`."
    found = re.search(r"must be (str|int)(?: or \w+)?, not (\w+)", text)
    if found:
        return f"Here {a_kind(found[1])} is needed, and this is {a_kind(found[2])}.", "Check the values between the round brackets."
    if "bad operand type" in text:
        return (
            "This sign cannot stand before a value of this kind.",
            "Check what kind of value it is with `type(…)`.",
        )
    return None


def _mixed(left: str, right: str, sign: str) -> tuple[str, str]:
    sign = sign.split()[0]
    what = f"`{sign}` does not work between {a_kind(left)} and {a_kind(right)}."
    if "coroutine" in (left, right):
        return what, "An `async` function gives its value only to `await`: write `await` before the call."
    if "NoneType" in (left, right):
        return what, "One side is `None`, that is, no value." + none_hint("NoneType")
    return what, "Both sides must fit together." + _convert(left, right)


def _convert(left: str, right: str) -> str:
    kinds = {left, right}
    if "str" in kinds and kinds & {"int", "float"}:
        return " Turn the number into text with `str(…)`, or the text into a number with `int(…)`."
    if "NoneType" in kinds:
        return none_hint("NoneType")
    return ""


def none_hint(kind: str) -> str:
    """A further sentence where the value is `None`; else nothing."""
    if kind != "NoneType":
        return ""
    return " `None` often comes from a function without `return`, or from a method such as `sort` that changes its list."


def _not_callable(kind: str, place: Place) -> tuple[str, str]:
    what = f"Round brackets after {a_kind(kind)} make a call, but only functions can be called."
    names = place.names()
    for name in re.findall(r"([^\W\d]\w*)\s*\(", place.source()):
        if name in vars(builtins) and name in names and not callable(names[name]):
            return (
                what,
                f"The name `{name}` was given another value, so Python's own `{name}` is hidden. Choose another name.",
            )
        if name in names and not callable(names[name]):
            return (
                what,
                f"`{name}` is {a_kind(type(names[name]).__name__)} here. Use `[…]` to pick an item, or `*` to multiply.",
            )
    if kind in ("int", "float"):
        return what, "To multiply, write `*` between the number and the bracket."
    if kind in ("list", "dict", "str", "tuple"):
        return what, "To pick an item, use square brackets: `[…]`."
    return what, "Look at the name before the bracket: is it a function?"


_KINDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a decimal number",
    "list": "a list",
    "tuple": "a tuple",
    "dict": "a dictionary",
    "set": "a set",
    "bool": "a truth value",
    "string": "a text",
    "NoneType": "`None`",
    "function": "a function",
    "builtin_function_or_method": "a function",
    "method": "a method",
    "module": "a module",
    "range": "a range",
    "generator": "a generator",
    "type": "a class",
    "coroutine": "a coroutine",
    "bytes": "bytes",
    "complex": "a complex number",
}


def a_kind(kind: str, capital: bool = False) -> str:
    """A type's name with its article, in plain words."""
    name = kind.rpartition(".")[2]
    said = _KINDS.get(kind, f"a{'n' if name[:1] in 'AEIOUaeiou' else ''} `{name}` object")
    return said[0].upper() + said[1:] if capital else said
