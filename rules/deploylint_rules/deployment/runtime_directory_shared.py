from collections.abc import Iterable, Iterator
from itertools import islice

from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, SocketUnit
from deploylint.formats.systemd.nodes import Assignment
from deploylint.formats.systemd.unit import Unit, project_units
from deploylint.formats.systemd.unit_file import UnitFile
from deploylint.model import Deployment
from deploylint.model.variants import is_example, together
from deploylint.pattern import pattern
from deploylint.source import Location
from deploylint.values.address import Address, UnixAddress

_TIES = ("Requires", "Requisite", "BindsTo", "PartOf", "Conflicts")
# The settings that name what a service has in a folder, and what they name.
_NAMING = (("Service", "PIDFile"), ("Service", "ExecStart"))
_IN_RUN = pattern(r"/run(?=/([^/]*+))")
# Of so many units the first ones tell enough.
_MOST = 40
_KEPT = {"yes", "true", "on", "1", "y", "t"}


@rule(
    Severity.WARNING,
    given=("RuntimeDirectory",),
    group=Group.RELIABILITY,
    symptoms=("connect() to unix:/run/* failed (2: No such file or directory)",),
)
def runtime_directory_shared(deployment: Deployment, context: Context) -> Findings:
    """A service's RuntimeDirectory holds something that must outlive the service.

    ## Why is this bad?
    systemd removes the folder when the service stops, and again for every restart. Whatever another
    service or a `.socket` unit has in it, a socket or a pid file, is gone, and nobody creates it anew.

    ## Example
    ```systemd title="web.service"
    [Service]
    User=shop
    RuntimeDirectory=shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop/web.sock wsgi:app
    ```
    ```systemd title="worker.service"
    [Service]
    User=shop
    RuntimeDirectory=shop
    ExecStart=/srv/shop/venv/bin/celery -A shop worker --pidfile=/run/shop/worker.pid
    ```

    ## Use instead
    ```systemd title="web.service"
    [Service]
    User=shop
    RuntimeDirectory=shop-web
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop-web/web.sock wsgi:app
    ```
    ```systemd title="worker.service"
    [Service]
    User=shop
    RuntimeDirectory=shop-worker
    ExecStart=/srv/shop/venv/bin/celery -A shop worker --pidfile=/run/shop-worker/worker.pid
    ```

    ## When it is fine
    With `RuntimeDirectoryPreserve=yes`, when the services stop together (`PartOf=`, `BindsTo=`), or when
    they never run together: two variants of one service (the one command begins with the other, or a unit
    and the template of its name), or two jobs that run to their end. The rule knows all of these.

    ## References
    - systemd.exec(5), RuntimeDirectoryPreserve=
    - https://github.com/systemd/systemd/issues/5394
    """
    units = list(_services(deployment, context))
    owners = [
        (unit, word, line)
        for unit in units
        for word, line in unit.words("Service", "RuntimeDirectory")
        if (unit.value("Service", "RuntimeDirectoryPreserve") or "no").lower() not in _KEPT
    ]
    users = _users(units) if owners else {}
    sockets = _sockets(deployment) if owners else {}
    for unit, folder, line in owners:
        part = folder.partition("/")[0]
        guests = [
            *_services_in(folder, unit, islice(users.get(part, ()), _MOST)),
            *islice(_sockets_in(folder, sockets.get(part, ())), _MOST),
        ]
        if not guests:
            continue
        names = list(dict.fromkeys(name for name, _ in guests))
        yield Finding(
            line.at,
            f"/run/{folder} is removed when {unit.name} stops, with what {' and '.join(names)} "
            f"{'has' if len(names) == 1 else 'have'} in it",
            label="systemd removes this folder",
            related=tuple(Label(at, f"{name} uses it, too") for name, at in guests),
            help="give each unit a folder of its own, or set RuntimeDirectoryPreserve=yes",
        )


def _users(units: list[Unit]) -> dict[str, dict[Unit, None]]:
    """The units that may use a folder of /run, by the first part of its path."""
    users: dict[str, dict[Unit, None]] = {}
    for unit in units:
        parts = [word.partition("/")[0] for word, _ in unit.words("Service", "RuntimeDirectory")]
        for place in _NAMING:
            for line in unit.lines.get(place, ()):
                if "/run/" in line.value:
                    parts += _IN_RUN.findall(line.value)
        for part in parts:
            users.setdefault(part, {})[unit] = None
    return users


def _services_in(folder: str, owner: Unit, units: Iterable[Unit]) -> Iterator[tuple[str, Location]]:
    for unit in units:
        if unit.name == owner.name or _are_tied(unit, owner) or _are_alternatives(unit, owner):
            continue
        if together(unit.files[0].path, owner.files[0].path):
            guest = _guest(unit, folder)
            if guest is not None:
                yield unit.name, guest.at


def _are_tied(one: Unit, other: Unit) -> bool:
    """Whether two units stop together, or are never started together (systemd.unit(5))."""
    return any(
        word == name
        for unit, name in ((one, other.name), (other, one.name))
        for setting in _TIES
        for word, _ in unit.words("Unit", setting)
    )


def _are_alternatives(one: Unit, other: Unit) -> bool:
    """Whether two units look like variants of one service, or like jobs of which each is over before the next."""
    if all(
        (unit.value("Service", "Type") or "").lower() == "oneshot"
        and (unit.value("Service", "RemainAfterExit") or "no").lower() not in _KEPT
        for unit in (one, other)
    ):
        return True
    if one.name.replace("@.", ".") == other.name.replace("@.", "."):
        return True
    first, second = sorted((_command(one), _command(other)), key=len)
    return bool(first) and second[: len(first)] == first


def _command(unit: Unit) -> list[str]:
    """The words of the main command, the program without its folder."""
    program, _, arguments = (unit.value("Service", "ExecStart") or "").strip().partition(" ")
    return [program.rpartition("/")[2], *arguments.split()]


def _sockets(deployment: Deployment) -> dict[str, list[tuple[SocketUnit, Known[Address]]]]:
    """The sockets of systemd's in folders of /run, by the first part of their path."""
    found: dict[str, list[tuple[SocketUnit, Known[Address]]]] = {}
    for socket in deployment.every(SocketUnit):
        for address in socket.addresses:
            if isinstance(address, Known) and isinstance(address.value, UnixAddress):
                _, run, rest = address.value.path.partition("/run/")
                found.setdefault(rest.partition("/")[0] if run else "", []).append((socket, address))
    return found


def _sockets_in(
    folder: str, sockets: Iterable[tuple[SocketUnit, Known[Address]]]
) -> Iterator[tuple[str, Location]]:
    for socket, address in sockets:
        if _lies_in(address.value, folder):
            yield socket.name, address.at or socket.at


def _services(deployment: Deployment, context: Context) -> Iterator[Unit]:
    known = project_units(context.project)
    seen: set[int] = set()
    for document in deployment.documents:
        unit = known.get(document) if isinstance(document, UnitFile) else None
        if unit is None or id(unit) in seen or unit.type != "service" or is_example(document.path):
            continue
        seen.add(id(unit))
        yield unit


def _guest(unit: Unit, folder: str) -> Assignment | None:
    """The line by which a unit uses a folder of /run."""
    for word, line in unit.words("Service", "RuntimeDirectory"):
        if word == folder:
            return line
    for place in _NAMING:
        for line in unit.lines.get(place, ()):
            if f"/run/{folder}/" in line.value:
                return line
    return None


def _lies_in(address: object, folder: str) -> bool:
    return isinstance(address, UnixAddress) and address.path.startswith(f"/run/{folder}/")
