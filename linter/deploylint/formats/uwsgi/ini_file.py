"""uWSGI's ini files (uWSGI 2.0.31, core/ini.c)."""

from functools import partial

from deploylint.formats.uwsgi.nodes import ASKED, Option, Place, Section, UwsgiConfig
from deploylint.pattern import pattern
from deploylint.source import Source, Span
from deploylint.syntax.compiled import uwsgi_ini
from deploylint.syntax.driver import Parser
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import has_template_blocks, is_template
from deploylint.typed import Any

_BLANKS = " \t\r"
# `%=` is replaced before the line is divided.
_KEY = pattern(r"(?:[^=%]++|%(?s:.)|%\Z)*+")
_OPENS = ("for", "if")
_CLOSES = frozenset({"end", "endfor", "endif", "end-for", "end-if"})


def parse_ini(source: Source) -> UwsgiConfig:
    """Parse an ini file. Nothing in it is refused by uWSGI: what it cannot use it ignores."""
    text = source.text
    comments: list[Span] = []

    def comment(start: int, end: int) -> None:
        comments.append(Span(*_stripped(text, start, end)))

    def header(start: int, end: int) -> Section:
        start, end = _stripped(text, start, end)
        # uWSGI takes off the first character and the last one, whatever that is.
        name = Span(start + 1, max(start + 1, end - 1))
        return Section(source, text[name.start : name.end], name)

    parser = Parser(
        uwsgi_ini,
        builders={"start": list, "section": _section},
        tokens={"HEADER": header, "OPTION": partial(_option, source), "COMMENT": comment, "BLANK": _nothing},
    )
    children = parser.parse(text).value
    sections = [child for child in children if isinstance(child, Section)]
    orphans = [child for child in children if isinstance(child, Option)]
    templated = is_template(text)
    problems = [] if has_template_blocks(text) else _problems(source, sections, orphans)
    return UwsgiConfig(source, tuple(problems), sections, tuple(comments), syntax="ini", templated=templated)


def _section(children: list[Any]) -> Section:
    """The section with its options, which learn under which condition they hold."""
    section: Section = children[0]
    section.options = [child for child in children if isinstance(child, Option)]
    condition: Option | None = None
    for option in section.options:
        if option.name in _CLOSES:
            condition = None
        option.condition = condition
        if condition is None and option.name.split("-")[0] in _OPENS:
            condition = option
    return section


def _option(source: Source, start: int, end: int) -> Option:
    text = source.text
    start, end = _stripped(text, start, end)
    match = _KEY.match(text, start, end)
    equals = end if match is None else match.end()
    name = _trimmed(text, start, equals)
    value = _trimmed(text, min(equals + 1, end), end)
    return Option(source, text[name[0] : name[1]], name, None, value)


def _nothing(_start: int, _end: int) -> None:
    """A blank line."""


def _stripped(text: str, start: int, end: int) -> Place:
    """A line without its end and the blanks around it."""
    return _trimmed(text, start, end - 1 if text.endswith("\n", start, end) else end)


def _trimmed(text: str, start: int, end: int) -> Place:
    part = text[start:end]
    begin = start + len(part) - len(part.lstrip(_BLANKS))
    return begin, max(begin, start + len(part.rstrip(_BLANKS)))


def _problems(source: Source, sections: list[Section], orphans: list[Option]) -> list[SyntaxProblem]:
    """Headers that uWSGI takes for other names than meant, and options that no header stands before."""
    problems = [problem for section in sections if (problem := _bad_header(source, section)) is not None]
    if orphans and orphans[0].name.startswith("\ufeff"):
        message = "The byte order mark keeps uWSGI from seeing a section header in this line"
        problems.append(SyntaxProblem(orphans[0].at, message, "remove the byte order mark", refused=False))
        return problems
    if not orphans:
        return problems
    from deploylint.vocabulary.uwsgi import option as known  # noqa: PLC0415  (rarely asked)

    lost = next((option for option in orphans if known(option.name) is not None), None)
    if lost is not None:
        message = "This option stands before the first section header, where uWSGI ignores it"
        problems.insert(0, SyntaxProblem(lost.at, message, f"write [{ASKED}] above", refused=False))
    return problems


def _bad_header(source: Source, section: Section) -> SyntaxProblem | None:
    start, end = section.name_span.start - 1, section.name_span.end + 1
    if not source.text[start + 1 : end].strip():
        # A lone bracket is its own last character.
        end = start + 1
    written = source.text[start:end]
    if written.endswith("]") and "]" not in section.name:
        return None
    if is_template(written):
        return None
    message = (
        "Text after the section header becomes part of the section's name"
        if "]" in section.name
        else 'A section header without "]" loses the last letter of its name'
    )
    return SyntaxProblem(source.location(start, end), message, "let nothing stand after the ]", refused=False)
