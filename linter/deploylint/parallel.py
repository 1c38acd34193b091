"""Share the checks among processes, so that several cores work on a large project.

The other processes are forks of this one: they see all that was read so far, nothing has to be handed to them, and only
findings come back, over pipes. Which piece of work is whose is not settled before: numbers of pieces lie in a pipe, and
whoever is free takes the next one. The results are put together in the order of the pieces, so that they are the same
as with one process.

First the documents are checked, while this process works out the facts and which files belong together. Rules on documents
that ask for those in another process are postponed. Then the facts and links, and what was postponed, are checked; each group
of files is linked by the process that checks it.
"""

import os
import pickle
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from itertools import chain
from typing import Any, NoReturn, Self

from deploylint.diagnostic import Problem
from deploylint.engine import Part, Run
from deploylint.project import Project
from deploylint.source import Source

# So many numbers of four bytes fit into a pipe on every system.
_MOST_PIECES = 4_000
_NUMBER = 4
# Of the model for each process: the last one to be done is not far behind the others.
_PARTS = 16

Piece = Callable[[], Part]
Done = tuple[int, Part]


def check(run: Run, jobs: int) -> None:
    """`run.documents` and `run.items`, in so many processes."""
    count = len(run.project.documents)
    pieces = [_piece(run.documents, numbers) for numbers in _cut(range(count), 32)]
    parts, postponed = _documents(run, pieces, jobs)
    late = Run(run.project, (rule for rule in run.rules if rule.name in postponed))
    pieces = [_piece(run.items, list(chain.from_iterable(some))) for some in _cut(parts, 1)]
    if postponed:
        pieces += [_piece(late.documents, numbers) for numbers in _cut(range(count), 32)]
    with _Queue(pieces, run.project) as queue:
        queue.start(jobs)
        _merge(run, queue.finish())


def _documents(run: Run, pieces: list[Piece], jobs: int) -> tuple[list[list[object]], set[str]]:
    """Check the documents; the result is what the model has to be checked, and the rules that want it, too."""
    with _Queue(pieces, run.project) as queue:
        run.project.postponing = True
        queue.start(jobs)
        run.project.postponing = False
        parts = run.model(_PARTS * jobs)
        about_model = run.take()
        _merge(run, queue.finish())
        run.add(about_model)
    return parts, queue.postponed


def _piece(work: Callable[[Any], Part], on: object) -> Piece:
    return lambda: work(on)


def _cut(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    size = max(size, len(items) // _MOST_PIECES * 2 + 1)
    return (items[start : start + size] for start in range(0, len(items), size))


def _merge(run: Run, done: Iterable[Done]) -> None:
    for _, part in sorted(done, key=lambda one: one[0]):
        run.add(part)


class _Queue:
    """Pieces of work, and the processes that take them. Ends the processes when it is left, however that happens."""

    def __init__(self, pieces: Sequence[Piece], project: Project) -> None:
        self._pieces = pieces
        self._project = project
        self.postponed: set[str] = set()
        self._numbers, writing = os.pipe()
        with open(writing, "wb") as file:  # noqa: PTH123  a descriptor
            file.write(b"".join(number.to_bytes(_NUMBER, "big") for number in range(len(pieces))))
        self._helpers: list[_Helper] = []

    def start(self, jobs: int) -> None:
        """Fork until so many processes are at work, this one among them."""
        # An interrupt in between would leave a process behind that nobody knows of.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for _ in range(min(jobs, len(self._pieces)) - 1):
                self._helpers.append(_Helper(self._work_elsewhere, self._helpers))
        except OSError:
            pass  # no more processes to be had: those that are there do the work
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self._numbers)
        for helper in self._helpers:
            helper.end()

    def finish(self) -> list[Done]:
        """Take part in the work until nothing is left; everything that was done here and elsewhere."""
        done = list(self._work())
        for helper in self._helpers:
            answer = helper.answer()
            if isinstance(answer, str):
                done.append((len(self._pieces), Part([], [Problem(answer)])))
                continue
            theirs, postponed = _loaded(answer, self._project)
            done += theirs
            self.postponed |= postponed
        return done

    def _work(self) -> Iterator[Done]:
        while number := os.read(self._numbers, _NUMBER):
            at = int.from_bytes(number, "big")
            yield at, self._pieces[at]()

    def _work_elsewhere(self) -> bytes:
        done = list(self._work())
        return _dumped((done, self._project.postponed), self._project)


class _Helper:
    """A forked process that does some work and sends back what comes out."""

    def __init__(self, work: Callable[[], bytes], others: Sequence["_Helper"]) -> None:
        self.reading, writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _be_helper(work, writing, [self.reading, *(other.reading for other in others)])
        os.close(writing)

    def answer(self) -> bytes | str:
        """What the process sends; a sentence if it failed."""
        with open(self.reading, "rb", closefd=False) as file:
            data = file.read()
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        code = os.waitstatus_to_exitcode(status)
        if code == 0:
            return data
        how = f"was killed by signal {-code}" if code < 0 else "failed"
        return (
            f"internal error: a process that checked a part of the files {how}, so that findings are missing"
        )

    def end(self) -> None:
        os.close(self.reading)
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)


def _be_helper(work: Callable[[], bytes], writing: int, others: Iterable[int]) -> NoReturn:
    """Never comes back, flushes nothing of the process that it was forked from, and says nothing."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        # With the other ends open here nobody would notice that the first process is gone.
        for descriptor in others:
            os.close(descriptor)
        with open(writing, "wb") as file:
            file.write(work())
        os._exit(0)
    finally:
        os._exit(1)


def _dumped(value: object, project: Project) -> bytes:
    """Pickled, with the sources of the project as numbers: they are on the other side, too."""
    numbers = {id(document.source): number for number, document in enumerate(project.documents)}

    class Pickler(pickle.Pickler):
        def persistent_id(self, instance: Any) -> int | None:
            return numbers.get(id(instance)) if type(instance) is Source else None

    file = BytesIO()
    Pickler(file, pickle.HIGHEST_PROTOCOL).dump(value)
    return file.getvalue()


def _loaded(data: bytes, project: Project) -> tuple[list[Done], set[str]]:
    class Unpickler(pickle.Unpickler):
        def persistent_load(self, number: Any) -> Source:
            source: Source = project.documents[number].source
            return source

    loaded: tuple[list[Done], set[str]] = Unpickler(BytesIO(data)).load()
    return loaded
