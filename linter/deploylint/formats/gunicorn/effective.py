"""The settings that hold for one gunicorn process, and why.

Precedence, lowest first (gunicorn/app/base.py): default, default taken from an environment variable,
configuration file, GUNICORN_CMD_ARGS, command line.
"""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from deploylint.dataclass import dataclass, replace
from deploylint.facts import Environment, Known, Unknown, Value
from deploylint.formats.command_line.invocation import Invocation, Option
from deploylint.formats.gunicorn.settings import RefusedError, checked, from_words
from deploylint.formats.gunicorn.values import Defined, Reference
from deploylint.source import Location, Source
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING, Any
from deploylint.values.errors import InvalidValue
from deploylint.values.words import split_shlex
from deploylint.vocabulary import gunicorn
from deploylint.vocabulary.gunicorn import Setting, Version

if TYPE_CHECKING:
    from deploylint.formats.gunicorn.bindings import Binding, Outcome
    from deploylint.formats.gunicorn.document import GunicornConfig

_COMMAND_ARGUMENTS = "GUNICORN_CMD_ARGS"
_DEFAULT_FILE = "gunicorn.conf.py"
# Kinds of settings whose value may be a function or class. For others such a thing stands for a value that nobody knows.
_OF_CODE = frozenset({"class", "hook", "other"})


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """The configuration file that gunicorn reads.

    `written` is what stands on the command line; `path` the file of the project when it is one; `module`
    the dotted name of `python:module`. `explicit` is false for `./gunicorn.conf.py`.
    """

    written: str
    path: str | None
    module: str | None
    explicit: bool
    at: Location | None


def effective_settings(
    invocation: Invocation | None,
    config: "GunicornConfig | None",
    environment: Environment,
    *,
    source: Source | None = None,
    target: Version | None = None,
    file: str | None = None,
) -> Mapping[str, Value[Any]]:
    """Every setting's value, as gunicorn's validators return it: `bind` is a list, `workers` an int.

    `source` holds the command line; `file` is the configuration file's path on the server, for
    `__file__`. A value that gunicorn refuses is Unknown, and so is one that comes out of a module: `workers = shared.WORKERS`. A file of variables that is not in the project may bring
    GUNICORN_CMD_ARGS: what these overrule says so (`Known.unless`).
    """
    outcome = config.run(environment, file) if config is not None else None
    # Nobody sets it without writing it down: a variable that no file mentions hides nothing.
    arguments = environment.variables.get(_COMMAND_ARGUMENTS)
    from_environment = None if arguments is None else _environment_options(arguments)
    return _Effective(_Stated(invocation, source, from_environment), outcome, environment, target)


class _Effective(Mapping[str, Value[Any]]):
    """Settings whose values are worked out when they are asked for: of some 120 a run needs a dozen, hardly any twice."""

    __slots__ = ("_environment", "_outcome", "_stated", "_target")

    def __init__(
        self, stated: "_Stated", outcome: "Outcome | None", environment: Environment, target: Version | None
    ) -> None:
        self._stated = stated
        self._outcome = outcome
        self._environment = environment
        self._target = target

    def __getitem__(self, name: str) -> Value[Any]:
        setting = gunicorn.setting(name, self._target)
        if setting is None:
            raise KeyError(name)
        return _value(setting, self._stated, self._outcome, self._environment)

    def __iter__(self) -> Iterator[str]:
        return iter(gunicorn.settings(self._target))

    def __len__(self) -> int:
        return len(gunicorn.settings(self._target))


@dataclass(frozen=True, slots=True)
class _Options:
    """Options from one place. Without `source` they all are at `at`."""

    options: tuple[Option, ...]
    complete: bool
    source: Source | None
    at: Location | None
    why: str

    def place(self, option: Option) -> Location | None:
        if self.source is None:
            return self.at
        return self.source.location(option.span.start, option.span.end)


@dataclass(frozen=True, slots=True)
class _Stated:
    """What command line and environment say. There are as many as servers, so that one refers to the other's options."""

    invocation: Invocation | None
    source: Source | None
    from_environment: _Options | None

    def about(self, name: str) -> Iterator[_Options]:
        """Those that may say something of a setting, the one that wins first."""
        line = self.invocation
        if line is not None and (not line.complete or line.last(name) is not None):
            yield _Options(line.options, line.complete, self.source, None, "")
        if self.from_environment is not None:
            yield self.from_environment


def _environment_options(arguments: Value[str]) -> _Options:
    from deploylint.formats.command_line.reading import read_gunicorn_arguments  # noqa: PLC0415  rarely needed

    if isinstance(arguments, Unknown):
        return _Options((), complete=False, source=None, at=arguments.at, why=_COMMAND_ARGUMENTS)
    try:
        found = read_gunicorn_arguments(split_shlex(arguments.value))
    except InvalidValue:
        return _Options((), complete=False, source=None, at=arguments.at, why=_COMMAND_ARGUMENTS)
    return _Options(found.options, found.complete, None, arguments.at, _COMMAND_ARGUMENTS)


def _value(
    setting: Setting, stated: _Stated, outcome: "Outcome | None", environment: Environment
) -> Value[Any]:
    for layer in stated.about(setting.name):
        value = _stated(setting, layer)
        if value is not None:
            return value
    value = _below(setting, outcome, environment)
    if isinstance(value, Known) and environment.outside and _COMMAND_ARGUMENTS not in environment.variables:
        return replace(value, unless=f"{_COMMAND_ARGUMENTS} in {environment.outside}")
    return value


