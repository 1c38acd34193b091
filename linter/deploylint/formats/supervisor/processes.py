"""What supervisor files say of the deployment: processes, and the control interfaces of supervisord."""

from collections.abc import Iterator, Sequence

from deploylint.dataclass import replace
from deploylint.document import Document
from deploylint.facts import (
    Fact,
    Known,
    Listener,
    Process,
    Protocol,
    Reference,
    StatedListener,
    Unknown,
    Value,
)
from deploylint.formats.supervisor.configuration import Configuration, Merged, configurations
from deploylint.formats.supervisor.expansion import UNKNOWN_NAMES, Names
from deploylint.formats.supervisor.nodes import File, Option
from deploylint.formats.supervisor.programs import (
    DEFAULT,
    MOST_PROCESSES,
    Program,
    ProgramProcess,
    expanded,
    parsed,
)
from deploylint.tree import Tree
from deploylint.values.address import Address, unix
from deploylint.values.errors import InvalidValue
from deploylint.values.integers import parse_supervisor_octal
from deploylint.values.listen import supervisor_fastcgi, supervisor_inet

SERVERS = ("inet_http_server", "unix_http_server")
"""Any section whose name begins so opens a server, `[inet_http_server_old]` too (`_parse_servernames`)."""


def stated(documents: Sequence[Document], tree: Tree) -> Iterator[Fact]:  # noqa: ARG001 (every format's signature)
    """Processes of all programs, listeners of the control interfaces."""
    for configuration in configurations([document for document in documents if isinstance(document, File)]):
        for section in configuration.programs():
            yield from _processes(Program(configuration, section))
            if section.kind == "fcgi-program":
                yield from _fastcgi(Program(configuration, section))
        for section in configuration.sections.values():
            if section.title.startswith(SERVERS):
                yield from _control_interface(configuration, section)
        yield from _included(configuration)


def _included(configuration: Configuration) -> Iterator[Reference]:
    """The files that a relative `[include]` brings in; an absolute one names folders that any project may have."""
    main = configuration.main
    if main is None:
        return
    for section in main.sections:
        option = section.get("files") if section.title == "include" else None
        if option is not None and not any(pattern.startswith("/") for pattern in option.value.split()):
            for file in configuration.files:
                if file is not main:
                    yield Reference(main, file.path, "include", option.value_at)


def _processes(program: Program) -> Iterator[Process]:
    """One process, or one for each `process_num` when the command depends on it."""
    count = program.integer("numprocs", default=1)
    first = program.integer("numprocs_start", default=0)
    command = program.get("command")
    if not isinstance(count, Known) or not isinstance(first, Known):
        yield _process(program, None, count)
    elif count.value > 0 and (command is None or "%(process_num)" not in command.value):
        yield _process(program, first.value, count)
    elif count.value > MOST_PROCESSES:
        yield _process(program, None, count)
    else:
        for number in range(first.value, first.value + count.value):
            yield _process(program, number, Known(1, count.at, "one process for each process_num"))


def _process(program: Program, number: int | None, instances: Value[int]) -> Process:
    return ProgramProcess(replace(program, number=number, instances=instances))


def _fastcgi(program: Program) -> Iterator[Listener]:
    """The socket that supervisord opens and hands to its FastCGI program as file 0."""
    option = program.get("socket")
    if option is None:
        return
    yield StatedListener(
        address=_fastcgi_address(option, program.names()),
        protocol=Protocol.FASTCGI,
        opener=f"[{program.section.title}]",
        document=program.configuration.file_of(option),
        at=option.value_at,
    )


def _fastcgi_address(option: Option, names: Names) -> Value[Address]:
    text = expanded(option, names)
    if isinstance(text, Unknown):
        return text
    try:
        return Known(supervisor_fastcgi(text.value), option.value_at)
    except InvalidValue as error:
        return Unknown(error.message, option.value_at)


def _control_interface(configuration: Configuration, section: Merged) -> Iterator[Listener]:
    inet = section.title.startswith("inet_http_server")
    option = section.get("port" if inet else "file")
    if option is None:
        return
    yield StatedListener(
        address=_inet(option) if inet else _unix(option),
        protocol=Protocol.SUPERVISOR,
        opener="supervisord",
        document=configuration.file_of(option),
        at=option.value_at,
        authenticated=_authenticated(section),
        mode=_mode(section) if not inet else Known(None, default=True),
    )


def _inet(option: Option) -> Value[Address]:
    text = expanded(option, Names())
    if isinstance(text, Unknown):
        return text
    try:
        return Known(supervisor_inet(text.value), option.value_at)
    except InvalidValue as error:
        return Unknown(error.message, option.value_at)


def _unix(option: Option) -> Value[Address]:
    text = expanded(option, Names())
    if isinstance(text, Unknown):
        return text
    return Known(unix(text.value.strip()), option.value_at)


def _authenticated(section: Merged) -> Value[bool]:
    """A password is asked for when a username is set and not empty (supervisor/http.py, `make_http_servers`)."""
    option = section.get("username")
    if option is None:
        if section.templated:
            return Unknown("a template may set the username")
        return Known(value=False, why=DEFAULT, default=True)
    if option.opaque or any(name in option.value for name in ("%(ENV_", *UNKNOWN_NAMES)):
        # Whatever it turns into, somebody means to ask for a password.
        return Known(value=True, at=option.value_at)
    return Known(bool(option.value), option.value_at)


def _mode(section: Merged) -> Value[int | None]:
    option = section.get("chmod")
    if option is None:
        return Known(0o700, why=DEFAULT, default=True)
    found = parsed(option, Names(), parse_supervisor_octal)
    return found if isinstance(found, Unknown) else Known(found.value, found.at)
