"""What a rule says: findings, the places they show, and the edits that mend them."""

from __future__ import annotations

from collections.abc import Iterable

from deploylint.dataclass import dataclass, field
from deploylint.enumeration import Enum
from deploylint.source import Location


class Severity(Enum):
    """How bad it is.

    `ERROR`: the program refuses or drops it, requests certainly fail, or it hands over control.
    `WARNING`: it works until load, restart, reboot or an attacker comes. `NOTE`: practice.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return _SEVERITY_RANK[self]


_SEVERITY_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


class Confidence(Enum):
    """How sure the rule is that the pattern is the fault it names."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Group(Enum):
    """What a rule is about."""

    VALIDITY = "validity"
    CORRECTNESS = "correctness"
    SECURITY = "security"
    RELIABILITY = "reliability"
    PERFORMANCE = "performance"
    STYLE = "style"


class Safety(Enum):
    """`SAFE`: the running service behaves the same, or the old text could not have worked. Else `UNSAFE`."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text at `at`. An empty span inserts, an empty replacement deletes."""

    at: Location
    replacement: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together: all are made or none. They may span files and never overlap."""

    title: str
    edits: tuple[Edit, ...]
    safety: Safety = Safety.SAFE


@dataclass(frozen=True, slots=True)
class Label:
    """A place with the words that stand under its carets. The words may be empty."""

    at: Location
    text: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, as a rule yields it.

    `at` is the line a person would change; `message` stands alone on one line, says what is wrong and
    has no braces and no markup; `label` says why here; `help` says what to do. `severity` and
    `confidence` override the rule's own when they are set.
    """

    at: Location
    message: str
    label: str = ""
    related: tuple[Label, ...] = ()
    help: str | None = None
    fix: Fix | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None


Findings = Iterable[Finding]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding together with the rule that made it: what reports show."""

    rule: str
    severity: Severity
    confidence: Confidence
    group: Group
    finding: Finding

    @property
    def at(self) -> Location:
        return self.finding.at

    @property
    def locations(self) -> tuple[Location, ...]:
        """The primary location first, then the related ones."""
        return (self.finding.at, *(label.at for label in self.finding.related))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that kept deploylint from doing its work: an unreadable file, a crashed rule.

    Never a fault of the deployment. Any problem makes the exit status 2.
    """

    message: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that took part in the run."""

    path: str
    format: str


@dataclass(slots=True)
class Report:
    """The outcome of a run, in the order in which it is shown (path, line, column, rule).

    `suppressed` and `baselined` count the findings that comments and the baseline hide.
    """

    files: list[CheckedFile] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    suppressed: int = 0
    problems: list[Problem] = field(default_factory=list)
    baselined: int = 0
