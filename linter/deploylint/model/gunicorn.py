"""gunicorn processes with their configuration files."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from deploylint.dataclass import replace
from deploylint.facts import (
    Environment,
    Known,
    Listener,
    Process,
    Protocol,
    Unknown,
    Value,
)
from deploylint.formats.command_line.invocation import AppTarget, Invocation, Kind
from deploylint.formats.gunicorn.effective import effective_settings
from deploylint.model import configurations, listeners
from deploylint.model.configurations import loaded_by_nobody, named
from deploylint.model.links import Application, AppServer, ConfigFile, Deployment
from deploylint.model.places import Map
from deploylint.model.variants import together
from deploylint.processes import fill
from deploylint.source import Location
from deploylint.typed import TYPE_CHECKING, Any
from deploylint.values.address import Address
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import gunicorn_bind
from deploylint.values.words import Word, split_shlex
from deploylint.vocabulary import gunicorn as vocabulary

if TYPE_CHECKING:
    from deploylint.formats.gunicorn import GunicornConfig

NAME = Kind.GUNICORN.value
ARGUMENTS = "GUNICORN_CMD_ARGS"
_NOT_READ = Unknown("the configuration file that may set it is not read")


def server(process: Process, origin: Process, deployment: Deployment, places: Map) -> AppServer | None:
    """gunicorn as a command starts it: defaults, file, GUNICORN_CMD_ARGS and command line, the later ones win."""
    invocation = process.invocation
    if invocation is None:
        return None
    return _GunicornServer(process, origin, invocation, _config(process, invocation, deployment, places))


class _GunicornServer(AppServer):
    """There are more than a hundred settings and may be many servers: they are worked out whenever somebody asks."""

    __slots__ = ()

    visited_as = AppServer

    def __init__(
        self, process: Process, origin: Process, invocation: Invocation, config: ConfigFile | None
    ) -> None:
        values = _Settings(process, config)
        fill(
            self,
            process=process,
            kind=NAME,
            listeners=tuple(_listeners(process, values)),
            config=config,
            application=_application(invocation, values),
            origin=origin,
            handed=(),
        )

    if not TYPE_CHECKING:

        @property
        def settings(self) -> Mapping[str, Value[Any]]:
            return _Settings(self.process, self.config)


class _Settings(Mapping[str, Value[Any]]):
    """What holds for a process. A configuration file that is not read may set what nobody knows."""

    __slots__ = ("_document", "_process", "_unread")

    def __init__(self, process: Process, config: ConfigFile | None) -> None:
        self._process = process
        self._document: GunicornConfig | None = None if config is None else config.document
        self._unread = config is not None and config.document is None

    def get(self, name: str, default: Any = None) -> Any:
        value = _effective(self._process, self._document).get(name)
        if value is None:
            return default
        return _hidden(value) if self._unread else value

    def __getitem__(self, name: str) -> Value[Any]:
        value = _effective(self._process, self._document)[name]
        return _hidden(value) if self._unread else value

    def __iter__(self) -> Iterator[str]:
        return iter(_effective(self._process, self._document))

    def __len__(self) -> int:
        return len(_effective(self._process, self._document))


@lru_cache(maxsize=64)
def _effective(process: Process, document: "GunicornConfig | None") -> Mapping[str, Value[Any]]:
    """Rules ask for several settings of a process, one after the other."""
    return effective_settings(
        process.invocation, document, process.environment, source=process.document.source
    )


def unstarted(deployment: Deployment) -> Iterator[AppServer]:
    """Configurations in a deployment that starts no gunicorn: somebody starts them by hand."""
    for document in loaded_by_nobody(deployment, "gunicorn"):
        started = [
            s
            for s in deployment.servers
            if s.kind == NAME and together(s.process.document.path, document.path)
        ]
        first = first_setting(document)
        if started or first is None or document.templated:
            continue
        process = configurations.unstarted(document, first, deployment)
        values = effective_settings(None, document, Environment(complete=False))
        config = ConfigFile(document.path, document.path, document, first, explicit=False)
        yield AppServer(process, NAME, tuple(_listeners(process, values)), values, config)


def first_setting(document: "GunicornConfig") -> Location | None:
    """Where the file begins to set something; None when it sets nothing that gunicorn reads."""
    from deploylint.formats.python.nodes import Assignment  # noqa: PLC0415  there is a document, so it is loaded

    for node in document.body:
        if isinstance(node, Assignment) and vocabulary.setting(node.name) is not None:
            return node.at
    return None


def _hidden(value: Value[Any]) -> Value[Any]:
    """A default that a file may change which is not here, or whose name does not tell that it is gunicorn's."""
    return _NOT_READ if isinstance(value, Known) and value.default else value


