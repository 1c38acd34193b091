"""gunicorn: settings of a configuration file, the words they take, the functions it calls."""

from collections.abc import Iterator
from functools import lru_cache

from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment, FunctionDefinition
from deploylint.language_server.languages import Choice, Choices, Kind, Place, Told, code, values, written
from deploylint.pattern import pattern
from deploylint.source import Location, Span
from deploylint.vocabulary import gunicorn as vocabulary

_OLDEST = (19, 0)
_NAME = pattern(r"^\w*+$")
_VALUE = pattern(r"^(?P<name>\w++)[ \t]*+=[ \t]*+(?P<quote>[\"']?)[\w.-]*+$")
_LEVELS = ("debug", "info", "warning", "error", "critical")
_MANUAL = "https://gunicorn.org/reference/settings/#"


def hover(place: Place) -> Told | None:
    """A setting or hook, where it is assigned or defined."""
    for node, _ in _document(place).walk():
        if isinstance(node, (Assignment, FunctionDefinition)) and place.is_in(node.name_at):
            return told(node.name_at.span, node.name, place.version("gunicorn"))
    return None


def told(span: Span, name: str, version: vocabulary.Version | None) -> Told | None:
    """What is known of a setting; None for a name that is none."""
    setting = vocabulary.setting(name, version) or vocabulary.setting(name)
    if setting is None:
        meant = vocabulary.cli_spelling(name)
        return Told(span, name, {"no setting": f"the file calls it {meant}"}) if meant else None
    facts = {"value": _value(setting)}
    if setting.default_known:
        facts["default"] = code(repr(setting.default))
    if setting.default_from:
        facts["default from the environment"] = setting.default_from
    facts["command line"] = ", ".join(setting.flags) or "not there"
    if setting.since > _OLDEST:
        facts["since"] = f"gunicorn {written(setting.since)}"
    if setting.removed:
        facts["removed"] = f"gunicorn {written(setting.removed)}"
    if setting.deprecated:
        facts["without effect since"] = f"gunicorn {written(setting.deprecated)}"
    return Told(span, setting.name, facts, f"{_MANUAL}{setting.name}")


def _value(setting: vocabulary.Setting) -> str:
    if setting.words:
        return ", ".join(setting.words)
    if setting.kind == "hook":
        return f"function of {' or '.join(map(str, setting.arities))} arguments"
    return setting.kind


def choices(place: Place) -> Choices | None:
    """Settings at the beginning of a line, the words of the one on the line."""
    version = place.version("gunicorn")
    if _NAME.match(place.before):
        return Choices(place.word(r"\w"), _settings(version))
    match = _VALUE.match(place.before)
    if match is None:
        return None
    setting = vocabulary.setting(match["name"], version)
    if setting is None:
        return None
    span = place.word(r"[\w.-]")
    if setting.kind == "boolean" and not match["quote"]:
        return values(span, ("True", "False"))
    words = setting.words
    if setting.name == "worker_class":
        words = tuple(vocabulary.workers(version))
    elif setting.name == "loglevel":
        words = _LEVELS
    if not words:
        return None
    quote = "" if match["quote"] else '"'
    return Choices(span, [Choice(word, Kind.VALUE, text=f"{quote}{word}{quote}") for word in words])


@lru_cache(maxsize=8)
def _settings(version: vocabulary.Version | None) -> tuple[Choice, ...]:
    known = (vocabulary.setting(name, version) for name in vocabulary.settings(version))
    return tuple(
        Choice(one.name, Kind.KEY, _value(one), _text(one), deprecated=one.deprecated is not None)
        for one in known
        if one is not None and (version is not None or one.removed is None)
    )


def _text(setting: vocabulary.Setting) -> str:
    return f"def {setting.name}" if setting.kind == "hook" else f"{setting.name} = "


def definitions(place: Place) -> Iterator[Location]:  # noqa: ARG001  the application is found by the model
    return iter(())


def _document(place: Place) -> GunicornConfig:
    assert isinstance(place.document, GunicornConfig)  # noqa: S101  the format of the document chose this module
    return place.document
