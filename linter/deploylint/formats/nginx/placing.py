"""The directives of a file by name, with the contexts they stand in: made once, asked by all rules on whole files."""

from collections.abc import Iterable, Iterator, Sequence
from weakref import ref

from deploylint.dataclass import dataclass, field
from deploylint.document import Chain
from deploylint.formats.nginx.complaints import (
    Check,
    Complaining,
    Complaint,
    broken,
    is_misswitched,
    refused_in,
    standing_of,
    variant_of,
)
from deploylint.formats.nginx.configuration import MOST_LEVELS, Body, Configuration, configuration
from deploylint.formats.nginx.contexts import statements
from deploylint.formats.nginx.nodes import Block, File, Statement
from deploylint.formats.nginx.setters.call import Call, Reason, Scope, Setter, Setters, scope, verdict
from deploylint.formats.nginx.setters.slots import KINDS, check_slot
from deploylint.formats.nginx.words import Word
from deploylint.pattern import pattern
from deploylint.project import Project
from deploylint.source import Location
from deploylint.targets import target as target_of
from deploylint.typed import Any, cast
from deploylint.vocabulary import nginx as vocabulary

# What `Word.opaque` looks for: without it no word of the file has to be asked.
_FILLED_IN = pattern(r"\{\{|\{%|<%|@[A-Z]|\$\{?[A-Z]")


class Ground:
    """Where the statements of one block stand; `block` and `outer` are None for those of the file itself."""

    __slots__ = ("block", "outer", "scope")

    def __init__(self, scope: Scope, block: Block | None, outer: "Ground | None") -> None:
        self.scope = scope
        self.block = block
        self.outer = outer


class _Grounds:
    """Those of the blocks that are open while a file is gone through: the same for all statements of a block."""

    __slots__ = ("_open", "_release")

    def __init__(self, release: vocabulary.Version) -> None:
        self._open: list[tuple[Chain, Ground]] = []
        self._release = release

    def of(self, chain: Chain, context: str) -> Ground:
        grounds = self._open
        around = chain[1] if chain else None
        while grounds and (last := grounds[-1][0]) is not chain and (chain is None or last is not around):
            grounds.pop()
        if not grounds or grounds[-1][0] is not chain:
            block, outer = (chain[0], grounds[-1][1]) if chain else (None, None)
            grounds.append((chain, Ground(scope(context, _location(block), self._release), block, outer)))
        return grounds[-1][1]


class Placed:
    """A directive that nginx knows and takes in this form, where it stands."""

    __slots__ = ("_ground", "statement")

    def __init__(self, statement: Statement, ground: Ground) -> None:
        self.statement = statement
        self._ground = ground

    @property
    def scope(self) -> Scope:
        return self._ground.scope

    @property
    def block(self) -> Block | None:
        """The block around it."""
        return self._ground.block

    @property
    def chain(self) -> Chain:
        """The blocks around it, no more than places are made of: making a longer chain for each block would be quadratic."""
        blocks: list[Block] = []
        ground: Ground | None = self._ground
        while ground is not None and ground.block is not None and len(blocks) < MOST_LEVELS:
            blocks.append(ground.block)
            ground = ground.outer
        chain: Chain = None
        for block in reversed(blocks):
            chain = (block, chain)
        return chain

    @property
    def context(self) -> str:
        return self._ground.scope.context


class Several:
    """Some directives of a file in its order. There may be millions, so that a `Placed` is made when it is looked at."""

    __slots__ = ("_grounds", "_statements")

    def __init__(self) -> None:
        self._statements: list[Statement] = []
        self._grounds: list[Ground] = []

    def add(self, statement: Statement, ground: Ground) -> None:
        self._statements.append(statement)
        self._grounds.append(ground)

    def __iter__(self) -> Iterator[Placed]:
        return map(Placed, self._statements, self._grounds)

    def refused(self, setter: Setter) -> "Iterator[Refusal]":
        """Those that a setter does not take."""
        for statement, ground in zip(self._statements, self._grounds, strict=True):
            reason = verdict(setter, statement.head, ground.scope)
            if reason is not None:
                yield _refusal(Placed(statement, ground), reason)


@dataclass(slots=True)
class Placing:
    """All directives of a file that reach their setters, and those of which nginx complains before.

    None of those that reach them is filled in by a template. `valued` are the names of those whose value has a type that `slots` knows.
    `complaints` are in the order of the file, the doubtful ones among them.
    """

    known: Configuration
    target: vocabulary.Version | None
    project: "ref[Project]"
    named: dict[str, Several] = field(default_factory=dict)
    valued: set[str] = field(default_factory=set)
    complaints: list[Complaint] = field(default_factory=list)
    # What `relations` found: bodies by context, and for the body that was asked about last who listens there.
    bodies: dict[str, list[Body]] = field(default_factory=dict)
    listens: tuple[Body | None, list[Any]] = (None, [])

    def among(self, names: frozenset[str]) -> Iterator[Placed]:
        """As `every` for many names, in the order in which they come in the file."""
        for name, several in self.named.items():
            if name in names:
                yield from several

    def every(self, names: Iterable[str]) -> Iterator[Placed]:
        for name in names:
            yield from self.named.get(name, ())


