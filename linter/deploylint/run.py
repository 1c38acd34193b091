"""One run, from paths to a report: settings -> discover -> parse -> project -> check -> suppress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from deploylint import discovery, engine, formats, packs, selection, suppression
from deploylint.dataclass import dataclass, field, replace
from deploylint.diagnostic import CheckedFile, Diagnostic, Problem, Report, Severity
from deploylint.discovery import DiskTree, Found, Steps
from deploylint.document import Document
from deploylint.gitignore import Ignore
from deploylint.judging import Judging, is_ignored
from deploylint.limits import NO_MEMORY, Clock, OutOfTimeError, parse_size
from deploylint.packs import RuleName
from deploylint.project import Project
from deploylint.recognition import recognise
from deploylint.settings import Settings, find, load, parse_target, root_of
from deploylint.source import Source
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.baseline import Entry, Exceeded
    from deploylint.candidate import Candidate

_COMMAND_LINES = "command_line"
# The formats that start programs: without them there are no command lines.
_STARTING = frozenset({"systemd", "supervisor", "compose", "dockerfile", "procfile", "shell"})


@dataclass(frozen=True, slots=True)
class Request:
    """What to lint and how. `roots` empty means: found from the paths (repository root, else the folder).

    `report_on`: paths; only findings with a location in one of them are shown. `stdin` is the text
    of standard input under the name it should have. `baseline` is what the settings' baseline holds; `run` reads it.
    `jobs`: how many processes may work on a large project.
    """

    paths: tuple[str, ...]
    settings: Settings = field(default_factory=Settings)
    roots: tuple[str, ...] = ()
    report_on: tuple[str, ...] | None = None
    force_exclude: bool = False
    stdin: Source | None = None
    extra_packs: tuple[str, ...] = ()
    baseline: tuple[Entry, ...] = ()
    jobs: int = 1
    progress: Callable[[str], None] = field(default=lambda _text: None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The report with what later steps need: the rules that were enabled, the project as it was read, what can be judged.

    `hidden` are the findings that the baseline has, `exceeded` tells what it has too few of.
    """

    report: Report
    rules: list[Candidate]
    project: Project
    judging: Judging
    hidden: list[Diagnostic]
    exceeded: list[Exceeded]


@dataclass(frozen=True, slots=True)
class Assembled:
    """A project before any rule has seen it, and what kept files out of it."""

    project: Project
    problems: tuple[Problem, ...]


Parse = Callable[[Source, str], Document]


def parsed(source: Source, kind: str) -> Document:
    """A source read in a format."""
    return formats.load(kind).parse(source)


def run(request: Request) -> Outcome:
    """Lint.

    Raises SettingsError for settings that name what does not exist, PackError for a broken rule pack.
    """
    return check(*prepared(request))


def lint(paths: tuple[str, ...], extra_packs: tuple[str, ...] = ()) -> Outcome:
    """Lint with the settings that lie beside the first path, their baseline left out: for what explains findings.

    Raises SettingsError and PackError.
    """
    file = find(paths[0])
    settings = replace(load(file), baseline=None) if file else Settings()
    return run(Request(paths, settings, extra_packs=extra_packs))


def prepared(request: Request) -> tuple[Found, Tree, Request, list[RuleName]]:
    """What `check` wants: files, the tree around them, the request with resolved settings, the names of all rules.

    Raises SettingsError and PackError.
    """
    names = packs.all_names(request.extra_packs)
    settings = selection.resolved(request.settings, names)
    found, tree = _read(request)
    known = _baseline(settings.baseline, names) if settings.baseline else ()
    return found, tree, replace(request, settings=settings, baseline=known), names


def _baseline(path: str, names: Sequence[RuleName]) -> tuple[Entry, ...]:
    from deploylint import baseline  # noqa: PLC0415  most runs have none

    return baseline.load(path, packs.present_names(names))


def check(found: Found, tree: Tree, request: Request, names: Sequence[RuleName]) -> Outcome:
    """Lint what was already read. The settings are `selection.resolved`."""
    return judge(assembled(found, tree, request), found, request, names)


