"""What nginx complains of when it takes directives one by one: the checks of ngx_conf_handler, in its order and words.

Source: src/core/ngx_conf_file.c. Only the first check that fails counts, as in nginx; unlike nginx
the others go on.
"""

from functools import lru_cache
from itertools import pairwise

from deploylint.dataclass import dataclass, replace
from deploylint.enumeration import Enum
from deploylint.formats.nginx.contexts import statements
from deploylint.formats.nginx.nodes import Block, Directive, File, Statement
from deploylint.formats.nginx.words import Head, Word, after_quote
from deploylint.pattern import pattern
from deploylint.vocabulary import nginx as vocabulary
from deploylint.vocabulary.nginx import Variant, Version

# May be repeated with another argument; only `off` is refused a second time (ngx_http_v2_push).
_REPEATED = frozenset({"http2_push"})


class Check(Enum):
    """The check that a directive failed."""

    UNKNOWN = "unknown"
    MISPLACED = "misplaced"
    FORM = "form"
    COUNT = "count"
    FLAG = "flag"
    DUPLICATE = "duplicate"


# What holds wherever blocks and statements begin and end.
_ANYWHERE = frozenset({Check.UNKNOWN, Check.FLAG})
_PLAIN_NAME = pattern(r"[a-z0-9_]+").fullmatch


@dataclass(frozen=True, slots=True)
class Complaint:
    """One directive that nginx does not take.

    `message` is nginx's own. `missing_after` is the word behind which a semicolon seems to be missing.
    `first` is the directive that this one repeats. `variant` is how the directive may be written.
    `within` is the block around an unknown one. `doubtful` are those in a file that a template fills in, where
    a block may be another one than it looks: nothing is said of them, and nothing else is asked of the directive.
    """

    check: Check
    directive: Statement
    context: str
    message: str
    missing_after: Word | None = None
    first: Statement | None = None
    variant: Variant | None = None
    within: Block | None = None
    doubtful: bool = False


Firsts = dict[str, Statement]
"""The first directive of each name in one block, of those that may stand there once."""


def is_first(statement: Statement, firsts: Firsts) -> bool:
    """Whether its block has none of its name before it."""
    return firsts.setdefault(statement.name, statement) is statement


class Complaining:
    """Asks the directives of a file one by one, in their order, what nginx complains of."""

    __slots__ = ("_broken_off", "_misled", "_target")

    def __init__(self, file: File, target: Version | None) -> None:
        self._target = target
        self._broken_off = bool(file.problems)
        self._misled = file.generated

    def about(
        self, statement: Statement, context: str, block: Block | None, firsts: Firsts
    ) -> Complaint | None:
        """`block` is the one around it."""
        if type(statement) is not Directive and type(statement) is not Block:
            return None
        if (
            (self._broken_off and broken(statement))
            or (not statement.name and statement.start == statement.head_end)
            or (statement.opaque and _named_by_template(statement))
        ):
            return None
        complaint = self._complaint(statement, context, block, firsts)
        if complaint is not None:
            if self._misled and complaint.check not in _ANYWHERE:
                complaint = replace(complaint, doubtful=True)
            self._misled = self._misled or (
                complaint.check is Check.UNKNOWN and _within_a_word(statement, block)
            )
        return complaint

    def _complaint(
        self, statement: Statement, context: str, block: Block | None, firsts: Firsts
    ) -> Complaint | None:
        name, target = statement.name, self._target
        head = statement.head
        standing = standing_of(name, head.count, context, target, isinstance(statement, Block))
        misswitched = standing.flag and is_misswitched(head)
        if standing.once and not misswitched:
            first = firsts.setdefault(name, statement)
            if first is statement:
                return None
            return Complaint(
                Check.DUPLICATE, statement, context, f'"{name}" directive is duplicate', first=first
            )
        if standing.fine and not misswitched:
            return None
        form = _form(name, context, target)
        variant = form.variant if form else None
        if form is None or variant is None:
            if form is not None and form.known:
                return Complaint(
                    Check.MISPLACED, statement, context, f'"{name}" directive is not allowed here'
                )
            return Complaint(Check.UNKNOWN, statement, context, f'unknown directive "{name}"', within=block)
        if variant.block != isinstance(statement, Block):
            return _wrong_form(statement, context, variant)
        if not form.takes(statement.count - 1):
            return _wrong_count(statement, context, variant)
        message = f'invalid value "{statement.values[0]}" in "{name}" directive, it must be "on" or "off"'
        return Complaint(Check.FLAG, statement, context, message, variant=variant)


