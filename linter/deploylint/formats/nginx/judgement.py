"""What nginx makes of a directive wherever it stands in a context: its standing, and what its setters say."""

from functools import lru_cache

from deploylint.formats.nginx.complaints import is_misswitched, standing_of, variant_of
from deploylint.formats.nginx.setters.call import (
    Call,
    Reason,
    Scope,
    Setter,
    Setters,
    ask,
    scope,
    setters_of,
)
from deploylint.formats.nginx.setters.slots import KINDS, check_slot
from deploylint.formats.nginx.words import Head
from deploylint.vocabulary import nginx as vocabulary

SLOTS = Setters({})
"""Stands for the setters of the directives whose value has a type that the vocabulary knows."""
_MOST = 1024


class Judgement:
    """Of a directive with these words in a context, as a block or as a simple one.

    `fine`: nginx complains of nothing, unless it may stand there `once` only and does so again. `standard`: nor does a
    template fill in one of its words. `refused` are the setters that do not take it, each with the reason, or with what it
    raised else; those that are `located` have to be asked in each place. Of one that is not standard, only `ask` asks them.
    """

    __slots__ = ("_kind", "fine", "located", "once", "refused", "standard")

    def __init__(self, head: Head, here: Scope, target: vocabulary.Version | None, *, block: bool) -> None:
        standing = standing_of(head.name, head.count, here.context, target, block)
        self._kind = standing.kind
        self.fine = standing.fine and not (standing.kind == "flag" and is_misswitched(head))
        self.once = standing.once
        self.standard = self.fine and not head.opaque
        self.refused: list[tuple[Setters, Reason | Exception]] = []
        self.located: list[tuple[Setters, Setter]] = []
        if self.standard:
            self.ask(head, here, target)

    def ask(self, head: Head, here: Scope, target: vocabulary.Version | None) -> None:
        """Ask the setters that have not been asked."""
        if self.refused or self.located:
            return
        for setters, setter in setters_of(head.name):
            if setters.located:
                self.located.append((setters, setter))
            elif (said := ask(setter, head, here)) is not None:
                self.refused.append((setters, said))
        if self._kind in KINDS:
            said = ask(_check_pinned if target else _check_unpinned, head, here)
            if said is not None:
                self.refused.append((SLOTS, said))


class Judgements(dict[Head, Judgement]):
    """Made when somebody asks, and kept: configurations repeat themselves."""

    __slots__ = ("_block", "_here", "_target")

    def __init__(self, context: str, target: vocabulary.Version | None, *, block: bool) -> None:
        super().__init__()
        self._here = scope(context, None, target or vocabulary.NEWEST)
        self._target = target
        self._block = block

    def __missing__(self, head: Head) -> Judgement:
        if len(self) >= _MOST:
            self.clear()
        made = self[head] = Judgement(head, self._here, self._target, block=self._block)
        return made

    def ask(self, head: Head) -> None:
        """See to it that the setters were asked."""
        self[head].ask(head, self._here, self._target)


@lru_cache(maxsize=64)
def judgements(
    context: str, target: vocabulary.Version | None, _loaded: int
) -> tuple[Judgements, Judgements]:
    """Those of simple directives and of blocks in a context; `_loaded` setters are there to be asked."""
    return Judgements(context, target, block=False), Judgements(context, target, block=True)


def _check_pinned(call: Call) -> None:
    """Raises `Refused` for a value of another type."""
    _check(call, call.target)


def _check_unpinned(call: Call) -> None:
    """The same where nobody says which release reads it."""
    _check(call, None)


def _check(call: Call, target: vocabulary.Version | None) -> None:
    variant = variant_of(call.name, call.context, target)
    if variant is not None and variant.kind in KINDS:
        check_slot(call, variant)
