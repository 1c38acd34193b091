"""Which rules look at a thing, and the things that wait until they do."""

from collections.abc import Collection, Iterable, Sequence

from deploylint.document import Chain, Document
from deploylint.facts import CommandLine
from deploylint.formats import FORMATS
from deploylint.rule import Context, Rule, class_name
from deploylint.typed import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from deploylint.candidate import Candidate

_NODES = "deploylint.formats."
_MOST_NAMES = 4096
# Rules on these look at whatever comes of them. Nodes are visited as what they are: an unfinished directive is none.
_BASES = (Document, CommandLine)

Visit = tuple[Any, Context, Chain, frozenset[str]]
"""A thing, the context that rules get with it, the nodes around it, and the names of the rules that shall not look."""


class Loading(Protocol):
    """Whoever has the rules loaded and their conditions asked, and keeps what goes wrong."""

    def load(self, rules: "Iterable[Candidate]") -> list[Rule]:
        """The rules themselves, without those that cannot be imported."""

    def holds(self, rule: Rule, head: Any) -> bool:
        """Whether a rule wants to see what says this."""


class Audience:
    """Rules that look at the same things, and the things that wait for them.

    One rule looks at all that wait before the next one does: what it executes stays in the processor's caches. `by_head`:
    who looks at a thing depends on its `head`, too.
    """

    __slots__ = ("by_head", "rules", "waiting")

    def __init__(self, rules: list[Rule], by_head: "_ByHead | None" = None) -> None:
        self.rules = rules
        self.by_head = by_head
        self.waiting: list[Visit] = []


class Audiences(dict[type, "OfClass"]):
    """The audiences of things, by class: of `Document` and `CommandLine` there are several."""

    def __init__(self, rules: "Iterable[Candidate]", loading: Loading) -> None:
        super().__init__()
        self.by_class: dict[str, list[Candidate]] = {}
        for rule in rules:
            self.by_class.setdefault(rule.visited, []).append(rule)
        self._loading = loading
        self._gathered: list[Audience] = []
        self._shared: dict[tuple[str, ...], Audience] = {}

    def __missing__(self, kind: type) -> "OfClass":
        rules = self.by_class.get(class_name(kind), [])
        for base in _BASES:
            if issubclass(kind, base):
                rules = rules + self.by_class.get(class_name(base), [])
        made = self[kind] = OfClass(kind, rules, self._loading, self._shared)
        return made

    def asked(self, format: str, documents: Collection[str]) -> frozenset[str] | None:  # noqa: A002
        """The names that rules want of a format's nodes, all if None; the classes of `documents` are none of nodes.

        Nodes may be of a package that is no format, such as those of Python in a gunicorn configuration.
        """
        names: frozenset[str] = frozenset()
        for kind, rules in self.by_class.items():
            package = kind.removeprefix(_NODES).partition(".")[0]
            if kind in documents or not kind.startswith(_NODES) or (package in FORMATS and package != format):
                continue
            if not all(rule.named for rule in rules):
                return None
            names = names.union(*(rule.named for rule in rules))
        return names

    def gather(
        self, things: Iterable[tuple[Any, Chain]], context: Context, idle: frozenset[str] = frozenset()
    ) -> None:
        """Let things wait, each with the nodes around it, for the rules on their classes."""
        for item, chain in things:
            of_class = self[type(item)]
            if of_class.nobody:
                continue
            name = item.name if of_class.by_name else None
            audience = of_class[name if name.__class__ is str else None]
            if audience.by_head is not None:
                audience = audience.by_head[item.head]
            if audience.rules:
                if not audience.waiting:
                    self._gathered.append(audience)
                audience.waiting.append((item, context, chain, idle))

    def take(self) -> list[tuple[list[Rule], list[Visit]]]:
        """What waits, and for whom. Then nothing does any more."""
        taken = [(audience.rules, audience.waiting) for audience in self._gathered]
        for audience in self._gathered:
            audience.waiting = []
        self._gathered.clear()
        return taken


class OfClass(dict[str | None, Audience]):
    """The audiences of things of one class by their names. Rules are loaded when there is a thing that they want.

    `nobody`: there are none. `by_name`: rules restrict themselves to names, which the things have.
    """

    __slots__ = ("_loading", "_names", "_rules", "_shared", "by_name", "nobody")

    def __init__(
        self,
        kind: type,
        rules: "Sequence[Candidate]",
        loading: Loading,
        shared: dict[tuple[str, ...], Audience],
    ) -> None:
        super().__init__()
        self._rules = rules
        self._loading = loading
        self._shared = shared
        self._names = {name for rule in rules for name in rule.named}
        self.nobody = not rules
        self.by_name = bool(self._names) and hasattr(kind, "name")

    def __missing__(self, name: str | None) -> Audience:
        """Those that visit a thing of this name, in their order. Of names that no rule wants not all are kept."""
        if name is None or name in self._names:
            rules = self._loading.load(r for r in self._rules if not r.named or name in r.named)
            if any(rule.when is not None for rule in rules):
                found = Audience([], _ByHead(rules, self._loading, self._shared))
            else:
                found = _audience(rules, self._shared)
        else:
            found = self[None]
        if name in self._names or len(self) < _MOST_NAMES:
            self[name] = found
        return found


class _ByHead(dict[Any, Audience]):
    """The audiences of things of one name, by the `head` of the thing: of the rules whose `when` holds for it."""

    __slots__ = ("_loading", "_rules", "_shared")

    def __init__(self, rules: list[Rule], loading: Loading, shared: dict[tuple[str, ...], Audience]) -> None:
        super().__init__()
        self._rules = rules
        self._loading = loading
        self._shared = shared

    def __missing__(self, head: Any) -> Audience:
        found = _audience([rule for rule in self._rules if self._loading.holds(rule, head)], self._shared)
        if len(self) >= _MOST_NAMES:
            self.clear()
        self[head] = found
        return found


def _audience(rules: list[Rule], shared: dict[tuple[str, ...], Audience]) -> Audience:
    """The one audience of these rules."""
    return shared.setdefault(tuple(rule.name for rule in rules), Audience(rules))
