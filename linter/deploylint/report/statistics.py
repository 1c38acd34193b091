"""How often each rule found something, most frequent first."""

from collections import Counter

from deploylint.diagnostic import Report
from deploylint.report.context import RenderContext
from deploylint.report.style import painter


def render(report: Report, context: RenderContext) -> str:
    """Rows of count, severity and rule; nothing for a report without findings."""
    paint = painter(color=context.color)
    counts = Counter((diagnostic.severity, diagnostic.rule) for diagnostic in report.diagnostics)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0][0].rank, item[0][1]))
    digits = len(str(max(counts.values(), default=0)))
    return "".join(
        f"{count:>{digits}}  {paint(severity.value, f'{severity.value:7}')}  {rule}\n"
        for (severity, rule), count in ordered
    )
