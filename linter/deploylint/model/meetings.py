"""Files that lie apart and share what nobody else has: a socket, a port, a folder of the server, an application.

What more than one deployment may have joins nothing, and neither does what tells nothing: port 8000, `/srv/app`, `wsgi`.
"""

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping

from deploylint.facts import (
    Fact,
    Known,
    Process,
    Route,
    SocketUnit,
    StaticFiles,
    SupervisorKind,
)
from deploylint.model.disjoint import Sets
from deploylint.model.telling import PARTS, SORTING, home
from deploylint.model.variants import is_example, stage
from deploylint.tree import Tree
from deploylint.values.address import Address, TcpAddress, UnixAddress, is_any, is_loopback

# Ports that tutorials and defaults use.
_COMMON_PORTS = frozenset(
    {
        80,
        443,
        3000,
        3001,
        3031,
        4000,
        5000,
        5001,
        5432,
        6379,
        7000,
        8000,
        8001,
        8002,
        8008,
        8080,
        8081,
        8088,
        8443,
        8888,
    }
    | {9000, 9001, 9090}
)
_MANAGERS = (SupervisorKind.SYSTEMD, SupervisorKind.SYSTEMD_USER, SupervisorKind.SUPERVISOR)
# Folders below which a server keeps its projects, in the order in which they are looked for.
_SHELVES = (
    "/var/www/",
    "/srv/www/",
    "/srv/http/",
    "/usr/local/",
    "/usr/share/",
    "/srv/",
    "/opt/",
    "/data/",
    "/app/",
)
_COMMON_MODULES = (
    PARTS
    | SORTING
    | frozenset(
        "wsgi asgi main run manage index hello celery celeryapp celery_app tasks worker mysite myproject myapp settings "
        "application passenger_wsgi flaskapp factory".split()
    )
)


def meetings(
    facts: Iterable[Fact], numbers: Mapping[str, int], sets: Sets, tree: Tree
) -> Iterator[tuple[int, int]]:
    """Pairs of documents that belong together; each is to be joined before the next one is asked for.

    `sets` are the groups so far, marked where requests come in.
    """
    facts = list(facts)
    on_machines = [fact for fact in facts if isinstance(fact, Process) and _is_on_a_machine(fact, numbers)]
    yield from _at_addresses(facts, numbers, sets)
    yield from _in_folders(on_machines, facts, numbers, sets, tree)
    yield from _in_applications(on_machines, numbers, sets, tree)


def _at_addresses(facts: Iterable[Fact], numbers: Mapping[str, int], sets: Sets) -> Iterator[tuple[int, int]]:
    """Routes to a socket or a port that nobody of their own group opens, and the only other one who does."""
    routes = [fact for fact in facts if isinstance(fact, Route) and fact.document.path in numbers]
    openers: dict[object, set[int]] = {}
    for fact in facts if routes else ():
        if isinstance(fact, SocketUnit):
            addresses = [x.value for x in fact.addresses if isinstance(x, Known)]
        elif isinstance(fact, Process) and fact.invocation is not None and fact.namespace.is_host:
            addresses = [
                bind.address
                for bind in fact.invocation.binds
                if isinstance(bind.address, (TcpAddress, UnixAddress))
            ]
        else:
            continue
        for address in addresses:
            if (key := _telling_address(address)) is not None and fact.document.path in numbers:
                openers.setdefault(key, set()).add(numbers[fact.document.path])
    paths = {number: path for path, number in numbers.items()}
    for route in routes:
        own = numbers[route.document.path]
        for target in route.targets:
            key = _telling_address(target.address.value) if isinstance(target.address, Known) else None
            other = _only_group(openers.get(key, ()), sets)
            if other is None or sets.find(own) == sets.find(other):
                continue
            if isinstance(key, str) or _are_in_one_tree(paths[own], paths[other]):
                yield own, other


def _only_group(numbers: Iterable[int], sets: Sets) -> int | None:
    """One of the documents, if all of them are in one group; it looks no further than the second group."""
    first: int | None = None
    for number in numbers:
        if first is None:
            first = number
        elif sets.find(number) != sets.find(first):
            return None
    return first


def _telling_address(address: Address) -> str | int | None:
    """A socket's path, or a port of this machine that not every second project has."""
    match address:
        case UnixAddress(path=path) if path.startswith("/"):
            return path
        case TcpAddress(port=port) if port not in _COMMON_PORTS and (is_loopback(address) or is_any(address)):
            return port
        case _:
            return None


