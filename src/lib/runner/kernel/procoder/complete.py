"""What can be written after a value's dot, read off the objects as they lie there.

Nothing of a learner's runs while they type: no `dir`, `getattr` or `repr`, no property, and no comparison of keys that
are not plain text. What could only be known by running something is left out.
"""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import builtins
import types
from typing import Any

_MOST = 400
_DEFAULT_CHARS = 20
_NOTHING = object()
# Called on the type itself: a metaclass can have attributes of these names.
_mro = type.__dict__["__mro__"].__get__
_class_names = type.__dict__["__dict__"].__get__
_module_names = types.ModuleType.__dict__["__dict__"].__get__
_OF_INSTANCES = (types.GetSetDescriptorType, types.MemberDescriptorType)
_METHODS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    types.MethodType,
)


def members(module: types.ModuleType, path: list[str], instance: bool, private: bool) -> list[dict[str, str]] | None:
    """`[{name, kind, detail}]` of what `path`, a name and attributes of it, leads to; None: nothing, or not without running code.

    `instance`: `path` names one of Python's own types, and a value of that type is meant. `private`: also names that begin
    with an underscore. `kind`: `method`, `class`, `module` or `value`; `detail`: a method's parameters in brackets, or "".
    """
    if instance:
        kind = _plain(vars(builtins)).get(path[0], _NOTHING)
        found = _of_class(kind, False) if _is_class(kind) else {}
    else:
        value = _find(module, path)
        if value is _NOTHING:
            return None
        found = _of_class(value, True) if _is_class(value) else {**_of_class(type(value), False), **_held(value)}
    names = sorted(name for name in found if private or not name.startswith("_"))
    return [{"name": name, **_described(*found[name])} for name in names[:_MOST]]


def _find(module: types.ModuleType, path: list[str]) -> Any:
    value = _plain(_module_names(module)).get(path[0], _NOTHING)
    if value is _NOTHING:
        value = _plain(vars(builtins)).get(path[0], _NOTHING)
    for name in path[1:]:
        if value is _NOTHING:
            break
        value = _attribute(value, name)
    return value


def _attribute(value: Any, name: str) -> Any:
    is_class = _is_class(value)
    shared, _ = _of_class(value if is_class else type(value), is_class).get(name, (_NOTHING, False))
    own = _NOTHING if is_class else _held(value).get(name, (_NOTHING, False))[0]
    if own is not _NOTHING and type(shared) not in (property, *_OF_INSTANCES):
        return own
    if type(shared) is staticmethod:
        return shared.__func__
    if type(shared) is types.MemberDescriptorType and not is_class:
        try:
            return shared.__get__(value)
        except AttributeError:
            return _NOTHING
    # Whatever else has a `__get__` would run it.
    if type(shared) not in _METHODS and any("__get__" in _plain(_class_names(kind)) for kind in _mro(type(shared))):
        return _NOTHING
    return shared


def _is_class(value: Any) -> bool:
    return any(kind is type for kind in _mro(type(value)))


def _of_class(kind: Any, direct: bool) -> dict[str, tuple[Any, bool]]:
    """What a class and those that it comes from hold, and whether a call of it passes on what stands before the dot."""
    found: dict[str, tuple[Any, bool]] = {}
    for each in reversed(_mro(kind)):
        found.update((name, (value, not direct)) for name, value in _plain(_class_names(each)).items())
    return found


def _held(value: Any) -> dict[str, tuple[Any, bool]]:
    """What the value holds itself."""
    for kind in _mro(type(value)):
        there = _plain(_class_names(kind)).get("__dict__", _NOTHING)
        if there is _NOTHING:
            continue
        # Python's own way to an instance's names; a class may have put anything else in its place.
        held = there.__get__(value) if type(there) in _OF_INSTANCES else None
        if any(each is dict for each in _mro(type(held))):
            return {name: (item, False) for name, item in _plain(held).items()}
        break
    return {}


def _plain(names: Any) -> dict[str, Any]:
    """Other keys could have an `__eq__` or `__hash__` of their own, and a dictionary an `items`."""
    pairs = names.items() if type(names) is types.MappingProxyType else dict.items(names)
    return {name: value for name, value in pairs if type(name) is str}


def _described(value: Any, passes: bool) -> dict[str, str]:
    kind = type(value)
    if kind is staticmethod or kind is classmethod:
        passes, value = kind is classmethod, value.__func__
        kind = type(value)
    if kind is types.FunctionType:
        return {"kind": "method", "detail": _parameters(value, passes)}
    if kind in _METHODS:
        text = value.__text_signature__ if kind is not types.MethodType else None
        return {"kind": "method", "detail": _cleaned(text) if type(text) is str else "(…)"}
    if kind is types.ModuleType:
        return {"kind": "module", "detail": ""}
    return {"kind": "class" if _is_class(value) else "value", "detail": ""}


def _parameters(function: types.FunctionType, passes: bool) -> str:
    code = function.__code__
    positional = list(code.co_varnames[: code.co_argcount])
    keywords = list(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])
    rest = list(code.co_varnames[code.co_argcount + code.co_kwonlyargcount :])
    defaults = function.__defaults__
    values = list(tuple.__iter__(defaults)) if defaults is not None else []
    optional = dict(zip(reversed(positional), reversed(values)))
    named = function.__kwdefaults__
    if named is not None:
        optional.update(_plain(named))
    words = [_with_default(name, optional) for name in positional]
    if passes:
        words = words[1:]
    if code.co_flags & 0x04:
        words.append("*" + rest.pop(0))
    elif keywords:
        words.append("*")
    words.extend(_with_default(name, optional) for name in keywords)
    if code.co_flags & 0x08:
        words.append("**" + rest.pop(0))
    return f"({', '.join(words)})"


def _with_default(name: str, optional: dict[str, Any]) -> str:
    value = optional.get(name, _NOTHING)
    if value is _NOTHING:
        return name
    kind = type(value)
    # A number of a million digits takes seconds to write.
    short = kind in (bool, float, type(None)) or kind is int and abs(value) < 10**9 or kind is str and len(value) < 20
    return f"{name}={value!r}" if short and len(repr(value)) <= _DEFAULT_CHARS else f"{name}=…"


def _cleaned(signature: str) -> str:
    """Without what only says how arguments may be passed."""
    words = [word.strip() for word in signature.strip("()").split(",")]
    return f"({', '.join(word for word in words if word and word != '/' and not word.startswith('$'))})"
