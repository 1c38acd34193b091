"""`deploylint baseline`: record the findings that are there now, or take out of the record what is there no more."""

import argparse
import os
import sys
import tempfile
from collections.abc import Collection, Sequence

from deploylint import baseline, packs
from deploylint.baseline import BaselineError, Counts
from deploylint.commands import settings_options
from deploylint.commands.status import CLEAN, complain, tell_problems
from deploylint.dataclass import replace
from deploylint.packs import PackError, RuleName
from deploylint.progress import Progress
from deploylint.report.summary import counted
from deploylint.report.visible import visible
from deploylint.run import Outcome, Request
from deploylint.run import run as lint
from deploylint.settings import Settings, SettingsError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and folders to lint (default: the working folder)"
    )
    parser.add_argument(
        "--prune", action="store_true", help="only take out what is there no more; nothing is added"
    )
    settings_options.add_rule_arguments(parser)
    files = settings_options.add_file_arguments(parser)
    settings_options.add_baseline(
        files, f"file to write (default: the settings' baseline, else {baseline.FILE_NAME})"
    )
    settings_options.add_settings_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Lint without a baseline and write one."""
    try:
        settings = settings_options.settings_of(options)
        path = settings.baseline or os.path.join(os.path.relpath(settings.base), baseline.FILE_NAME)  # noqa: PTH118
        path = os.path.normpath(path)
        extra = packs.local_pack(options.rules)
        names = packs.all_names(extra)
        old = _old(path, names, needed=options.prune)
        with Progress(sys.stderr) as progress:
            request = Request(
                paths=tuple(options.paths) or (".",),
                settings=replace(settings, baseline=None),
                roots=settings_options.roots_of(options),
                force_exclude=options.force_exclude,
                extra_packs=tuple(extra),
                progress=progress,
            )
            outcome = lint(request)
        if outcome.report.problems:
            return tell_problems(outcome.report)
        known = {name.name for name in names}
        judged = {(file, rule) for file, rule in old if rule not in known or outcome.judging(rule, file)}
        new = (_pruned if options.prune else _recorded)(old, outcome, judged)
        if new != old or not os.path.exists(path):  # noqa: PTH110
            _write(path, baseline.text_of(new, path))
    except (SettingsError, PackError) as error:
        return complain(str(error))
    sys.stdout.write(_pruning(old, new, path) if options.prune else _recording(new, path, settings))
    return CLEAN


def _old(path: str, names: Sequence[RuleName], *, needed: bool) -> Counts:
    """What the file holds already; nothing where there is none and none is `needed`. Raises BaselineError."""
    if not needed and not os.path.lexists(path):
        return {}
    return baseline.recorded(baseline.load(path, packs.present_names(names)))


def _recorded(old: Counts, outcome: Outcome, judged: Collection[tuple[str, str]]) -> Counts:
    """What is there now, and what the run could not judge of what was recorded before."""
    kept = {key: count for key, count in old.items() if key not in judged}
    return {**kept, **baseline.counted(outcome.report.diagnostics)}


def _pruned(old: Counts, outcome: Outcome, judged: Collection[tuple[str, str]]) -> Counts:
    found = baseline.counted(outcome.report.diagnostics)
    left = {key: min(count, found[key]) if key in judged else count for key, count in old.items()}
    return {key: count for key, count in left.items() if count}


def _write(path: str, text: str) -> None:
    """Put a file in place at once; a link in its place is replaced, never followed. Raises BaselineError."""
    try:
        with tempfile.TemporaryDirectory(prefix=".deploylint-", dir=os.path.dirname(path) or ".") as folder:  # noqa: PTH120
            name = os.path.join(folder, "baseline")  # noqa: PTH118
            with open(name, "wb") as file:  # noqa: PTH123
                file.write(text.encode("utf-8", "surrogateescape"))
            os.replace(name, path)  # noqa: PTH105
    except OSError as error:
        raise BaselineError(f"{path}: cannot be written: {error.strerror}") from None


def _recording(new: Counts, path: str, settings: Settings) -> str:
    rules, files = len({rule for _, rule in new}), len({file for file, _ in new})
    total = f"{counted(sum(new.values()), 'finding')} of {counted(rules, 'rule')} in {counted(files, 'file')}"
    said = f"Recorded {total} in {visible(path)}.\n"
    if settings.baseline is None:
        said += f"Use it with --baseline {visible(path)}, or as `baseline` in the settings.\n"
    return said


def _pruning(old: Counts, new: Counts, path: str) -> str:
    gone = sum(old.values()) - sum(new.values())
    if not gone:
        return f"Nothing to take out of {visible(path)}.\n"
    return f"Took {counted(gone, 'finding')} out of {visible(path)}; {counted(sum(new.values()), 'finding')} left.\n"