def refused_in(file: File, context: str | None, target: Version | None) -> set[int]:
    """The directives, by identity, of which nginx complains where the file stands in a context."""
    asked = Complaining(file, target)
    refused: set[int] = set()
    # The blocks that are open; None stands for the file.
    opened: list[tuple[Block | None, Firsts]] = [(None, {})]
    for statement, here, chain in statements(file, context):
        while (inner := opened[-1][0]) is not None and inner.end <= statement.start:
            opened.pop()
        if chain is not None and inner is not chain[0]:
            opened.append((chain[0], {}))
        if asked.about(statement, here, *opened[-1]) is not None:
            refused.add(id(statement))
    return refused


def _within_a_word(statement: Statement, block: Block | None) -> bool:
    """Whether the brace before it was meant as a part of a word: `location ~ /[0-9]{2}/ {`.

    From there on every block is one level too deep.
    """
    return block is not None and statement.start == block.head_end + 1 and "}" in statement.name


def broken(statement: Statement) -> bool:
    """Whether a word goes on behind its closing quote, so that nginx sees no directive here."""
    return after_quote(statement.source, statement.start, statement.head_end + 1) is not None


def _named_by_template(statement: Statement) -> bool:
    return not _PLAIN_NAME(statement.name) and statement.words[0].opaque


class Standing:
    """What nginx makes of a directive of this name and this many arguments in a context.

    `fine`: it complains of nothing, unless the directive stands there `once` more. `flag`: it is on or off. `typed`: what
    follows is of another type that the vocabulary knows.
    """

    __slots__ = ("fine", "flag", "once", "typed")

    def __init__(self, variant: Variant | None, *, fine: bool, once: bool = False) -> None:
        self.fine = fine
        self.flag = variant is not None and variant.kind == "flag"
        self.typed = (
            variant is not None and not self.flag and (variant.kind != "custom" or bool(variant.words))
        )
        self.once = once


_REFUSED = Standing(None, fine=False)


@lru_cache(maxsize=8192)
def standing_of(name: str, count: int, context: str, target: Version | None, block: bool) -> Standing:  # noqa: FBT001  a key
    """`count` is the number of words, the name among them."""
    form = _form(name, context, target)
    if form is None:
        return Standing(None, fine=True)
    variant = form.variant
    if variant is None or variant.block != block or not form.takes(count - 1):
        return _REFUSED
    return Standing(variant, fine=True, once=variant.refuses_duplicate and name not in _REPEATED)


def is_misswitched(head: Head) -> bool:
    """Whether the value of a flag is neither on nor off."""
    return head.values[0].lower() not in ("on", "off") and not head.opaque


@dataclass(frozen=True, slots=True)
class _Form:
    """How a directive may be written in one context.

    `variant` is the one that nginx meets first, None where no context or not this one takes the
    directive. `counts` and `at_least` are the numbers of arguments that any variant takes there.
    """

    known: bool
    variant: Variant | None = None
    counts: frozenset[int] = frozenset()
    at_least: int | None = None

    def takes(self, count: int) -> bool:
        """Whether so many arguments may follow."""
        return count in self.counts or (self.at_least is not None and count >= self.at_least)


@lru_cache(maxsize=8192)
def _form(name: str, context: str, target: Version | None) -> _Form | None:
    """How the target, or without one the newest release that knows it, takes the directive.

    None if a module from elsewhere brings it, of which nothing else is known.
    """
    directive = vocabulary.directive(name, target or vocabulary.NEWEST)
    if directive is None and target is None:
        directive = vocabulary.directive(name)
    if directive is None:
        return None if vocabulary.third_party(name) else _Form(known=False)
    variants = directive.variants_in(context)
    if not variants:
        return _Form(known=True)
    counts = frozenset(count for one in variants for count in one.counts)
    least = [one.at_least for one in variants if one.at_least is not None]
    return _Form(known=True, variant=variants[0], counts=counts, at_least=min(least, default=None))


def variant_of(name: str, context: str, target: Version | None) -> Variant | None:
    """How the target takes a directive in a context; None for one that it does not take there."""
    form = _form(name, context, target)
    return form.variant if form else None


def _wrong_form(statement: Statement, context: str, variant: Variant) -> Complaint:
    problem = 'has no opening "{"' if variant.block else 'is not terminated by ";"'
    message = f'directive "{statement.name}" {problem}'
    missing = None if variant.block else _missing_after(statement, context)
    return Complaint(Check.FORM, statement, context, message, missing, variant=variant)


def _wrong_count(statement: Statement, context: str, variant: Variant) -> Complaint:
    return Complaint(
        Check.COUNT,
        statement,
        context,
        f'invalid number of arguments in "{statement.name}" directive',
        _missing_after(statement, context),
        variant=variant,
        doubtful=statement.opaque,
    )


def _missing_after(statement: Statement, context: str) -> Word | None:
    """The word before the first one that begins a line and is a directive of this context."""
    words = statement.words
    for before, word in pairwise(words):
        between = statement.source.text[before.end : word.start]
        if "\n" in between and not word.quoted and context in vocabulary.contexts_of(word.value):
            return before
    return None
