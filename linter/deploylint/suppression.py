"""`# deploylint: ignore[rule-a, rule-b] reason`: comments that silence findings.

On a line of its own the comment covers the statement below it, after code it covers its line. It
counts at any location of a finding, so a cross-file finding can be silenced at either end. There is
no form without rule names. A comment that silences nothing is itself a finding.
"""

import re
from collections.abc import Iterable, Sequence

from deploylint.dataclass import dataclass, field
from deploylint.diagnostic import Confidence, Diagnostic, Edit, Finding, Fix, Group, Severity
from deploylint.document import Document
from deploylint.source import Location, Span
from deploylint.vocabulary.nearest import nearest

UNUSED = "unused-suppression"
UNKNOWN = "unknown-rule-in-suppression"

_DIRECTIVE = re.compile(r"deploylint:[ \t]*ignore\[([^\]\n]*+)\]")
_NAME = re.compile(r"[^\s,]+")


@dataclass(slots=True)
class Suppression:
    """One comment: where it is, what it covers, and the rules it names with their spans."""

    document: Document
    comment: Span
    covers: Span
    rules: dict[str, Span]
    used: set[str] = field(default_factory=set)


def read(documents: Iterable[Document]) -> list[Suppression]:
    """All suppression comments of the documents."""
    return [
        found for document in documents if "deploylint:" in document.source.text for found in _in(document)
    ]


def _in(document: Document) -> Iterable[Suppression]:
    text = document.source.text
    for comment in document.comments():
        match = _DIRECTIVE.search(text, comment.start, comment.end)
        if match is None:
            continue
        names = {
            name.group(): Span(match.start(1) + name.start(), match.start(1) + name.end())
            for name in _NAME.finditer(match.group(1))
        }
        yield Suppression(document, comment, _covered(document, comment), names)


def _covered(document: Document, comment: Span) -> Span:
    """The comment's line when code stands before it, else the next statement below the comment."""
    source = document.source
    line = source.position(comment.start).line
    start = source.line_starts[line - 1]
    if source.text[start : comment.start].strip():
        return Span(start, start + len(source.line(line)))
    while line < len(source.line_starts):
        line += 1
        stripped = source.line(line).strip()
        if stripped and not stripped.startswith(("#", ";", "//", "<!--")):
            return document.statement(source.line_starts[line - 1])
    return comment


def apply(
    diagnostics: Sequence[Diagnostic],
    suppressions: Sequence[Suppression],
    checked: frozenset[str],
    known: frozenset[str],
) -> tuple[list[Diagnostic], int]:
    """Take the silenced findings out and add those about the comments themselves.

    `checked` are the rules that ran: only those can be unused. `known` are all rules there are.
    """
    by_path: dict[str, list[Suppression]] = {}
    for suppression in suppressions:
        by_path.setdefault(suppression.document.path, []).append(suppression)
    kept = [diagnostic for diagnostic in diagnostics if not _is_silenced(diagnostic, by_path)]
    silenced = len(diagnostics) - len(kept)
    for suppression in suppressions:
        kept += _about(suppression, checked, known)
    return kept, silenced


def _is_silenced(diagnostic: Diagnostic, by_path: dict[str, list[Suppression]]) -> bool:
    silenced = False
    for at in diagnostic.locations:
        for suppression in by_path.get(at.path, ()):
            if diagnostic.rule in suppression.rules and _touches(suppression.covers, at.span):
                suppression.used.add(diagnostic.rule)
                silenced = True
    return silenced


def _touches(covers: Span, span: Span) -> bool:
    return covers.start <= span.start < covers.end or span.start <= covers.start < span.end


def _about(suppression: Suppression, checked: frozenset[str], known: frozenset[str]) -> list[Diagnostic]:
    source, found = suppression.document.source, []
    for name, span in suppression.rules.items():
        at = Location(source, span)
        if name not in known:
            close = nearest(name, sorted(known))
            help_text = f"did you mean {close}?" if close else "deploylint rules lists them all"
            fix = Fix(f"Write {close}", (Edit(at, close),)) if close else None
            message = f'no rule is called "{name}", so this comment silences nothing'
            found.append(_diagnostic(UNKNOWN, Finding(at, message, help=help_text, fix=fix)))
        elif name in checked and name not in suppression.used:
            message = f"{name} finds nothing here that this comment would silence"
            fix = _removal(suppression, name)
            found.append(_diagnostic(UNUSED, Finding(at, message, help="remove it", fix=fix)))
    return found


def _diagnostic(rule: str, finding: Finding) -> Diagnostic:
    return Diagnostic(rule, Severity.WARNING, Confidence.HIGH, Group.VALIDITY, finding)


def _removal(suppression: Suppression, name: str) -> Fix:
    """Take one name out, or the whole comment with its line when no name remains."""
    source, span = suppression.document.source, suppression.rules[name]
    others = [other for other in suppression.rules if other != name]
    if others:
        end = span.end + len(re.match(r"[ \t]*,?[ \t]*", source.text[span.end :])[0])  # type: ignore[index]
        last = list(suppression.rules)[-1] == name
        start = (
            span.start - (len(source.text[: span.start]) - len(source.text[: span.start].rstrip(", \t")))
            if last
            else span.start
        )
        return Fix(f"Remove {name}", (Edit(source.location(start, span.end if last else end), ""),))
    line = source.position(suppression.comment.start).line
    start = source.line_starts[line - 1]
    before = source.text[start : suppression.comment.start]
    if before.strip():
        return Fix(
            "Remove the comment",
            (Edit(source.location(start + len(before.rstrip()), suppression.comment.end), ""),),
        )
    end = source.line_starts[line] if line < len(source.line_starts) else len(source.text)
    return Fix("Remove the comment", (Edit(source.location(start, end), ""),))
