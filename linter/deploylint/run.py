"""One run, from paths to a report: settings -> discover -> parse -> project -> check -> suppress."""

import os
from collections.abc import Callable, Iterable, Sequence

from deploylint import discovery, engine, formats, packs, selection, suppression
from deploylint.dataclass import dataclass, field, replace
from deploylint.diagnostic import CheckedFile, Diagnostic, Problem, Report, Severity
from deploylint.discovery import DiskTree, Found, display
from deploylint.document import Document
from deploylint.project import Project
from deploylint.recognition import recognise
from deploylint.rule import Rule
from deploylint.settings import Settings, parse_target
from deploylint.source import Source
from deploylint.tree import Tree


@dataclass(frozen=True, slots=True)
class Request:
    """What to lint and how. `roots` empty means: found from the paths (repository root, else the folder).

    `report_on`: paths; only findings with a location in one of them are shown. `stdin` is the text
    of standard input under the name it should have.
    """

    paths: tuple[str, ...]
    settings: Settings = field(default_factory=Settings)
    roots: tuple[str, ...] = ()
    report_on: tuple[str, ...] | None = None
    force_exclude: bool = False
    stdin: Source | None = None
    extra_packs: tuple[str, ...] = ()
    progress: Callable[[str], None] = field(default=lambda _text: None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The report with what later steps need: the rules that ran and the project as it was read."""

    report: Report
    rules: list[Rule]
    project: Project


def run(request: Request) -> Outcome:
    """Lint.

    Raises SettingsError for settings that name what does not exist, PackError for a broken rule pack.
    """
    found, tree = _read(request)
    if request.report_on is not None:
        found.problems = [problem for problem in found.problems if problem.path not in found.named]
    return check(found, tree, request)


def check(found: Found, tree: Tree, request: Request) -> Outcome:
    """Lint what was already read."""
    settings = request.settings
    problems = list(found.problems)
    documents = _parse(found.sources, problems, request.progress)
    project = Project(
        documents, tree, dict(parse_target(f"{k}={v}") for k, v in settings.target.items()), settings
    )
    names = packs.rule_names([*packs.installed_packs(), *request.extra_packs])
    selection.validate([*settings.select, *settings.ignore, *settings.severity], names)
    rules = selection.enabled(_rules_for(project, names), settings)
    request.progress(f"checking {len(documents)} files with {len(rules)} rules")
    diagnostics, crashes = engine.check(project, rules)
    problems += crashes
    diagnostics, suppressed = _suppress(diagnostics, documents, rules, names)
    diagnostics = [_with_severity(d, settings) for d in diagnostics if not _is_filtered(d, request)]
    report = Report(
        files=sorted((CheckedFile(d.path, d.format) for d in documents), key=lambda file: file.path),
        diagnostics=sorted(diagnostics, key=engine.order),
        suppressed=suppressed,
        problems=problems or _nothing(documents, request),
    )
    return Outcome(report, rules, project)


def _nothing(documents: Sequence[Document], request: Request) -> list[Problem]:
    if documents or request.report_on is not None or request.force_exclude:
        return []
    return [Problem("nothing to check: no deployment file that deploylint knows was found")]


def _read(request: Request) -> tuple[Found, Tree]:
    settings = request.settings
    roots = request.roots or tuple(dict.fromkeys(_root_of(path) for path in request.paths))
    exclude = discovery.excluder(roots, settings.exclude, settings.base)
    tree = DiskTree(roots, exclude)
    request.progress("looking for files")
    found = discovery.discover(request.paths, exclude, force_exclude=request.force_exclude)
    if request.stdin is not None:
        _take_stdin(request.stdin, found)
    return found, tree


def _take_stdin(source: Source, found: Found) -> None:
    """Put the text of standard input in the place of the file of its name."""
    found.sources = [item for item in found.sources if item[0].path != source.path]
    kind = recognise(source.path, source.text)
    if kind is None:
        found.problems.append(Problem("not a deployment file that deploylint knows", source.path))
    else:
        found.sources.append((source, kind))


def _root_of(path: str) -> str:
    """The repository around a path; without one, the path's own folder."""
    start = os.path.abspath(path)  # noqa: PTH100
    start = start if os.path.isdir(start) else os.path.dirname(start)  # noqa: PTH112, PTH120
    folder = start
    while True:
        if os.path.exists(os.path.join(folder, ".git")):  # noqa: PTH110, PTH118
            return folder
        parent = os.path.dirname(folder)  # noqa: PTH120
        if parent == folder:
            return start
        folder = parent


def _parse(
    sources: Iterable[tuple[Source, str]], problems: list[Problem], progress: Callable[[str], None]
) -> list[Document]:
    documents = []
    for source, kind in sources:
        progress(f"reading {source.path}")
        try:
            documents.append(formats.load(kind).parse(source))
        except Exception as error:  # noqa: BLE001  one file that breaks a parser must not lose the others
            message = f"internal error while reading it as {kind}: {type(error).__name__}: {error}"
            problems.append(Problem(message, source.path))
    return documents


def _rules_for(project: Project, names: Iterable[packs.RuleName]) -> list[Rule]:
    """The rules of the formats that are there, and those of the whole deployment."""
    subjects = {document.format for document in project.documents} | {"deployment"}
    known = {*formats.FORMATS, "deployment"}
    return [name.load() for name in names if name.subject in subjects or name.subject not in known]


def _suppress(
    diagnostics: list[Diagnostic], documents: list[Document], rules: list[Rule], names: list[packs.RuleName]
) -> tuple[list[Diagnostic], int]:
    suppressions = suppression.read(documents)
    if not suppressions:
        return diagnostics, 0
    checked = frozenset(rule.name for rule in rules)
    known = frozenset(name.name for name in names) | {alias for rule in rules for alias in rule.aliases}
    return suppression.apply(diagnostics, suppressions, checked, known)


def _with_severity(diagnostic: Diagnostic, settings: Settings) -> Diagnostic:
    wanted = settings.severity.get(diagnostic.rule)
    return replace(diagnostic, severity=Severity(wanted)) if wanted else diagnostic


def _is_filtered(diagnostic: Diagnostic, request: Request) -> bool:
    settings = request.settings
    if settings.per_file_ignores:
        base = display(settings.base)
        path = os.path.relpath(diagnostic.at.path, base)
        if selection.ignored_in(path, diagnostic.rule, settings):
            return True
    if request.report_on is None:
        return False
    return not any(at.path in request.report_on for at in diagnostic.locations)
