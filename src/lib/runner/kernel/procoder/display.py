"""How a value is shown: its text, and whatever richer forms its class offers, by media type."""

from __future__ import annotations

from .guard import add_builtin, private_builtins

__builtins__ = private_builtins()

import base64
import json
import re
from typing import Any, Callable

from .values import safe_repr

#: Characters of the text form; more would freeze the page for a text nobody reads.
MAX_TEXT_CHARS = 100_000
#: Characters of all forms of one value together.
MAX_CHARS = 1_000_000
#: In the order in which a page prefers them: when room runs out, the last ones are left away.
_FORMS = (
    ("text/html", "_repr_html_"),
    ("image/svg+xml", "_repr_svg_"),
    ("image/png", "_repr_png_"),
    ("image/jpeg", "_repr_jpeg_"),
    ("text/markdown", "_repr_markdown_"),
    ("text/latex", "_repr_latex_"),
    ("application/json", "_repr_json_"),
)
_IMAGES = ("image/png", "image/jpeg")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode
_encode_image = base64.b64encode

Note = Callable[[str], object]


def bundle_of(value: Any, note: Note = lambda text: None) -> dict[str, str]:
    """Every form of a value by media type, `text/plain` always. Images are base64 without line breaks.

    `note(sentence)` hears which form could not be had, because its method raised or it is too large.
    Only KeyboardInterrupt and its like get out of here.
    """
    kind = type(value)
    if kind is int or kind is str or kind is float or kind is list or kind is dict or kind is tuple or kind is bool:
        # The most common ones have no other form.
        return {"text/plain": safe_repr(value, MAX_TEXT_CHARS)}
    given = _given(value, note)
    bundle = {"text/plain": given.pop("text/plain", None) or safe_repr(value, MAX_TEXT_CHARS)}
    room = MAX_CHARS - len(bundle["text/plain"])
    for media, method in _FORMS:
        form = given.get(media)
        if form is None:
            form = _checked(media, method, _call(value, method, note), note)
        if form is None:
            continue
        if len(form) > room:
            note(f"The {media} form is left away: {len(form):,} characters are too many to show.")
            continue
        room -= len(form)
        bundle[media] = form
    return bundle


def text_bundle(text: str) -> dict[str, str]:
    """A bundle for a text that is shown as it is."""
    return {"text/plain": text}


def as_json(bundle: dict[str, str]) -> str:
    """A bundle as it crosses the border."""
    return _encode(bundle)


def _given(value: Any, note: Note) -> dict[str, str]:
    """What `_repr_mimebundle_` gives, of what we can show."""
    whole = _call(value, "_repr_mimebundle_", note)
    if isinstance(whole, tuple) and whole:
        whole = whole[0]  # (data, metadata)
    if not isinstance(whole, dict):
        return {}
    found: dict[str, str] = {}
    text = whole.get("text/plain")
    if isinstance(text, str):
        found["text/plain"] = text[:MAX_TEXT_CHARS]
    for media, _ in _FORMS:
        form = _checked(media, "_repr_mimebundle_", whole.get(media), note)
        if form is not None:
            found[media] = form
    return found


def _call(value: Any, method: str, note: Note) -> Any:
    # Asked of the class: an object that answers to every name would otherwise offer every form.
    try:
        offered = None if isinstance(value, type) else getattr(type(value), method, None)
        if offered is None:
            return None
        return offered(value)
    except Exception as problem:  # noqa: BLE001 - a learner's method may raise anything
        note(f"{method} raised {type(problem).__name__}: {safe_repr(problem, 200)}")
        return None


def _checked(media: str, method: str, form: Any, note: Note) -> str | None:
    if form is None:
        return None
    if isinstance(form, tuple) and form:
        form = form[0]
    try:
        if media in _IMAGES:
            if isinstance(form, (bytes, bytearray, memoryview)):
                return _encode_image(bytes(form)).decode("ascii")
            form = "".join(str.split(form))
            if _BASE64.fullmatch(form) is None:
                raise ValueError("not base64")
            return form
        if media == "application/json":
            return form if isinstance(form, str) else _encode(form)
        if isinstance(form, str):
            return str.__str__(form)
        raise TypeError(f"not a text but {type(form).__name__}")
    except Exception as problem:  # noqa: BLE001
        note(f"{method} gave no {media}: {safe_repr(problem, 200)}")
        return None


class Shower:
    """`display(…)` in a cell: shows values where the cell is. Elsewhere (on the bench) nothing is shown."""

    def __init__(self) -> None:
        self.show: Callable[[Any], object] | None = None

    def display(self, *values: object) -> None:
        """Shows each value below the cell, as the last line's value is shown."""
        if self.show is not None:
            for value in values:
                self.show(value)


shower = Shower()


def display(*values: object) -> None:
    """Shows each value below the cell, in its richest form: as the value of a cell's last line is shown."""
    shower.display(*values)


add_builtin("display", display)
