"""What systemd says of lines it cannot read (src/shared/conf-parser.c, parse_line and next_assignment)."""

from deploylint.formats.systemd.logical_lines import join
from deploylint.formats.systemd.nodes import Assignment, Comment, Junk, Line, Place, Section
from deploylint.formats.systemd.template_marks import has_marks
from deploylint.pattern import pattern
from deploylint.source import Location, Source
from deploylint.syntax.problem import SyntaxProblem
from deploylint.values.errors import printable, quoted
from deploylint.vocabulary.systemd import PREFIX_OF_PRIVATE_NAMES, section_known, sections_of

_LONGEST_LINE = 1024 * 1024
_UNSAFE_IN_HEADER = pattern(r"[\x01-\x1f\x7f\"'\\]")
_UNDECODED = pattern(r"[\ud800-\udfff]")
_PLACEHOLDER_LINE = pattern(r"\$\{?[A-Za-z_]")


class Problems:
    """Collects the problems of one file, in the order of the text, and settles its lines on the way."""

    def __init__(self, source: Source, unit_type: str, *, marked: bool) -> None:
        self._source = source
        self._marked = marked
        self._may_be_opaque = marked or "${" in source.text
        self._known = sections_of(unit_type)
        self._found: list[SyntaxProblem] = []
        self._marked_lines: list[Junk] = []
        self._undecoded = not source.text.isascii() and _UNDECODED.search(source.text) is not None
        self._long = len(source.text) > _LONGEST_LINE
        self._careful = self._undecoded or self._long
        # All assignments, in order and by section and key.
        self.settled: list[Assignment] = []
        self.by_place: dict[Place, list[Assignment]] = {}

    @property
    def has_marked_lines(self) -> bool:
        """Whether a template language fills in whole lines."""
        return bool(self._marked_lines)

    def found(self) -> tuple[SyntaxProblem, ...]:
        return tuple(self._found)

    def header(self, section: Section, header: str) -> None:
        """The section's `header`, which is not cheap to get."""
        if self._marked and has_marks(header):
            return
        if self._careful:
            self._text(section.start, section.end, section.at)
        if not header.endswith("]"):
            self._add(section.at, f"Invalid section header {quoted(header)}", _header_help(header))
        elif _UNSAFE_IN_HEADER.search(header[1:-1]):
            self._add(section.at, f"Bad characters in section header {quoted(header)}")

    def lines(self, section: str, lines: list[Line]) -> None:
        """The lines of a section, or with an empty name those before the first one."""
        source, read, careful = self._source, self._is_read(section), self._careful
        settled, by_place = self.settled, self.by_place
        for line in lines:
            if isinstance(line, Assignment):
                line.settle(source, section, marked=self._may_be_opaque)
                settled.append(line)
                place = section, line.name
                if place in by_place:
                    by_place[place].append(line)
                else:
                    by_place[place] = [line]
                if section and line.name and not careful:
                    continue
            elif isinstance(line, Comment):
                continue
            else:
                line.source = source
            if careful:
                self._text(line.start, line.end, line.at)
            if not section:
                self._outside(line)
            elif isinstance(line, Junk):
                self._junk(line, read=read)
            elif read and not line.name:
                self._add(line.at, "Missing key name before '=', ignoring line.", refused=False)

    def _is_read(self, section: str) -> bool:
        """Whether systemd looks at the lines of the section at all."""
        if section.startswith(PREFIX_OF_PRIVATE_NAMES):
            return False
        return section in self._known if self._known else section_known(section)

    def _outside(self, line: Assignment | Junk) -> None:
        if isinstance(line, Junk) and (not line.text or self._is_placeholder(line)):
            return
        self._add(
            line.at,
            "Assignment outside of section. Ignoring.",
            "put the line under its section, such as [Service]",
            refused=False,
        )

    def _junk(self, line: Junk, *, read: bool) -> None:
        if line.text and not self._is_placeholder(line) and read:
            self._add(line.at, "Missing '=', ignoring line.", refused=False)

    def _is_placeholder(self, line: Junk) -> bool:
        text = line.text
        if has_marks(text) or _PLACEHOLDER_LINE.match(text):
            self._marked_lines.append(line)
            return True
        return False

    def _text(self, start: int, end: int, at: Location) -> None:
        """A line that is no UTF-8 or too long makes systemd refuse the file, wherever it stands."""
        if self._undecoded and _UNDECODED.search(join(self._source.text, start, end)[0]):
            self._add(at, "String is not UTF-8 clean", "save the file as UTF-8")
        if self._long and end - start > _LONGEST_LINE:
            self._add(at, "Line too long")

    def _add(self, at: Location, message: str, advice: str | None = None, *, refused: bool = True) -> None:
        self._found.append(SyntaxProblem(at, printable(message), advice, refused))


def _header_help(header: str) -> str:
    if "]" in header:
        return "nothing may follow the bracket; a comment has a line of its own"
    return "close the bracket"
