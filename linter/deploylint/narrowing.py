"""Which rules may find anything: those for which all is there that they ask for, or where nobody has looked yet."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from deploylint.document import Document
from deploylint.formats import FORMATS
from deploylint.rule import class_name
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.candidate import Candidate

FACTS = "deploylint.facts."
"""How the names of facts begin."""
_MANY = 4096
_MOST_SETS = 256
_NODES = "deploylint.formats."


class Narrowing:
    """`rules` are those that are left."""

    def __init__(self, rules: "Iterable[Candidate]", documents: Sequence[Document]) -> None:
        self.rules = list(rules)
        self._documents = documents
        # The formats, the names of nodes and the facts that there are, as far as rules ask for them and somebody has looked.
        self._there: Counter[str] = Counter()
        self._nodes_known = self._facts_known = False
        self._on_nodes = _by_names(self.rules)
        self._by_words: dict[str, list[tuple[tuple[str, ...], int, set[str]]]] = {}
        self._idle: dict[tuple[frozenset[str], int], frozenset[str]] = {}

    def by_documents(self, *, walk: bool) -> None:
        """Leave out the rules that ask for formats, nodes or texts which no document has.

        Without `walk` only what no document has to be walked for.
        """
        documents = self._documents
        if walk:
            texts = [document.source.text for document in documents]
            self.rules = [rule for rule in self.rules if not rule.mentions or _says_any(texts, rule.mentions)]
        asked = {name for rule in self.rules for need in rule.needs for name in need}
        self._there = Counter(document.format for document in documents)
        self._nodes_known = True
        named: set[str] = set()
        try:
            for document in documents:
                if (names := document.names) is not None:
                    named |= names
                elif walk:
                    self._count(document, asked)
                else:
                    self._nodes_known = False
        except Exception:  # noqa: BLE001  whoever visits the nodes will tell
            self._nodes_known = False
        for name in named & asked:  # they are not counted, so that there may be many of each
            self._there[name] += _MANY
        self._keep()

    def by_facts(self, facts: Iterable[object]) -> None:
        """Leave out the rules that ask for facts which there are not."""
        for kind, count in Counter(map(type, facts)).items():
            self._there[class_name(kind)] += count
        self._facts_known = True
        self._keep()

    def leave_out(self, name: str) -> None:
        """Leave out a rule."""
        self.rules = [rule for rule in self.rules if rule.name != name]

    def idle(self, document: Document) -> frozenset[str]:
        """The rules on files and nodes that ask for names or words of which a document has none."""
        names = document.names
        if names is None:
            return frozenset()
        silent = 0
        groups = self._words_asked(document.format) if document.speaks_for_itself else ()
        text = document.source.text
        for words, bit, _ in groups:
            for word in words:
                if word in text:
                    break
            else:
                silent |= bit
        found = self._idle.get((names, silent))
        if found is None:
            there = names | self._added_names
            absent = [rules for wanted, rules in self._on_nodes.items() if there.isdisjoint(wanted)]
            absent += [rules for _, bit, rules in groups if silent & bit]
            found = frozenset().union(*absent)
            if len(self._idle) >= _MOST_SETS:
                self._idle.clear()
            self._idle[names, silent] = found
        return found

    @cached_property
    def _added_names(self) -> frozenset[str]:
        """The names that rules on one document may find in another one."""
        return frozenset().union(*(one.names or () for one in self._documents if one.is_addition))

    def _words_asked(self, format: str) -> list[tuple[tuple[str, ...], int, set[str]]]:  # noqa: A002
        """The `mentions` of rules on a format's files and nodes that no addition has, each with a bit and its rules."""
        if format not in self._by_words:
            added = [one.source.text for one in self._documents if one.is_addition and one.format == format]
            asking: dict[tuple[str, ...], set[str]] = {}
            for rule in self.rules:
                if rule.mentions and rule.visited.startswith(f"{_NODES}{format}."):
                    asking.setdefault(tuple(rule.mentions), set()).add(rule.name)
            self._by_words[format] = [
                (words, 1 << at, rules)
                for at, (words, rules) in enumerate(asking.items())
                if not _says_any(added, words)
            ]
        return self._by_words[format]

    def _count(self, document: Document, asked: Collection[str]) -> None:
        for node, _ in document.walk():
            name = getattr(node, "name", None)
            if name.__class__ is str and name in asked:
                self._there[name] += 1

    def _keep(self) -> None:
        """Leave out the rules of which something that they need is not there."""
        there = self._there
        self.rules = [
            rule
            for rule in self.rules
            if all(
                self._may_be(need) or sum(there[one] for one in need) >= rule.needs.count(need)
                for need in rule.needs
            )
        ]

    def _may_be(self, need: tuple[str, ...]) -> bool:
        """Whether nobody has looked yet for something of what a rule needs."""
        return any(
            not self._facts_known if one.startswith(FACTS) else not self._nodes_known and one not in FORMATS
            for one in need
        )


def _says_any(texts: Iterable[str], words: Iterable[str]) -> bool:
    return any(word in text for text in texts for word in words)


def _by_names(rules: "Iterable[Candidate]") -> dict[tuple[str, ...], set[str]]:
    """The rules by the names of nodes of which they need any: what may be a fact or a format is another matter."""
    found: dict[tuple[str, ...], set[str]] = {}
    for rule in rules:
        for need in rule.needs if rule.visited.startswith(_NODES) else ():
            if not any(one.startswith(FACTS) or one in FORMATS for one in need):
                found.setdefault(need, set()).add(rule.name)
    return found
