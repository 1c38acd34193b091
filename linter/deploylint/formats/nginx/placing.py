"""The directives of a file by name, with the contexts they stand in: made once, asked by all rules on values."""

from collections.abc import Iterable, Iterator
from weakref import ref

from deploylint.dataclass import dataclass, field
from deploylint.document import Chain
from deploylint.formats.nginx.complaints import broken, complaints, variant_of
from deploylint.formats.nginx.configuration import Configuration, configuration
from deploylint.formats.nginx.contexts import statements
from deploylint.formats.nginx.nodes import File, Statement
from deploylint.formats.nginx.setters.call import Call, Refused, Setters
from deploylint.formats.nginx.setters.slots import KINDS, check_slot
from deploylint.formats.nginx.words import Word
from deploylint.pattern import pattern
from deploylint.project import Project
from deploylint.source import Location
from deploylint.targets import target as target_of
from deploylint.vocabulary import nginx as vocabulary

# What `Word.opaque` looks for: without it no word of the file has to be asked.
_FILLED_IN = pattern(r"\{\{|\{%|<%|@[A-Z]|\$\{?[A-Z]")


@dataclass(frozen=True, slots=True)
class Placed:
    """A directive that nginx knows and takes in this form, where it stands."""

    statement: Statement
    context: str
    chain: Chain


@dataclass(slots=True)
class Placing:
    """All directives of a file that reach their setters. None of them is filled in by a template."""

    known: Configuration
    target: vocabulary.Version | None
    project: "ref[Project]"
    named: dict[str, list[Placed]] = field(default_factory=dict)

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
    kept = file.memo.get("placing")
    if isinstance(kept, Placing) and kept.project() is project:
        return kept
    known = configuration(project.documents_of(File), project.tree)
    pinned = target_of(project, "nginx", file)
    target = pinned.version if pinned else None
    if isinstance(kept, Placing) and kept.known is known and kept.target == target:
        kept.project = ref(project)
        return kept
    made = Placing(known, target, ref(project))
    bad = {id(complaint.directive) for complaint in complaints(file, project)}
    filled_in = _FILLED_IN.search(file.source.text) is not None
    named = made.named
    for statement, context, chain in statements(file, known.contexts(file)[0]):
        if id(statement) in bad or (filled_in and statement.opaque) or not statement.terminated:
            continue
        if (file.problems and broken(statement)) or (filled_in and _follows_expression(statement)):
            continue
        placed = Placed(statement, context, chain)
        try:
            named[statement.name].append(placed)
        except KeyError:
            named[statement.name] = [placed]
    file.memo["placing"] = made
    return made


def _follows_expression(statement: Statement) -> bool:
    """Whether a template writes something before its name: `{{ begin }} if debug {{ end }}`."""
    text = statement.source.text
    return text[max(0, statement.start - 80) : statement.start].rstrip(" \t").endswith("}}")


def refusals(file: File, project: Project, setters: Setters) -> Iterator[Refusal]:
    """What the setters refuse in a file."""
    found = placing(file, project)
    target = found.target or vocabulary.NEWEST
    for name, several in found.named.items():
        setter = setters.get(name)
        if setter is None:
            continue
        for placed in several:
            statement = placed.statement
            try:
                setter(Call(statement, statement.values, placed.context, placed.chain, target))
            except Refused as refused:
                yield refusal(placed, refused)


def misfits(file: File, project: Project) -> Iterator[Refusal]:
    """Values that do not fit the type that the vocabulary gives a directive."""
    found = placing(file, project)
    for name, several in found.named.items():
        for placed in several:
            variant = variant_of(name, placed.context, found.target)
            if variant is None or variant.kind not in KINDS:
                continue
            statement = placed.statement
            try:
                check_slot(
                    Call(
                        statement,
                        statement.values,
                        placed.context,
                        placed.chain,
                        found.target or vocabulary.NEWEST,
                    ),
                    variant,
                )
            except Refused as refused:
                yield refusal(placed, refused)


def refusal(placed: Placed, refused: Refused) -> Refusal:
    """The place that a setter complains about."""
    return Refusal(placed, _place(placed.statement, refused.argument), refused.message, refused.help)


def _place(statement: Statement, argument: int | None) -> Location:
    words: list[Word] = statement.args
    if argument is None or not words:
        return statement.name_at
    return words[min(argument, len(words) - 1)].at
