"""How often each rule found something, most frequent first."""

from collections import Counter

from deploylint.diagnostic import Report, Severity
from deploylint.report.context import RenderContext
from deploylint.report.json_text import json_text
from deploylint.report.style import painter


def render(report: Report, context: RenderContext) -> str:
    """Rows of count, severity and rule; nothing for a report without findings."""
    paint = painter(color=context.color)
    ordered = _counted(report)
    digits = len(str(max((count for _, count in ordered), default=0)))
    return "".join(
        f"{count:>{digits}}  {paint(severity.value, f'{severity.value:7}')}  {rule}\n"
        for (severity, rule), count in ordered
    )


def render_json(report: Report) -> str:
    """The same as a JSON array of objects."""
    rows = [
        {"count": count, "severity": severity.value, "rule": rule}
        for (severity, rule), count in _counted(report)
    ]
    return json_text(rows)


def _counted(report: Report) -> list[tuple[tuple[Severity, str], int]]:
    counts = Counter((diagnostic.severity, diagnostic.rule) for diagnostic in report.diagnostics)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0][0].rank, item[0][1]))
