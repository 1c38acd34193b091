"""`--fix` and `--diff`: choose fixes, make them in memory, check again, until nothing is left to mend.

A fix is kept only when the files can still be read as before, no error is new and its finding is gone. Errors are
those of all rules, whichever are shown. What is not kept is said, with the reason. A second run finds nothing to do.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from deploylint import run
from deploylint.dataclass import dataclass, replace
from deploylint.diagnostic import Diagnostic, Fix, Report, Safety, Severity
from deploylint.discovery import Found
from deploylint.fixing import apply_edits
from deploylint.packs import RuleName
from deploylint.recognition import recognise
from deploylint.run import Outcome, Parse, Request
from deploylint.source import Source
from deploylint.tree import OverlayTree, Tree

ROUNDS = 10

_Key = tuple[str, str, str]

Wanted = Callable[[Fix], bool]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A finding whose fix was not made, and why: what the fix would have done."""

    diagnostic: Diagnostic
    reason: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """What is left after the fixes, the texts before and after of each changed file, and how many fixes were made.

    `outcome` has no more fixes for those that were dropped. `complete` is False where the rounds came to an end before the fixes did.
    """

    outcome: Outcome
    dropped: tuple[Dropped, ...]
    changed: Mapping[str, tuple[str, str]]
    fixes: int
    complete: bool


def repaired(request: Request, *, unsafe: bool) -> Repaired:
    """Lint and mend in memory; nothing is written.

    Raises SettingsError and PackError.
    """
    return mended(*run.prepared(request), wanted=lambda fix: unsafe or fix.safety is Safety.SAFE)


def mended(
    found: Found,
    tree: Tree,
    request: Request,
    names: Sequence[RuleName],
    *,
    wanted: Wanted,
    parse: Parse = run.parsed,
) -> Repaired:
    """The same for what was already read, with the fixes that are `wanted` only."""
    states = [_State(found, tree, request, names, parse=parse)]
    circling: list[Dropped] = []
    for _ in range(ROUNDS):
        better, dropped = _mended(states[-1], circling, wanted)
        if better is None:
            complete = True
            break
        states.append(better)
        earlier = next(at for at, state in enumerate(states) if state.texts == better.texts)
        made = [one for state in states[earlier + 1 :] for one in state.made]
        if made:  # several rules undo what the others do: none of it is kept
            circling += [Dropped(one, "the fix and another one undo each other") for one in made]
            states = states[: earlier + 1]
    else:
        better, dropped = _mended(states[-1], circling, wanted)
        complete = better is None
    before = {source.path: source.text for source, _ in found.sources}
    changed = {
        source.path: (before[source.path], source.text)
        for source in states[-1].sources
        if source.text != before[source.path]
    }
    fixes = sum(len(state.made) for state in states)
    return Repaired(*_without(states[-1].outcome, [*circling, *dropped]), changed, fixes, complete)


def _without(outcome: Outcome, dropped: Iterable[Dropped]) -> tuple[Outcome, tuple[Dropped, ...]]:
    """The outcome without the fixes that were not made, and those of them whose findings are still there."""
    why = {_key(one.diagnostic): one.reason for one in dropped}
    report, shown, left = outcome.report, [], []
    for one in report.diagnostics:
        reason = why.get(_key(one))
        if reason is not None and one.finding.fix is not None:
            left.append(Dropped(one, reason))
            one = replace(one, finding=replace(one.finding, fix=None))  # noqa: PLW2901
        shown.append(one)
    return replace(outcome, report=replace(report, diagnostics=shown)), tuple(left)


def _mended(
    state: "_State", circling: Iterable[Dropped], wanted: Wanted
) -> "tuple[_State | None, list[Dropped]]":
    """The state after as many fixes as can be made together, None for none; and those that did harm."""
    refused = {_key(one.diagnostic) for one in circling}
    dropped: list[Dropped] = []
    while chosen := _choose(state.outcome.report.diagnostics, state.sources, refused, wanted):
        better, harmful = _tried(state, chosen)
        dropped += harmful
        if better is not None:
            return better, dropped
        refused.update(_key(one) for one in chosen)
    return None, dropped


