"""GitLab Code Quality: the subset of Code Climate that merge requests show."""

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256

from deploylint.diagnostic import Diagnostic, Report, Severity
from deploylint.report.context import RenderContext
from deploylint.report.json_text import json_text
from deploylint.report.visible import visible

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}


def render(report: Report, context: RenderContext) -> str:  # noqa: ARG001 # every format takes a context
    """A JSON array, empty for a clean report. Problems have no place in this format."""
    seen: Counter[tuple[str, str, str]] = Counter()
    return json_text([_issue(diagnostic, seen) for diagnostic in report.diagnostics])


def _issue(diagnostic: Diagnostic, seen: Counter[tuple[str, str, str]]) -> Mapping[str, object]:
    at, message = diagnostic.at, visible(diagnostic.finding.message)
    identity = (at.path, diagnostic.rule, message)
    seen[identity] += 1
    return {
        "description": f"{diagnostic.rule}: {message}",  # GitLab does not show check_name
        "check_name": diagnostic.rule,
        "fingerprint": _fingerprint(*identity, str(seen[identity])),
        "severity": _SEVERITIES[diagnostic.severity],
        "location": {"path": at.path, "lines": {"begin": at.start.line, "end": at.end.line}},
    }


def _fingerprint(*parts: str) -> str:
    """Without the line, so that an issue keeps its identity when lines move; GitLab merges equal ones."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