def _below(setting: Setting, outcome: "Outcome | None", environment: Environment) -> Value[Any]:
    """The value where no option gives one: that of the file, or the default."""
    if outcome is not None:
        bindings = outcome.names.get(setting.name)
        if bindings is not None:
            return _from_file(setting, bindings, environment)
        if not outcome.closed:
            return Unknown(f"{setting.name} may come from elsewhere")
    return default_of(setting, environment)


def _stated(setting: Setting, layer: _Options) -> Value[Any] | None:
    """The value from options; None where there is none."""
    name = setting.name
    options = [option for option in layer.options if option.name == name]
    if not options:
        return None if layer.complete else Unknown(f"an option may set {setting.name}", layer.at)
    at = layer.place(options[-1])
    try:
        return Known(from_words(setting, options), at, layer.why)
    except RefusedError as error:
        return Unknown(str(error), at)


def _from_file(setting: Setting, bindings: "tuple[Binding, ...]", environment: Environment) -> Value[Any]:
    values = [_one(setting, binding, environment) for binding in bindings]
    first = values[0]
    if isinstance(first, Unknown) or len(values) == 1:
        return first
    for other in values[1:]:
        if isinstance(other, Unknown):
            return other
        if other.value != first.value:
            return Unknown(f"{setting.name} depends on a condition", other.at)
    return first


def _one(setting: Setting, binding: "Binding", environment: Environment) -> Value[Any]:
    if binding.node is None or binding.value is None:
        return default_of(setting, environment)
    at = binding.node.at
    if not binding.value.known:
        return Unknown(binding.value.reason or f"{setting.name} depends on a condition", at)
    try:
        value = checked(setting, binding.value.value)
    except RefusedError as error:
        return Unknown(str(error), at)
    if isinstance(value, (Reference, Defined)) and setting.kind not in _OF_CODE:
        return Unknown(f"{setting.name} comes out of code that is not executed", at)
    variables = ", ".join(sorted(binding.value.variables))
    return Known(value, at, variables)


def default_of(setting: Setting, environment: Environment) -> Value[Any]:
    """What holds when nobody sets it."""
    if setting.default_from is not None:
        held = environment.get(setting.default_from)
        if isinstance(held, Unknown):
            return held
        if held is not None and (held.value or setting.name != "bind"):
            text = f"0.0.0.0:{held.value}" if setting.name == "bind" else held.value
            try:
                return Known(checked(setting, text), held.at, setting.default_from)
            except RefusedError as error:
                return Unknown(str(error), held.at)
    return _built_in(setting)


@lru_cache(maxsize=512)
def _built_in(setting: Setting) -> Value[Any]:
    """What gunicorn itself takes; the same for all servers, which change nothing in it."""
    if not setting.default_known:
        return Unknown(f"the default of {setting.name} depends on the machine")
    value = setting.default
    if isinstance(value, tuple):
        value = dict(value) if setting.kind == "dictionary" else list(value)
    elif isinstance(value, str):
        value = checked(setting, value)
    return Known(value, why="gunicorn default", default=True)


def config_file(
    invocation: Invocation,
    directory: str | None,
    environment: Environment,
    tree: Tree,
    source: Source | None = None,
) -> LoadedFile | Unknown | None:
    """Which configuration file gunicorn reads; None when it reads none.

    `directory` is the folder of the project that gunicorn is started in, None where that is unknown.
    A relative `-c` counts from there, never from `--chdir`. Absolute paths have no `path` here.
    """
    options = [option for option in invocation.options if option.name == "config"]
    if options:
        return _named(options, directory, tree, source, None)
    if not invocation.complete:
        return Unknown("an option may name the configuration file")
    # Nobody sets it without writing it down: a variable that no file mentions hides nothing.
    arguments = environment.variables.get(_COMMAND_ARGUMENTS)
    if arguments is not None:
        layer = _environment_options(arguments)
        options = [option for option in layer.options if option.name == "config"]
        if options:
            return _named(options, directory, tree, None, layer.at)
        if not layer.complete:
            return Unknown(f"{_COMMAND_ARGUMENTS} may name the configuration file", layer.at)
    if directory is None:
        return Unknown("the folder that gunicorn is started in is unknown")
    path = _join(directory, _DEFAULT_FILE)
    if path not in tree.files:
        return None
    return LoadedFile(f"./{_DEFAULT_FILE}", path, None, explicit=False, at=None)


def _named(
    options: Iterable[Option], directory: str | None, tree: Tree, source: Source | None, at: Location | None
) -> LoadedFile | Unknown:
    *_, option = options
    place = source.location(option.span.start, option.span.end) if source else at
    if option.value is None or option.value.opaque:
        return Unknown("the name of the configuration file has unknown parts", place)
    written = option.value.value
    if written.startswith("python:"):
        module = written.removeprefix("python:")
        path = next(
            (
                candidate
                for ending in (".py", "/__init__.py")
                if directory is not None
                and (candidate := _join(directory, module.replace(".", "/") + ending)) in tree.files
            ),
            None,
        )
        return LoadedFile(written, path, module, explicit=True, at=place)
    name = written.removeprefix("file:")
    path = None if directory is None or name.startswith("/") else _join(directory, name)
    return LoadedFile(written, path if path in tree.files else None, None, explicit=True, at=place)


def _join(directory: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(directory, name))
