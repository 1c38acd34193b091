"""What nginx makes of a directive where it stands: its standing in that context, and what its setters say."""

from functools import lru_cache

from deploylint.document import Chain
from deploylint.formats.nginx.complaints import is_misswitched, standing_of, variant_of
from deploylint.formats.nginx.configuration import MOST_LEVELS
from deploylint.formats.nginx.nodes import Block
from deploylint.formats.nginx.setters.call import (
    ALL_ASKED,
    Asked,
    Call,
    Scope,
    Setter,
    Setters,
    ask,
    asked_of,
    scope,
)
from deploylint.formats.nginx.words import Head
from deploylint.typed import Any
from deploylint.vocabulary.nginx import Version

SLOTS = Setters({})
"""The setters of the directives whose value has a type that the vocabulary knows."""
_MOST = 1024


class Judgement:
    """Of a directive with these words in a context, as a block or as a simple one.

    `fine`: nginx complains of nothing, unless it may stand there `once` only and does so again. `standard`: nor does a
    template fill in one of its words. `plain`: standard, and it may stand there again. `answers` are those of the setters
    and readings that have one (see `ask`), where no location is around; in a location those that are `located` have to be
    asked again. Of a directive that is not standard, only `ask` asks them. `silent`: plain, and there are none of either.
    """

    __slots__ = ("_typed", "answers", "fine", "located", "once", "plain", "silent", "standard")

    def __init__(self, head: Head, here: Scope, *, block: bool) -> None:
        standing = standing_of(head.name, head.count, here.context, here.pinned, block)
        self._typed = standing.typed
        self.fine = standing.fine and not (standing.flag and is_misswitched(head))
        self.once = standing.once
        self.standard = self.fine and not head.opaque
        self.plain = self.standard and not self.once
        self.answers: tuple[tuple[Asked, Any], ...] = ()
        self.located: tuple[tuple[Asked, Setter], ...] = ()
        self.silent = self.plain
        if self.standard:
            self.ask(head, here)
            self.silent = self.plain and len(self.answers) == len(self.located) == 0

    def ask(self, head: Head, here: Scope) -> None:
        """Ask those that have not been asked."""
        if self.answers or self.located:
            return
        call = Call(head, here)
        for asked, setter in asked_of(head.name):
            if asked.located:
                self.located = (*self.located, (asked, setter))
            if answer := ask(setter, call):
                self.answers = (*self.answers, (asked, answer))
        if self._typed and (answer := ask(_check_slot, call)):
            self.answers = (*self.answers, (SLOTS, answer))


class Judgements(dict[Head, Judgement]):
    """Made when somebody asks, and kept: configurations repeat themselves."""

    __slots__ = ("_block", "_here")

    def __init__(self, context: str, target: Version | None, *, block: bool) -> None:
        super().__init__()
        self._here = scope(context, None, target)
        self._block = block

    def __missing__(self, head: Head) -> Judgement:
        if len(self) >= _MOST:
            self.clear()
        made = self[head] = Judgement(head, self._here, block=self._block)
        return made

    def ask(self, judged: Judgement, head: Head) -> None:
        """See to it that everything was asked."""
        judged.ask(head, self._here)


@lru_cache(maxsize=64)
def judgements(context: str, target: Version | None, _asked: int) -> tuple[Judgements, Judgements]:
    """Those of simple directives and of blocks in a context; so much is `_asked` of them."""
    return Judgements(context, target, block=False), Judgements(context, target, block=True)


class Ground:
    """Where the statements of one block stand; `block` and `outer` are None for those of the file itself.

    `judgements` tell what nginx makes of a simple directive and of a block here.
    """

    __slots__ = ("block", "context", "judgements", "location", "outer")

    def __init__(
        self, context: str, target: Version | None, block: Block | None, outer: "Ground | None"
    ) -> None:
        self.context = context
        self.judgements = judgements(context, target, len(ALL_ASKED))
        self.block = block
        self.outer = outer
        self.location: tuple[str, ...] | None = None
        """The arguments of the location, where the block is one."""
        if block is not None and block.name == "location" and not block.head.opaque:
            self.location = block.head.values

    @property
    def chain(self) -> Chain:
        """The blocks around, no more than places are made of: making a longer chain for each block would be quadratic."""
        blocks: list[Block] = []
        ground: Ground | None = self
        while ground is not None and ground.block is not None and len(blocks) < MOST_LEVELS:
            blocks.append(ground.block)
            ground = ground.outer
        chain: Chain = None
        for block in reversed(blocks):
            chain = (block, chain)
        return chain


def _check_slot(call: Call) -> None:
    """Raises `Refused` for a value of another type."""
    variant = variant_of(call.name, call.context, call.pinned)
    if variant is not None:
        from deploylint.formats.nginx.setters.slots import check_slot  # noqa: PLC0415  a small file may have no such value

        check_slot(call, variant)
