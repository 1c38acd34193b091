"""Share the checks among processes, so that several cores work on a large project.

The other processes are forks of this one: they see all that was read so far, nothing has to be handed to them, and only
findings come back, over pipes. Which piece of work is whose is not settled before: numbers of pieces lie in a pipe, and
whoever is free takes the next one. The results are put together in the order of the pieces, so that they are the same
as with one process.

First documents are checked, while this process works out the facts and which files belong together, before it takes part.
Rules on documents that ask for those in another process are postponed. Then the rest is checked: what was postponed,
configurations of which linking asks what their rules work out, and the facts and links. Each group of files is linked by the
process that checks it, but a large one before anybody has to wait for it.
"""

import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from io import BytesIO
from itertools import chain
from typing import Any, BinaryIO, Self, TypeVar

from deploylint.diagnostic import Problem
from deploylint.document import Document
from deploylint.engine import Part, Run, alongside
from deploylint.forks import Fork, Forks
from deploylint.project import Project
from deploylint.source import Source

# So many numbers of four bytes fit into a pipe on every system.
_MOST_PIECES = 4_000
_NUMBER = 4
# For each process: the last one to be done is not far behind the others.
_PARTS = 16
# So many documents make a group that is linked before anybody takes a part of the work.
_LARGE_GROUP = 32
# Formats of which linking asks again what the rules on their files work out.
_ASKED_AGAIN = frozenset({"gunicorn", "uwsgi"})

T = TypeVar("T")
Piece = Callable[[], Part]
Done = tuple[int, Part]


def check(run: Run, jobs: int) -> None:
    """`run.documents` and `run.items`, in so many processes."""
    project = run.project
    asked_again = [document for document in project.documents if document.format in _ASKED_AGAIN]
    others = [document for document in project.documents if document.format not in _ASKED_AGAIN]
    pieces = [partial(run.documents, some) for some in _cut(others, 32)]
    with _Queue(pieces, project) as queue:
        project.postponing = True
        queue.start(jobs)
        project.postponing = False
        model = list(run.linked(run.model(), _LARGE_GROUP))
        about_model = run.take()
        _merge(run, queue.finish())
        run.add(about_model)
    parts: list[list[object]] = [[project], *alongside(chain(asked_again, model), _PARTS * jobs)]
    rest = [partial(_visit, run, list(chain.from_iterable(some))) for some in _cut(parts, 1)]
    if queue.postponed:
        late = Run(project, (rule for rule in run.rules if rule.name in queue.postponed))
        rest += [partial(late.documents, some) for some in _cut(others, 32)]
    with _Queue(rest, project) as queue:
        queue.start(jobs)
        _merge(run, queue.finish())


def _visit(run: Run, things: Sequence[object]) -> Part:
    documents = run.documents(thing for thing in things if isinstance(thing, Document))
    items = run.items(thing for thing in things if not isinstance(thing, Document))
    return Part(documents.found + items.found, documents.problems + items.problems)


def _cut(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
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
        self._helpers = Forks()

    def start(self, jobs: int) -> None:
        """Fork until so many processes are at work, this one among them."""
        with suppress(OSError):  # no more processes can be had: those that are there do the work
            for _ in range(min(jobs, len(self._pieces)) - 1):
                self._helpers.start(self._work_elsewhere)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self._numbers)
        self._helpers.end()

    def finish(self) -> list[Done]:
        """Take part in the work until nothing is left; everything that was done here and elsewhere."""
        done = list(self._work())
        for helper in self._helpers.started:
            answer = _answer(helper)
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

    def _work_elsewhere(self, file: BinaryIO) -> None:
        done = list(self._work())
        _dump((done, self._project.postponed), self._project, file)


def _answer(helper: Fork) -> bytes | str:
    """What the process sends; a sentence if it failed."""
    data = helper.output.read()
    code = helper.wait()
    if code == 0:
        return data
    how = f"was killed by signal {-code}" if code < 0 else "failed"
    return f"internal error: a process that checked a part of the files {how}, so that findings are missing"


def _dump(value: object, project: Project, file: BinaryIO) -> None:
    """Pickled, with the sources of the project as numbers: they are on the other side, too."""
    numbers = {id(document.source): number for number, document in enumerate(project.documents)}

    class Pickler(pickle.Pickler):
        def persistent_id(self, instance: Any) -> int | None:
            return numbers.get(id(instance)) if type(instance) is Source else None

    Pickler(file, pickle.HIGHEST_PROTOCOL).dump(value)


def _loaded(data: bytes, project: Project) -> tuple[list[Done], set[str]]:
    class Unpickler(pickle.Unpickler):
        def persistent_load(self, number: Any) -> Source:
            source: Source = project.documents[number].source
            return source

    loaded: tuple[list[Done], set[str]] = Unpickler(BytesIO(data)).load()
    return loaded