@dataclass(frozen=True, slots=True)
class Refusal:
    """A directive that its setter refuses. `at` is the argument it refuses, or the name."""

    placed: Placed
    at: Location
    message: str
    help: str | None


def placing(file: File, project: Project) -> Placing:
    """The directives of a file, in the first of the contexts that it stands in; worked out once."""
    kept = cast("Placing | None", file.memo.get("placing"))
    if kept is not None and kept.project() is project:
        return kept
    known = configuration(project.documents_of(File), project.tree)
    pinned = target_of(project, "nginx", file)
    target = pinned.version if pinned else None
    if kept is not None and kept.known is known and kept.target == target:
        kept.project = ref(project)
        return kept
    made = Placing(known, target, ref(project))
    _fill(made, file)
    file.memo["placing"] = made
    return made


def _fill(made: Placing, file: File) -> None:
    """A directive of a file that stands in several contexts is wrong if it is in all of them."""
    target, named = made.target, made.named
    context, *others = made.known.contexts(file)
    elsewhere = [refused_in(file, other, target) for other in others]
    asked = Complaining(file, target)
    broken_off = bool(file.problems)
    text = file.source.text
    expressions = "}}" in text
    filled_in: bool | None = None
    grounds = _Grounds(target or vocabulary.NEWEST)
    around: Chain = None
    here: Ground | None = None
    for statement, inside, chain in statements(file, context):
        if not statement.terminated:
            continue
        if here is None or chain is not around:
            around, here = chain, grounds.of(chain, inside)
        head = statement.head
        standing = standing_of(head.name, head.count, inside, target, isinstance(statement, Block))
        if (
            not standing.fine
            or broken_off
            or (standing.kind == "flag" and is_misswitched(head))
            or (standing.once and not asked.is_first(statement, chain))
        ):
            complaint = asked.about(statement, inside, chain)
            if complaint is not None and all(id(statement) in refused for refused in elsewhere):
                made.complaints.append(complaint)
                continue
        if broken_off and broken(statement):
            continue
        if head.opaque or (expressions and _follows_expression(statement)):
            filled_in = _FILLED_IN.search(text) is not None if filled_in is None else filled_in
            if filled_in:
                continue
        several = named.get(head.name)
        if several is None:
            several = named[head.name] = Several()
        several.add(statement, here)
        if standing.kind in KINDS:
            made.valued.add(statement.name)


def complaints(file: File, project: Project) -> Sequence[Complaint]:
    """Every complaint about a file, the doubtful ones, too."""
    return placing(file, project).complaints


def complaints_of(check: Check, file: File, project: Project) -> Iterator[Complaint]:
    """The complaints of one kind that are beyond doubt."""
    return (found for found in complaints(file, project) if found.check is check and not found.doubtful)


def _location(block: Block | None) -> tuple[str, ...] | None:
    """The arguments of the location, where the block is one."""
    return block.values if block is not None and block.name == "location" and not block.opaque else None


def _follows_expression(statement: Statement) -> bool:
    """Whether a template writes something before its name: `{{ begin }} if debug {{ end }}`."""
    text = statement.source.text
    return text[max(0, statement.start - 80) : statement.start].rstrip(" \t").endswith("}}")


def refusals(file: File, project: Project, setters: Setters) -> list[Refusal]:
    """What the setters refuse in a file."""
    named = placing(file, project).named
    return [
        refusal for name in named.keys() & setters.keys() for refusal in named[name].refused(setters[name])
    ]


def misfits(file: File, project: Project) -> list[Refusal]:
    """Values that do not fit the type that the vocabulary gives a directive."""
    found = placing(file, project)
    check = _check_pinned if found.target else _check_unpinned
    return [
        refusal
        for name, several in found.named.items()
        if name in found.valued
        for refusal in several.refused(check)
    ]


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


def _refusal(placed: Placed, reason: Reason) -> Refusal:
    """The place that a setter complains about."""
    return Refusal(placed, _place(placed.statement, reason.argument), reason.message, reason.help)


def _place(statement: Statement, argument: int | None) -> Location:
    words: list[Word] = statement.args
    if argument is None or not words:
        return statement.name_at
    return words[min(argument, len(words) - 1)].at