def assembled(found: Found, tree: Tree, request: Request, parse: Parse = parsed) -> Assembled:
    """The project that the files make. `parse` may hand out documents that it has from before."""
    problems = list(found.problems)
    documents = _parse(found, problems, request, parse)
    settings = request.settings
    targets = dict(parse_target(f"{program}={version}") for program, version in settings.target.items())
    return Assembled(Project(documents, tree, targets, settings), tuple(problems))


def judge(read: Assembled, found: Found, request: Request, names: Sequence[RuleName]) -> Outcome:
    """Run the enabled rules over a project."""
    project, settings, problems = read.project, request.settings, list(read.problems)
    documents = project.documents
    rules = _rules_for(documents, names, settings, problems)
    request.progress(f"checking {len(documents)} files with {len(rules)} rules")
    diagnostics, crashes = engine.check(project, rules.values(), request.jobs)
    problems += crashes
    judging = Judging(project, rules, roots_of(request), whole=not found.named)

    def judged(items: Iterable[object]) -> list[Diagnostic]:
        about, crashes = engine.visit(items, project, _judges(names, rules, settings, problems))
        problems.extend(crashes)
        return [d for d in about if not _is_ignored(d, rules, settings)]

    diagnostics, silenced = _suppress(diagnostics, project, names, judging, judged)
    diagnostics = [d for d in diagnostics if not _is_ignored(d, rules, settings)]
    shown, hidden = diagnostics, list[Diagnostic]()
    exceeded: list[Exceeded] = []
    outdated: list[Diagnostic] = []
    if request.baseline:
        from deploylint import baseline  # noqa: PLC0415  most runs have none

        shown, hidden, exceeded = baseline.compare(diagnostics, request.baseline)
        stale = baseline.stale(request.baseline, diagnostics, [name.name for name in names], judging)
        outdated = judged(one for one in stale if _is_asked_for((one.path, one.at.path), request))
    shown = [*(d for d in shown if _is_shown(d, request)), *outdated]
    report = Report(
        files=sorted((CheckedFile(d.path, d.format) for d in documents), key=lambda file: file.path),
        diagnostics=sorted((_with_severity(d, settings) for d in shown), key=engine.order),
        suppressed=sum(_is_shown(d, request) for d in silenced if not _is_ignored(d, rules, settings)),
        baselined=sum(_is_shown(d, request) for d in hidden),
        problems=problems or _nothing(documents, request),
    )
    return Outcome(
        report,
        list(rules.values()),
        project,
        judging,
        [_with_severity(d, settings) for d in hidden],
        exceeded,
    )


def _nothing(documents: Sequence[Document], request: Request) -> list[Problem]:
    if documents or request.report_on is not None or request.force_exclude:
        return []
    return [Problem("nothing to check: no deployment file that deploylint knows was found")]


def _read(request: Request) -> tuple[Found, Tree]:
    settings, stdin = request.settings, request.stdin
    roots = roots_of(request)
    exclude = Ignore(roots, settings.exclude, settings.base)
    request.progress("looking for files")
    limit = parse_size(settings.max_file_size)
    found = discovery.discover(
        request.paths,
        exclude,
        force_exclude=request.force_exclude,
        limit=limit,
        listing=roots,
        many=partial(_parse_early, request) if request.jobs > 1 else None,
    )
    if stdin is not None:
        _take_stdin(stdin, found)
    return found, DiskTree(roots, exclude, limit, found.listed)


def _parse_early(request: Request, steps: Steps, found: Found) -> None:
    """Parse sources while another process reads the others."""
    from deploylint import reading_ahead  # noqa: PLC0415  most runs are small

    clock = Clock(request.settings.max_file_seconds)

    def take(source: Source, kind: str) -> None:
        request.progress(f"reading {source.path}")
        found.early[source] = _outcome(source, kind, clock, parsed)

    reading_ahead.go_on(steps, found, take)


def roots_of(request: Request) -> tuple[str, ...]:
    """The folders that the run looks into."""
    around = request.paths or ((request.stdin.path,) if request.stdin else ())
    return request.roots or tuple(dict.fromkeys(root_of(path) for path in around))


def _take_stdin(source: Source, found: Found) -> None:
    """Put the text of standard input in the place of the file of its name."""
    found.sources = [item for item in found.sources if item[0].path != source.path]
    found.named.add(source.path)
    kind = recognise(source.path, source.text)
    if kind is None:
        found.problems.append(Problem("not a deployment file that deploylint knows", source.path))
    else:
        found.sources.append((source, kind))


