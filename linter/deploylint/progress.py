"""A line on standard error that tells what takes so long; only on a terminal, only after a second."""

from time import monotonic
from types import TracebackType

from deploylint.typed import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from typing import TextIO

PATIENCE = 1.0
INTERVAL = 0.1
WIDTH = 78


class Progress:
    """Call it with what is being done; leaving the context takes the line away."""

    def __init__(self, stream: "TextIO") -> None:
        self._stream = stream
        self._active = stream.isatty()
        self._next = monotonic() + PATIENCE
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __call__(self, text: str) -> None:
        if not self._active or (now := monotonic()) < self._next:
            return
        self._next = now + INTERVAL
        self._shown = True
        safe = "".join(char if char.isprintable() else "?" for char in text)
        self._stream.write(f"\r\x1b[K{safe[:WIDTH]}")
        self._stream.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
