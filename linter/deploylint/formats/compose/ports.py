"""`ports:` in its short and long form."""

from collections.abc import Iterator

from deploylint.facts import Known, PublishedPort, Service, Unknown, Value
from deploylint.formats.compose.interpolation import Environment, text_value, word
from deploylint.formats.compose.keys import items, text
from deploylint.formats.compose.nodes import Mapping, Node, Scalar
from deploylint.formats.compose.settings import Settings
from deploylint.pattern import pattern

MOST_PORTS = 100
"""Of one range: the rest of a longer one is left out."""

_RANGE = pattern(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")


def published(settings: Settings, service: Service, environment: Environment) -> Iterator[PublishedPort]:
    """Every published port; equal entries of several files count once."""
    seen = set[str]()
    for node in items(settings.all("ports")):
        if isinstance(node, Scalar):
            if node.value not in seen:
                seen.add(node.value)
                yield from _short(node, service, environment)
        elif isinstance(node, Mapping):
            yield from _long(node, service, environment)


def _short(node: Scalar, service: Service, environment: Environment) -> Iterator[PublishedPort]:
    """`[ip:][host:]container[/protocol]`, read from its end."""
    found = word(node, environment)
    known = "".join("$" if piece.opaque else piece.value for piece in found.parts).strip()
    written, _, protocol = known.partition("/")
    *before, container = written.rsplit(":", 2)
    ip = before[0].strip("[]") if len(before) > 1 else ""
    outside = before[-1] if before else ""
    ports, hosts = _range(container), _range(outside)
    for number, port in enumerate(ports):
        host: Value[int | None] = Known(None, why="a random port")
        if len(hosts) == len(ports):
            host = hosts[number]
        elif outside:
            host = Unknown("one port of a range", node.at)
        yield PublishedPort(service, ip, host, port, node.at, udp=protocol == "udp")


def _range(written: str) -> list[Known[int] | Unknown]:
    """The ports of `8000` or `8000-8010`; one unknown port for anything else."""
    match = _RANGE.fullmatch(written)
    if match is None:
        return [Unknown("a variable that nothing in the project sets")] if written else []
    first, last = int(match[1]), int(match[2] or match[1])
    return [Known(port) for port in range(first, min(last, first + MOST_PORTS) + 1)]


def _long(node: Mapping, service: Service, environment: Environment) -> Iterator[PublishedPort]:
    target = text_value(node.get("target"), environment)
    if target is None:
        return
    inside = _range(target.value)[:1] if isinstance(target, Known) else [target]
    for port in inside:
        yield PublishedPort(
            service,
            text(node.get("host_ip"), environment) or "",
            _published(node.get("published"), environment),
            port,
            node.at,
            udp=text(node.get("protocol"), environment) == "udp",
        )


def _published(node: Node | None, environment: Environment) -> Value[int | None]:
    value = text_value(node, environment)
    if value is None:
        return Known(None, why="a random port")
    if isinstance(value, Unknown):
        return value
    ports = _range(value.value)
    return ports[0] if len(ports) == 1 else Unknown("one port of a range", value.at)
