from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import combinations

from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.document import Document
from deploylint.facts import HOST, Known, Listener, Process, PublishedPort, SocketUnit, SupervisorKind
from deploylint.model import Deployment
from deploylint.model.variants import is_example, together
from deploylint.model.wording import listens
from deploylint.values.address import TcpAddress, UnixAddress, overlaps
from deploylint.values.booleans import parse_supervisor_boolean
from deploylint.values.errors import InvalidValue


@rule(
    Severity.WARNING,
    given=((Process, SocketUnit, PublishedPort, "gunicorn", "uwsgi", "supervisor"),),
    confidence=Confidence.MEDIUM,
    symptoms=(
        "[Errno 98] Address already in use",
        "Connection in use: *",
        "bind() to * failed (98: Address already in use)",
        "port is already allocated",
    ),
)
def address_claimed_twice(deployment: Deployment) -> Findings:
    """Two programs of the deployment want to listen on the same address.

    ## Why is this bad?
    The second one that starts fails with `Address already in use`. Which one that is changes from boot
    to boot.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    directory=/srv/app
    user=app

    [program:api]
    command=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 api:app
    directory=/srv/app
    user=app
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    directory=/srv/app
    user=app

    [program:api]
    command=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8001 api:app
    directory=/srv/app
    user=app
    ```

    ## When it is fine
    When only one of the two is ever installed. Files whose names say so (development and production,
    examples) are taken as alternatives, and so are two kinds of supervisors and programs whose `autostart` is off or depends on a
    variable.

    ## References
    - https://github.com/OpenNeuroOrg/openneuro/issues/728
    """
    for listeners in _in_one_place(deployment):
        templates: set[str] = set()
        for one, other in combinations(listeners[:40], 2):
            if not _collide(one, other):
                continue
            if not _are_instances(one, other):
                yield Finding(
                    other.at,
                    f"{other.owner} and {one.owner} both want to listen on {_address(other)}",
                    label=listens(other),
                    related=(Label(one.at, listens(one)),),
                    help="give one of them another address",
                )
            elif other.document.path not in templates:
                templates.add(other.document.path)
                yield _of_instances(one, other)
    yield from _published_twice(deployment.every(PublishedPort))


def _in_one_place(deployment: Deployment) -> Iterator[list[Listener]]:
    """Several listeners with one port or socket file. Most containers have but one listener, which is put aside first."""
    for near in _sharing(_active(deployment), lambda listener: _place(deployment, listener)[0]):
        yield from _sharing(near, lambda listener: _place(deployment, listener)[1])


def _sharing(listeners: Iterable[Listener], key: Callable[[Listener], object]) -> Iterable[list[Listener]]:
    """Those of which several have the same key."""
    first: dict[object, Listener] = {}
    several: dict[object, list[Listener]] = {}
    for listener in listeners:
        shared = key(listener)
        other = first.setdefault(shared, listener)
        if other is not listener:
            several.setdefault(shared, [other]).append(listener)
    return several.values()


def _are_instances(one: Listener, other: Listener) -> bool:
    return one.document is other.document and bool(one.process and other.process and other.process.instance)


def _of_instances(one: Listener, other: Listener) -> Finding:
    """Every instance of a template gets the address that stands in it."""
    started = [(x.owner, x.process.instances) for x in (one, other) if x.process is not None]
    return Finding(
        other.at,
        f"{other.owner} and {one.owner} both want to listen on {_address(other)}",
        label="every instance listens here",
        related=tuple(
            Label(runs.at, f"{owner} is started here")
            for owner, runs in started
            if isinstance(runs, Known) and runs.at is not None
        ),
        help="put %i into the address",
    )


def _active(deployment: Deployment) -> Iterator[Listener]:
    """Known addresses, without those that a .socket unit hands to its own service."""
    handed_over = {unit.service for unit in deployment.every(SocketUnit)}
    for listener in deployment.listeners():
        if (
            isinstance(listener.address, Known)
            and listener.owner not in handed_over
            and not is_example(listener.document.path)
        ):
            yield listener


def _place(deployment: Deployment, listener: Listener) -> tuple[object, object]:
    """The network and the port, or what holds a socket file and its path there."""
    assert isinstance(listener.address, Known)  # noqa: S101  only known ones come here
    match listener.address.value:
        case TcpAddress(port=port):
            return deployment.networks.network(listener.namespace), port
        case UnixAddress() as address:
            return deployment.networks.shared_path(address, listener.namespace)
        case other:
            return id(other), None


def _address(listener: Listener) -> str:
    return str(listener.address.value) if isinstance(listener.address, Known) else "an unknown address"


def _collide(one: Listener, other: Listener) -> bool:
    if not (isinstance(one.address, Known) and isinstance(other.address, Known)):
        return False
    if not overlaps(one.address.value, other.address.value) or one.owner == other.owner:
        return False
    if one.presumed or other.presumed or not together(one.document.path, other.document.path):
        return False
    first, second = one.process, other.process
    if any(process is not None and _may_stay_off(process) for process in (first, second)):
        return False
    if first is None or second is None:
        return first is not second
    return _same_supervisor(first, second) and not _is_template(first) and not _is_template(second)


def _may_stay_off(process: Process) -> bool:
    """Whether supervisor starts the program only where somebody says so: `autostart=%(ENV_WITH_WEB)s`, or `false`."""
    return process.supervision.kind is SupervisorKind.SUPERVISOR and process.name in _off(process.document)


@lru_cache(maxsize=16)
def _off(document: Document) -> frozenset[str]:
    from deploylint.formats.supervisor import Section  # noqa: PLC0415  few addresses are claimed twice

    sections = (node for node, _ in document.walk() if isinstance(node, Section))
    return frozenset(
        f"[{section.title}]"
        for section in sections
        if (option := section.get("autostart")) is not None and not _is_on(option.value)
    )


def _is_on(text: str) -> bool:
    try:
        return parse_supervisor_boolean(text)
    except InvalidValue:
        return False  # depends on a variable, if supervisor takes it


def _same_supervisor(one: Process, other: Process) -> bool:
    """Programs of two kinds of supervisors are alternatives; so are two services of systemd with one application."""
    if one.supervision.kind is not other.supervision.kind:
        return False
    if one.supervision.kind in (SupervisorKind.PROCFILE, SupervisorKind.SCRIPT, SupervisorKind.DOCKERFILE):
        return False
    return one.document is other.document or not _same_target(one, other)


def _same_target(one: Process, other: Process) -> bool:
    first, second = one.invocation and one.invocation.target, other.invocation and other.invocation.target
    return bool(
        first
        and second
        and first.module
        and (first.module, first.attribute) == (second.module, second.attribute)
    )


def _is_template(process: Process) -> bool:
    """Whether it is a template without an instance."""
    return "@." in process.full_name


def _published_twice(ports: Iterable[PublishedPort]) -> Iterator[Finding]:
    """Two services of one project that are always started together publish the same port of the host."""
    seen: dict[tuple[object, ...], PublishedPort] = {}
    for port in ports:
        if not isinstance(port.host_port, Known) or port.host_port.value is None or port.service.profiles:
            continue
        if port.service.namespace == HOST:
            continue
        key = (port.service.project, port.host_ip, port.host_port.value, port.udp)
        first = seen.setdefault(key, port)
        if first is not port and first.service is not port.service:
            yield Finding(
                port.at,
                f"{port.service.name} and {first.service.name} both publish port {port.host_port.value}",
                label="port is already allocated",
                related=(Label(first.at, f"{first.service.name} publishes it here"),),
                help="publish another port of the host for one of them",
            )
