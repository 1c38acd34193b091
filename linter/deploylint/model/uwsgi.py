"""uWSGI processes with their configuration files."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice

from deploylint.dataclass import replace
from deploylint.facts import Known, Listener, Process, Unknown, Value
from deploylint.formats.command_line.invocation import AppTarget, Kind
from deploylint.formats.uwsgi import ASKED
from deploylint.formats.uwsgi.settings import Settings, settings_of
from deploylint.model import configurations, listeners, settings
from deploylint.model.configurations import absolute, loaded_by_nobody, named
from deploylint.model.links import Application, AppServer, ConfigFile, Deployment
from deploylint.typed import TYPE_CHECKING, Any
from deploylint.values.durations import FOREVER
from deploylint.values.words import Word

if TYPE_CHECKING:
    from deploylint.formats.uwsgi import UwsgiConfig

NAME = Kind.UWSGI.value
# More than anybody opens in one file.
_MOST_SOCKETS = 64


def server(process: Process, origin: Process, deployment: Deployment) -> AppServer | None:
    """uWSGI as a command starts it: what the command says, and what its files say."""
    invocation = process.invocation
    if invocation is None:
        return None
    found = list(listeners.stated(process, invocation))
    values: dict[str, Value[Any]] = {}
    config: ConfigFile | None = None
    application: Application | None = None
    for word in invocation.config_files:
        config, document, section = _configuration(word, process, deployment)
        if document is None:
            found.append(
                listeners.listener(process, Unknown("its configuration is not in the project"), process.at)
            )
            continue
        read = settings_of(document, section, absolute(word.value.partition(":")[0], process))
        found += _listeners(process, read)
        values |= _values(read)
        application = application or _application(read)
    values |= settings.stated(process, invocation)
    return AppServer(process, NAME, tuple(found), values, config, application, origin)


def unstarted(deployment: Deployment) -> Iterator[AppServer]:
    """Configurations that nobody in the project starts, taken as started by hand."""
    if any(server.kind == NAME and (server.config or server.listeners) for server in deployment.servers):
        return
    for document in loaded_by_nobody(deployment, "uwsgi"):
        read = settings_of(document)
        first = next(iter(document.options(ASKED)), None)
        if first is None or document.templated:
            continue
        process = configurations.unstarted(document, first.at, deployment)
        config = ConfigFile(document.path, document.path, document, first.at, explicit=False)
        found = tuple(_listeners(process, read))
        yield AppServer(process, NAME, found, _values(read), config, _application(read))


def _configuration(
    word: Word, process: Process, deployment: Deployment
) -> "tuple[ConfigFile, UwsgiConfig | None, str]":
    """`file.ini` or `file.ini:section`."""
    path, _, section = word.value.rpartition(":") if ":" in word.value else (word.value, "", "")
    config, document = named(replace(word, value=path), process, deployment, "uwsgi")
    return config, document, section or ASKED


def _listeners(process: Process, read: Settings) -> Iterator[Listener]:
    if read.is_emperor or not read.complete:
        yield listeners.listener(process, Unknown("other files may open sockets"), process.at)
    sockets = list(islice(read.sockets(), _MOST_SOCKETS + 1))
    if len(sockets) > _MOST_SOCKETS:
        yield listeners.listener(process, Unknown("there are too many sockets"), sockets.pop().at)
    for socket in sockets:
        yield listeners.listener(process, socket.address, socket.at, socket.protocol, tls=socket.tls)


@lru_cache(maxsize=128)
def _values(read: Settings) -> Mapping[str, Value[Any]]:
    values: dict[str, Value[Any]] = {}
    harakiri = read.harakiri
    if isinstance(harakiri, Known):
        limit = float(harakiri.value) if harakiri.value > 0 else FOREVER
        values["timeout"] = Known(limit, harakiri.at, harakiri.why, harakiri.default)
    mercy = read.reload_mercy
    if isinstance(mercy, Known):
        values["graceful_timeout"] = Known(float(mercy.value), mercy.at, mercy.why, mercy.default)
    if (option := read.daemonize) is not None:
        values["daemon"] = Known(value=True, at=option.at)
    values |= {
        name: value for name, value in (("user", read.user), ("group", read.group)) if value is not None
    }
    values["workers"] = read.processes
    values["threads"] = read.threads
    values["buffer_size"] = read.buffer_size
    values["body_limit"] = read.body_limit
    return values


@lru_cache(maxsize=128)
def _application(read: Settings) -> Application | None:
    """The module that is loaded, when it is certain which one."""
    applications = list(read.applications())
    if len(applications) != 1:
        return None
    (application,) = applications
    if not isinstance(application.module, Known):
        return None
    attribute = application.callable
    if attribute is not None and not isinstance(attribute, Known):
        return None
    at = application.option.value_at
    word = Word(at.text, at.span)
    name = attribute.value if attribute else None
    return AppTarget(word, application.module.value, name.removesuffix("()") if name else None), at
