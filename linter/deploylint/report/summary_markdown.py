"""A Markdown table for the page of a CI job."""

import re

from deploylint.diagnostic import Diagnostic, Report
from deploylint.report.context import RenderContext
from deploylint.report.summary import counted, summary
from deploylint.report.visible import visible

_MOST_BYTES = 1_000_000  # GitHub drops a job summary above 1 MiB without a word
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def render(report: Report, context: RenderContext) -> str:
    """The summary line, problems, and a row per finding as long as they fit."""
    text = f"### deploylint\n\n{_plain(summary(report, fix_hints=False))}\n"
    rows = [f"- {_problem_row(problem.path, problem.message)}\n" for problem in report.problems]
    text += _fitting("\n", rows, "problem", _MOST_BYTES // 2)
    table = "\n| Severity | Rule | Where | Message |\n| --- | --- | --- | --- |\n"
    rows = [_finding_row(diagnostic, context) for diagnostic in report.diagnostics]
    return text + _fitting(table, rows, "finding", _MOST_BYTES - len(text.encode()))


def _fitting(head: str, rows: list[str], noun: str, room: int) -> str:
    """The rows that fit into `room` bytes, and how many did not."""
    if not rows:
        return ""
    taken = [head]
    for number, row in enumerate(rows):
        room -= len(row.encode())
        if room < 0:
            taken.append(f"\n{counted(len(rows) - number, f'more {noun}')} did not fit.\n")
            break
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
    """Text that Markdown shows as it is: every ASCII punctuation may be escaped (CommonMark 2.4)."""
    return _PUNCTUATION.sub(r"\\\g<0>", visible(text))
