"""How much of one file's size and of the processor's time a run takes, before it says so and goes on with the next."""

from time import monotonic, process_time

from deploylint.pattern import pattern

SIZE = r"[0-9]{1,12}[kKmMgG]?"
MAX_FILE_SIZE = "100M"
"""Memory and time grow with the text, so that this bounds both."""
MAX_FILE_SECONDS = 600
"""Seconds of the processor's time for the parsing and the rules of one file."""

_UNWATCHED = 1 / 64
"""Of a file's time: the part in which what others use of the machine may count as its own."""

NO_MEMORY = "not checked: there is not enough memory for it"

_SIZE = pattern(SIZE)
_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


def parse_size(text: str) -> int:
    """`500`, `64K`, `10M`, `1G`: bytes, in powers of 1024.

    Raises ValueError.
    """
    if not _SIZE.fullmatch(text):
        raise ValueError(f"{text!r} is no size; write 10M")
    digits = text.rstrip("kKmMgG")
    return int(digits) * _UNITS[text[len(digits) :].lower()]


class OutOfTimeError(Exception):
    """One file took more time than it may."""


class Clock:
    """Tells when a file has had its time. It is asked between steps that are each bounded by the length of the file.

    What is done for several files at once may take as long as for all of them. Processor time counts, so that a busy
    machine changes nothing. To look at it may take as long as a rule does, and it passes no faster than the time of day:
    before a good part of that has gone by, nobody looks.
    """

    def __init__(self, seconds: float, *, files: int = 1) -> None:
        self._seconds = seconds
        self._looked = process_time()
        self.start_again(files=files)

    def start_again(self, *, files: int = 1) -> None:
        """Begin with the next file, or so many."""
        self._files = files
        self._begun = monotonic()
        self._end: float | None = None
        self._next = self._begun + self._seconds * files * _UNWATCHED

    def check(self) -> None:
        """Raises OutOfTimeError."""
        now = monotonic()
        if now < self._next:
            return
        before, self._looked = self._looked, process_time()
        if self._end is None:
            # What has been used since the beginning is not known, but no more than that.
            used = min(now - self._begun, self._looked - before)
            self._end = self._looked - used + self._seconds * self._files
        if self._looked > self._end:
            each = f" for each of {self._files} files" if self._files > 1 else ""
            raise OutOfTimeError(
                f"it took more than {self._seconds:g} s of processor time{each} (max-file-seconds)"
            )
        self._next = now + self._end - self._looked
