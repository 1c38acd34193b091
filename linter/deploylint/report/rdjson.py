"""Reviewdog Diagnostic Format: columns count UTF-8 bytes from 1, `end` is exclusive (`reviewdog.proto`)."""

from collections.abc import Callable, Mapping

from deploylint.diagnostic import Diagnostic, Fix, Report, Severity
from deploylint.report.columns import UnitColumns, columns_of, utf8_size
from deploylint.report.context import RenderContext
from deploylint.report.json_text import json_text
from deploylint.report.visible import has_undecodable, visible
from deploylint.source import Location, Source

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}

Json = Mapping[str, object]
Columns = Callable[[Source], UnitColumns]


def render(report: Report, context: RenderContext) -> str:
    """One `DiagnosticResult`. A problem becomes a diagnostic of its file."""
    columns = columns_of(utf8_size)
    diagnostics = [_diagnostic(diagnostic, context, columns) for diagnostic in report.diagnostics]
    diagnostics += [
        {"message": visible(problem.message), "severity": "ERROR", "location": {"path": problem.path or "."}}
        for problem in report.problems
    ]
    source = {"name": "deploylint", **({"url": context.homepage} if context.homepage else {})}
    return json_text({"source": source, "diagnostics": diagnostics})


def _diagnostic(diagnostic: Diagnostic, context: RenderContext, columns: Columns) -> Json:
    finding = diagnostic.finding
    url = context.rule_url(diagnostic.rule)
    shown: dict[str, object] = {
        "message": "\n".join(visible(text) for text in (finding.message, finding.help) if text),
        "location": _location(finding.at, columns),
        "severity": _SEVERITIES[diagnostic.severity],
        "code": {"value": diagnostic.rule, **({"url": url} if url else {})},
    }
    if finding.related:
        shown["related_locations"] = [
            {"message": visible(label.text), "location": _location(label.at, columns)}
            for label in finding.related
        ]
    if finding.fix and (suggestion := _suggestion(finding.fix, finding.at.source, columns)):
        shown["suggestions"] = [suggestion]
    return shown


def _suggestion(fix: Fix, source: Source, columns: Columns) -> Json | None:
    """All edits as one replacement: suggestions are taken one by one, and belong to the file of the finding."""
    if not fix.edits or any(edit.at.source is not source for edit in fix.edits):
        return None
    edits = sorted(fix.edits, key=lambda edit: edit.at.span)
    start, end = edits[0].at.span.start, edits[-1].at.span.end
    pieces, at = [], start
    for edit in edits:
        pieces += [source.text[at : edit.at.span.start], edit.replacement]
        at = edit.at.span.end
    text = "".join(pieces)
    if has_undecodable(text):
        return None
    return {"range": _range(source.location(start, end), columns), "text": text}


def _location(at: Location, columns: Columns) -> Json:
    return {"path": at.path, "range": _range(at, columns)}


def _range(at: Location, columns: Columns) -> Json:
    start, end = (columns(at.source).position(offset) for offset in (at.span.start, at.span.end))
    return {
        "start": {"line": start.line, "column": start.column},
        "end": {"line": end.line, "column": end.column},
    }
