"""Annotations in a GitHub Actions log: workflow commands, escaped as `@actions/core` does."""

from deploylint.diagnostic import Diagnostic, Problem, Report, Severity
from deploylint.report.context import RenderContext
from deploylint.report.visible import visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(report: Report, context: RenderContext) -> str:  # noqa: ARG001 # every format takes a context
    """One command per finding or problem; nothing for a clean report."""
    commands = [_finding_command(diagnostic) for diagnostic in report.diagnostics]
    commands += [_problem_command(problem) for problem in report.problems]
    return "".join(f"{command}\n" for command in commands)


def _finding_command(diagnostic: Diagnostic) -> str:
    finding = diagnostic.finding
    start, end = finding.at.start, finding.at.end
    properties = {
        "title": f"deploylint ({diagnostic.rule})",
        "file": visible(finding.at.path),
        "line": str(start.line),
        "col": str(start.column),
        "endLine": str(end.line),
        "endColumn": str(end.column),
    }
    if end.line != start.line:  # the runner refuses columns over several lines
        del properties["col"], properties["endColumn"]
    lines = [f"{visible(str(finding.at))}: {visible(finding.message)}"]
    lines += [f"  {visible(str(label.at))}: {visible(label.text or 'see also')}" for label in finding.related]
    if finding.help:
        lines.append(f"  help: {visible(finding.help)}")
    return _command(_COMMANDS[diagnostic.severity], properties, "\n".join(lines))


def _problem_command(problem: Problem) -> str:
    properties = {"title": "deploylint (problem)"}
    if problem.path is not None:
        properties["file"] = visible(problem.path)
    return _command("error", properties, visible(problem.message))


def _command(name: str, properties: dict[str, str], data: str) -> str:
    listed = ",".join(f"{key}={value.translate(_PROPERTY)}" for key, value in properties.items())
    return f"::{name} {listed}::{data.translate(_DATA)}"
