"""systemd: sections, keys and their words by version, specifiers; the units that lists name."""

from collections.abc import Iterator
from functools import lru_cache

from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.dependencies import names_units
from deploylint.formats.systemd.nodes import Assignment, Section
from deploylint.formats.systemd.unit import project_units, units_named
from deploylint.language_server.languages import Choice, Choices, Kind, Place, Told, beginning, code
from deploylint.pattern import pattern
from deploylint.source import Location, Span
from deploylint.values.specifiers import DEPRECATED_SPECIFIERS, LATEST_SYSTEMD, SPECIFIER_SINCE
from deploylint.vocabulary import defaults
from deploylint.vocabulary import systemd as vocabulary

_OLDEST = 183
_UNIT = r"[\w@.:\\-]"
_HEADER = pattern(r"^[ \t]*+\[[^\]]*+$")
_KEY = pattern(r"^[ \t]*+[\w-]*+$")
_VALUE = pattern(r"^[ \t]*+(?P<key>[\w-]++)[ \t]*+=")
# The index of the manual has an anchor for every key, whichever page describes it.
_MANUAL = "https://www.freedesktop.org/software/systemd/man/latest/systemd.directives.html"
_SPECIFIERS = "https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#Specifiers"
# What parsers take whose values are no fixed words.
_VALUES = {
    "config_parse_bool": "boolean",
    "config_parse_tristate": "boolean, or empty for neither",
    "config_parse_sec": "time span",
    "config_parse_sec_fix_0": "time span",
    "config_parse_mode": "octal file mode",
    "config_parse_exec": "command line",
    "config_parse_unit_deps": "names of units",
    "config_parse_memory_limit": "size, percentage or infinity",
    "config_parse_rlimit": "limit, or soft:hard",
    "config_parse_signal": "signal",
    "config_parse_unit_env_file": "path of a file, with - in front if it may be missing",
    "config_parse_environ": "assignments NAME=value",
    "config_parse_unsigned": "number",
    "config_parse_calendar": "calendar expression",
    "config_parse_user_group_compat": "name or number",
    "config_parse_working_directory": "path, or ~",
    "config_parse_namespace_path_strv": "paths",
    "config_parse_exec_directories": "names of folders",
    "config_parse_unit_path_printf": "path",
    "config_parse_unit_string_printf": "text",
    "config_parse_socket_listen": "address",
}
_BOOLEANS = ("config_parse_bool", "config_parse_tristate")
_EMPTY = {
    "resets": "clears what was set before",
    "default": "restores the default",
    "nothing": "has no effect",
    "refused": "is refused",
}


def hover(place: Place) -> Told | None:
    """A key, one of its words, or a specifier in the value."""
    assignment = _assignment(place)
    if assignment is None:
        return None
    key = vocabulary.key(assignment.section, assignment.name)
    if place.is_in(assignment.name_at):
        return _key(assignment.name_at.span, key, place) if key else None
    return _specifier(place) or (_word(place, key) if key else None)


def _key(span: Span, key: vocabulary.Key, place: Place) -> Told:
    version = _version(place)
    choices = vocabulary.choices(key.parser, version)
    facts = {"section": f"[{key.section}]"}
    if choices is not None:
        facts["value"] = ", ".join(_words(choices, key.parser))
    elif key.parser in _VALUES:
        facts["value"] = _VALUES[key.parser]
    default = defaults.systemd(key.section, key.name)
    if default is not None:
        facts["default"] = f"{code(default)} (systemd {defaults.SYSTEMD_RELEASE})"
    facts["a second line"] = "adds to the value" if key.adds else "replaces the value"
    if key.empty:
        facts["an empty value"] = _EMPTY[key.empty]
    facts |= _history(key)
    manual = f"{_MANUAL}#{key.name}=" if key.documented else None
    return Told(span, key.name, facts, manual)


def _history(key: vocabulary.Key) -> dict[str, str]:
    found = {}
    if key.since > _OLDEST:
        found["since"] = f"systemd {key.since}"
    if key.noop_since is not None:
        found["without effect since"] = f"systemd {key.noop_since}"
    if key.removed is not None:
        found["removed"] = f"systemd {key.removed}"
    if key.replacement is not None:
        section, name = key.replacement
        found["write instead"] = f"{name}= in [{section}]"
    if key.condition:
        found["needs"] = f"a systemd built with {key.condition}"
    return found


def _word(place: Place, key: vocabulary.Key) -> Told | None:
    span = place.word(r"[\w-]")
    word = place.text(span)
    since = vocabulary.word_since(key.parser, word)
    if since is None:
        return None
    facts = {"value of": f"{key.name}="} | ({"since": f"systemd {since}"} if since > _OLDEST else {})
    return Told(span, word, facts, f"{_MANUAL}#{key.name}=" if key.documented else None)