def _tried(state: "_State", chosen: list[Diagnostic]) -> "tuple[_State | None, list[Dropped]]":
    """Make the fixes; where they do harm together, halve them until those are found that do."""
    better: _State | None = None
    harmful: list[Dropped] = []
    pending = [chosen]
    while pending:
        group = pending.pop()
        after = state.after([*(better.made if better else ()), *group])
        harm = _harm(state, after)
        if harm is None:
            better = after
        elif len(group) == 1:
            harmful.append(Dropped(group[0], harm))
        else:
            half = len(group) // 2
            pending += [group[half:], group[:half]]
    return better, harmful


class _State:
    """The files as they are after some fixes, and what is found in them."""

    def __init__(
        self,
        found: Found,
        tree: Tree,
        request: Request,
        names: Sequence[RuleName],
        *,
        parse: Parse,
        made: Sequence[Diagnostic] = (),
    ) -> None:
        self.found = found
        self._tree = tree
        self._request = request
        self._names = names
        self._parse = parse
        self.made = made
        self.outcome = self._checked(request)
        strict = _with_all_rules(request)
        self.judged = (self.outcome if strict == request else self._checked(strict)).report

    @property
    def sources(self) -> list[Source]:
        return [source for source, _ in self.found.sources]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(source.text for source in self.sources)

    def after(self, chosen: Sequence[Diagnostic]) -> "_State":
        texts = apply_edits(edit for one in chosen for edit in _fix(one).edits)
        sources = [
            (Source(source.path, texts[source.path]) if source.path in texts else source, kind)
            for source, kind in self.found.sources
        ]
        found = Found(sources, self.found.problems, self.found.named)
        tree = OverlayTree(self._tree, {source.path: source for source, _ in sources})
        return _State(found, tree, self._request, self._names, parse=self._parse, made=chosen)

    def _checked(self, request: Request) -> Outcome:
        read = run.assembled(self.found, self._tree, request, self._parse)
        return run.judge(read, self.found, request, self._names)


def _with_all_rules(request: Request) -> Request:
    settings = replace(request.settings, select=(), ignore=(), per_file_ignores={}, severity={})
    return replace(request, settings=settings, report_on=None, baseline=())


def _choose(
    diagnostics: Iterable[Diagnostic], sources: Sequence[Source], refused: Collection[_Key], wanted: Wanted
) -> list[Diagnostic]:
    """The findings whose fixes can be made together: of the linted files only, none touching another one.

    An edit that two fixes have in common is no hindrance: it is made once.
    """
    ours = {id(source) for source in sources}
    taken: dict[int, set[tuple[int, int, str]]] = {}
    chosen = []
    for diagnostic in diagnostics:
        fix = diagnostic.finding.fix
        if fix is None or not wanted(fix) or _key(diagnostic) in refused:
            continue
        edits = [
            (id(one.at.source), (one.at.span.start, one.at.span.end, one.replacement)) for one in fix.edits
        ]
        if not edits or any(
            source not in ours or any(_collide(edit, other) for other in taken.get(source, ()))
            for source, edit in edits
        ):
            continue
        for source, edit in edits:
            taken.setdefault(source, set()).add(edit)
        chosen.append(diagnostic)
    return chosen


def _collide(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1] and one != other


def _fix(diagnostic: Diagnostic) -> Fix:
    fix = diagnostic.finding.fix
    assert fix is not None  # noqa: S101  `_choose` took only those that have one
    return fix


def _harm(before: _State, after: _State) -> str | None:
    """Why a state must not take the place of the one before; None where it may."""
    if not set(after.judged.problems) <= set(before.judged.problems):
        return "a file could then not be checked"
    known = {id(source) for source in before.sources}
    for source, kind in after.found.sources:
        if id(source) not in known and recognise(source.path, source.text) != kind:
            return "the file would no longer be taken for what it is"
    if new := _errors(after.judged) - _errors(before.judged):
        return f"the fix would bring a new error of {min(new)[0]}"
    left, allowed = _found(after.outcome), _found(before.outcome) - Counter(map(_key, after.made))
    if any(left[key] > allowed[key] for key in map(_key, after.made)):
        return "the finding would stay"
    return None


def _found(outcome: Outcome) -> Counter[_Key]:
    """What is there, with what a baseline hides."""
    return Counter(map(_key, [*outcome.report.diagnostics, *outcome.hidden]))


def _errors(report: Report) -> Counter[_Key]:
    return Counter(_key(one) for one in report.diagnostics if one.severity is Severity.ERROR)


def _key(diagnostic: Diagnostic) -> _Key:
    return diagnostic.rule, diagnostic.at.path, diagnostic.finding.message
