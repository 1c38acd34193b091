"""JUnit XML: one suite per file, one failed case per finding, one passed case for a clean file."""

from collections.abc import Iterator
from html import escape

from deploylint.diagnostic import Diagnostic, Problem, Report, Severity
from deploylint.report.context import RenderContext
from deploylint.report.visible import visible


def render(report: Report, context: RenderContext) -> str:  # noqa: ARG001 # every format takes a context
    """Errors and warnings are failures, problems are errors; a note is a passed case with output."""
    by_path: dict[str, list[Diagnostic]] = {file.path: [] for file in report.files}
    for diagnostic in report.diagnostics:
        by_path.setdefault(diagnostic.at.path, []).append(diagnostic)
    failures = sum(map(_fails, report.diagnostics))
    tests = sum(max(1, len(found)) for found in by_path.values()) + len(report.problems)
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites{_attributes(name='deploylint', tests=tests, failures=failures, errors=len(report.problems))}>",
    ]
    for path, found in by_path.items():
        rows += _suite(path, found)
    if report.problems:
        rows += _problem_suite(report.problems)
    return "\n".join([*rows, "</testsuites>"]) + "\n"


def _fails(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is not Severity.NOTE


def _suite(path: str, found: list[Diagnostic]) -> Iterator[str]:
    failures = sum(map(_fails, found))
    yield f"<testsuite{_attributes(name=path, tests=max(1, len(found)), failures=failures, errors=0)}>"
    if not found:
        yield f"<testcase{_attributes(name='org.deploylint', classname=path)}/>"
    for diagnostic in found:
        yield from _case(path, diagnostic)
    yield "</testsuite>"


def _case(path: str, diagnostic: Diagnostic) -> Iterator[str]:
    finding = diagnostic.finding
    line = finding.at.start.line
    yield f"<testcase{_attributes(name=f'org.deploylint.{diagnostic.rule}', classname=path, file=path, line=line)}>"
    rows = [f"{finding.at}: {finding.message}", *(f"{label.at}: {label.text}" for label in finding.related)]
    if finding.help:
        rows.append(f"help: {finding.help}")
    body = "\n".join(escape(visible(row)) for row in rows)
    if _fails(diagnostic):
        attributes = _attributes(message=finding.message, type=diagnostic.severity.value)
        yield f"<failure{attributes}>{body}</failure>"
    else:
        yield f"<system-out>{body}</system-out>"
    yield "</testcase>"


def _problem_suite(problems: list[Problem]) -> Iterator[str]:
    yield f"<testsuite{_attributes(name='deploylint', tests=len(problems), failures=0, errors=len(problems))}>"
    for problem in problems:
        yield f"<testcase{_attributes(name='org.deploylint.problem', classname=problem.path or 'deploylint')}>"
        yield f"<error{_attributes(message=problem.message, type='problem')}/>"
        yield "</testcase>"
    yield "</testsuite>"


def _attributes(**values: str | int) -> str:
    return "".join(f' {name}="{escape(visible(str(value)))}"' for name, value in values.items())
