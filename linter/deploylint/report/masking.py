"""What a report never shows: the secrets of the files it quotes.

Every format renders a report that went through `masked`: the sources behind its locations have asterisks in the
place of their secrets, wherever the same text stands, as many as there were characters, so that all offsets hold; the words of findings have
`***`. Which rule found something on the line does not matter, nor whether the rule for secrets is on. A fix that
writes a secret, or spans one, is left out: to apply it, a program would need what it must not show.
"""

from bisect import bisect_left
from collections.abc import Iterable

from deploylint import secrets
from deploylint.dataclass import replace
from deploylint.diagnostic import Diagnostic, Edit, Finding, Fix, Label, Problem, Report
from deploylint.secrets import Secret
from deploylint.source import Location, Source

_MOST_EVERYWHERE = 100
"""Up to so many values are looked for in all messages; of more, those on the lines of a finding."""


def masked(report: Report) -> Report:
    """The report without secrets; the same object where no file behind it has one."""
    sources = {
        id(at.source): at.source for diagnostic in report.diagnostics for at in _places(diagnostic.finding)
    }
    found = {key: secrets.find(source.text) for key, source in sources.items()}
    if not any(found.values()):
        return report
    masks = _Masks(sources, found)
    return Report(
        report.files,
        [_diagnostic(diagnostic, masks) for diagnostic in report.diagnostics],
        report.suppressed,
        [Problem(masks.words(problem.message, ()), problem.path) for problem in report.problems],
        report.baselined,
    )


def without_secrets(report: Report) -> list[Diagnostic]:
    """The findings at their places in the real texts, for what shows their words and no source."""
    return [
        replace(
            diagnostic,
            finding=replace(
                diagnostic.finding,
                message=said.message,
                label=said.label,
                related=tuple(
                    Label(one.at, shown.text)
                    for one, shown in zip(diagnostic.finding.related, said.related, strict=True)
                ),
                help=said.help,
                fix=None,
            ),
        )
        for diagnostic, said in zip(
            report.diagnostics, (one.finding for one in masked(report).diagnostics), strict=True
        )
    ]


def hidden(text: str) -> str:
    """A text with asterisks in the place of its secrets."""
    found = secrets.find(text)
    return (
        _hidden(text, found, _values(text[one.span.start : one.span.end] for one in found)) if found else text
    )


def _values(found: Iterable[str]) -> list[str]:
    """Values to look for everywhere, the longest first; none where there are too many."""
    values = set(found)
    return sorted(values, key=len, reverse=True) if len(values) <= _MOST_EVERYWHERE else []


class _Masks:
    """The masked sources by the identity of the real ones, and the values that no message may quote."""

    def __init__(self, sources: dict[int, Source], found: dict[int, tuple[Secret, ...]]) -> None:
        self._found = found
        self._starts = {key: [secret.span.start for secret in each] for key, each in found.items()}
        self._everywhere = _values(
            sources[key].text[secret.span.start : secret.span.end]
            for key, each in found.items()
            for secret in each
        )
        self._sources = {
            key: Source(source.path, shown)
            if (shown := _hidden(source.text, found[key], self._everywhere)) != source.text
            else source
            for key, source in sources.items()
        }

    def at(self, at: Location) -> Location:
        return Location(self._sources[id(at.source)], at.span)

    def near(self, places: Iterable[Location]) -> tuple[str, ...]:
        """The values on the lines of some places."""
        if self._everywhere:
            return ()
        return tuple(
            at.source.text[one.span.start : one.span.end] for at in places for one in self.touched(at)
        )

    def touched(self, at: Location) -> list[Secret]:
        """The secrets on the lines of a place, as far as they begin there."""
        source = at.source
        first = source.line_starts[at.start.line - 1]
        last = source.line_starts[at.end.line] if at.end.line < len(source.line_starts) else len(source.text)
        starts, found = self._starts[id(source)], self._found[id(source)]
        return list(found[bisect_left(starts, first) : bisect_left(starts, last)][:_MOST_EVERYWHERE])

    def words(self, text: str, values: tuple[str, ...]) -> str:
        for value in (*self._everywhere, *values):
            if value in text:
                text = text.replace(value, "***")
        return text


def _hidden(text: str, found: tuple[Secret, ...], everywhere: list[str]) -> str:
    """The text without its secrets, nor the same values where nothing tells that they are secrets."""
    pieces, at = [], 0
    for secret in found:
        inside = text[secret.span.start : secret.span.end]
        pieces += [
            text[at : secret.span.start],
            *("\n" if c == "\n" else "\r" if c == "\r" else "*" for c in inside),
        ]
        at = secret.span.end
    hidden = "".join([*pieces, text[at:]])
    for value in everywhere:
        hidden = hidden.replace(value, "".join(c if c in "\r\n" else "*" for c in value))
    return hidden


def _places(finding: Finding) -> list[Location]:
    edits = finding.fix.edits if finding.fix else ()
    return [finding.at, *(label.at for label in finding.related), *(edit.at for edit in edits)]


def _diagnostic(diagnostic: Diagnostic, masks: _Masks) -> Diagnostic:
    finding = diagnostic.finding
    values = masks.near(_places(finding))
    return replace(
        diagnostic,
        finding=replace(
            finding,
            at=masks.at(finding.at),
            message=masks.words(finding.message, values),
            label=masks.words(finding.label, values),
            related=tuple(Label(masks.at(one.at), masks.words(one.text, values)) for one in finding.related),
            help=masks.words(finding.help, values) if finding.help else finding.help,
            fix=_fix(finding.fix, masks, values) if finding.fix else None,
        ),
    )


def _fix(fix: Fix, masks: _Masks, values: tuple[str, ...]) -> Fix | None:
    """The fix, unless what it writes or what lies between its edits holds a secret."""
    reach: dict[int, Location] = {}
    for edit in fix.edits:
        before = reach.get(id(edit.at.source), edit.at)
        start = min(before.span.start, edit.at.span.start)
        end = max(before.span.end, edit.at.span.end)
        reach[id(edit.at.source)] = edit.at.source.location(start, end)
    for at in reach.values():
        if any(one.span.start < at.span.end and one.span.end > at.span.start for one in masks.touched(at)):
            return None
    if any(masks.words(edit.replacement, values) != edit.replacement for edit in fix.edits):
        return None
    return replace(
        fix,
        title=masks.words(fix.title, values),
        edits=tuple(Edit(masks.at(e.at), e.replacement) for e in fix.edits),
    )