def _parse(found: Found, problems: list[Problem], request: Request, parse: Parse) -> list[Document]:
    documents = []
    clock = Clock(request.settings.max_file_seconds)
    for source, kind in found.sources:
        outcome = found.early.pop(source, None)
        if outcome is None:
            request.progress(f"reading {source.path}")
            outcome = _outcome(source, kind, clock, parse)
        if isinstance(outcome, Exception):
            problems.append(Problem(_said(outcome, kind), source.path))
        else:
            documents.append(outcome)
    return documents


def _said(error: Exception, kind: str) -> str:
    """Why a file is not checked."""
    if isinstance(error, OutOfTimeError):
        return f"not checked: {error}"
    if isinstance(error, MemoryError):
        return NO_MEMORY
    return f"internal error while reading it as {kind}: {type(error).__name__}: {error}"


def _outcome(source: Source, kind: str, clock: Clock, parse: Parse) -> Document | Exception:
    """The document, or why there is none."""
    clock.start_again()
    try:
        document = parse(source, kind)
        clock.check()
    except Exception as error:  # noqa: BLE001  one file that breaks a parser must not lose the others
        return error.with_traceback(None)  # which would hold what the parser had made
    return document


def _rules_for(
    documents: Sequence[Document], names: Iterable[RuleName], settings: Settings, problems: list[Problem]
) -> dict[str, Candidate]:
    """The enabled rules of the formats that are there, and those that look across files."""
    present = {document.format for document in documents}
    if present & _STARTING:
        present.add(_COMMAND_LINES)
    absent = {*formats.FORMATS, suppression.SUBJECT, _COMMAND_LINES} - present
    rules: dict[str, Candidate] = {}
    for name in names:
        if name.subject in absent or name.name in settings.ignore:
            continue
        rule = _candidate(name, problems)
        if rule is not None and selection.is_enabled(rule, settings):
            rules[name.name] = rule
    return rules


def _candidate(name: RuleName, problems: list[Problem]) -> Candidate | None:
    """The rule as its pack's index describes it; without one, the rule itself, None and a problem if it is broken."""
    if name.visited:
        return name
    try:
        return name.load()
    except packs.PackError as error:
        problems.append(Problem(f"internal error in rule {name.name}: {error}"))
        return None


def _judges(
    names: Iterable[RuleName], rules: dict[str, Candidate], settings: Settings, problems: list[Problem]
) -> list[Candidate]:
    """The enabled rules on comments and baselines. Adds them to `rules`."""
    found = [_candidate(name, problems) for name in names if name.subject == suppression.SUBJECT]
    judges = [rule for rule in found if rule is not None and selection.is_enabled(rule, settings)]
    rules |= {rule.name: rule for rule in judges}
    return judges


def _suppress(
    diagnostics: list[Diagnostic],
    project: Project,
    names: Sequence[RuleName],
    judging: Judging,
    judged: Callable[[Iterable[object]], list[Diagnostic]],
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Apply the comments and say what is wrong with them."""
    present = packs.present_names(names)
    suppressions = suppression.read(project.documents, present)
    elsewhere = suppression.read(suppression.touched(diagnostics, project.documents), present)
    if not suppressions and not elsewhere:
        return diagnostics, []
    kept, silenced = suppression.silence(diagnostics, [*suppressions, *elsewhere])
    return [
        *kept,
        *judged(suppression.review(suppressions, [name.name for name in names], judging)),
    ], silenced


def _with_severity(diagnostic: Diagnostic, settings: Settings) -> Diagnostic:
    wanted = settings.severity.get(diagnostic.rule)
    return replace(diagnostic, severity=Severity(wanted)) if wanted else diagnostic


def _is_ignored(diagnostic: Diagnostic, rules: dict[str, Candidate], settings: Settings) -> bool:
    return is_ignored(diagnostic.at.path, rules[diagnostic.rule], settings)


def _is_shown(diagnostic: Diagnostic, request: Request) -> bool:
    return _is_asked_for((at.path for at in diagnostic.locations), request)


def _is_asked_for(paths: Iterable[str], request: Request) -> bool:
    return request.report_on is None or any(path in request.report_on for path in paths)
