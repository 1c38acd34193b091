"""What a Dockerfile consists of."""

from collections.abc import Iterator

from deploylint.dataclass import dataclass, field
from deploylint.document import Chain, Document
from deploylint.pattern import DOTALL, Match, pattern
from deploylint.source import Location, Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.values.errors import InvalidValue
from deploylint.values.words import Word, split_shlex

_NAME = pattern(r"\s*+(\S++)[ \t]*+")
_FLAG = pattern(r"\s*+--([a-z-]++)(?:=(\S*+))?+(?=\s|\Z)")
_JSON = pattern(
    r"\s*+\[\s*+(?:\"(?:[^\"\\]++|\\.)*+\"\s*+(?:,\s*+\"(?:[^\"\\]++|\\.)*+\"\s*+)*+)?+\]\s*+\Z", DOTALL
)
_BACKTICK = pattern(r"`(?=[ \t\r]*+\n)")  # at the end of a line
_BLANK_CONTINUATION = pattern(r"\\[ \t\r]++(?=\n)")
_STRING = pattern(r'"((?:[^"\\]++|\\.)*+)"', DOTALL)


class Instruction:
    """One instruction with its continuation lines, without the bodies of its here-documents.

    `name` is in capitals. `text` is what stands behind the name: as long as the source, so that every
    offset stays, with comment lines in between blanked and the escape character always a backslash.
    """

    __slots__ = ("_blanked", "_text", "end", "escape", "heredoc", "name", "name_span", "source", "start")

    def __init__(
        self, source: Source, lines: list[Span], blanked: list[Span], escape: str, *, heredoc: bool
    ) -> None:
        self.source = source
        self.start = lines[0].start
        self.end = lines[-1].start + len(source.text[lines[-1].start : lines[-1].end].rstrip())
        self.escape = escape
        self.heredoc = heredoc
        self._blanked = [span for span in blanked if span.end <= self.end]
        self._text: str | None = None
        match = _NAME.match(source.text, self.start, self.end)
        # A first line is never blank.
        assert match is not None  # noqa: S101
        self.name_span = Span(*match.span(1))
        self.name = match[1].lstrip("\ufeff").upper()
        if self.name.endswith(escape):
            self.name = self.name.removesuffix(escape)

    @property
    def text(self) -> str:
        if self._text is None:
            pieces, at = [], self.text_start
            for span in self._blanked:
                pieces += [self.source.text[at : span.start], " " * (span.end - span.start)]
                at = span.end
            joined = "".join([*pieces, self.source.text[at : self.end]])
            if self.escape != "\\":
                joined = _BACKTICK.sub(r"\\", joined)
            self._text = _BLANK_CONTINUATION.sub(lambda match: " " * (len(match[0]) - 1) + "\\", joined)
        return self._text

    @property
    def text_start(self) -> int:
        """Where `text` begins in the source."""
        return self.name_span.end

    @property
    def at(self) -> Location:
        return self.source.location(self.name_span.start, self.end)

    @property
    def name_at(self) -> Location:
        return Location(self.source, self.name_span)

    @property
    def value_at(self) -> Location:
        """What stands behind the name, or the name where nothing does."""
        start = self.text_start + len(self.text) - len(self.text.lstrip("\\ \t\r\n"))
        return self.source.location(start, self.end) if start < self.end else self.name_at

    @property
    def flags(self) -> dict[str, str]:
        """The `--name=value` words in front; a flag without value is empty."""
        return {match[1]: match[2] or "" for match in self._flags()}

    def _flags(self) -> Iterator[Match[str]]:
        text, at = self.flat, 0
        while (match := _FLAG.match(text, at)) is not None:
            yield match
            at = match.end()

    @property
    def flat(self) -> str:
        """`text` on one line: continuations are blanks."""
        return self.text.replace("\\\n", "  ").replace("\n", " ")

    @property
    def arguments_start(self) -> int:
        """Where in `text` the flags end."""
        return max((match.end() for match in self._flags()), default=0)

    @property
    def exec_words(self) -> list[Word] | None:
        """The words of the JSON form; None for the shell form."""
        start, flat = self.arguments_start, self.flat
        if not _JSON.match(flat, start):
            return None
        return [self._string(match) for match in _STRING.finditer(flat, start)]

    def _string(self, match: Match[str]) -> Word:
        first, last = match.span(1)
        inner = Span(self.text_start + first, self.text_start + last)
        value = match[1]
        if "\\" in value:
            from json import loads  # noqa: PLC0415 (rare)

            try:
                value = loads(match[0])
            except ValueError:
                return Word(value, inner, quoted=True)
        return Word(value, inner, quoted=True)

    @property
    def words(self) -> list[Word]:
        """The words behind the flags as Docker splits them; variables are opaque. None of them where a quote is open."""
        if (words := self.exec_words) is not None:
            return words
        start = self.arguments_start
        try:
            return split_shlex(self.flat[start:], offset=self.text_start + start)
        except InvalidValue:
            return []


@dataclass(slots=True)
class Stage:
    """A `FROM` with what follows. `name` is in lower case, empty without `AS`; `base` as written."""

    start: Instruction
    name: str
    base: Word | None
    instructions: list[Instruction] = field(default_factory=list)


class Dockerfile(Document):
    """The instructions in order; those before the first `FROM` belong to no stage."""

    __slots__ = ("_comments", "instructions")

    format = "dockerfile"

    def __init__(
        self,
        source: Source,
        problems: tuple[SyntaxProblem, ...],
        instructions: list[Instruction],
        comments: list[Span],
        *,
        templated: bool,
    ) -> None:
        super().__init__(source, problems, templated=templated)
        self.instructions = instructions
        self._comments = comments

    @property
    def stages(self) -> list[Stage]:
        stages: list[Stage] = []
        for instruction in self.instructions:
            if instruction.name == "FROM":
                words = instruction.words
                named = len(words) > 2 and words[1].value.upper() == "AS"
                name = words[2].value.lower() if named else ""
                stages.append(Stage(instruction, name, words[0] if words else None))
            elif stages:
                stages[-1].instructions.append(instruction)
        return stages

    def walk(self) -> Iterator[tuple[Instruction, Chain]]:
        for instruction in self.instructions:
            yield instruction, (self, None)

    def comments(self) -> Iterator[Span]:
        return iter(self._comments)

    def statement(self, offset: int) -> Span:
        """The instruction with its continuation lines, or the line."""
        line = super().statement(offset)
        for instruction in self.instructions:
            if line.start <= instruction.name_span.start < line.end:
                return Span(line.start, max(line.end, instruction.end))
        return line
