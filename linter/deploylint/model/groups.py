"""Which files make one deployment.

The goal is never to match unrelated files; a finding that is missed costs less than a false
pairing. Files belong together when the settings say so, when one refers to the other (compose
mounts and builds, configuration paths of commands), when one alone creates the socket that the other
connects to, or when they lie in the same project folder: the folder above those that only sort files by
kind (`deploy/nginx/`, `etc/systemd/system/`).
"""

import posixpath
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import takewhile

from deploylint.document import Document
from deploylint.facts import HOST, Fact, Known, Mount, Process, Route, Service, SocketUnit
from deploylint.model.variants import is_example, stage
from deploylint.settings import Settings
from deploylint.values.address import UnixAddress

# Folders that sort a deployment's files by kind and make no project of their own.
SORTING = frozenset(
    "bin build ci cfg compose conf conf.d conf.avail conf-available conf-enabled config configs configuration "
    "configurations contrib cron default deploy deployment deployments deploys dev devops dist docker dockerfiles "
    "docker-compose env envs environment environments etc gunicorn init init.d infra infrastructure install "
    "nginx nginx-conf ops prod production provision provisioning script scripts setup sites sites-available "
    "sites-enabled stage staging supervisor supervisord sys system systemd unit units usr uwsgi vassals "
    "apps-available apps-enabled snippets includes include common .deploy .docker .config .envs .devcontainer "
    ".platform".split()
)

# Folders that are often a part of a deployment, such as its back end, but may be a project as well.
PARTS = frozenset(
    "api app application apps backend back-end core django flask files frontend host local proxy project root rootfs "
    "server servers service services share site source src user web webapp webserver website worker workers www".split()
)


def home(path: str) -> str:
    """The project folder of a file: its folder without trailing sorting ones (drop-in folders count as such)."""
    parts = posixpath.dirname(path).split("/")
    while parts and (parts[-1].lower() in SORTING or parts[-1].endswith(".d") or _sorts(parts[-1])):
        parts.pop()
    return "/".join(parts) or ("/" if path.startswith("/") else ".")


def _sorts(name: str) -> bool:
    """`nginx-prod`, `docker_dev`, `conf-nginx`: sorting words joined."""
    words = name.lower().replace("_", "-").split("-")
    return len(words) > 1 and all(word in SORTING for word in words)


def group(documents: Sequence[Document], facts: Iterable[Fact], settings: Settings) -> list[list[Document]]:
    """Documents that belong together, in the order of their first document."""
    sets = _Sets(len(documents))
    numbers = {document.path: number for number, document in enumerate(documents)}
    explicit = _explicit(documents, settings, sets)
    by_home: dict[str, list[int]] = {}
    for number, document in enumerate(documents):
        if number not in explicit:
            by_home.setdefault(home(document.path), []).append(number)
    for members in by_home.values():
        for number in members[1:]:
            sets.join(members[0], number)
    facts = list(facts)
    for one, other in _references(facts, numbers):
        if one not in explicit and other not in explicit:
            sets.join(one, other)
    _adopt_lone_parts(facts, by_home, sets)
    for one, other in _meetings(facts, numbers, sets):
        if one not in explicit and other not in explicit:
            sets.join(one, other)
    return [[documents[number] for number in members] for members in sets.members()]


def _explicit(documents: Sequence[Document], settings: Settings, sets: "_Sets") -> set[int]:
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


def _references(facts: Iterable[Fact], numbers: dict[str, int]) -> Iterable[tuple[int, int]]:
    """Pairs of documents one of which names the other, or which belong to one compose project."""
    first_of_project: dict[str, int] = {}
    paths = sorted(numbers)
    by_name: dict[str, list[str]] = {}
    for path in paths:
        by_name.setdefault(posixpath.basename(path), []).append(path)
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
            number = numbers.get(fact.document.path)
            for word in (*fact.invocation.config_files, fact.invocation.script):
                if number is not None and word is not None and word.known is not None:
                    yield from ((number, other) for other in _same_file(word.value, numbers, by_name))


def _same_file(written: str, numbers: dict[str, int], by_name: dict[str, list[str]]) -> Iterable[int]:
    """The one document that a server path names by its last components, one of which is a folder of a telling name.

    `/srv/x/deploy/gunicorn.conf.py` may be anybody's; `/srv/x/shopfront/gunicorn.conf.py` is the shopfront's.
    """
    wanted = written.split("/")
    lengths = {path: _common_ending(path.split("/"), wanted) for path in by_name.get(wanted[-1], ())}
    longest = max(lengths.values(), default=0)
    best = [path for path, length in lengths.items() if length == longest]
    folders = wanted[len(wanted) - longest : -1]
    if len(best) == 1 and any(name.lower() not in SORTING | PARTS for name in folders):
        yield numbers[best[0]]


def _common_ending(one: list[str], other: list[str]) -> int:
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _meetings(facts: Iterable[Fact], numbers: dict[str, int], sets: "_Sets") -> Iterable[tuple[int, int]]:
    """Routes to a unix socket that nobody of their own group creates, and the only other one who does."""
    creators: dict[str, set[int]] = {}
    for fact in facts:
        if isinstance(fact, SocketUnit):
            addresses = [x.value for x in fact.addresses if isinstance(x, Known)]
        elif isinstance(fact, Process) and fact.invocation is not None and fact.namespace == HOST:
            addresses = [
                bind.address for bind in fact.invocation.binds if isinstance(bind.address, UnixAddress)
            ]
        else:
            continue
        for address in addresses:
            if (
                isinstance(address, UnixAddress)
                and address.path.startswith("/")
                and fact.document.path in numbers
            ):
                creators.setdefault(address.path, set()).add(numbers[fact.document.path])
    for fact in facts:
        if not isinstance(fact, Route) or fact.document.path not in numbers:
            continue
        own = sets.find(numbers[fact.document.path])
        for target in fact.targets:
            match target.address:
                case Known(value=UnixAddress(path=path)):
                    groups = {sets.find(number) for number in creators.get(path, ())}
                    if len(groups) == 1 and own not in groups:
                        yield own, groups.pop()
                case _:
                    pass


def _under(folder: str, paths: Sequence[str]) -> Iterable[str]:
    """The paths that are the folder itself (a file) or lie in it."""
    index = bisect_left(paths, folder)
    while index < len(paths) and (paths[index] == folder or paths[index].startswith(folder)):
        if paths[index] == folder or paths[index].startswith(folder + "/"):
            yield paths[index]
        index += 1


def _adopt_lone_parts(facts: Iterable[Fact], by_home: dict[str, list[int]], sets: "_Sets") -> None:
    """Join a folder without an entry (nginx routes, a compose file) to the deployment it is a part of.

    That is the deployment of the nearest folder above, unless the folder is one of several in a
    collection; or, for a folder whose name says that it is a part, the only one beside it.
    """
    entries = {home(fact.document.path) for fact in facts if isinstance(fact, (Route, Service))}
    beside: dict[str, list[str]] = {}
    for folder in sorted(by_home):
        beside.setdefault(_parent(folder), []).append(folder)
    for folder, members in by_home.items():
        if is_example(folder) or stage(folder) == "test":
            continue
        siblings = [name for name in beside[_parent(folder)] if name in entries]
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


class _Sets:
    """Disjoint sets of numbers."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def find(self, number: int) -> int:
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self._parents[second] = first

    def members(self) -> list[list[int]]:
        found: dict[int, list[int]] = {}
        for number in range(len(self._parents)):
            found.setdefault(self.find(number), []).append(number)
        return list(found.values())
