"""From a supervisor file's text to its sections and options."""

from deploylint.formats.supervisor.lines import HEADER_TEXT, OPTION_TEXT, classify, content
from deploylint.formats.supervisor.nodes import File, Section, Table
from deploylint.source import Source, Span
from deploylint.syntax.compiled import supervisor
from deploylint.syntax.driver import Parser
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import has_template_blocks, is_template
from deploylint.typed import Any


def parse(source: Source) -> File:
    """Parse a main file or fragment. Lines that supervisor refuses become problems, the rest is read all the same."""
    reader = _Reader(source)
    lines = ("HEADER", "OPTION", "CONTINUATION", "BLANK", "COMMENT", "BROKEN", "STRAY")
    parser = Parser(
        supervisor,
        builders=dict.fromkeys(("start", "section", "option"), _nothing),
        tokens={name: getattr(reader, name.lower()) for name in lines},
        postlex=classify,
    )
    parser.parse(source.text)
    problems = _certain(source, reader.problems) if reader.templated else reader.problems
    return File(source, tuple(problems), reader.sections, tuple(reader.comments), templated=reader.templated)


def _nothing(_children: list[Any]) -> None:
    """What a section consists of, its reader has seen line by line."""


class _Reader:
    """Gathers sections, comments and problems line by line, as the grammar tells what each line is."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self.templated = is_template(source.text)
        self._table = Table(source, templated=self.templated)
        # The blank lines since its last one; they belong to the value if it goes on.
        self._blanks: list[Span] = []
        self.sections: list[Section] = []
        self.comments: list[Span] = []
        self.problems: list[SyntaxProblem] = []

    def header(self, start: int, end: int) -> None:
        begin, stop, _ = content(self._text, start, end)
        match = HEADER_TEXT.match(self._text, begin, stop)
        # The post-lexer has matched the same text with the same pattern.
        assert match is not None  # noqa: S101
        self.sections.append(Section(self._table, match.start(1), match.end(1)))

    def option(self, start: int, end: int) -> None:
        begin, stop, cut = content(self._text, start, end)
        match = OPTION_TEXT.match(self._text, begin, stop)
        assert match is not None  # noqa: S101
        value_start = stop - len(self._text[match.end() : stop].lstrip())
        self._table.add(begin, match[1].rstrip(), value_start, stop)
        self.sections[-1].count += 1
        self._blanks.clear()
        if cut is not None:
            self._table.cut(self._comment(cut, end))

    def continuation(self, start: int, end: int) -> None:
        begin, stop, cut = content(self._text, start, end)
        for line in (*self._blanks, Span(begin, stop)):
            self._table.extend(line)
        self._blanks.clear()
        if cut is not None:
            self._table.cut(self._comment(cut, end))

    def blank(self, start: int, _end: int) -> None:
        self._blanks.append(Span(start, start))

    def comment(self, start: int, end: int) -> None:
        self._line("COMMENT", start, end)

    def broken(self, start: int, end: int) -> None:
        self._line("BROKEN", start, end)

    def stray(self, start: int, end: int) -> None:
        self._line("STRAY", start, end)

    def _line(self, kind: str, start: int, end: int) -> None:
        """A line that is no part of a section's content."""
        begin, stop, cut = content(self._text, start, end)
        if begin < stop:
            self._refuse(kind, begin, stop)
        if cut is not None:
            self._comment(cut, end)

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
