"""uWSGI: options of configuration files, in all four syntaxes."""

from collections.abc import Iterator
from functools import lru_cache

from deploylint.formats.uwsgi.nodes import Option, UwsgiConfig
from deploylint.formats.uwsgi.placeholders import MAGIC_LETTERS
from deploylint.language_server.languages import Choice, Choices, Kind, Place, Told, code, values, written
from deploylint.pattern import pattern
from deploylint.source import Location, Span
from deploylint.vocabulary import uwsgi as vocabulary

_NAMES = {
    "ini": pattern(r"^[ \t]*+[\w-]*+$"),
    "yaml": pattern(r"^[ \t]++(?:-[ \t]++)?[\w-]*+$"),
    "xml": pattern(r"<[\w-]*+$"),
    "json": pattern(r"^[ \t]*+\"[\w-]*+$"),
}
_VALUES = {
    "ini": pattern(r"^[ \t]*+(?P<name>[\w-]++)[ \t]*+=[ \t]*+\w*+$"),
    "yaml": pattern(r"^[ \t]++(?:-[ \t]++)?(?P<name>[\w-]++):[ \t]++\w*+$"),
    "xml": pattern(r"<(?P<name>[\w-]++)>\w*+$"),
    "json": pattern(r"\"(?P<name>[\w-]++)\"[ \t]*+:[ \t]*+\w*+$"),
}
_REFERENCE = pattern(r"%\(([\w-]*+)$")
_ENDS = {"ini": " = ", "yaml": ": "}
_MANUAL = "https://uwsgi-docs.readthedocs.io/en/latest/Options.html#"


def hover(place: Place) -> Told | None:
    """An option."""
    for option in _options(place):
        if place.is_in(option.name_at):
            return told(option.name_span, option.name)
    return None


def told(span: Span, name: str) -> Told | None:
    """What is known of an option; None for a name that is none of 2.0."""
    option = vocabulary.option(name)
    if option is None:
        if vocabulary.only_in_development(name):
            return Told(span, name, {"ignored": "an option of the 2.1 branch, which 2.0 does not know"})
        return None
    facts = {"value": option.kind, "argument": option.argument}
    if option.default is not None:
        facts["default"] = code(str(option.default))
    if option.on_since is not None:
        facts["on by default since"] = f"uWSGI {written(option.on_since)}"
    facts["again"] = "adds to a list" if option.repeatable else "the last one holds"
    if option.implies:
        facts["implies"] = ", ".join(option.implies)
    if option.aliases:
        facts["other names"] = ", ".join(option.aliases)
    if option.plugin:
        facts["plug-in"] = option.plugin
    if option.since is not None:
        facts["since"] = f"uWSGI {written(option.since)}"
    if option.kind == "deprecated":
        facts["deprecated"] = "yes"
    return Told(span, option.name, facts, f"{_MANUAL}{option.name}")


def choices(place: Place) -> Choices | None:
    """Options where a name may stand, `true` and `false` for flags, placeholders in values."""
    syntax = _document(place).syntax
    if syntax == "ini" and place.before.lstrip().startswith("["):
        return None
    if _NAMES[syntax].search(place.before):
        return Choices(place.word(r"[\w-]"), _names(_ENDS.get(syntax, "")))
    if (reference := _REFERENCE.search(place.before)) is not None:
        start = place.offset - len(reference[1])
        names = sorted({option.name for option in _options(place)})
        return Choices(
            Span(start, place.offset), [Choice(name, Kind.PLACEHOLDER, text=f"{name})") for name in names]
        )
    if place.before.endswith("%"):
        start = place.offset - 1
        return Choices(
            Span(start, place.offset),
            [Choice(f"%{letter}", Kind.PLACEHOLDER) for letter in sorted(MAGIC_LETTERS)],
        )
    match = _VALUES[syntax].search(place.before)
    option = vocabulary.option(match["name"]) if match else None
    if option is None or option.kind != "boolean":
        return None
    return values(place.word(r"\w"), ("true", "false"))


@lru_cache(maxsize=4)
def _names(end: str) -> tuple[Choice, ...]:
    known = (vocabulary.option(name) for name in vocabulary.names())
    return tuple(
        Choice(
            one.name,
            Kind.KEY,
            f"{one.kind}, plug-in {one.plugin}" if one.plugin else one.kind,
            f"{one.name}{end}" if end else "",
            deprecated=one.kind == "deprecated",
        )
        for one in known
        if one is not None
    )


def definitions(place: Place) -> Iterator[Location]:  # noqa: ARG001  the application is found by the model
    return iter(())


def _options(place: Place) -> Iterator[Option]:
    for section in _document(place).sections:
        yield from section.options


def _document(place: Place) -> UwsgiConfig:
    assert isinstance(place.document, UwsgiConfig)  # noqa: S101  the format of the document chose this module
    return place.document
