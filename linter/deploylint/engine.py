"""Run rules over a project. One crashing rule, parser or reader of facts never loses the report."""

from collections.abc import Iterable
from typing import Any

from deploylint.dataclass import dataclass, replace
from deploylint.diagnostic import Diagnostic, Finding, Problem
from deploylint.document import Document
from deploylint.fixing import with_line_ends
from deploylint.project import Postponed, Project
from deploylint.rule import Context, Rule

# With fewer one process is done before others are under way.
_FEWEST_DOCUMENTS = 200


def check(project: Project, rules: Iterable[Rule], jobs: int = 1) -> tuple[list[Diagnostic], list[Problem]]:
    """What the rules find, sorted by path, position and rule, without repetitions; and what went wrong.

    `jobs`: how many processes to use where it pays.
    """
    run = Run(project, rules)
    if jobs > 1 and len(project.documents) >= _FEWEST_DOCUMENTS:
        from deploylint import parallel  # noqa: PLC0415  most runs are small

        parallel.check(run, jobs)
    else:
        run.add(run.documents(range(len(project.documents))))
        run.add(run.items(run.model()))
    return run.result()


def visit(
    items: Iterable[object], project: Project, rules: Iterable[Rule]
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

    def __init__(self, project: Project, rules: Iterable[Rule]) -> None:
        self.project = project
        self.rules = list(rules)
        self._found: dict[tuple[Any, ...], Diagnostic] = {}
        self._problems: dict[tuple[str, str | None], Problem] = {}
        self._current = Part([], [])
        self._sort()

    def _sort(self) -> None:
        self._index: dict[type, list[Rule]] = {}
        for rule in self.rules:
            self._index.setdefault(rule.visits, []).append(rule)
        # For each kind: its rules by the name that they ask for, and those that ask for none.
        self._named = {
            kind: (_by_name(visiting), [rule for rule in visiting if not rule.named])
            for kind, visiting in self._index.items()
        }

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

    def documents(self, numbers: Iterable[int]) -> Part:
        """Visit some of the documents and, where rules ask for nodes, their nodes."""
        nodes = any(_is_node(kind) for kind in self._index)
        for number in numbers:
            document = self.project.documents[number]
            context = Context(self.project, document)
            self._visit(document, type(document), context)
            self._visit(document, Document, context)
            if nodes:
                self._nodes(document, context)
        return self.take()

    def items(self, items: Iterable[object]) -> Part:
        """Visit some of what `model` gives, or anything else that rules may visit."""
        context = Context(self.project)
        for item in items:
            self._visit(item, type(item), context)
        return self.take()

    def _nodes(self, document: Document, context: Context) -> None:
        try:
            for node, chain in document.walk():
                if (named := self._named.get(type(node))) is not None:
                    name = getattr(node, "name", None)
                    rules = named[0].get(name, named[1]) if type(name) is str else named[1]
                    if rules:
                        context.chain = chain
                        self._apply(rules, node, context)
        except Exception as error:  # noqa: BLE001  the other documents can still be walked
            self._problem(f"the {document.format} format", error, document.path)

    def model(self) -> list[object]:
        """The facts, the links of the model and the project itself, as far as a rule asks for any."""
        kinds = {kind.__module__ for kind in self._index}
        items: list[object] = []
        try:
            if "deploylint.facts" in kinds:
                items += self.project.facts
            if "deploylint.model.links" in kinds:
                items += tuple(self.project.links)
        except Exception as error:  # noqa: BLE001  a fault in the model must not lose what was found in the files
            self._problem("the model", error, None)
        return [*items, self.project]

    def result(self) -> tuple[list[Diagnostic], list[Problem]]:
        for what, error, path in self.project.failures:
            self._problem(what, error, path)
        self.add(self.take())
        return sorted(self._found.values(), key=order), list(self._problems.values())

    def _visit(self, item: object, kind: type, context: Context) -> None:
        if (named := self._named.get(kind)) is not None:
            name = getattr(item, "name", None)
            self._apply(named[0].get(name, named[1]) if type(name) is str else named[1], item, context)

    def _apply(self, rules: list[Rule], item: Any, context: Context) -> None:
        for rule in rules:
            try:
                for finding in rule.check(item, context) if rule.wants_context else rule.check(item):
                    self._current.found.append(_diagnostic(rule, finding))
            except Postponed:
                self._postpone(rule)
            except Exception as error:  # noqa: BLE001  a crashing rule is reported and the others go on
                self._problem(f"rule {rule.name}", error, _path(item, context))

    def _problem(self, what: str, error: Exception, path: str | None) -> None:
        problem = Problem(f"internal error in {what}: {type(error).__name__}: {error}", path)
        self._current.problems.append(problem)

    def _postpone(self, rule: Rule) -> None:
        self.project.postponed.add(rule.name)
        self.rules.remove(rule)
        self._sort()


def _by_name(rules: list[Rule]) -> dict[str, list[Rule]]:
    """For every name that a rule restricts itself to: the rules that visit nodes of that name, in their order."""
    names = {name for rule in rules for name in rule.named}
    return {name: [rule for rule in rules if not rule.named or name in rule.named] for name in names}


def _is_node(kind: type) -> bool:
    return kind.__module__.startswith("deploylint.formats.") and not issubclass(kind, Document)


def _path(item: Any, context: Context) -> str | None:
    """The file in which a rule was when it failed: the document it visited, or the one a fact is from."""
    document = context.document or getattr(item, "document", None)
    return document.path if isinstance(document, Document) else None


def _diagnostic(rule: Rule, finding: Finding) -> Diagnostic:
    severity = finding.severity or rule.severity
    if finding.fix is not None:
        finding = replace(finding, fix=with_line_ends(finding.fix))
    return Diagnostic(rule.name, severity, finding.confidence or rule.confidence, rule.group, finding)


def _identity(diagnostic: Diagnostic) -> tuple[Any, ...]:
    at = diagnostic.at
    return diagnostic.rule, at.path, at.span, diagnostic.finding.message


def order(diagnostic: Diagnostic) -> tuple[Any, ...]:
    """Sort key of reports: path, position, rule."""
    at = diagnostic.at
    return at.path, at.span.start, at.span.end, diagnostic.rule, diagnostic.finding.message