def _specifier(place: Place) -> Told | None:
    text, at = place.source.text, place.offset
    start = at if text[at : at + 1] == "%" else at - 1
    letter = text[start + 1 : start + 2] if text[start : start + 1] == "%" else ""
    if letter not in SPECIFIER_SINCE:
        return None
    facts = {"kind": "specifier, replaced when the unit is loaded"}
    if SPECIFIER_SINCE[letter] > _OLDEST:
        facts["since"] = f"systemd {SPECIFIER_SINCE[letter]}"
    if letter in DEPRECATED_SPECIFIERS:
        facts["deprecated"] = "yes"
    return Told(Span(start, start + 2), f"%{letter}", facts, _SPECIFIERS)


def choices(place: Place) -> Choices | None:
    """Sections, the keys of the section, words, specifiers, units."""
    before = place.before
    if _HEADER.match(before):
        return _sections(place)
    section = _section(place)
    if section is None:
        return None
    if (value := _VALUE.match(before)) is not None:
        return _values(place, section, value["key"])
    assignment = _assignment(place)
    if assignment is not None and assignment.start < place.line_start:
        return _values(place, section, assignment.name)
    if _KEY.match(before):
        return Choices(place.word(r"[\w-]"), _keys(section, _version(place)))
    return None


def _sections(place: Place) -> Choices:
    unit_type = _file(place).type
    names = vocabulary.sections_of(unit_type) or sorted(vocabulary.sections())
    span = place.word(r"[\w-]")
    ends = "" if place.source.text[span.end : span.end + 1] == "]" else "]"
    return Choices(span, [Choice(name, Kind.SECTION, text=f"{name}{ends}") for name in names])


@lru_cache(maxsize=32)
def _keys(section: str, version: int) -> tuple[Choice, ...]:
    known = (vocabulary.key(section, name) for name in vocabulary.keys(section))
    return tuple(
        Choice(key.name, Kind.KEY, _detail(key), f"{key.name}=", deprecated=not key.works_in(version))
        for key in known
        if key is not None and key.known_in(version) and (key.documented or key.works_in(version))
    )


def _detail(key: vocabulary.Key) -> str:
    choices = vocabulary.choices(key.parser)
    value = "fixed words" if choices is not None else _VALUES.get(key.parser, "")
    since = f"since {key.since}" if key.since > _OLDEST else ""
    return ", ".join(part for part in (value, since) if part)


def _values(place: Place, section: str, name: str) -> Choices | None:
    version = _version(place)
    if place.source.text[place.offset - 1 : place.offset] == "%":
        start = place.offset - 1
        return Choices(
            Span(start, place.offset),
            [
                Choice(f"%{letter}", Kind.PLACEHOLDER, deprecated=letter in DEPRECATED_SPECIFIERS)
                for letter, since in sorted(SPECIFIER_SINCE.items())
                if since <= version
            ],
        )
    if names_units(section, name):
        return Choices(place.word(_UNIT), _units(place))
    key = vocabulary.key(section, name)
    found = vocabulary.choices(key.parser_in(version), version) if key else None
    if key is not None and key.parser_in(version) in _BOOLEANS:
        words = ["yes", "no"]
    elif found is not None and key is not None:
        words = _words(found, key.parser)
    else:
        return None
    return Choices(place.word(r"[\w-]"), [Choice(word, Kind.VALUE) for word in words])


def _words(choices: vocabulary.Choices, parser: str) -> list[str]:
    """The words, the older ones first."""
    words = sorted(choices.words, key=lambda word: (vocabulary.word_since(parser, word) or 0, word))
    return [*(("yes", "no") if choices.boolean else ()), *words, *choices.prefixes]


def _units(place: Place) -> list[Choice]:
    names = {unit.name for unit in project_units(place.project).values() if unit.name}
    return [
        *(Choice(name, Kind.REFERENCE, "in this project") for name in sorted(names)),
        *(Choice(name, Kind.REFERENCE) for name in sorted(vocabulary.well_known_units() - names)),
    ]


def definitions(place: Place) -> Iterator[Location]:
    """The files of a unit that a list names."""
    assignment = _assignment(place)
    if assignment is None or not names_units(assignment.section, assignment.name):
        return
    name = place.text(place.word(_UNIT))
    prefix, at, rest = name.partition("@")
    template = f"{prefix}@.{rest.rpartition('.')[2]}" if at else name
    for unit in units_named(name, place.project) or units_named(template, place.project):
        yield from (beginning(file) for file in unit.files)


def _file(place: Place) -> UnitFile:
    assert isinstance(place.document, UnitFile)  # noqa: S101  the format of the document chose this module
    return place.document


def _version(place: Place) -> int:
    pinned = place.version("systemd")
    return pinned[0] if pinned else LATEST_SYSTEMD


def _section(place: Place) -> str | None:
    before: list[Section] = [one for one in _file(place).sections if one.start <= place.offset]
    return before[-1].name if before else None


def _assignment(place: Place) -> Assignment | None:
    return next((one for one in _file(place).assignments() if one.start <= place.offset <= one.end), None)
