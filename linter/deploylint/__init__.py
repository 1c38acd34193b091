"""What a rule author needs, and nothing else.

The nodes a rule visits come from `deploylint.formats.<format>`, facts from `deploylint.facts`.
"""

from deploylint import amalgamation

amalgamation.load("first")

from deploylint.diagnostic import (  # noqa: E402
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
from deploylint.rule import Context, rule  # noqa: E402
from deploylint.version import __version__  # noqa: E402

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
