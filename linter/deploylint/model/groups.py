"""Which files make one deployment.

The goal is never to match unrelated files; a finding that is missed costs less than a false
pairing. Files belong together when the settings say so, when one refers to the other (compose
mounts and builds, compose files that a command puts together, configuration paths of commands, includes and env files), when they share what nobody
else has (`meetings`), or when they lie in the same project folder: the folder above those that only sort
files by kind (`deploy/nginx/`, `etc/systemd/system/`).
"""

import posixpath
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from deploylint.document import Document
from deploylint.facts import Fact, Mount, Process, Reference, Route, Service, VirtualServer
from deploylint.model.disjoint import Sets
from deploylint.model.meetings import meetings
from deploylint.model.telling import PARTS, SORTING, home
from deploylint.model.variants import is_example, stage
from deploylint.settings import Settings
from deploylint.tree import Tree


def group(
    documents: Sequence[Document], facts: Iterable[Fact], tree: Tree, settings: Settings
) -> list[list[Document]]:
    """Documents that belong together, in the order of their first document."""
    homes = [home(document.path) for document in documents]
    if len(documents) == 1 or (not settings.deployment and len(set(homes)) == 1):
        return [list(documents)]  # nobody has to go through the facts, of which there may be very many
    numbers = {document.path: number for number, document in enumerate(documents)}
    facts = list(facts)
    entries = [fact.document.path for fact in facts if isinstance(fact, (Route, Service, VirtualServer))]
    sets = Sets(len(documents), (numbers[path] for path in entries if path in numbers))
    explicit = _explicit(documents, settings, sets)
    by_home: dict[str, list[int]] = {}
    for number, place in enumerate(homes):
        if number not in explicit:
            by_home.setdefault(place, []).append(number)
    for members in by_home.values():
        for number in members[1:]:
            sets.join(members[0], number)
    endings = _Endings(numbers)
    for one, other in _references(facts, numbers, endings):
        if one not in explicit and other not in explicit:
            sets.join(one, other)
    _adopt_lone_parts(facts, by_home, sets)
    for one, other in _read_by_one(facts, numbers, endings, sets):
        if one not in explicit and other not in explicit:
            sets.join(one, other)
    for one, other in meetings(facts, numbers, sets, tree):
        if one not in explicit and other not in explicit:
            sets.join(one, other)
    return [[documents[number] for number in members] for members in sets.members()]


def _explicit(documents: Sequence[Document], settings: Settings, sets: Sets) -> set[int]:
    """Join what `[[deployment]]` names; the result are the documents it settles."""
    settled: set[int] = set()
    if not settings.deployment:
        return settled
    from fnmatch import fnmatchcase  # noqa: PLC0415  most projects have no such setting

    for deployment in settings.deployment:
        members = [
            number
            for number, document in enumerate(documents)
            if any(fnmatchcase(_from_base(document.path, settings), glob) for glob in deployment.files)
        ]
        settled.update(members)
        for number in members[1:]:
            sets.join(members[0], number)
    return settled


def _from_base(path: str, settings: Settings) -> str:
    return posixpath.relpath(
        path, posixpath.relpath(settings.base) if settings.base.startswith("/") else settings.base
    )


def _references(
    facts: Iterable[Fact], numbers: dict[str, int], endings: "_Endings"
) -> Iterable[tuple[int, int]]:
    """Pairs of documents one of which names the other, or which belong to one compose project."""
    first_of_project: dict[str, int] = {}
    paths = sorted(numbers)
    for fact in facts:
        if isinstance(fact, Service):
            number = numbers.get(fact.document.path)
            if number is None:
                continue
            yield first_of_project.setdefault(fact.project, number), number
            if fact.dockerfile in numbers:
                yield number, numbers[fact.dockerfile]
        elif isinstance(fact, Mount) and fact.kind in ("bind", "copy") and fact.source not in (".", ""):
            number = numbers.get(fact.service.document.path)
            if number is not None:
                yield from ((number, numbers[path]) for path in _under(fact.source, paths))

        elif isinstance(fact, Process) and fact.invocation is not None:
            words = fact.invocation.config_files
            if fact.invocation.script is not None:
                words = (*words, fact.invocation.script)
            number = numbers.get(fact.document.path) if words else None
            for word in words:
                if number is not None and word.known is not None:
                    yield from ((number, other) for other in endings.named(word.value))


