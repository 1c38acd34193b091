"""What a rule says about itself, as data: for reports, lists and pages that must not load the rule."""

from deploylint.dataclass import dataclass
from deploylint.diagnostic import Confidence, Group, Severity


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule without its check.

    `summary` is one line and `description` a few plain sentences; `help` is the whole documentation in
    Markdown. None of them may tell anything about one particular finding. `aliases` are former names.
    """

    name: str
    severity: Severity
    confidence: Confidence
    group: Group
    summary: str
    description: str = ""
    help: str = ""
    tags: tuple[str, ...] = ()
    url: str | None = None
    aliases: tuple[str, ...] = ()
