"""A Markdown table for the page of a CI job."""

from collections.abc import Iterable

from deploylint.diagnostic import Diagnostic, Report
from deploylint.pattern import IGNORECASE, pattern
from deploylint.report.context import RenderContext
from deploylint.report.summary import counted, summary
from deploylint.report.visible import visible

_MOST_BYTES = 1_000_000  # GitHub drops a job summary above 1 MiB without a word
# What means something inside a cell, to GitHub or to GitLab: mentions, references, emoji and addresses, too.
_SPECIAL = pattern(r"[\\`*_\[\]<>|#~&@:!$%{]|(?<=www)\.", IGNORECASE)


def render(report: Report, context: RenderContext) -> str:
    """The summary line, problems, and a row per finding as long as they fit."""
    text = f"### deploylint\n\n{_plain(summary(report, fix_hints=False))}\n"
    if report.problems:
        listed = (f"- {_problem_row(problem.path, problem.message)}\n" for problem in report.problems)
        text += "\n" + _fitting(listed, len(report.problems), "problem", _MOST_BYTES // 2)
    if report.diagnostics:
        rows = (_finding_row(diagnostic, context) for diagnostic in report.diagnostics)
        text += "\n| Severity | Rule | Where | Message |\n| --- | --- | --- | --- |\n"
        text += _fitting(rows, len(report.diagnostics), "finding", _MOST_BYTES - len(text.encode()))
    return text


def _fitting(rows: Iterable[str], total: int, noun: str, room: int) -> str:
    """The first rows that fit into `room` bytes, and how many do not."""
    taken: list[str] = []
    for row in rows:
        room -= len(row.encode())
        if room < 0:
            return f"{''.join(taken)}\n{counted(total - len(taken), f'more {noun}')} did not fit.\n"
        taken.append(row)
    return "".join(taken)


def _problem_row(path: str | None, message: str) -> str:
    return _plain(message if path is None else f"{path}: {message}")


def _finding_row(diagnostic: Diagnostic, context: RenderContext) -> str:
    url = context.rule_url(diagnostic.rule)
    rule = f"[{_plain(diagnostic.rule)}]({url})" if url else _plain(diagnostic.rule)
    where, message = _plain(str(diagnostic.at)), _plain(diagnostic.finding.message)
    return f"| {diagnostic.severity.value} | {rule} | {where} | {message} |\n"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\g<0>", visible(text))
