"""The last line of a report for people: what was found, what was hidden, what can be mended."""

from collections import Counter

from deploylint.diagnostic import Report, Safety, Severity


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary(report: Report, *, fix_hints: bool) -> str:
    """Found 4 errors, 2 warnings in 6 files (1 suppressed). 3 fixable with --fix."""
    found = Counter(diagnostic.severity for diagnostic in report.diagnostics)
    counts = ", ".join(counted(found[severity], severity.value) for severity in Severity if found[severity])
    where = f"in {counted(len(report.files), 'file')}"
    elsewhere = [(report.suppressed, "suppressed"), (report.baselined, "in the baseline")]
    if hidden := ", ".join(f"{count} {how}" for count, how in elsewhere if count):
        where += f" ({hidden})"
    if counts:
        sentences = [f"Found {counts} {where}."]
    elif report.problems:
        sentences = [f"Found nothing {where}."]
    else:
        sentences = [f"No problems {where}."]
    if report.problems:
        sentences.append(
            f"{counted(len(report.problems), 'problem')} kept deploylint from checking everything."
        )
    if fix_hints and (hint := _fix_hint(report)):
        sentences.append(hint)
    return " ".join(sentences)


def _fix_hint(report: Report) -> str:
    fixes = [d.finding.fix for d in report.diagnostics if d.finding.fix is not None]
    safe = sum(fix.safety is Safety.SAFE for fix in fixes)
    unsafe = len(fixes) - safe
    if not safe:
        return f"{unsafe} fixable with --fix --unsafe-fixes." if unsafe else ""
    return f"{safe} fixable with --fix{f' ({unsafe} more with --unsafe-fixes)' if unsafe else ''}."
