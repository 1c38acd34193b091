"""uWSGI's XML files: `<uwsgi><socket>...</socket><master/></uwsgi>` (uWSGI 2.0.31, core/xmlconf.c).

Only the five entities of XML itself and character references are replaced; declarations are skipped, so that
nothing is ever fetched or multiplied.
"""

from deploylint.formats.uwsgi.nodes import Option, Place, Section, UwsgiConfig
from deploylint.pattern import Match, pattern
from deploylint.source import Source, Span
from deploylint.syntax.compiled import uwsgi_xml
from deploylint.syntax.driver import Parser, Token
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template

_PARSER = Parser(uwsgi_xml)
_NAME = pattern(r"</?+([^\s<>/]++)")
_MOUNT_POINT = pattern(r"\smountpoint\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_ENTITY = pattern(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def parse_xml(source: Source) -> UwsgiConfig:
    """Parse an XML file; what is not well-formed is a problem, and the rest is read all the same."""
    reader = _Reader(source)
    for token in _PARSER.parse(source.text).value.children:
        reader.take(token)
    reader.finish()
    templated = is_template(source.text)
    problems = () if templated else tuple(reader.problems[:1])
    comments = tuple(reader.comments)
    return UwsgiConfig(source, problems, reader.sections, comments, syntax="xml", templated=templated)


class _Reader:
    """Follows the open elements; options are the children of an `uwsgi` element."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: list[tuple[str, Token]] = []
        # An open option's name and its place, and its value as far as it is read.
        self._option: tuple[str, Place] | None = None
        self._value, self._value_place = "", (0, 0)
        self._option_depth = 0
        self._has_text = False
        self._section: Section | None = None
        self._section_depth = 0
        self.sections: list[Section] = []
        self.comments: list[Span] = []
        self.problems: list[SyntaxProblem] = []

    def take(self, token: Token) -> None:
        if token.type in ("OPENING", "EMPTY"):
            self._start(token)
            if token.type == "EMPTY":
                self._end()
        elif token.type == "CLOSING":
            self._close(token)
        elif token.type == "COMMENT":
            self.comments.append(Span(token.start, token.end))
            if not self._source.text.endswith("-->", token.start + 4, token.end):
                self._refuse(token, "a comment is not closed")
        elif token.type in ("TEXT", "CDATA"):
            self._text(token)
        elif token.type == "STRAY":
            self._refuse(token, 'this "<" begins no tag')

    def finish(self) -> None:
        if self._open:
            name, token = self._open[-1]
            self._refuse(token, f"element {name} is not closed")

    def _start(self, token: Token) -> None:
        match = _NAME.match(self._source.text, token.start)
        name = match[1] if match else ""
        place = match.span(1) if match else (token.start, token.end)
        self._open.append((name, token))
        if self._section is None:
            if name == "uwsgi":
                self._section, self._section_depth = (
                    Section(self._source, name, Span(*place)),
                    len(self._open),
                )
                self.sections.append(self._section)
        elif self._option is None:
            mount = _MOUNT_POINT.search(self._source.text, token.start, token.end)
            prefix = f"{mount[1] or mount[2] or ''}=" if mount and name == "app" else ""
            self._option = "mount" if prefix else name, place
            self._value, self._value_place = prefix, (token.end, token.end)
            self._option_depth = len(self._open)
            self._has_text = False

    def _text(self, token: Token) -> None:
        text = self._source.text[token.start : token.end]
        if self._option is not None:
            content = text[9:-3] if token.type == "CDATA" else _ENTITY.sub(_replaced, text)
            # Only the first text of an element counts.
            if content.strip() and not self._has_text:
                self._has_text = True
                self._value += content.strip()
                start = token.start + len(text) - len(text.lstrip())
                self._value_place = start, token.start + len(text.rstrip())

    def _close(self, token: Token) -> None:
        match = _NAME.match(self._source.text, token.start)
        if self._open and match and self._open[-1][0] == match[1]:
            self._end()
        else:
            self._refuse(token, "this tag closes no open element")

    def _end(self) -> None:
        if self._option is not None and len(self._open) == self._option_depth:
            if self._section is not None:
                # An empty element counts as 1.
                option = Option(self._source, *self._option, self._value or "1", self._value_place)
                self._section.options.append(option)
            self._option = None
        elif self._section is not None and len(self._open) == self._section_depth:
            self._section = None
        self._open.pop()

    def _refuse(self, token: Token, why: str) -> None:
        at = self._source.location(token.start, token.end)
        self.problems.append(SyntaxProblem(at, f"could not parse the file as XML: {why}"))


def _replaced(match: Match[str]) -> str:
    if match[3]:
        return _ENTITIES[match[3]]
    code = int(match[1]) if match[1] else int(match[2], 16)
    return chr(code) if code < 0x110000 else match[0]