def _config(
    process: Process, invocation: Invocation, deployment: Deployment, places: Map
) -> ConfigFile | None:
    if invocation.config_files:
        return _read(named(invocation.config_files[-1], process, deployment, "gunicorn")[0], deployment)
    match process.environment.get(ARGUMENTS):
        case Known(value=text, at=at) if (word := _config_word(text)) is not None:
            return _read(named(word, process, deployment, "gunicorn", at=at or process.at)[0], deployment)
        case _:
            pass
    return _loaded_by_itself(process, deployment, places)


def _read(config: ConfigFile, deployment: Deployment) -> ConfigFile:
    """The file with its text, also where its name does not tell that it is gunicorn's: `-c /srv/shop/etc/web.py`."""
    if config.document is not None or config.path is None or not config.path.endswith(".py"):
        return config
    source = deployment.tree.read(config.path)
    if source is None:
        return config
    from deploylint.formats.gunicorn import parse  # noqa: PLC0415  most files are documents of the run

    return replace(config, document=parse(source))


def _config_word(arguments: str) -> Word | None:
    """The `-c` of GUNICORN_CMD_ARGS; a text that gunicorn refuses names nothing."""
    from deploylint.formats.command_line.reading import read_gunicorn_arguments  # noqa: PLC0415  rarely needed

    try:
        options = read_gunicorn_arguments(split_shlex(arguments)).options
    except InvalidValue:
        return None
    return next((option.value for option in reversed(options) if option.name == "config"), None)


def _loaded_by_itself(process: Process, deployment: Deployment, places: Map) -> ConfigFile | None:
    """`gunicorn.conf.py` in the folder that the process starts in, as far as that folder is known here."""
    documents = [
        document
        for document in deployment.documents_in("gunicorn")
        if document.path.rpartition("/")[2] == "gunicorn.conf.py"
    ]
    if not documents:
        return None
    folders: tuple[str, ...] = ()
    if isinstance(process.directory, Known) and process.directory.value is not None:
        folders = places.folders(process.directory.value, process.namespace)
    in_folder = [document for document in documents if (document.path.rpartition("/")[0] or ".") in folders]
    at_top = [
        document for document in documents if (document.path.rpartition("/")[0] or ".") == deployment.folder
    ]
    for document in in_folder or at_top:
        return ConfigFile("gunicorn.conf.py", document.path, document, process.at, explicit=False)
    return None


def _listeners(process: Process, values: Mapping[str, Value[Any]]) -> Iterator[Listener]:
    """One for each `bind`; releases from 24 on speak uwsgi, too (setting `protocol`)."""
    bind, spoken = values.get("bind"), values.get("protocol")
    protocol = Protocol.HTTP
    if spoken is not None and not (isinstance(spoken, Known) and spoken.value == "http"):
        uwsgi = isinstance(spoken, Known) and spoken.value == "uwsgi"
        protocol = Protocol.UWSGI if uwsgi else Protocol.OTHER
    match bind:
        case Known(value=list() | tuple() as texts):
            for text in texts:
                yield listeners.listener(process, _address(text, bind), bind.at or process.at, protocol)
        case Known(value=str() as text):
            yield listeners.listener(process, _address(text, bind), bind.at or process.at, protocol)
        case Unknown():
            yield listeners.listener(process, bind, bind.at or process.at, protocol)
        case _:
            pass


def _address(text: object, bind: Known[Any]) -> Value[Address]:
    try:
        return Known(gunicorn_bind(str(text)), bind.at, bind.why, bind.default, bind.unless)
    except InvalidValue as error:
        return Unknown(error.message, bind.at)


def _application(invocation: Invocation, values: Mapping[str, Value[Any]]) -> Application | None:
    """The application of `wsgi_app`."""
    match values.get("wsgi_app"):
        case Known(value=str() as text, at=Location() as at) if text:
            module, _, attribute = text.partition(":")
            return AppTarget(invocation.executable, module, attribute or None), at
        case _:
            return None
