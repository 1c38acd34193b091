"""From what nginx refuses to findings."""

from collections.abc import Iterable

from deploylint import Confidence, Finding, Findings, Label, Severity
from deploylint.formats.nginx.placing import Refusal
from deploylint.formats.nginx.relations.scopes import Fault


def refused(refusals: Iterable[Refusal]) -> Findings:
    """One finding for each directive that its setter refuses."""
    for one in refusals:
        yield Finding(one.at, one.message, help=one.help)


def faulty(faults: Iterable[Fault]) -> Findings:
    """One finding for each fault; a warning where something out of sight may make it right."""
    for one in faults:
        yield Finding(
            one.at,
            one.message,
            related=(Label(one.first, "the first one is here"),) if one.first else (),
            help=one.help,
            severity=None if one.sure else Severity.WARNING,
            confidence=None if one.sure else Confidence.MEDIUM,
        )