def _are_in_one_tree(one: str, other: str) -> bool:
    """Whether two files have a folder in common, besides that of everything."""
    first, slash, _ = one.removeprefix("./").partition("/")
    return bool(slash) and first not in ("", "..") and other.removeprefix("./").startswith(f"{first}/")


def _in_folders(
    processes: Iterable[Process], facts: Iterable[Fact], numbers: Mapping[str, int], sets: Sets, tree: Tree
) -> Iterator[tuple[int, int]]:
    """Processes of one project folder of the server, and the static files that nginx finds in it."""
    folders: dict[tuple[str, SupervisorKind], set[int]] = {}
    served: dict[str, set[int]] = {}
    for process in processes:
        path = process.directory.value if isinstance(process.directory, Known) else None
        if path is not None and (root := project_root(path)) is not None:
            folders.setdefault((root, process.supervision.kind), set()).add(numbers[process.document.path])
    for fact in facts:
        if not isinstance(fact, StaticFiles) or fact.document.path not in numbers:
            continue
        if isinstance(fact.folder, Known) and (root := project_root(fact.folder.value)) is not None:
            served.setdefault(root, set()).add(numbers[fact.document.path])
    holders: dict[str, set[int]] = {}
    for (root, _), members in folders.items():
        holders.setdefault(root, set()).update(members)
    kin = list(folders.values())
    kin += [members | holders[root] for root, members in served.items() if root in holders]
    if any(len({sets.find(number) for number in members}) > 1 for members in kin):
        yield from _joined(kin, sets, _with_code(numbers, tree))


def _with_code(numbers: Mapping[str, int], tree: Tree) -> set[int]:
    """The documents whose project folder holds Python code: each of these folders is a project of its own."""
    folders: set[str] = set()
    for path in tree.files:
        folder = posixpath.dirname(path) if path.endswith(".py") else ""
        while folder and folder not in folders:
            folders.add(folder)
            folder = posixpath.dirname(folder)
    return {number for path, number in numbers.items() if home(path) in folders}


def _in_applications(
    processes: Iterable[Process], numbers: Mapping[str, int], sets: Sets, tree: Tree
) -> Iterator[tuple[int, int]]:
    """Processes that one kind of manager starts and that import the same code of the repository."""
    importers: dict[tuple[str, SupervisorKind], set[int]] = {}
    for process in processes:
        target = process.invocation.target if process.invocation is not None else None
        package = (target.module or "").partition(".")[0] if target else ""
        if package and package.lower() not in _COMMON_MODULES:
            key = package, process.supervision.kind
            importers.setdefault(key, set()).add(numbers[process.document.path])
    yield from _joined((members for (name, _), members in importers.items() if _is_once(name, tree)), sets)


def _is_once(package: str, tree: Tree) -> bool:
    return len(tree.named(f"{package}.py")) + len(tree.folders_named(package)) == 1


def _is_on_a_machine(process: Process, numbers: Mapping[str, int]) -> bool:
    path = process.document.path
    return (
        process.namespace.is_host
        and process.supervision.kind in _MANAGERS
        and path in numbers
        and not is_example(path)
        and stage(path) != "test"
    )


def _joined(
    kin: Iterable[set[int]], sets: Sets, with_code: Collection[int] = frozenset()
) -> Iterator[tuple[int, int]]:
    """Groups that share something, unless two of them are whole projects: with proxies, or with code of their own."""
    for members in kin:
        groups = sorted({sets.find(number) for number in members})
        own = {sets.find(number) for number in members if number in with_code}
        if len(own) < 2 and sum(map(sets.is_marked, groups)) < 2:
            yield from ((groups[0], group) for group in groups[1:])


def project_root(path: str) -> str | None:
    """The project's folder that a path of the server is in: `/srv/shopfront` of `/srv/shopfront/web/static`.

    None where the folder's name is one that any project may have.
    """
    if path.startswith("/home/"):
        parts = path.split("/")
        name, root = (parts[3] if len(parts) > 3 else ""), "/".join(parts[:4])
    else:
        if not path.startswith(_SHELVES):
            return None
        shelf = next(filter(path.startswith, _SHELVES))
        name = path[len(shelf) :].partition("/")[0]
        root = shelf + name
    return root if name and name.lower() not in _COMMON_MODULES else None
