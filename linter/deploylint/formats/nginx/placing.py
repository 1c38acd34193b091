"""The directives of a file by name, with the contexts they stand in: made once, asked by all rules on whole files."""

from collections.abc import Iterable, Iterator, KeysView, Sequence
from operator import length_hint
from weakref import ref

from deploylint.dataclass import dataclass, field
from deploylint.document import Chain
from deploylint.formats.nginx.complaints import Check, Complaining, Complaint, broken, is_first, refused_in
from deploylint.formats.nginx.configuration import Body, Configuration, configuration
from deploylint.formats.nginx.contexts import INNER
from deploylint.formats.nginx.judgement import Ground, Judgement
from deploylint.formats.nginx.nodes import Block, ByName, Directive, Entry, File, Statement
from deploylint.formats.nginx.setters.call import ALL_ASKED, Asked, Setters, ask_again, scope
from deploylint.formats.nginx.words import Word
from deploylint.pattern import pattern
from deploylint.project import Project
from deploylint.source import Location
from deploylint.targets import target as target_of
from deploylint.typed import Any, ClassVar
from deploylint.vocabulary import nginx as vocabulary

# What `Word.opaque` looks for: without it no word of the file has to be asked.
_FILLED_IN = pattern(r"\{\{|\{%|<%|@[A-Z]|\$\{?[A-Z]")


class Placed:
    """A directive that nginx knows and takes in this form, where it stands."""

    __slots__ = ("_ground", "statement")

    def __init__(self, statement: Statement, ground: Ground) -> None:
        self.statement = statement
        self._ground = ground

    @property
    def block(self) -> Block | None:
        """The block around it."""
        return self._ground.block

    @property
    def chain(self) -> Chain:
        """The blocks around it."""
        return self._ground.chain

    @property
    def context(self) -> str:
        return self._ground.context


class Several(list["Statement | Ground"]):
    """Some directives of a file in its order, each followed by its ground.

    There may be millions, so that a `Placed` is made when it is looked at.
    """

    __slots__ = ()

    @property
    def placed(self) -> Iterator[Placed]:
        pairs: Iterator[Any] = iter(self)
        return map(Placed, pairs, pairs)


class _Listed(dict[str, Several]):
    """Those of each name, written down one by one."""

    __slots__ = ()
    skips_silent: ClassVar[bool] = False

    @property
    def names(self) -> KeysView[str]:
        return self.keys()  # kept, it would keep the whole from ever being let go

    def count(self, name: str) -> int:
        return len(self[name]) // 2

    def entered(self, ground: Ground) -> None:
        """What follows stands there."""

    def take(self, statement: Statement, ground: Ground) -> None:
        """Write one down."""
        several = self.get(statement.name)
        if several is None:
            several = self[statement.name] = Several()
        several.append(statement)
        several.append(ground)

    def leave_out(self, statement: Statement) -> None:
        """Do not write one down."""


