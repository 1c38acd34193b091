"""`--fix` and `--diff`: choose fixes, make them in memory, check again, until nothing is left to mend.

A fix is kept only when the files can still be read as before, no error is new and its finding is gone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from deploylint import run
from deploylint.dataclass import dataclass
from deploylint.diagnostic import Diagnostic, Fix, Safety, Severity
from deploylint.discovery import Found
from deploylint.fixing import apply_edits
from deploylint.packs import RuleName
from deploylint.run import Outcome, Request
from deploylint.source import Source
from deploylint.tree import Indexed, Tree

ROUNDS = 10

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Repaired:
    """What is left after the fixes, the texts before and after of each changed file, and how many fixes were made."""

    outcome: Outcome
    changed: Mapping[str, tuple[str, str]]
    fixes: int


def repaired(request: Request, *, unsafe: bool) -> Repaired:
    """Lint and mend in memory; nothing is written.

    Raises SettingsError and PackError.
    """
    found, tree, request, names = run.prepared(request)
    state = _State(found, tree, request, names)
    made, refused = 0, set[_Key]()
    seen = {state.texts}
    for _ in range(ROUNDS):
        chosen = _choose(state.outcome.report.diagnostics, state.sources, refused, unsafe=unsafe)
        if not chosen:
            break
        good = chosen if state.after(chosen) else [one for one in chosen if state.after([one])]
        refused.update(_key(one) for one in chosen if one not in good)
        better = state.after(good) or state.after(good[:1])
        if better and better.texts in seen:
            refused.update(_key(one) for one in good)  # two rules undo each other
        elif better:
            seen.add(better.texts)
            made += len(good) if better.made == len(good) else 1
            state = better
    before = {source.path: source.text for source, _ in found.sources}
    changed = {
        source.path: (before[source.path], source.text)
        for source in state.sources
        if source.text != before[source.path]
    }
    return Repaired(state.outcome, changed, made)


class _State:
    """The files as they are after some fixes, and what is found in them."""

    def __init__(
        self, found: Found, tree: Tree, request: Request, names: Sequence[RuleName], made: int = 0
    ) -> None:
        self._found = found
        self._tree = tree
        self._request = request
        self._names = names
        self.made = made
        self.outcome = run.check(found, tree, request, names)

    @property
    def sources(self) -> list[Source]:
        return [source for source, _ in self._found.sources]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(source.text for source in self.sources)

    def after(self, chosen: Sequence[Diagnostic]) -> "_State | None":
        """The state after some fixes; None when they do harm, or no good."""
        if not chosen:
            return None
        texts = apply_edits(edit for one in chosen for edit in _fix(one).edits)
        sources = [
            (Source(source.path, texts[source.path]) if source.path in texts else source, kind)
            for source, kind in self._found.sources
        ]
        found = Found(sources, self._found.problems, self._found.named)
        tree = _Overlay(self._tree, {source.path: source for source, _ in sources})
        state = _State(found, tree, self._request, self._names, len(chosen))
        return state if _is_better(self.outcome, state.outcome, chosen) else None


class _Overlay(Indexed):
    """A tree in which the linted files have their new texts."""

    def __init__(self, tree: Tree, sources: Mapping[str, Source]) -> None:
        self._tree = tree
        self._sources = sources
        self.files = tree.files
        self.folders = tree.folders

    def read(self, path: str) -> Source | None:
        return self._sources.get(path) or self._tree.read(path)


def _choose(
    diagnostics: Iterable[Diagnostic], sources: Sequence[Source], refused: Collection[_Key], *, unsafe: bool
) -> list[Diagnostic]:
    """The findings whose fixes can be made together: of the linted files only, none touching another one."""
    ours = {id(source) for source in sources}
    taken: dict[int, list[tuple[int, int]]] = {}
    chosen = []
    for diagnostic in diagnostics:
        fix = diagnostic.finding.fix
        if fix is None or not (unsafe or fix.safety is Safety.SAFE) or _key(diagnostic) in refused:
            continue
        spans = [(id(edit.at.source), edit.at.span.start, edit.at.span.end) for edit in fix.edits]
        if not spans or any(
            source not in ours or any(start <= stop and begin <= end for begin, stop in taken.get(source, ()))
            for source, start, end in spans
        ):
            continue
        for source, start, end in spans:
            taken.setdefault(source, []).append((start, end))
        chosen.append(diagnostic)
    return chosen


def _fix(diagnostic: Diagnostic) -> Fix:
    fix = diagnostic.finding.fix
    assert fix is not None  # noqa: S101  `_choose` took only those that have one
    return fix


def _is_better(before: Outcome, after: Outcome, chosen: Iterable[Diagnostic]) -> bool:
    if not set(after.report.problems) <= set(before.report.problems):
        return False
    # A baseline hides no new error, although it may have room for one.
    found = [[*outcome.report.diagnostics, *outcome.hidden] for outcome in (before, after)]
    errors = [Counter(_key(d) for d in each if d.severity is Severity.ERROR) for each in found]
    if errors[1] - errors[0]:
        return False
    left = Counter(_key(d) for d in found[1])
    allowed = Counter(_key(d) for d in found[0]) - Counter(_key(d) for d in chosen)
    return all(left[key] <= allowed[key] for key in {_key(d) for d in chosen})


def _key(diagnostic: Diagnostic) -> _Key:
    return diagnostic.rule, diagnostic.at.path, diagnostic.finding.message
