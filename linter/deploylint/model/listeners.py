"""Command lines -> listeners, for every server."""

from deploylint.dataclass import refuse, replace
from deploylint.document import Document
from deploylint.facts import Known, Listener, Namespace, Process, Protocol, StatedListener, Unknown, Value
from deploylint.formats.command_line.defaults import default_bind
from deploylint.formats.command_line.invocation import Bind, Invocation
from deploylint.known_texts import KnownTexts
from deploylint.processes import fill
from deploylint.source import Location
from deploylint.typed import TYPE_CHECKING
from deploylint.values.address import Address, FdAddress, TcpAddress, UnixAddress, in_directory
from deploylint.values.listen import SharedSocket

_PROTOCOLS = {
    "http": Protocol.HTTP,
    "uwsgi": Protocol.UWSGI,
    "fastcgi": Protocol.FASTCGI,
    "scgi": Protocol.SCGI,
    "stats": Protocol.STATS,
}


class ServerListener(Listener):
    """A listener of a server on an address that is written down: there may be many, and the process tells the rest."""

    __slots__ = ("_address", "at", "process", "protocol")

    __setattr__ = __delattr__ = refuse
    visited_as = Listener
    opener = ""
    tls = False
    authenticated = Known(value=False, default=True)
    mode = Known(None, default=True)

    def __init__(self, process: Process, address: Address, at: Location, protocol: Protocol) -> None:
        fill(self, process=process, _address=address, at=at, protocol=protocol)

    if not TYPE_CHECKING:
        # What type checkers know as attributes.

        @property
        def address(self) -> Known[Address]:
            return Known(self._address, self.at)

        @property
        def document(self) -> Document:
            return self.process.document

        @property
        def namespace(self) -> Namespace:
            return self.process.namespace

        @property
        def presumed(self) -> bool:
            return self.process.is_presumed


def stated(process: Process, invocation: Invocation) -> tuple[Listener, ...]:
    """The listeners that a command line asks for."""
    return tuple(_stated(process, bind) for bind in invocation.binds)


def _stated(process: Process, bind: Bind) -> Listener:
    at = process.document.source.location(bind.span.start, bind.span.end)
    protocol = _PROTOCOLS.get(bind.protocol, Protocol.OTHER)
    return listener(process, _address(bind, at), at, protocol, tls=bind.tls)


def _address(bind: Bind, at: Location) -> Value[Address]:
    for address, why in ((bind.address, ""), (bind.assumed, "the default of its variable")):
        if isinstance(address, (TcpAddress, UnixAddress)):
            return Known(address, at, why)
        if isinstance(address, (FdAddress, SharedSocket)):
            return Unknown("a socket that somebody else opens", at)
    return Unknown("the address depends on something outside the files", at)


def default(process: Process, invocation: Invocation) -> tuple[Listener, ...]:
    """The listener that a server opens when nothing says where."""
    if not invocation.complete:
        return (listener(process, Unknown("the command line has unknown parts"), process.at),)
    bind = default_bind(invocation.kind, KnownTexts(process.environment.variables))
    if bind is None:
        return ()
    address: Value[Address] = (
        Known(bind.address, why=bind.why, default=True)
        if bind.address
        else Unknown(f"{bind.why} is not known")
    )
    return (listener(process, address, process.at),)


def listener(
    process: Process,
    address: Value[Address],
    at: Location,
    protocol: Protocol = Protocol.HTTP,
    *,
    tls: bool = False,
) -> Listener:
    """A listener of a process; a relative socket path is taken from the folder the process starts in."""
    if isinstance(address, Known):
        match process.directory:
            case Known(value=str() as directory):
                address = replace(address, value=in_directory(address.value, directory))
            case _:
                pass
    if isinstance(address, Known) and not tls and address == Known(address.value, at):
        return ServerListener(process, address.value, at, protocol)
    return StatedListener(
        address=address,
        protocol=protocol,
        document=process.document,
        at=at,
        process=process,
        namespace=process.namespace,
        tls=tls,
        presumed=process.is_presumed,
    )
