"""Let another process read the files of a large project, while this one parses those that it has already."""

import pickle
from collections.abc import Callable
from typing import BinaryIO

from deploylint.discovery import Found, Steps
from deploylint.forks import Forks
from deploylint.source import Source

Take = Callable[[Source, str], None]

_TOGETHER = 64  # so many files are handed over in one go


def go_on(steps: Steps, found: Found, take: Take) -> None:
    """Go through the steps that are left of a discovery. Sources are taken, with their formats, as soon as they are there.

    Where the other process comes to no good end, or there is none to be had, this one goes through the same steps itself,
    and nothing more is taken.
    """
    known = len(found.sources)
    try:
        with Forks() as forks:
            output = forks.start(lambda file: _read(steps, found, file)).output
            for source, kind in found.sources:
                take(source, kind)
            while isinstance(read := pickle.load(output), list):  # noqa: S301  our own process wrote it
                for path, text, kind in read:
                    source = Source(path, text)
                    found.sources.append((source, kind))
                    take(source, kind)
            found.problems, found.named, found.listed = read
            steps.close()
    except (OSError, MemoryError, EOFError, pickle.UnpicklingError):
        del found.sources[known:]
        for _ in steps:
            pass


def _read(steps: Steps, found: Found, file: BinaryIO) -> None:
    """Write the path, the text and the format of each source, some together, and in the end what else was found."""
    found.sources.clear()
    for _ in steps:
        if len(found.sources) >= _TOGETHER:
            _hand_over(found, file)
    _hand_over(found, file)
    pickle.dump((found.problems, found.named, found.listed), file)


def _hand_over(found: Found, file: BinaryIO) -> None:
    pickle.dump([(source.path, source.text, kind) for source, kind in found.sources], file)
    file.flush()
    found.sources.clear()
