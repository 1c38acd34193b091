"""`# deploylint: ignore[rule-a, rule-b] reason`: comments that silence findings.

On a line of its own the comment covers the statement below it, after code it covers its line. It
counts at any location of a finding, so a cross-file finding can be silenced at either end. There is
no form without rule names. What is wrong with the comments themselves (`UnusedSuppression`,
`UnknownSuppression`) is for rules of the subject `suppression` to say.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from deploylint import formats
from deploylint.dataclass import dataclass, field
from deploylint.diagnostic import Diagnostic
from deploylint.document import Document
from deploylint.pattern import pattern
from deploylint.recognition import recognise
from deploylint.source import Location, Source, Span

SUBJECT = "suppression"

_DIRECTIVE = pattern(r"deploylint:[ \t]*ignore\b(?:\[([^\]\n]*+)\])?")
_NAME = pattern(r"[^\s,]+")


@dataclass(slots=True)
class Suppression:
    """One comment: where it is, what it covers, the present names of the rules it names, and the spans of the names.

    `leads` says that nothing but comments stands before it, so that it also covers what a finding says of the file as
    a whole, at its very start. `used` are the rules that it silenced.
    """

    document: Document
    comment: Span
    covers: Span
    rules: dict[str, Span]
    leads: bool
    used: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class UnusedSuppression:
    """A comment of which some rules, in their order, silenced nothing. `comment` goes from its mark to its end.

    `names` are all rules of the comment with their places.
    """

    comment: Location
    names: tuple[tuple[str, Location], ...]
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnknownSuppression:
    """A name in a comment that no rule has; empty where the comment names none. `known` are all names there are.

    `comment` goes from its mark to its end, `names` are all rules of the comment with their places.
    """

    at: Location
    name: str
    known: tuple[str, ...]
    comment: Location
    names: tuple[tuple[str, Location], ...]


def read(documents: Iterable[Document], present: Callable[[str], str]) -> list[Suppression]:
    """All suppression comments of the documents. `present` gives the present name of a renamed rule."""
    return [
        found
        for document in documents
        if "deploylint:" in document.source.text
        for found in _in(document, present)
    ]


def touched(diagnostics: Iterable[Diagnostic], documents: Iterable[Document]) -> list[Document]:
    """The files with comments for us that findings show and that are not linted themselves, such as application modules."""
    linted = {document.path for document in documents}
    sources = {
        at.path: at.source
        for diagnostic in diagnostics
        for at in diagnostic.locations
        if at.path not in linted and "deploylint:" in at.source.text
    }
    found = ((source, _kind(source)) for source in sources.values())
    return [formats.load(kind).parse(source) for source, kind in found if kind is not None]


def _kind(source: Source) -> str | None:
    """The format by which the comments of a file are read: Python is read as gunicorn's files are."""
    return "gunicorn" if source.path.endswith(".py") else recognise(source.path, source.text)


def _in(document: Document, present: Callable[[str], str]) -> Iterator[Suppression]:
    text, first = document.source.text, _first_code(document.source)
    for comment in document.comments():
        match = _DIRECTIVE.search(text, comment.start, comment.end)
        if match is None:
            continue
        names = {
            present(name.group()): Span(match.start(1) + name.start(), match.start(1) + name.end())
            for name in _NAME.finditer(match.group(1) or "")
        }
        yield Suppression(document, comment, _covered(document, comment), names, comment.start < first)


def _covered(document: Document, comment: Span) -> Span:
    """The comment's line when code stands before it, else the next statement below the comment."""
    source = document.source
    line = source.position(comment.start).line
    start = source.line_starts[line - 1]
    if source.text[start : comment.start].strip():
        return Span(start, start + len(source.line(line)))
    while line < len(source.line_starts):
        line += 1
        if _is_code(source.line(line)):
            return document.statement(source.line_starts[line - 1])
    return comment


def _first_code(source: Source) -> int:
    """The offset of the first line that is neither blank nor a comment; the length of the text without one."""
    numbers = range(1, len(source.line_starts) + 1)
    number = next((number for number in numbers if _is_code(source.line(number))), None)
    return len(source.text) if number is None else source.line_starts[number - 1]


def _is_code(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith(("#", ";", "//", "<!--"))


def silence(
    diagnostics: Sequence[Diagnostic], suppressions: Sequence[Suppression]
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """The findings that no comment silences, and those that one does. Marks the comments as used."""
    by_path: dict[str, list[Suppression]] = {}
    for suppression in suppressions:
        by_path.setdefault(suppression.document.path, []).append(suppression)
    kept: list[Diagnostic] = []
    silenced: list[Diagnostic] = []
    for diagnostic in diagnostics:
        (silenced if _is_silenced(diagnostic, by_path) else kept).append(diagnostic)
    return kept, silenced


def _is_silenced(diagnostic: Diagnostic, by_path: Mapping[str, list[Suppression]]) -> bool:
    silenced = False
    for at in diagnostic.locations:
        for suppression in by_path.get(at.path, ()):
            if diagnostic.rule in suppression.rules and _touches(suppression, at.span):
                suppression.used.add(diagnostic.rule)
                silenced = True
    return silenced


def _touches(suppression: Suppression, span: Span) -> bool:
    covers = suppression.covers
    if span.start == span.end:  # a place between two characters: where something is missing
        return covers.start <= span.start <= covers.end or (suppression.leads and span.start == 0)
    return covers.start <= span.start < covers.end or span.start <= covers.start < span.end


def review(
    suppressions: Iterable[Suppression], known: Sequence[str], was_checked: Callable[[str, str], bool]
) -> Iterator[UnusedSuppression | UnknownSuppression]:
    """What is wrong with the comments.

    `was_checked(rule, path)` tells whether a rule ran and would have said what it finds in a file: what
    was not looked for is not unused.
    """
    names = frozenset(known)
    for suppression in suppressions:
        source = suppression.document.source
        comment = Location(source, suppression.comment)
        places = tuple((name, Location(source, span)) for name, span in suppression.rules.items())
        if not places:
            yield UnknownSuppression(comment, "", tuple(known), comment, places)
        for name, at in places:
            if name not in names:
                yield UnknownSuppression(at, name, tuple(known), comment, places)
        unused = tuple(
            name
            for name in suppression.rules
            if name in names and name not in suppression.used and was_checked(name, source.path)
        )
        if unused:
            yield UnusedSuppression(comment, places, unused)
