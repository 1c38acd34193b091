"""The map as JSON: `{"version": 1, "deployments": [{"name", "files", "boxes", "arrows"}]}`."""

import json
from collections.abc import Sequence

from deploylint.diagnostic import Diagnostic
from deploylint.map.chart import Chart
from deploylint.map.details import Detail
from deploylint.source import Location
from deploylint.typed import Any


def render(charts: Sequence[Chart]) -> str:
    """One document for all deployments."""
    return json.dumps({"version": 1, "deployments": [_chart(chart) for chart in charts]}, indent=2) + "\n"


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "name": chart.name,
        "files": chart.files,
        "boxes": [
            {
                "id": box.id,
                "kind": box.kind,
                "title": box.title,
                "group": box.group,
                "at": _place(box.at),
                "details": [_detail(detail) for detail in box.details],
                "findings": [_finding(found) for found in box.findings],
            }
            for box in chart.boxes
        ],
        "arrows": [
            {
                "from": arrow.start,
                "to": arrow.end,
                "label": arrow.label,
                "certain": arrow.certain,
                "at": _place(arrow.at),
                "details": [_detail(detail) for detail in arrow.details],
                "findings": [_finding(found) for found in arrow.findings],
            }
            for arrow in chart.arrows
        ],
    }


def _detail(detail: Detail) -> dict[str, Any]:
    return {
        "name": detail.name,
        "value": detail.text if detail.known else None,
        "unknown": None if detail.known else detail.text,
        "why": detail.why,
        "at": _place(detail.at),
    }


def _finding(found: Diagnostic) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "severity": found.severity.value,
        "message": found.finding.message,
        "at": _place(found.at),
    }


def _place(at: Location | None) -> dict[str, Any] | None:
    if at is None:
        return None
    return {"path": at.path, "line": at.start.line, "column": at.start.column}