def _read_by_one(
    facts: Iterable[Fact], numbers: dict[str, int], endings: "_Endings", sets: Sets
) -> Iterable[tuple[int, int]]:
    """Files that the documents of one other group alone include or take variables from.

    What several projects read, a snippet or an env file, joins none of them. An env file in the folder of a project
    with a proxy or with services of its own is that project's.
    """
    readers: dict[tuple[int, str], set[int]] = {}
    for fact in facts:
        if not isinstance(fact, Reference) or fact.document.path not in numbers:
            continue
        if fact.path in numbers:
            read = [numbers[fact.path]]
        else:
            read = list(endings.named(fact.path)) if fact.path.startswith("/") else []
        for number in read:
            readers.setdefault((number, fact.role), set()).add(numbers[fact.document.path])
    for (number, role), documents in readers.items():
        groups = {sets.find(reader) for reader in documents}
        if len(groups) != 1:
            continue
        (reader,) = groups
        if role == "include" or not (sets.is_marked(number) and sets.is_marked(reader)):
            yield reader, number


class _Endings:
    """Documents by the ends of their paths, so that a server's path finds the one that shares the most with it."""

    def __init__(self, numbers: dict[str, int]) -> None:
        # -1 stands for several documents.
        self._numbers: dict[str, int] = {}
        for path, number in numbers.items():
            at = path.rfind("/")
            while at >= 0:
                at = path.rfind("/", 0, at)
                ending = path[at + 1 :]
                self._numbers[ending] = -1 if ending in self._numbers else number

    def named(self, written: str) -> Iterable[int]:
        """The one document that a server path names by its last components, one of which is a folder of a telling name.

        `/srv/x/deploy/gunicorn.conf.py` may be anybody's; `/srv/x/shopfront/gunicorn.conf.py` is the shopfront's.
        """
        wanted = written.split("/")
        for start in range(len(wanted) - 1):
            number = self._numbers.get("/".join(wanted[start:]))
            if number is not None:
                if number >= 0 and any(name.lower() not in SORTING | PARTS for name in wanted[start:-1]):
                    yield number
                return


def _under(folder: str, paths: Sequence[str]) -> Iterable[str]:
    """The paths that are the folder itself (a file) or lie in it."""
    index = bisect_left(paths, folder)
    while index < len(paths) and (paths[index] == folder or paths[index].startswith(folder)):
        if paths[index] == folder or paths[index].startswith(folder + "/"):
            yield paths[index]
        index += 1


def _adopt_lone_parts(facts: Iterable[Fact], by_home: dict[str, list[int]], sets: Sets) -> None:
    """Join a folder without an entry (nginx routes, a compose file) to the deployment it is a part of.

    That is the deployment of the nearest folder above, unless the folder is one of several in a
    collection; or, for a folder whose name says that it is a part, the only one beside it.
    """
    entries = {home(fact.document.path) for fact in facts if isinstance(fact, (Route, Service))}
    beside: dict[str, list[str]] = {}
    for folder in sorted(entries.intersection(by_home)):
        beside.setdefault(_parent(folder), []).append(folder)
    for folder, members in by_home.items():
        if is_example(folder) or stage(folder) == "test":
            continue
        siblings = beside.get(_parent(folder), ())
        above = _nearest_above(folder, by_home)
        if above is not None:
            collection = len(siblings) > 1 and _parent(folder) != above
            if not collection and not (folder in entries and above in entries):
                sets.join(by_home[above][0], members[0])
        elif folder not in entries and len(siblings) == 1 and posixpath.basename(folder).lower() in PARTS:
            sets.join(by_home[siblings[0]][0], members[0])


def _parent(folder: str) -> str:
    return "" if folder in (".", "/") else posixpath.dirname(folder) or "."


def _nearest_above(folder: str, by_home: dict[str, list[int]]) -> str | None:
    while (folder := _parent(folder)) != "":
        if folder in by_home:
            return folder
    return None
