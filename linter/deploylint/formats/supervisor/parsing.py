"""From a supervisor file's text to its sections and options."""

from deploylint.formats.supervisor.lines import HEADER_TEXT, OPTION_TEXT, classify, content
from deploylint.formats.supervisor.nodes import File, Option, Section
from deploylint.source import Source, Span
from deploylint.syntax.compiled import supervisor
from deploylint.syntax.driver import Parser, Token, Tree
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import has_template_blocks, is_template
from deploylint.typed import Any

_PARSER = Parser(supervisor, postlex=classify)


def parse(source: Source) -> File:
    """Parse a main file or fragment. Lines that supervisor refuses become problems, the rest is read all the same."""
    reader = _Reader(source)
    for child in _PARSER.parse(source.text).value.children:
        if isinstance(child, Tree):
            reader.section(child.children)
        else:
            reader.line(child)
    templated = is_template(source.text)
    problems = _certain(source, reader.problems) if templated else reader.problems
    return File(source, tuple(problems), reader.sections, tuple(reader.comments), templated=templated)


class _Reader:
    """Gathers sections, comments and problems from the syntax tree in the order of the text."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self.sections: list[Section] = []
        self.comments: list[Span] = []
        self.problems: list[SyntaxProblem] = []

    def section(self, children: list[Any]) -> None:
        begin, stop, _ = self._content(children[0])
        match = HEADER_TEXT.match(self._text, begin, stop)
        # The post-lexer has matched the same text with the same pattern.
        assert match is not None  # noqa: S101
        section = Section(self._source, match[1], Span(*match.span(1)))
        self.sections.append(section)
        for child in children[1:]:
            if isinstance(child, Tree):
                section.options.append(self._option(child.children))
            else:
                self.line(child)

    def line(self, token: Token) -> None:
        """A line that is no part of a section's content."""
        begin, stop, cut = self._content(token)
        if begin < stop:
            self._refuse(token.type, begin, stop)
        if cut is not None:
            self._comment(cut, token.end)

    def _option(self, tokens: list[Token]) -> Option:
        begin, stop, cut = self._content(tokens[0])
        match = OPTION_TEXT.match(self._text, begin, stop)
        assert match is not None  # noqa: S101
        name = Span(begin, begin + len(match[1].rstrip()))
        lines = [_stripped(self._text, match.end(), stop)]
        cuts = [] if cut is None else [self._comment(cut, tokens[0].end)]
        for token in tokens[1:]:
            if token.type == "CONTINUATION":
                begin, stop, cut = self._content(token)
                lines.append(Span(begin, stop))
                if cut is not None:
                    cuts.append(self._comment(cut, token.end))
            elif token.type == "BLANK":
                lines.append(Span(token.start, token.start))
            else:
                self.line(token)
        value = "\n".join([self._text[line.start : line.end] for line in lines]).rstrip()
        return Option(
            self._source, self._text[name.start : name.end].lower(), name, value, tuple(lines), tuple(cuts)
        )

    def _content(self, token: Token) -> tuple[int, int, int | None]:
        return content(self._text, token.start, token.end)

    def _comment(self, start: int, end: int) -> Span:
        comment = _stripped(self._text, start, end)
        self.comments.append(comment)
        return comment

    def _refuse(self, kind: str, start: int, stop: int) -> None:
        at = self._source.location(start, stop)
        if kind == "BROKEN":
            message = "Source contains parsing errors: this line is neither a section header nor an option"
            self.problems.append(
                SyntaxProblem(at, message, "write name = value, or indent what continues a value")
            )
        elif not self.problems or "no section headers" not in self.problems[0].message:
            # configparser stops here; what follows in the file is read so that other rules can judge it.
            hint = (
                "remove the byte order mark"
                if self._text[start] == "\ufeff"
                else "begin with a section header"
            )
            self.problems.append(SyntaxProblem(at, "File contains no section headers before this line", hint))


def _stripped(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    begin = start + len(part) - len(part.lstrip())
    return Span(min(begin, end), max(min(begin, end), start + len(part.rstrip())))


def _certain(source: Source, problems: list[SyntaxProblem]) -> list[SyntaxProblem]:
    """The problems that no template can mend: none where blocks may drop lines, else those of lines without marks."""
    if has_template_blocks(source.text):
        return []
    return [problem for problem in problems if not is_template(source.line(problem.at.start.line))]
