"""uWSGI's JSON files: `{"uwsgi": {"socket": "...", "processes": 4}}` (uWSGI 2.0.31, core/json.c)."""

from deploylint.formats.uwsgi.nodes import Option, Place, Section, UwsgiConfig
from deploylint.pattern import Match, pattern
from deploylint.source import Source, Span
from deploylint.syntax.compiled import uwsgi_json
from deploylint.syntax.driver import Parser, Token, Tree
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template

_PARSER = Parser(uwsgi_json)
_ESCAPE = pattern(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CONSTANTS = {"true": "1", "false": "0", "null": "0"}


def parse_json(source: Source) -> UwsgiConfig:
    """Parse a JSON file; one with a syntax error has no sections, as uWSGI refuses it."""
    parsed = _PARSER.parse(source.text)
    templated = is_template(source.text)
    if parsed.errors:
        error = parsed.errors[0]
        at = source.location(error.start, error.end)
        problem = SyntaxProblem(at, "error parsing JSON data", "expected here: " + ", ".join(error.expected))
        return UwsgiConfig(source, () if templated else (problem,), [], syntax="json", templated=templated)
    sections = [
        _section(source, *member.children)
        for root in parsed.value.children
        for member in _members(root)
        if isinstance(member.children[1], Tree)
    ]
    return UwsgiConfig(source, (), sections, syntax="json", templated=templated)


def _members(value: Token | Tree) -> list[Tree]:
    return value.children if isinstance(value, Tree) and value.data == "object" else []


def _section(source: Source, key: Token, value: Tree) -> Section:
    name, place = _string(source.text, key)
    section = Section(source, name, Span(*place))
    for member in _members(value):
        option, place = _string(source.text, member.children[0])
        content = member.children[1]
        items = content.children if isinstance(content, Tree) and content.data == "array" else [content]
        section.options += [
            Option(source, option, place, *_scalar(source.text, item))
            for item in items
            if isinstance(item, Token)
        ]
    return section


def _scalar(text: str, token: Token) -> tuple[str, Place]:
    if token.type == "STRING":
        return _string(text, token)
    written = text[token.start : token.end]
    return _CONSTANTS.get(written, written), (token.start, token.end)


def _string(text: str, token: Token) -> tuple[str, Place]:
    """The string without its escapes; the place leaves out the quotes."""
    start, end = token.start + 1, token.end - 1
    return _ESCAPE.sub(_unescaped, text[start:end]), (start, end)


def _unescaped(match: Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _ESCAPED.get(match[2], match[2])
