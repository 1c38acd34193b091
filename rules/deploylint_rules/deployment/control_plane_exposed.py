from collections.abc import Iterator
from functools import lru_cache

from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import HOST, Known, Listener, Process, Protocol, PublishedPort, Unknown
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import Deployment
from deploylint.model.foreground import supervisord_stays
from deploylint.values.address import TcpAddress, is_loopback

_WHAT = {
    Protocol.SUPERVISOR: "supervisor's control interface",
    Protocol.STATS: "uWSGI's statistics",
}


@rule(Severity.ERROR, given=((Process, "uwsgi", "supervisor"),), group=Group.SECURITY)
def control_plane_exposed(deployment: Deployment) -> Findings:
    """A control interface can be reached from other machines.

    ## Why is this bad?
    Whoever reaches supervisor's HTTP interface can start, stop and reconfigure programs, and has run code
    as supervisord's user before (CVE-2017-11610). Its manual says never to expose it to the public
    internet. uWSGI's statistics tell every request, path and worker.

    ## Example
    ```supervisor
    [supervisord]

    [inet_http_server]
    port=*:9001
    ```

    ## Use instead
    ```supervisor
    [supervisord]

    [inet_http_server]
    port=127.0.0.1:9001
    ```

    ## When it is fine
    Inside a container whose port is not published; the rule knows that case.

    ## References
    - http://supervisord.org/configuration.html#inet-http-server-section-settings
    - https://nvd.nist.gov/vuln/detail/CVE-2017-11610
    """
    for listener in deployment.listeners():
        what = _WHAT.get(listener.protocol)
        address = listener.address
        if what is None or not isinstance(address, Known) or not isinstance(address.value, TcpAddress):
            continue
        if is_loopback(address.value):
            continue
        doors = tuple(_doors(listener, address.value.port, deployment))
        if not listener.namespace.is_host and not doors:
            continue
        protected = listener.authenticated
        has_password = isinstance(protected, Unknown) or protected.value
        yield Finding(
            listener.at,
            f"{what} listens on {address.value}" + ("" if has_password else " without a password"),
            label="anybody who reaches this port has it",
            related=doors,
            help="listen on 127.0.0.1, or on a unix socket",
            severity=Severity.WARNING
            if has_password or _may_be_in_a_container(listener, deployment)
            else None,
        )
    yield from _passed_on(deployment)


def _passed_on(deployment: Deployment) -> Iterator[Finding]:
    """Control interfaces that nginx passes requests on to, where nothing asks who is there."""
    seen: set[int] = set()
    for connection in deployment.connections:
        route = connection.route
        listener = next((x for x in connection.listeners if x.protocol in _WHAT), None)
        if listener is None or id(route) in seen:
            continue
        if not isinstance(route.restricted, Known) or route.restricted.value:
            continue
        seen.add(id(route))
        protected = listener.authenticated
        if isinstance(protected, Unknown) or protected.value:
            continue
        yield Finding(
            route.at,
            f"nginx hands {_WHAT[listener.protocol]} to everybody",
            label="neither a password nor an address is asked for",
            related=(Label(listener.at, f"{listener.owner} is controlled here"),),
            help="add auth_basic, or allow and deny, to this location",
            severity=Severity.WARNING,
        )


def _may_be_in_a_container(listener: Listener, deployment: Deployment) -> bool:
    """supervisord that stays in the foreground and that nothing here starts is most often a container's first process."""
    return (
        listener.protocol is Protocol.SUPERVISOR
        and listener.namespace == HOST
        and supervisord_stays(deployment) is True
        and not _is_started(deployment)
    )


@lru_cache(maxsize=1)
def _is_started(deployment: Deployment) -> bool:
    return any(process.kind is Kind.SUPERVISORD for process in deployment.every(Process))


def _doors(listener: Listener, port: int, deployment: Deployment) -> Iterator[Label]:
    """The published ports that lead from outside to a listener in a container."""
    for entry in deployment.having(PublishedPort, "service.namespace", listener.namespace):
        if not isinstance(entry.container_port, Known):
            continue
        if entry.container_port.value == port and entry.host_ip not in ("127.0.0.1", "::1", "localhost"):
            yield Label(entry.at, "published on all interfaces")
