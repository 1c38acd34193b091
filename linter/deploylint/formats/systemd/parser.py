"""Text to UnitFile: the grammar's lines get their names and sections, and what is wrong is noted."""

from functools import cache

from deploylint.formats.systemd.file_names import FileName, in_user_folder, read_path
from deploylint.formats.systemd.nodes import Assignment, AssignmentOfMany, Comment, Junk, Line, Section
from deploylint.formats.systemd.problems import Problems
from deploylint.formats.systemd.template_marks import has_marks, has_statements, is_substituted
from deploylint.formats.systemd.unit_file import UnitFile
from deploylint.install_comments import installed_at
from deploylint.pattern import MULTILINE, pattern
from deploylint.source import Source
from deploylint.syntax.compiled import systemd
from deploylint.syntax.driver import Parser, Token
from deploylint.typed import Any
from deploylint.vocabulary.systemd import sections as known_sections
from deploylint.vocabulary.systemd import sections_of, unit_types

# Units of the user manager that no system manager has (systemd.special(7)).
_USER_MANAGER = pattern(
    r"^(?:After|PartOf|WantedBy|BindsTo)[ \t]*=.*\bgraphical-session(?:-pre)?\.target", MULTILINE
)
_HOME_SPECIFIER = pattern(r"^[^=\n]*+=.*%h/", MULTILINE)
_WANTED_BY_DEFAULT = pattern(r"^WantedBy[ \t]*=[ \t]*default\.target[ \t]*$", MULTILINE)


def _section(children: list[Any]) -> Section:
    header: Token = children[0]
    return Section(header.start, header.end, children[1:])


def _file(children: list[Any]) -> tuple[list[Line], list[Section]]:
    count = next((index for index, child in enumerate(children) if type(child) is Section), len(children))
    return children[:count], children[count:]


# Code points of a file whose values are all kept.
_SHORT = 65536


@cache
def _parser(assignment: type[Assignment]) -> Parser:
    return Parser(
        systemd,
        builders={"start": _file, "section": _section},
        tokens={"ASSIGNMENT": assignment, "COMMENT": Comment, "JUNK": Junk},
    )


def _with_mark_in_front(text: str) -> str:
    """The text, with blanks behind a byte order mark before it: what then begins with `#` is no comment either."""
    start = len(text) - len(text[1:].lstrip(" \t")) - 1 if text.startswith("\ufeff") else 0
    return text if start < 1 else "\n" * start + text[0] + text[start + 1 :]


def parse(source: Source) -> UnitFile:
    """The unit file in the text; never raises."""
    text = source.text
    parser = _parser(Assignment if len(text) < _SHORT else AssignmentOfMany)
    preamble, sections = parser.parse(_with_mark_in_front(text)).value
    headers = []
    known = _headers()
    for section in sections:
        section.source = source
        header = text[section.start : section.end]
        written = known.get(header)
        if written is None:
            header = section.header
            closed = header.endswith("]") and len(header) > 1
            written = header[1:-1] if closed else header[1:].split("]")[0]
        section.name = written
        headers.append(header)
    name = _with_type(_named(source), sections)
    marked = has_marks(text)
    problems = Problems(source, name.type, marked=marked)
    problems.lines("", preamble)
    for section, header in zip(sections, headers, strict=True):
        problems.header(section, header)
        problems.lines(section.name, section.lines)
    return UnitFile(
        source,
        name,
        preamble,
        sections,
        problems.found(),
        lines=problems.settled,
        by_place=problems.by_place,
        templated=marked or name.has_template_ending or is_substituted(text),
        open_ended=marked and (problems.has_marked_lines or has_statements(text)),
        is_user_unit=in_user_folder(source.path) or _looks_like_a_user_unit(text),
    )


@cache
def _headers() -> dict[str, str]:
    """The headers of all sections that are known, as they are mostly written, with the names in them."""
    return {f"[{name}]": name for name in known_sections()}


def _named(source: Source) -> FileName:
    """What the file's name tells, or the name of the unit that a comment says it is installed as."""
    name = read_path(source.path)
    if name.type:
        return name
    written = read_path(installed_at(source.text) or "")
    if written.unit_name is None or written.is_drop_in:
        return name
    return FileName(
        written.unit,
        written.type,
        is_drop_in=False,
        has_template_ending=name.has_template_ending,
        unit_name=written.unit_name,
    )


def _with_type(name: FileName, sections: list[Section]) -> FileName:
    """The type that the sections tell, where the file's name does not."""
    if name.type:
        return name
    found = {section.name.lower() for section in sections} & set(unit_types())
    typed = [kind for kind in found if len(sections_of(kind)) > 2 and kind.title() in sections_of(kind)]
    if len(typed) != 1:
        return name
    return FileName("", typed[0], name.is_drop_in, name.has_template_ending, None)


def _looks_like_a_user_unit(text: str) -> bool:
    """A session's target, or `default.target` with `%h`: in the system manager that would be /root."""
    if "default.target" in text and _WANTED_BY_DEFAULT.search(text):
        return _HOME_SPECIFIER.search(text) is not None
    return "graphical-session" in text and _USER_MANAGER.search(text) is not None
