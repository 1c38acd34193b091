"""supervisor: kinds of sections, their options and values; programs of groups, included files."""

from collections.abc import Iterator

from deploylint.formats.supervisor import File, Option, Section
from deploylint.formats.supervisor.checked_values import LOG_LEVELS
from deploylint.formats.supervisor.expansion import UNKNOWN_NAMES
from deploylint.formats.supervisor.includes import included
from deploylint.language_server.languages import (
    Choice,
    Choices,
    Kind,
    Place,
    Told,
    beginning,
    code,
    values,
    written,
)
from deploylint.pattern import pattern
from deploylint.source import Location, Span
from deploylint.vocabulary import supervisor as vocabulary

_HEADER = pattern(r"^\[[^\]]*+$")
_NAME = pattern(r"^\w*+$")
_VALUE = pattern(r"^(?P<name>[\w.-]++)[ \t]*+[=:]")
_PLACEHOLDER = pattern(r"%\((\w*+)$")
_MANUAL = "https://supervisord.org/configuration.html"
_WORDS = {
    "boolean": ("true", "false"),
    "autorestart": ("unexpected", "true", "false"),
    "loglevel": LOG_LEVELS,
    "signal": ("TERM", "HUP", "INT", "QUIT", "KILL", "USR1", "USR2"),
    "log": ("AUTO", "NONE", "syslog"),
}
_PROGRAM_NAMES = ("program_name", "process_num", "group_name", "numprocs")


def hover(place: Place) -> Told | None:
    """An option."""
    section, option = _around(place)
    kind = vocabulary.section_kind(section.title) if section else None
    if section is None or option is None or kind is None or not place.is_in(option.name_at):
        return None
    found = vocabulary.option(kind, option.name)
    if found is None:
        new = vocabulary.supervisor_2(kind, option.name)
        facts = {"ignored": "an option of supervisor 2", "write instead": new or ""}
        return Told(option.name_span, option.name, facts) if new else None
    facts = {"section": _title(kind), "value": found.kind}
    if found.kind in _WORDS:
        facts["words"] = ", ".join(_WORDS[found.kind])
    if found.default is not None:
        facts["default"] = code(found.default)
    if found.required:
        facts["required"] = "yes"
    if found.since is not None:
        facts["since"] = f"supervisor {written(found.since)}"
    return Told(option.name_span, found.name, facts, _manual(kind))


def _title(kind: str) -> str:
    return f"[{kind}:x]" if kind in vocabulary.named_kinds() else f"[{kind}]"


def _manual(kind: str) -> str:
    name = f"{kind}-x" if kind in vocabulary.named_kinds() else kind
    return f"{_MANUAL}#{name.replace('_', '-')}-section-settings"


def choices(place: Place) -> Choices | None:
    """Sections, the options of the section, values and `%(...)s` names."""
    before = place.before
    if _HEADER.match(before):
        return Choices(
            place.word(r"[\w-]"),
            [
                Choice(_title(kind)[1:-1], Kind.SECTION, text=f"{kind}:" if named else kind)
                for kind in vocabulary.section_kinds()
                for named in (kind in vocabulary.named_kinds(),)
            ],
        )
    section, option = _around(place)
    kind = vocabulary.section_kind(section.title) if section else None
    if section is None or kind is None:
        return None
    if (placeholder := _PLACEHOLDER.search(before)) is not None:
        start = place.offset - len(placeholder[1])
        names = [*UNKNOWN_NAMES, *(_PROGRAM_NAMES if section.is_program else ())]
        return Choices(
            Span(start, place.offset), [Choice(name, Kind.PLACEHOLDER, text=f"{name})s") for name in names]
        )
    if (value := _VALUE.match(before)) is not None:
        return _values(place, kind, value["name"])
    if _NAME.match(before):
        return Choices(place.word(r"\w"), _options(kind))
    return _values(place, kind, option.name) if option is not None else None


def _options(kind: str) -> list[Choice]:
    known = (vocabulary.option(kind, name) for name in vocabulary.options(kind))
    return [
        Choice(
            one.name, Kind.KEY, one.kind + (f", default {one.default}" if one.default else ""), f"{one.name}="
        )
        for one in known
        if one is not None
    ]


def _values(place: Place, kind: str, name: str) -> Choices | None:
    option = vocabulary.option(kind, name)
    if option is None:
        return None
    span = place.word(r"[\w-]")
    if option.kind == "names":
        programs = sorted({section.name for section in _programs(place)})
        return Choices(span, [Choice(program, Kind.REFERENCE, "program") for program in programs])
    if option.kind == "events":
        return values(span, sorted(vocabulary.event_types()))
    return values(span, _WORDS[option.kind]) if option.kind in _WORDS else None


def definitions(place: Place) -> Iterator[Location]:
    """The programs of a group, the files of an include."""
    section, option = _around(place)
    if section is None or option is None or not place.is_in(option.value_at):
        return
    if section.kind == "group" and option.name == "programs":
        name = place.text(place.word(r"[\w.@-]"))
        yield from (program.at for program in _programs(place) if program.name == name)
    elif section.title == "include" and option.name == "files":
        fragments = tuple(file for file in place.project.documents_of(File) if not file.is_main)
        yield from (beginning(file) for file in included(_file(place), fragments))


def _programs(place: Place) -> Iterator[Section]:
    for file in place.project.documents_of(File):
        yield from (section for section in file.sections if section.is_program)


def _file(place: Place) -> File:
    assert isinstance(place.document, File)  # noqa: S101  the format of the document chose this module
    return place.document


def _around(place: Place) -> tuple[Section | None, Option | None]:
    before = [one for one in _file(place).sections if one.title_span.start <= place.offset]
    if not before:
        return None, None
    return before[-1], next((one for one in before[-1].options if place.is_in(one.at)), None)
