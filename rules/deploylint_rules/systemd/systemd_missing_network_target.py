from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.facts import Known, Process, ProcessHead
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.activation import activators
from deploylint.formats.systemd.unit import Unit, unit_of, units_named
from deploylint.project import Project
from deploylint.values.address import Address, TcpAddress, is_any, is_loopback

# What listens on TCP unless it is told otherwise, and what lives on connections to a broker.
_SERVERS = frozenset(
    {
        Kind.GUNICORN,
        Kind.UVICORN,
        Kind.HYPERCORN,
        Kind.DAPHNE,
        Kind.WAITRESS,
        Kind.GRANIAN,
        Kind.FLASK_RUN,
        Kind.RUNSERVER,
        Kind.HTTP_SERVER,
        Kind.CELERY_FLOWER,
        Kind.NGINX,
    }
)
_CLIENTS = frozenset(
    {Kind.CELERY_WORKER, Kind.CELERY_BEAT, Kind.RQ_WORKER, Kind.RQ_WORKER_POOL, Kind.RQ_SCHEDULER}
)
_ASKED = _SERVERS | _CLIENTS | {Kind.UWSGI}
_ONLINE = frozenset({"network-online.target"})
_NETWORK = frozenset({"network.target", "network-online.target", "nss-lookup.target", "remote-fs.target"})
_AFTER_THE_NETWORK = (
    "NetworkManager", "systemd-networkd", "systemd-resolved", "networking", "postgresql", "mysql", "mariadb", "redis",
    "rabbitmq", "mongod", "memcached", "nginx", "apache2", "httpd", "docker", "multi-user.target", "graphical.target",
    "cloud-init", "cloud-final", "tailscaled", "wg-quick",
)  # fmt: skip


def _is_on_network(head: ProcessHead) -> bool:
    _, _, kind = head
    return kind in _ASKED


@rule(Severity.NOTE, group=Group.RELIABILITY, when=_is_on_network)
def systemd_missing_network_target(process: Process, context: Context) -> Findings:
    """A network service that may start before the network and outlive it.

    ## Why is this bad?
    Without `After=network.target` systemd starts the service at any moment of the boot, and at shutdown takes
    the network away under its open requests. A service that binds to one particular address fails at boot
    until the address is there; that takes `network-online.target`, and `Wants=` to have anybody wait for it.

    ## Example
    ```systemd
    [Unit]
    Description=Shop

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi --bind 0.0.0.0:8000
    ```

    ## Use instead
    ```systemd
    [Unit]
    Description=Shop
    After=network.target

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi --bind 0.0.0.0:8000
    ```

    ## When it is fine
    Programs that neither listen on the network nor connect anywhere, services whose socket systemd opens, and
    units of a user's own manager, which has no such target.

    ## Fix safety
    Unsafe: the order of the boot changes.

    ## References
    systemd.special(7), "network.target"; https://systemd.io/NETWORK_ONLINE/
    """
    file, invocation = process.document, process.invocation
    if not isinstance(file, UnitFile) or invocation is None or file.is_user_unit:
        return
    unit = unit_of(file, context.project)
    if not unit.is_whole or any(other.type == "socket" for other in activators(unit.name, context.project)):
        return
    addresses = _addresses(process, invocation, context.project)
    if invocation.kind not in _CLIENTS and not addresses:
        return
    specific = next((a for a in addresses if not (is_any(a) or is_loopback(a))), None)
    if specific is not None and not _ordered(unit, _ONLINE, context.project):
        yield Finding(
            process.at,
            f"{process.name} binds to {specific}, but nothing makes it wait until that address is there",
            help="add Wants=network-online.target and After=network-online.target to [Unit]",
            fix=_fix(file, "Wants=network-online.target\nAfter=network-online.target"),
            severity=Severity.WARNING,
        )
    elif specific is None and not _ordered(unit, _NETWORK, context.project):
        does = "listens on the network" if addresses else "connects to its broker"
        yield Finding(
            process.at,
            f"{process.name} {does}, but may start before it: After=network.target is missing",
            help="add After=network.target to [Unit]",
            fix=_fix(file, "After=network.target"),
        )


def _addresses(process: Process, invocation: Invocation, project: Project) -> list[Address]:
    """Where it listens on TCP, as far as that is known."""
    if invocation.kind not in _SERVERS and invocation.kind is not Kind.UWSGI:
        return []
    known: list[Address] = [bind.address for bind in invocation.binds if isinstance(bind.address, TcpAddress)]
    server = project.deployment_of(process.document).server_of(process)
    known += [
        listener.address.value
        for listener in (server.listeners if server else ())
        if isinstance(listener.address, Known) and isinstance(listener.address.value, TcpAddress)
    ]
    return known


def _ordered(unit: Unit, targets: frozenset[str], project: Project) -> bool:
    """Whether the unit starts after one of the targets, by itself or through another unit of the project."""
    pending, met = [unit], {unit.name}
    while pending:
        current = pending.pop()
        for name, _ in current.words("Unit", "After"):
            if name in targets or name.startswith(_AFTER_THE_NETWORK) or "%" in name or "{" in name:
                return True
            if name not in met:
                met.add(name)
                pending += units_named(name, project)
    return False


def _fix(file: UnitFile, lines: str) -> Fix | None:
    section = file.section("Unit")
    if section is None or not section.assignments or file.open_ended:
        return None
    end = section.assignments[-1].at.span.end
    return Fix(
        "order it after the network", (Edit(file.source.location(end, end), f"\n{lines}"),), Safety.UNSAFE
    )
