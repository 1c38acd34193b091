"""uWSGI's ini files (uWSGI 2.0.31, core/ini.c)."""

from deploylint.formats.uwsgi.nodes import ASKED, Option, Section, UwsgiConfig
from deploylint.pattern import pattern
from deploylint.source import Source, Span
from deploylint.syntax.compiled import uwsgi_ini
from deploylint.syntax.driver import Parser, Token, Tree
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import has_template_blocks, is_template

_PARSER = Parser(uwsgi_ini)
_BLANKS = " \t\r"
# `%=` is replaced before the line is divided.
_KEY = pattern(r"(?:[^=%]++|%(?s:.)|%\Z)*+")
_OPENS = ("for", "if")
_CLOSES = frozenset({"end", "endfor", "endif", "end-for", "end-if"})


def parse_ini(source: Source) -> UwsgiConfig:
    """Parse an ini file. Nothing in it is refused by uWSGI: what it cannot use it ignores."""
    sections: list[Section] = []
    comments: list[Span] = []
    orphans: list[Option] = []
    for child in _PARSER.parse(source.text).value.children:
        if isinstance(child, Tree):
            sections.append(_section(source, child.children, comments))
        else:
            orphans += _line(source, child, comments)
    templated = is_template(source.text)
    problems = [] if has_template_blocks(source.text) else _problems(source, sections, orphans)
    return UwsgiConfig(source, tuple(problems), sections, tuple(comments), syntax="ini", templated=templated)


def _section(source: Source, tokens: list[Token], comments: list[Span]) -> Section:
    title = _stripped(source.text, tokens[0])
    # uWSGI takes off the first character and the last one, whatever that is.
    name = Span(title.start + 1, max(title.start + 1, title.end - 1))
    section = Section(source, source.text[name.start : name.end], name)
    condition: Option | None = None
    for token in tokens[1:]:
        for option in _line(source, token, comments):
            if option.name in _CLOSES:
                condition = None
            option.condition = condition
            section.options.append(option)
            if condition is None and option.name.split("-")[0] in _OPENS:
                condition = option
    return section


def _line(source: Source, token: Token, comments: list[Span]) -> list[Option]:
    """The option of a line; a comment is noted instead."""
    text = source.text
    content = _stripped(text, token)
    if token.type == "COMMENT":
        comments.append(content)
    if token.type != "OPTION":
        return []
    match = _KEY.match(text, content.start, content.end)
    equals = content.end if match is None else match.end()
    name = _trimmed(text, content.start, equals)
    value = _trimmed(text, min(equals + 1, content.end), content.end)
    return [Option(source, text[name.start : name.end], name, text[value.start : value.end], value)]


def _stripped(text: str, token: Token) -> Span:
    end = token.end - 1 if text.endswith("\n", token.start, token.end) else token.end
    return _trimmed(text, token.start, end)


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    begin = start + len(part) - len(part.lstrip(_BLANKS))
    return Span(begin, max(begin, start + len(part.rstrip(_BLANKS))))


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
