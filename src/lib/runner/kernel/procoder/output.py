"""Where printed text goes: batched and streamed at the desk, captured and bounded on the bench."""

from __future__ import annotations

from .guard import private_builtins

__builtins__ = private_builtins()

import codecs
import io
import json
from time import perf_counter
from typing import Any, Callable

from .stop import Run, current, stopper

Emit = Callable[[str, str], object]

#: A batch is handed over when it holds this many characters …
BATCH_CHARS = 8 * 1024
#: … or when the last one left this many seconds ago …
BATCH_SECONDS = 0.05
#: … or at the end of a line, as long as there is credit: so many messages, and as many more each second.
CREDIT = 20
#: A batch changes streams this often at most; what follows goes with the last, in order. Nobody reads such a text by colour.
MAX_PIECES = 100
#: Held from the start: a cell may replace `json.dumps`. ASCII only, so that lone surrogates cross every border.
_encode = json.JSONEncoder(ensure_ascii=True).encode
#: No message is longer than this many characters.
MESSAGE_CHARS = 64 * 1024


class Batcher:
    """Collects text and hands it to `emit(kind, text)` in order; holds at most one batch.

    What is held is handed over before the cell waits. Where it computes in silence, a signal tells that it is time: see
    `stop.Stopper`.

    A batch in which the streams alternate is one message all the same, or a program that changes streams with every
    letter would freeze the page: kind `mixed`, and a JSON list of `[kind, text]`.
    """

    def __init__(self) -> None:
        self._emit: Emit | None = None
        self._run: Run | None = None
        self._pieces: list[tuple[str, list[str]]] = []
        self._chars = 0
        self._last = 0.0
        self._credit, self._credited = 0.0, 0.0
        #: A displayed value that comes after the pieces, and goes with the run's end unless something else follows it.
        self._kept: str | None = None
        #: Its own code is at work, or `emit`: a signal that comes now must not start it again.
        self._busy = False

    def connect(self, emit: Emit | None, run: Run | None = None) -> None:
        """From now on text of `run` goes to `emit`; None drops it (a background task that prints after its cell ended)."""
        self._pieces, self._chars, self._kept = [], 0, None
        self._emit, self._run = emit, run
        self._last = self._credited = perf_counter()
        self._credit = float(CREDIT)

    def add(self, kind: str, text: str) -> None:
        """One piece of text, of any length."""
        if self._emit is None or not text or not self._heard():
            return
        was_busy, self._busy = self._busy, True
        try:
            if self._kept is not None and not was_busy:
                self._hand_over()
            if not self._pieces or (self._pieces[-1][0] != kind and len(self._pieces) < MAX_PIECES):
                self._pieces.append((kind, []))
            # A tiny write is the common case of a flood; joining later keeps it cheap.
            self._pieces[-1][1].append(text)
            self._chars += len(text)
            now = perf_counter()
            is_time = self._chars >= BATCH_CHARS or now - self._last >= BATCH_SECONDS
            # Inside of itself it only collects: an object's `__del__` that prints may run at any moment.
            if not was_busy and (is_time or text[-1] == "\n" and self._may(now)):
                self._hand_over()
        finally:
            self._busy = was_busy

    def _may(self, now: float) -> bool:
        """Spends one message of the credit, where there is any."""
        self._credit = min(CREDIT, self._credit + (now - self._credited) * CREDIT)
        self._credited = now
        if self._credit < 1:
            return False
        self._credit -= 1
        return True

    def keep(self, text: str) -> None:
        """The value of a run's last line. It may go with the end: a message costs a browser as much as a small cell does."""
        if self._heard():
            self.flush()
            self._kept = text

    def end(self) -> None:
        """Nothing follows in this run."""
        kept, self._kept = self._kept, None
        self.flush()
        if kept is not None and self._emit is not None:
            self._emit("last", kept)

    def line_out(self) -> None:
        """Hands over what is held as if a line had ended: `sys.stdout.flush()`, which a loop may call without end."""
        if self._heard() and self._pieces and not self._busy and self._may(perf_counter()):
            self.flush()

    def send(self, kind: str, text: str) -> None:
        """One message of its own, in order with the text."""
        if self._emit is None or not self._heard():
            return
        was_busy, self._busy = self._busy, True
        try:
            self._hand_over()
            self._emit(kind, text)
        finally:
            self._busy = was_busy

    def _heard(self) -> bool:
        """Whether the code that prints belongs to the run that is shown; a task of an earlier cell does not."""
        run = current.get()
        return run is None or run is self._run

    def flush(self) -> None:
        """Hands over what is held; does nothing in the middle of its own work, where a signal may call it."""
        if self._busy:
            return
        self._busy = True
        try:
            self._hand_over()
        finally:
            self._busy = False

    def _hand_over(self) -> None:
        if self._emit is None or not self._pieces and self._kept is None:
            return
        pieces = [(kind, "".join(texts)) for kind, texts in self._pieces]
        chars, kept = self._chars, self._kept
        self._pieces, self._chars, self._kept = [], 0, None
        if len(pieces) > 1 and chars <= MESSAGE_CHARS:
            self._emit("mixed", _encode(pieces))
        else:
            for kind, text in pieces:
                for start in range(0, len(text), MESSAGE_CHARS):
                    self._emit(kind, text[start : start + MESSAGE_CHARS])
        if kept is not None:
            self._emit("display", kept)
        self._last = perf_counter()


_decoder = codecs.getincrementaldecoder("utf-8")


class _Bytes(io.RawIOBase):
    """What a stream of text offers as its `buffer`: bytes come out as the text that they are."""

    def __init__(self, stream: Written) -> None:
        self._stream = stream
        # A character may come in pieces; what is no text at all is shown as such.
        self._text = _decoder("replace")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Any object that holds bytes."""
        if isinstance(data, str):
            raise TypeError("a bytes-like object is required, not 'str'")
        taken = bytes(memoryview(data))
        self._stream.write(self._text.decode(taken))
        return len(taken)

    def flush(self) -> None:
        self._stream.flush()

    def close(self) -> None:
        """Stays open, as its stream does."""


class Written(io.TextIOBase):
    """A stream of text that has a `buffer`, as Python's own have."""

    encoding = "utf-8"
    errors = "surrogatepass"
    _bytes: _Bytes | None = None

    def writable(self) -> bool:
        return True

    @property
    def buffer(self) -> _Bytes:  # type: ignore[override]
        """Made when it is asked for, which is seldom."""
        if self._bytes is None:
            self._bytes = _Bytes(self)
        return self._bytes


class Stream(Written):
    """`sys.stdout` or `sys.stderr` of a running cell."""

    def __init__(self, kind: str, batcher: Batcher) -> None:
        self._kind = kind
        self._batcher = batcher
        self.name = f"<{kind}>"

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._batcher.add(self._kind, text)
        stopper.check()
        return len(text)

    def flush(self) -> None:
        """Within the credit: `print(…, flush=True)` in a loop would undo the batching."""
        self._batcher.line_out()

    def close(self) -> None:
        """Stays open: a cell may close it, and the next cell must still be able to print."""


class Capture(Written):
    """Keeps what is printed, up to a limit, and counts the rest."""

    def __init__(self, limit: int = 1_000_000) -> None:
        self._parts: list[str] = []
        self._limit = limit
        self.chars = 0

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        room = self._limit - self.chars
        if room > 0:
            self._parts.append(text[:room])
        self.chars += len(text)
        return len(text)

    def close(self) -> None:
        """Stays open; see Stream.close."""

    def text(self) -> str:
        """Everything that was kept."""
        return "".join(self._parts)
