"""Run rules over a project. One crashing rule, parser or reader of facts never loses the report."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from deploylint.dataclass import dataclass, replace
from deploylint.diagnostic import Diagnostic, Finding, Problem
from deploylint.document import Document
from deploylint.limits import Clock, OutOfTimeError
from deploylint.narrowing import FACTS, Narrowing
from deploylint.packs import PackError
from deploylint.project import Group, Postponed, Project
from deploylint.rule import Context, Rule, class_name
from deploylint.typed import TYPE_CHECKING, Any, TypeVar
from deploylint.visiting import Audiences, Visit

if TYPE_CHECKING:
    from deploylint.candidate import Candidate

T = TypeVar("T")

# With fewer one process is done before others are under way, and importing rules takes longer than looking which to.
_FEWEST_DOCUMENTS = 200
_NODES_A_LOOK = 256  # so many nodes are visited between two looks at the clock
_ITEMS_TOGETHER = 64  # so many facts or links wait for their rules
_SHORT = 4096  # code points of a document whose nodes are soon visited
# Short documents, few enough for the processor's caches with all that rules work out for them.
_TOGETHER = 64
_LINKS = "deploylint.model.links."


def check(
    project: Project, rules: "Iterable[Candidate]", jobs: int = 1
) -> tuple[list[Diagnostic], list[Problem]]:
    """What the rules find, sorted by path, position and rule, without repetitions; and what went wrong.

    `jobs`: how many processes to use where it pays.
    """
    run = Run(project, rules)
    run.narrow()
    if jobs > 1 and len(project.documents) >= _FEWEST_DOCUMENTS:
        from deploylint import parallel  # noqa: PLC0415  most runs are small

        parallel.check(run, jobs)
    else:
        run.add(run.documents(project.documents))
        # Linked one after the other, since what linking executes is in the processor's caches then.
        model = run.linked(run.model())
        run.add(run.items([project, *chain.from_iterable(alongside(model, 1))]))
    return run.result()


def visit(
    items: Iterable[object], project: Project, rules: "Iterable[Candidate]"
) -> tuple[list[Diagnostic], list[Problem]]:
    """What the rules find in some things that are no part of the project, such as suppression comments."""
    run = Run(project, rules)
    run.add(run.items(items))
    return run.result()


@dataclass(slots=True)
class Part:
    """What came out of a part of the work."""

    found: list[Diagnostic]
    problems: list[Problem]


class Run:
    """One pass of all rules over one project, in parts that `add` puts together."""

    def __init__(self, project: Project, rules: "Iterable[Candidate]") -> None:
        self.project = project
        self._narrowing = Narrowing(rules, project.documents)
        self._found: dict[tuple[Any, ...], Diagnostic] = {}
        self._problems: dict[tuple[str, str | None], Problem] = {}
        self._current = Part([], [])
        # The classes of the documents.
        self._files = {class_name(kind) for kind in set(map(type, project.documents))}
        self._sort()

    def _sort(self) -> None:
        self._audiences = Audiences(self.rules, self)

    @property
    def rules(self) -> "list[Candidate]":
        return self._narrowing.rules

    def narrow(self) -> None:
        """Leave out the rules that ask for formats, nodes or texts which no document has.

        Of a large project only what no document has to be walked for.
        """
        self._narrowing.by_documents(walk=len(self.project.documents) < _FEWEST_DOCUMENTS)
        self._sort()

    def add(self, part: Part) -> None:
        """Take a part into the result. Of equal findings the first one counts."""
        for diagnostic in part.found:
            self._found.setdefault(_identity(diagnostic), diagnostic)
        for problem in part.problems:
            self._problems.setdefault((problem.message, problem.path), problem)

    def take(self) -> Part:
        """What was found since the last time."""
        part, self._current = self._current, Part([], [])
        return part

    def documents(self, documents: Iterable[Document]) -> Part:
        """Visit some documents and, where rules ask for nodes, their nodes."""
        asked: dict[str, frozenset[str] | None] = {}
        clock = Clock(self.project.settings.max_file_seconds)
        for some in _batches(documents):
            clock.start_again(files=len(some))
            try:
                for document in some:
                    if document.format not in asked:
                        asked[document.format] = self._audiences.asked(document.format, self._files)
                    self._document(document, clock, asked[document.format])
                self._show()
                clock.check()
            except OutOfTimeError as error:
                self._audiences.take()
                self._current.problems += [
                    Problem(f"not checked to its end: {error}", document.path) for document in some
                ]
            for document in some:
                document.release()
        return self.take()

    def items(self, items: Iterable[object]) -> Part:
        """Visit some of what `model` gives, or anything else that rules may visit."""
        context = Context(self.project)
        clock = Clock(self.project.settings.max_file_seconds, files=max(1, len(self.project.documents)))
        try:
            for piece in _pieces(self.linked(items), _ITEMS_TOGETHER):
                self._audiences.gather(((item, None) for item in piece), context)
                self._show()
                clock.check()
        except OutOfTimeError as error:
            self._audiences.take()
            self._current.problems.append(
                Problem(f"what files have to do with each other was not checked to its end: {error}")
            )
        return self.take()

    def _document(self, document: Document, clock: Clock, names: frozenset[str] | None) -> None:
        """Gather what rules visit of a document, nodes of any name if `names` is None. Raises OutOfTimeError."""
        context = Context(self.project, document)
        idle = self._narrowing.idle(document)
        self._audiences.gather(((document, None),), context, idle)
        try:
            nodes = document.walk() if names is None else document.named(names) if names else ()
            if len(document.source.text) > _SHORT:
                for piece in _pieces(nodes, _NODES_A_LOOK):
                    self._audiences.gather(piece, context, idle)
                    self._show()
                    clock.check()
            else:
                self._audiences.gather(nodes, context, idle)
        except OutOfTimeError:
            raise
        except Exception as error:  # noqa: BLE001  the other documents can still be walked
            self._problem(f"the {document.format} format", error, document.path)

    def model(self) -> list[object]:
        """The facts and the groups of the model, as far as a rule asks for any."""
        items: list[object] = []
        try:
            if self._asks_for(FACTS) or self._asks_for(_LINKS) or any(rule.needs for rule in self.rules):
                items += self.project.facts
                self._narrowing.by_facts(items)
                self._sort()
            if self._asks_for(_LINKS):
                items += self.project.groups
        except Exception as error:  # noqa: BLE001  a fault in the model must not lose what was found in the files
            self._problem("the model", error, None)
        return items

    def linked(self, items: Iterable[object], least: int = 0) -> Iterator[object]:
        """The items, what is linked in a group in its place, if that has at least so many documents."""
        for item in items:
            if type(item) is not Group or len(item.documents) < least:
                yield item
                continue
            try:
                yield from item.links
            except Exception as error:  # noqa: BLE001  a fault in one deployment must not lose the others
                self._problem("the model", error, item.documents[0].path)

    def _asks_for(self, kinds: str) -> bool:
        return any(kind.startswith(kinds) for kind in self._audiences.by_class)

    def result(self) -> tuple[list[Diagnostic], list[Problem]]:
        for what, error, path in self.project.failures:
            self._problem(what, error, path)
        self.add(self.take())
        return sorted(self._found.values(), key=order), list(self._problems.values())

    def load(self, rules: "Iterable[Candidate]") -> list[Rule]:
        """The rules themselves, without those that cannot be imported."""
        loaded = []
        for rule in rules:
            try:
                loaded.append(rule.load())
            except PackError as error:
                self._problem(f"rule {rule.name}", error, None)
        return loaded

    def holds(self, rule: Rule, head: Any) -> bool:
        """Whether a rule wants to see what says this."""
        try:
            return rule.when is None or rule.when(head)
        except Exception as error:  # noqa: BLE001  as where a rule looks at a thing itself
            self._problem(f"rule {rule.name}", error, None)
            return False

    def _show(self) -> None:
        """Let the rules look at all that waits."""
        for rules, visits in self._audiences.take():
            for rule in rules:
                self._apply(rule, visits)

    def _apply(self, rule: Rule, visits: list[Visit]) -> None:
        name, check, wants_context = rule.name, rule.check, rule.wants_context
        for item, context, around, idle in visits:
            if name in idle:
                continue
            context.chain = around
            try:
                for finding in check(item, context) if wants_context else check(item):
                    self._current.found.append(_diagnostic(rule, finding))
            except Postponed:
                self._postpone(rule)
                return
            except Exception as error:  # noqa: BLE001  a crashing rule is reported and the others go on
                self._problem(f"rule {name}", error, _path(item, context))

    def _problem(self, what: str, error: Exception, path: str | None) -> None:
        said = f"internal error in {what}: {type(error).__name__}: {error}"
        if isinstance(error, MemoryError):
            said = f"there is not enough memory for {what}"
        if isinstance(error, OutOfTimeError):
            said = f"{what} came to no end: {error}"
        self._current.problems.append(Problem(said, path))

    def _postpone(self, rule: Rule) -> None:
        self.project.postponed.add(rule.name)
        self._narrowing.leave_out(rule.name)
        self._sort()


def _pieces(things: Iterable[T], size: int) -> Iterator[Iterator[T]]:
    """So many things at a time; a piece has to be used up before the next one is asked for."""
    rest = iter(things)
    for first in rest:
        yield chain((first,), islice(rest, size - 1))


def alongside(items: Iterable[object], least: int) -> Iterator[list[object]]:
    """The items in at least so many parts, if there are enough.

    What is said of the same files stands together: rules ask the same things of them. Of each class some come after some of
    the others; each class is in its order by itself.
    """
    classes: dict[type, list[object]] = {}
    for item in items:
        classes.setdefault(type(item), []).append(item)
    most = max(map(len, classes.values()), default=0)
    parts = max(most // _ITEMS_TOGETHER + 1, min(least, most))
    for part in range(parts):
        yield [
            item
            for some in classes.values()
            for item in some[len(some) * part // parts : len(some) * (part + 1) // parts]
        ]


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The documents, some short ones together and each long one alone."""
    short: list[Document] = []
    for document in documents:
        if len(document.source.text) > _SHORT:
            yield [document]
            continue
        short.append(document)
        if len(short) == _TOGETHER:
            yield short
            short = []
    if short:
        yield short


def _path(item: Any, context: Context) -> str | None:
    """The file in which a rule was when it failed: the document it visited, or the one a fact is from."""
    document = context.document or getattr(item, "document", None)
    return document.path if isinstance(document, Document) else None


def _diagnostic(rule: Rule, finding: Finding) -> Diagnostic:
    if not finding.message.isprintable():  # it stands on one line, whatever it quotes
        from deploylint.report.visible import visible  # noqa: PLC0415

        finding = replace(finding, message=visible(finding.message))
    severity = finding.severity or rule.severity
    if finding.fix is not None:
        from deploylint.fixing import with_line_ends  # noqa: PLC0415  most runs find nothing to mend

        finding = replace(finding, fix=with_line_ends(finding.fix))
    return Diagnostic(rule.name, severity, finding.confidence or rule.confidence, rule.group, finding)


def _identity(diagnostic: Diagnostic) -> tuple[Any, ...]:
    at = diagnostic.at
    return diagnostic.rule, at.path, at.span, diagnostic.finding.message


def order(diagnostic: Diagnostic) -> tuple[Any, ...]:
    """Sort key of reports: path, position, rule."""
    at = diagnostic.at
    return at.path, at.span.start, at.span.end, diagnostic.rule, diagnostic.finding.message
