"""What tells whether a rule runs and on what, for those who ask before the rule is imported."""

from collections.abc import Collection, Sequence

from deploylint.rule import Rule
from deploylint.typed import Protocol


class Candidate(Protocol):
    """A `Rule`, or one that is known from its pack's index only."""

    @property
    def name(self) -> str: ...

    @property
    def subject(self) -> str:
        """The folder the rule lives in: a format's name or `deployment`."""

    @property
    def family(self) -> str:
        """The name of its group."""

    @property
    def pedantic(self) -> bool: ...

    @property
    def visited(self) -> str:
        """The class that it visits, as `rule.class_name` writes it."""

    @property
    def named(self) -> Collection[str]:
        """The names of which a visited node must have one; empty for any name."""

    @property
    def needs(self) -> Sequence[tuple[str, ...]]:
        """What there must be, of each any: names of nodes and formats, classes of facts as `visited` has them."""

    @property
    def mentions(self) -> Sequence[str]:
        """Of these, one must stand in some text; empty for any text."""

    def load(self) -> Rule:
        """The rule itself. Raises PackError when it cannot be imported."""
