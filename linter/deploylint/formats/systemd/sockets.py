"""Socket units: systemd listens and hands the sockets on (systemd.socket(5))."""

from collections.abc import Iterator

from deploylint.facts import Fact, Known, Protocol, SocketUnit, StatedListener, Unknown, Value
from deploylint.formats.systemd.nodes import Assignment
from deploylint.formats.systemd.services import is_true
from deploylint.formats.systemd.specifier_values import resolve
from deploylint.formats.systemd.unit import Unit
from deploylint.values.address import Address
from deploylint.values.errors import InvalidValue
from deploylint.values.integers import parse_mode
from deploylint.values.listen import systemd_stream


def socket_facts(unit: Unit) -> Iterator[Fact]:
    """The socket unit and one listener for each of its stream sockets."""
    lines = unit.all("Socket", "ListenStream")
    if unit.main is None or not lines:
        return
    addresses = []
    for line in lines:
        address = _address(unit, line)
        if address is None:
            continue
        addresses.append(address)
        yield StatedListener(
            address=address,
            protocol=Protocol.OTHER,
            opener=unit.name,
            document=unit.file_of(line),
            at=line.value_at,
            mode=_mode(unit),
        )
    yield SocketUnit(unit.name, activated_service(unit), unit.main, tuple(addresses), lines[0].at)


def activated_service(unit: Unit) -> str:
    """The service that gets the sockets: `Service=`, else the one of the same name."""
    written = unit.value("Socket", "Service")
    if written:
        return written
    stem = unit.name.removesuffix(".socket")
    accept = unit.last("Socket", "Accept")
    return f"{stem}@.service" if accept is not None and is_true(accept) else f"{stem}.service"


def _address(unit: Unit, line: Assignment) -> Value[Address] | None:
    text = None if line.opaque else resolve(line.value, unit.file_of(line))
    if text is None:
        return Unknown("holds a specifier or a template mark", line.value_at)
    try:
        address = systemd_stream(text)
    except InvalidValue as error:
        return Unknown(error.message, line.value_at)
    return None if address is None else Known(address, line.value_at)


def _mode(unit: Unit) -> Value[int | None]:
    line = unit.last("Socket", "SocketMode")
    if line is None:
        return Known(0o666, why="SocketMode default", default=True)
    try:
        return Known(parse_mode(line.value), line.value_at)
    except InvalidValue as error:
        return Unknown(error.message, line.value_at)
