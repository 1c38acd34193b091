"""JSON, version 1: `fixtures/schemas/deploylint-report-1.json` describes it.

Lines and columns count from 1, columns in code points, offsets from 0; `end` is exclusive. Version 1 may
gain keys; none is ever renamed, removed or given another meaning.
"""

from collections.abc import Mapping

from deploylint.diagnostic import Diagnostic, Fix, Report
from deploylint.report.context import RenderContext
from deploylint.report.json_text import json_text
from deploylint.report.visible import has_undecodable
from deploylint.source import Location

Json = Mapping[str, object]


def render(report: Report, context: RenderContext) -> str:
    """One JSON object on one line."""
    return json_text(
        {
            "version": 1,
            "tool": {"name": "deploylint", "version": context.version},
            "files": [{"path": file.path, "format": file.format} for file in report.files],
            "findings": [_finding(diagnostic, context) for diagnostic in report.diagnostics],
            "suppressed": report.suppressed,
            "baselined": report.baselined,
            "problems": [{"path": problem.path, "message": problem.message} for problem in report.problems],
        }
    )


def _finding(diagnostic: Diagnostic, context: RenderContext) -> Json:
    finding = diagnostic.finding
    return {
        "rule": diagnostic.rule,
        "severity": diagnostic.severity.value,
        "confidence": diagnostic.confidence.value,
        "group": diagnostic.group.value,
        "message": finding.message,
        "help": finding.help,
        "url": context.rule_url(diagnostic.rule),
        **_place(finding.at),
        "related": [{"message": label.text, **_place(label.at)} for label in finding.related],
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _fix(fix: Fix) -> Json | None:
    """None for a fix that writes bytes which are not UTF-8: JSON cannot carry them."""
    if any(has_undecodable(edit.replacement) for edit in fix.edits):
        return None
    return {
        "title": fix.title,
        "safety": fix.safety.value,
        "edits": [{**_place(edit.at), "replacement": edit.replacement} for edit in fix.edits],
    }


def _place(at: Location) -> Json:
    return {
        "path": at.path,
        "start": _position(at, at.span.start),
        "end": _position(at, at.span.end),
    }


def _position(at: Location, offset: int) -> Json:
    position = at.source.position(offset)
    return {"line": position.line, "column": position.column, "offset": offset}
