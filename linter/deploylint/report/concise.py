"""One line per finding: `path:line:column: severity[rule]: message`, then the summary."""

from deploylint.diagnostic import Diagnostic, Problem, Report, Safety
from deploylint.report.context import RenderContext
from deploylint.report.style import Paint, painter, title
from deploylint.report.summary import summary
from deploylint.report.visible import visible


def render(report: Report, context: RenderContext) -> str:
    """A finding that has a fix ends with `[fix]`, or `[unsafe fix]`."""
    paint = painter(color=context.color)
    rows = [_finding_row(diagnostic, context, paint) for diagnostic in report.diagnostics]
    rows += [_problem_row(problem, paint) for problem in report.problems]
    rows.append(summary(report, fix_hints=context.fix_hints))
    return "\n".join(rows) + "\n"


def _finding_row(diagnostic: Diagnostic, context: RenderContext, paint: Paint) -> str:
    finding = diagnostic.finding
    start = finding.at.start
    where = f"{_path(finding.at.path)}:{start.line}:{start.column}"
    row = f"{paint('strong', where)}: {title(diagnostic, context, paint)}: {visible(finding.message)}"
    if finding.fix is None:
        return row
    return f"{row} [fix]" if finding.fix.safety is Safety.SAFE else f"{row} [unsafe fix]"


def _problem_row(problem: Problem, paint: Paint) -> str:
    row = f"{paint('problem', 'problem')}: {visible(problem.message)}"
    return row if problem.path is None else f"{paint('strong', _path(problem.path))}: {row}"


def _path(path: str) -> str:
    """A row must not start with `::`, which a GitHub Actions log takes for a command."""
    shown = visible(path)
    return f"./{shown}" if f"{shown}:".lstrip().startswith("::") else shown
