"""What a rule author needs, and nothing else.

The nodes a rule visits come from `deploylint.formats.<format>`, facts from `deploylint.facts`.
"""

from deploylint.diagnostic import (
    Confidence,
    Edit,
    Finding,
    Findings,
    Fix,
    Group,
    Label,
    Safety,
    Severity,
)
from deploylint.rule import Context, rule
from deploylint.version import __version__

__all__ = [
    "Confidence",
    "Context",
    "Edit",
    "Finding",
    "Findings",
    "Fix",
    "Group",
    "Label",
    "Safety",
    "Severity",
    "__version__",
    "rule",
]