class _Indexed(dict[str, Several]):
    """The same of a short file, found in its index when somebody asks: those in blocks that were entered, but for a few.

    Nobody has to look at those of which nobody says anything.
    """

    __slots__ = ("_grounds", "_index", "_left_out", "names")
    skips_silent: ClassVar[bool] = True

    def __init__(self, index: ByName) -> None:
        super().__init__()
        self._index = index
        self.names = index.keys()
        self._grounds: dict[int, Ground] = {}
        self._left_out: set[int] | None = None

    def __missing__(self, name: str) -> Several:
        made = self[name] = Several()
        for statement, chain in self._index[name]:
            ground = self._grounds.get(id(chain[0] if chain else None))
            if ground is not None and not (self._left_out and id(statement) in self._left_out):
                made.append(statement)
                made.append(ground)
        return made

    def count(self, name: str) -> int:
        return len(self._index[name])

    def entered(self, ground: Ground) -> None:
        self._grounds[id(ground.block)] = ground

    def take(self, statement: Statement, ground: Ground) -> None:
        """It is there already."""

    def leave_out(self, statement: Statement) -> None:
        if self._left_out is None:
            self._left_out = set()
        self._left_out.add(id(statement))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A directive that its setter refuses. `at` is the argument it refuses, or the name."""

    placed: Placed
    at: Location
    message: str
    help: str | None


@dataclass(slots=True)
class Placing:
    """All directives of a file that reach their setters, and those of which nginx complains before.

    None of those that reach them is filled in by a template. `answers` are those of the `asked` first setters and readings
    of all, in the order of the file, each behind its directive and the ground. The `complaints` are in its order, too, the
    doubtful ones among them.
    `partial`: there is more to the configuration than those directives, in other files, too.
    """

    known: Configuration
    target: vocabulary.Version | None
    project: "ref[Project]"
    named: "_Listed | _Indexed" = field(default_factory=_Listed)
    answers: dict[Asked, list[Any]] = field(default_factory=dict)
    asked: int = field(default_factory=ALL_ASKED.__len__)
    complaints: list[Complaint] = field(default_factory=list)
    partial: bool = False
    # The context of a file that nobody includes.
    top: str | None = None
    # The blocks by the context that is inside.
    blocks: dict[str, list[Body]] = field(default_factory=dict)
    # What `relations` found: for the body that was asked about last who listens there.
    listens: tuple[Body | None, list[Any]] = (None, [])

    def of(self, name: str) -> Iterator[Placed]:
        """The directives of this name."""
        return self.named[name].placed if name in self.named.names else iter(())

    def count(self, *names: str) -> int:
        """How many directives there are of these names at most."""
        found, named = 0, self.named
        for name in names:
            if name in named.names:
                found += named.count(name)
        return found

    def repeats(self, names: Iterable[str]) -> bool:
        """Whether the file may have several directives of one of these names."""
        named = self.named
        return any(named.count(name) > 1 for name in names if name in named.names)

    def lacks(self, names: Iterable[str]) -> bool:
        """Whether the file certainly has no directive of these names."""
        return self.named.names.isdisjoint(names)

    def every(self, names: Iterable[str]) -> Iterator[Placed]:
        """Those of several names, name by name."""
        for name in names:
            if name in self.named.names:
                yield from self.named[name].placed


def placing(file: File, project: Project) -> Placing:
    """The directives of a file, in the first of the contexts that it stands in; worked out once."""
    kept: Placing | None = file.memo.get("placing")
    if kept is not None:
        if kept.asked != len(ALL_ASKED):
            kept = None
        elif kept.project() is project:
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
    """Go through the file once, block by block, without recursion."""
    context, *others = made.known.contexts(file)
    sites = made.known.sites(file)
    made.top = None if sites else context
    made.partial = bool(context is None or file.problems or sites or "include" in file.names)
    if context is None:
        return
    left_out = _LeftOut(made, file, others)
    plain = not left_out.careful
    index = file.by_name if plain else None
    named = made.named = _Listed() if index is None else _Indexed(index)
    ground = Ground(context, made.target, None, None)
    named.entered(ground)
    skips_silent = named.skips_silent
    # For each block that is open what is left of it, where its statements stand, and those that may stand there once.
    pending = [(iter(file.children), ground, dict[str, Statement]())]
    while pending:
        children, ground, firsts = pending[-1]
        in_location = ground.location is not None
        directives, blocks = ground.judgements
        for statement in children:
            if type(statement) is Directive:
                judged = directives[statement.head]
                if skips_silent and judged.silent:
                    continue
            elif type(statement) is Block:
                judged = blocks[statement.head]
            else:
                continue
            reached = True
            if not plain or not (
                judged.plain
                or (judged.standard and firsts.setdefault(statement.name, statement) is statement)
            ):
                reached = not left_out(statement, judged, ground, firsts)
            if reached:
                named.take(statement, ground)
                if judged.answers or (in_location and judged.located):
                    _note(made, statement, ground, judged)
            else:
                named.leave_out(statement)
                made.partial = True
            if type(statement) is Block and (inside := _inside(made, statement, ground, reached=reached)):
                named.entered(inside)
                if not length_hint(children):
                    pending.pop()
                pending.append((iter(statement.children), inside, {}))
                break
        else:
            pending.pop()


def _inside(made: Placing, block: Block, ground: Ground, *, reached: bool) -> Ground | None:
    """Where the statements of a block stand; None if there are none, or nobody knows what they are."""
    context = INNER.get((ground.context, block.name))
    if context is None:
        made.partial = made.partial or any(type(child) is not Entry for child in block.children)
        return None
    if reached:
        made.blocks.setdefault(context, []).append(block)
    return Ground(context, made.target, block, ground) if block.children else None


class _LeftOut:
    """Whether a directive reaches its setter: not one that nginx complains of, and not what a template fills in."""

    def __init__(self, made: Placing, file: File, others: Sequence[str | None]) -> None:
        self._complaints = made.complaints
        self._asked = Complaining(file, made.target)
        # A directive of a file that stands in several contexts is wrong if it is in all of them.
        self._elsewhere = [refused_in(file, other, made.target) for other in others]
        self._broken_off = bool(file.problems)
        self._text = file.source.text
        self._expressions = "}}" in self._text
        self._filled_in: bool | None = None
        self.careful = self._broken_off or self._expressions
        """Whether each directive has to be asked about."""

    def __call__(
        self, statement: Statement, judged: Judgement, ground: Ground, firsts: dict[str, Statement]
    ) -> bool:
        if not judged.fine or self._broken_off or (judged.once and not is_first(statement, firsts)):
            complaint = self._asked.about(statement, ground.context, ground.block, firsts)
            if complaint is not None and all(id(statement) in refused for refused in self._elsewhere):
                self._complaints.append(complaint)
                return True
        if self._broken_off and broken(statement):
            return True
        if statement.opaque or (self._expressions and _follows_expression(statement)):
            if self._filled_in is None:
                self._filled_in = _FILLED_IN.search(self._text) is not None
            if self._filled_in:
                return True
        ground.judgements[type(statement) is Block].ask(judged, statement.head)
        return False


def _note(made: Placing, statement: Statement, ground: Ground, judged: Judgement) -> None:
    """Keep what the setters and readings say."""
    location = ground.location
    for asked, answer in judged.answers:
        if location is None or not asked.located:
            made.answers.setdefault(asked, []).extend((statement, ground, answer))
    if location is None:
        return
    here = scope(ground.context, location, made.target)
    for asked, setter in judged.located:
        if answer := ask_again(setter, statement.head, here):
            made.answers.setdefault(asked, []).extend((statement, ground, answer))


def complaints(file: File, project: Project) -> Sequence[Complaint]:
    """Every complaint about a file, the doubtful ones, too."""
    return placing(file, project).complaints


def complaints_of(check: Check, file: File, project: Project) -> Iterator[Complaint]:
    """The complaints of one kind that are beyond doubt."""
    found = placing(file, project).complaints
    return (one for one in found if one.check is check and not one.doubtful) if found else iter(())


def _follows_expression(statement: Statement) -> bool:
    """Whether a template writes something before its name: `{{ begin }} if debug {{ end }}`."""
    text = statement.source.text
    return text[max(0, statement.start - 80) : statement.start].rstrip(" \t").endswith("}}")


def readings(file: File, project: Project, asked: Asked) -> Iterator[tuple[Placed, Any]]:
    """What was read out of the directives of a file, in its order. Raises what was raised."""
    answers = iter(placing(file, project).answers.get(asked, ()))
    for statement, ground, answer in zip(answers, answers, answers, strict=True):
        if isinstance(answer, Exception):
            raise answer
        yield Placed(statement, ground), answer


def refusals(file: File, project: Project, *asked: Setters) -> list[Refusal]:
    """What setters refuse in a file. Raises what one of them raised that is no refusal."""
    if placing(file, project).answers.keys().isdisjoint(asked):
        return []
    return [
        Refusal(placed, _place(placed.statement, reason.argument), reason.message, reason.help)
        for setters in asked
        for placed, reason in readings(file, project, setters)
    ]


def _place(statement: Statement, argument: int | None) -> Location:
    words: list[Word] = statement.args
    if argument is None or not words:
        return statement.name_at
    return words[min(argument, len(words) - 1)].at
