"""The exit statuses, and how a command says why it failed."""

import sys

from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.diagnostic import Report

CLEAN, FINDINGS, FAILURE = 0, 1, 2
INTERRUPTED = 130  # what shells say of a program that Ctrl-C ended


def complain(message: str) -> int:
    """Say in one line why the run failed; the result is the exit status."""
    from deploylint.report.visible import visible  # noqa: PLC0415

    sys.stderr.write(f"deploylint: {visible(message)}\n")
    return FAILURE


def tell_problems(report: "Report") -> int:
    """Say what kept the run from looking, a line each; the result is the exit status."""
    for problem in report.problems:
        complain(f"{problem.path}: {problem.message}" if problem.path else problem.message)
    return FAILURE if report.problems else CLEAN


def status_of(report: "Report", fail_on: str) -> int:
    """The exit status that a report stands for, whatever it is shown as."""
    from deploylint.diagnostic import Severity  # noqa: PLC0415

    if report.problems:
        return FAILURE
    if fail_on == "never":
        return CLEAN
    limit = Severity(fail_on).rank
    return FINDINGS if any(diagnostic.severity.rank <= limit for diagnostic in report.diagnostics) else CLEAN
