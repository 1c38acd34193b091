"""Run rules over a project. One crashing rule never loses the report."""

from collections.abc import Iterable, Iterator
from typing import Any

from deploylint.diagnostic import Diagnostic, Finding, Problem
from deploylint.document import Document
from deploylint.project import Project
from deploylint.rule import Context, Rule

_Index = dict[type, list[Rule]]


def check(project: Project, rules: Iterable[Rule]) -> tuple[list[Diagnostic], list[Problem]]:
    """What the rules find, sorted by path, position and rule, without repetitions; and what went wrong."""
    run = _Run(project, rules)
    run.documents()
    run.facts()
    return run.result()


class _Run:
    """One pass of all rules over one project."""

    def __init__(self, project: Project, rules: Iterable[Rule]) -> None:
        self._project = project
        self._index: _Index = {}
        for rule in rules:
            self._index.setdefault(rule.visits, []).append(rule)
        self._found: dict[tuple[Any, ...], Diagnostic] = {}
        self._problems: dict[tuple[str, str | None], Problem] = {}

    def documents(self) -> None:
        """Visit every document and, where a rule asks for nodes of its format, its nodes."""
        for document in self._project.documents:
            context = Context(self._project, document)
            self._visit(document, type(document), context)
            self._visit(document, Document, context)
            module = type(document).__module__.rpartition(".")[0]
            if not any(
                kind.__module__.startswith(module) for kind in self._index if kind is not type(document)
            ):
                continue
            for node, chain in document.walk():
                if (rules := self._index.get(type(node))) is not None:
                    context.chain = chain
                    self._apply(rules, node, context)

    def facts(self) -> None:
        """Visit the facts, the links of the model and the project itself, as far as a rule asks for any."""
        if not any(_is_model(kind) for kind in self._index):
            return
        context = Context(self._project)
        try:
            items = (*self._project.facts, *self._project.links, self._project)
        except Exception as error:  # noqa: BLE001  a fault in the model must not lose what was found in the files
            self._problem("the model", error, None)
            return
        for item in items:
            self._visit(item, type(item), context)

    def result(self) -> tuple[list[Diagnostic], list[Problem]]:
        found = sorted(self._found.values(), key=order)
        return found, list(self._problems.values())

    def _visit(self, item: object, kind: type, context: Context) -> None:
        if (rules := self._index.get(kind)) is not None:
            self._apply(rules, item, context)

    def _apply(self, rules: list[Rule], item: Any, context: Context) -> None:
        for rule in rules:
            if rule.named and getattr(item, "name", None) not in rule.named:
                continue
            try:
                for finding in _findings(rule, item, context):
                    diagnostic = _diagnostic(rule, finding)
                    self._found.setdefault(_identity(diagnostic), diagnostic)
            except Exception as error:  # noqa: BLE001  a crashing rule is reported and the others go on
                self._problem(f"rule {rule.name}", error, context.document)

    def _problem(self, what: str, error: Exception, document: Document | None) -> None:
        message = f"internal error in {what}: {type(error).__name__}: {error}"
        path = document.path if document else None
        self._problems.setdefault((message, path), Problem(message, path))


def _is_model(kind: type) -> bool:
    return not kind.__module__.startswith("deploylint.formats.")


def _findings(rule: Rule, item: Any, context: Context) -> Iterator[Finding]:
    return iter(rule.check(item, context) if rule.wants_context else rule.check(item))


def _diagnostic(rule: Rule, finding: Finding) -> Diagnostic:
    severity = finding.severity or rule.severity
    return Diagnostic(rule.name, severity, finding.confidence or rule.confidence, rule.group, finding)


def _identity(diagnostic: Diagnostic) -> tuple[Any, ...]:
    at = diagnostic.at
    return diagnostic.rule, at.path, at.span, diagnostic.finding.message


def order(diagnostic: Diagnostic) -> tuple[Any, ...]:
    """Sort key of reports: path, position, rule."""
    at = diagnostic.at
    return at.path, at.span.start, at.span.end, diagnostic.rule, diagnostic.finding.message
