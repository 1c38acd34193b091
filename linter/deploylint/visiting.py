"""Which rules look at a thing, and the things that wait until they do."""

from collections.abc import Iterable, Sequence

from deploylint.rule import Context, Rule, class_name
from deploylint.typed import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from deploylint.candidate import Candidate

_MOST_NAMES = 4096

Visit = tuple[Any, Context, Any, frozenset[str]]
"""A thing, the context that rules get with it, the nodes around it, and the names of the rules that shall not look."""


class Loading(Protocol):
    """Whoever has the rules loaded and their conditions asked, and keeps what goes wrong."""

    def load(self, rules: "Iterable[Candidate]") -> list[Rule]:
        """The rules themselves, without those that cannot be imported."""

    def holds(self, rule: Rule, head: Any) -> bool:
        """Whether a rule wants to see what says this."""


class Audience:
    """Rules that look at the same things, and the things that wait for them.

    One rule looks at all that wait before the next one does: what it executes stays in the processor's caches.
    """

    __slots__ = ("rules", "waiting")

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules
        self.waiting: list[Visit] = []


class Audiences(dict[type, "OfClass"]):
    """The audiences of things, by class."""

    def __init__(self, rules: "Iterable[Candidate]", loading: Loading) -> None:
        super().__init__()
        self.by_class: dict[str, list[Candidate]] = {}
        for rule in rules:
            self.by_class.setdefault(rule.visited, []).append(rule)
        self._loading = loading
        self._gathered: list[Audience] = []
        self._shared: dict[tuple[str, ...], Audience] = {}

    def __missing__(self, kind: type) -> "OfClass":
        made = self[kind] = OfClass(self.by_class.get(class_name(kind), ()), self._loading, self._shared)
        return made

    def gather(
        self,
        item: object,
        kind: type,
        context: Context,
        chain: Any = None,
        idle: frozenset[str] = frozenset(),
    ) -> None:
        """Let a thing wait for the rules on a class."""
        of_class = self[kind]
        if of_class.any and (audience := of_class.of(item)).rules:
            if not audience.waiting:
                self._gathered.append(audience)
            audience.waiting.append((item, context, chain, idle))

    def take(self) -> list[tuple[list[Rule], list[Visit]]]:
        """What waits, and for whom. Then nothing does any more."""
        taken = [(audience.rules, audience.waiting) for audience in self._gathered]
        for audience in self._gathered:
            audience.waiting = []
        self._gathered = []
        return taken


class OfClass(dict[str | None, "Audience | _ByWords"]):
    """The audiences of things of one class by their names. Rules are loaded when there is a thing that they want."""

    __slots__ = ("_loading", "_names", "_rules", "_shared", "any")

    def __init__(
        self, rules: "Sequence[Candidate]", loading: Loading, shared: dict[tuple[str, ...], Audience]
    ) -> None:
        super().__init__()
        self.any = bool(rules)
        self._rules = rules
        self._loading = loading
        self._shared = shared
        self._names = {name for rule in rules for name in rule.named}

    def of(self, item: Any) -> Audience:
        """The rules that visit a thing; its `name` is what they may restrict themselves to, if it is a text."""
        name = getattr(item, "name", None) if self._names else None
        found = self[name if name.__class__ is str else None]
        return found[item.head] if isinstance(found, _ByWords) else found

    def __missing__(self, name: str | None) -> "Audience | _ByWords":
        """Those that visit a thing of this name, in their order. Of names that no rule wants not all are kept."""
        found: Audience | _ByWords
        if name is None or name in self._names:
            rules = self._loading.load(r for r in self._rules if not r.named or name in r.named)
            if any(rule.when is not None for rule in rules):
                found = _ByWords(rules, self._loading, self._shared)
            else:
                found = _shared(rules, self._shared)
        else:
            found = self[None]
        if name in self._names or len(self) < _MOST_NAMES:
            self[name] = found
        return found


class _ByWords(dict[Any, Audience]):
    """The audiences of things of one name, by the `head` of the thing: of the rules whose `when` holds for it."""

    __slots__ = ("_loading", "_rules", "_shared")

    def __init__(self, rules: list[Rule], loading: Loading, shared: dict[tuple[str, ...], Audience]) -> None:
        super().__init__()
        self._rules = rules
        self._loading = loading
        self._shared = shared

    def __missing__(self, head: Any) -> Audience:
        found = _shared([rule for rule in self._rules if self._loading.holds(rule, head)], self._shared)
        if len(self) >= _MOST_NAMES:
            self.clear()
        self[head] = found
        return found


def _shared(rules: list[Rule], shared: dict[tuple[str, ...], Audience]) -> Audience:
    """The one audience of these rules."""
    return shared.setdefault(tuple(rule.name for rule in rules), Audience(rules))
