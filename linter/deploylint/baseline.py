"""The baseline: a file with the findings that were there when deploylint was introduced, so that only new ones show.

It counts findings by file and rule, which survives that lines move:

    {"version": 1, "findings": {"deploy/nginx.conf": {"nginx-server-tokens": 2}}}

Paths are relative to its own folder. A file and rule with at most as many findings as recorded shows none of them;
with more it shows all, since counts do not tell which one is new. What is recorded and no longer found is stale
(`StaleBaselineEntry`), which a rule of the subject `suppression` says.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from deploylint.dataclass import dataclass
from deploylint.diagnostic import Diagnostic
from deploylint.reading import read_text
from deploylint.report.visible import visible
from deploylint.settings import SettingsError, suggestion
from deploylint.source import Location, Source
from deploylint.typed import Any

FILE_NAME = "deploylint-baseline.json"
VERSION = 1
RULE = "stale-baseline-entry"

Counts = Mapping[tuple[str, str], int]
"""How many findings, by path (as reports show it) and rule."""


class BaselineError(SettingsError):
    """A baseline file that cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the baseline has for one file, by its path in reports, and one rule, under its present name."""

    path: str
    rule: str
    count: int
    at: Location


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A file with more findings of a rule than the baseline has, so that all of them are shown."""

    path: str
    rule: str
    recorded: int
    found: int


@dataclass(frozen=True, slots=True)
class StaleBaselineEntry:
    """An entry with more findings than there are. `known` says whether there is such a rule."""

    at: Location
    path: str
    rule: str
    recorded: int
    found: int
    known: bool


def load(path: str, present: Callable[[str], str]) -> tuple[Entry, ...]:
    """Read a baseline file. `present` gives the present name of a renamed rule.

    Raises BaselineError.
    """
    try:
        source = Source(path, read_text(path))
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "; `deploylint baseline` writes one" if isinstance(error, FileNotFoundError) else ""
        raise BaselineError(f"{path}: the baseline cannot be read: {reason}{hint}") from None
    return parse(source, present)


def parse(source: Source, present: Callable[[str], str]) -> tuple[Entry, ...]:
    """The entries of a baseline in the order of its text.

    Raises BaselineError.
    """
    findings = _findings(source)
    folder = os.path.dirname(source.path)  # noqa: PTH120
    entries = []
    for name, rules in findings.items():
        if not _is_name(name):
            raise BaselineError(f"{_place(source, name)}: no file can be called {name!r}")
        path = os.path.relpath(os.path.join(folder, name)).replace(os.sep, "/")  # noqa: PTH118
        if not isinstance(rules, dict):
            raise BaselineError(
                f"{_place(source, name)}: {name!r} must be an object with a number for each rule"
            )
        for rule, count in rules.items():
            at = _place(source, name, rule)
            if type(count) is not int or count < 1:
                raise BaselineError(f"{at}: {rule} must have a number from 1")
            entries.append(Entry(path, present(rule), count, at))
    return tuple(entries)


def _findings(source: Source) -> dict[str, Any]:
    import json  # noqa: PLC0415  costs more than a small run

    try:
        data = json.loads(source.text)
    except json.JSONDecodeError as error:
        raise BaselineError(f"{source.path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise BaselineError(f"{source.path}: not a baseline: it is nested too deeply") from None
    except ValueError:
        raise BaselineError(f"{source.path}: not a baseline: a number in it is too long") from None
    if not isinstance(data, dict) or not isinstance(data.get("findings"), dict):
        raise BaselineError(f'{source.path}: not a baseline: it has no object "findings"')
    if type(data.get("version")) is not int or data["version"] != VERSION:
        raise BaselineError(
            f"{source.path}: not a baseline of version {VERSION}: remove it and write a new one, or update deploylint"
        )
    for key in data:
        if key not in ("version", "findings"):
            hint = suggestion(key, ("version", "findings"))
            raise BaselineError(f"{_place(source, key)}: unknown key {key!r}{hint}")
    return dict(data["findings"])


def _is_name(path: str) -> bool:
    try:
        return b"\0" not in path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False


def _place(source: Source, *keys: str) -> Location:
    """Where the last of some keys, each inside the one before, stands; the start where it is written unusually."""
    start, end = 0, 0
    for key in map(_written, keys):
        start = source.text.find(key, end)
        if start < 0:
            return source.location(0, 0)
        end = start + len(key)
    return source.location(start, end)


def _written(name: str) -> str:
    """A name as JSON has it: plain, unless there is something in it that nobody would see."""
    import json  # noqa: PLC0415

    return json.dumps(name, ensure_ascii=visible(name) != name)


def text_of(counts: Counts, path: str) -> str:
    """The file with some counts, for the path that it will have: sorted, one entry a line, so that it merges well."""
    folder = os.path.dirname(path) or "."  # noqa: PTH120
    by_file: dict[str, list[str]] = {}
    for (name, rule), count in sorted(counts.items()):
        shown = os.path.relpath(name, folder).replace(os.sep, "/")
        by_file.setdefault(shown, []).append(f"      {_written(rule)}: {count}")
    files = [f"    {_written(name)}: {_object(rules, '    ')}" for name, rules in by_file.items()]
    return f'{{\n  "version": {VERSION},\n  "findings": {_object(files, "  ")}\n}}\n'


def _object(entries: Sequence[str], indent: str) -> str:
    return "{\n" + ",\n".join(entries) + f"\n{indent}}}" if entries else "{}"


def counted(diagnostics: Iterable[Diagnostic]) -> Counter[tuple[str, str]]:
    """Findings by path and rule."""
    return Counter((diagnostic.at.path, diagnostic.rule) for diagnostic in diagnostics)


def recorded(entries: Iterable[Entry]) -> Counter[tuple[str, str]]:
    """What the entries allow, by path and rule."""
    total: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        total[entry.path, entry.rule] += entry.count
    return total


def compare(
    diagnostics: Sequence[Diagnostic], entries: Iterable[Entry]
) -> tuple[list[Diagnostic], list[Diagnostic], list[Exceeded]]:
    """The findings that show, those that the baseline hides, and what it has too few of."""
    allowed, found = recorded(entries), counted(diagnostics)
    shown: list[Diagnostic] = []
    hidden: list[Diagnostic] = []
    for diagnostic in diagnostics:
        key = diagnostic.at.path, diagnostic.rule
        (hidden if found[key] <= allowed[key] else shown).append(diagnostic)
    return (
        shown,
        hidden,
        [Exceeded(*key, allowed[key], n) for key, n in found.items() if 0 < allowed[key] < n],
    )


def stale(
    entries: Iterable[Entry],
    diagnostics: Iterable[Diagnostic],
    known: Iterable[str],
    is_judged: Callable[[str, str], bool],
) -> Iterator[StaleBaselineEntry]:
    """The entries that are not needed any more.

    `is_judged(rule, path)` tells whether the run can say that: the rule looked at the file, or the file is gone.
    """
    names, found = frozenset(known), counted(diagnostics)
    for entry in entries:
        count = found[entry.path, entry.rule]
        is_known = entry.rule in names
        if count < entry.count and (not is_known or is_judged(entry.rule, entry.path)):
            yield StaleBaselineEntry(entry.at, entry.path, entry.rule, entry.count, count, is_known)
