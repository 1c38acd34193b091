"""The options that say by which settings a command works: of `check` and all commands that check first."""

from __future__ import annotations

import os
from collections.abc import Iterable

from deploylint.commands.shared_options import add_rules_argument
from deploylint.dataclass import replace
from deploylint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from deploylint.settings import Settings


def add_rule_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which rules run."""
    rules = parser.add_argument_group("which rules")
    rules.add_argument(
        "--select",
        action="append",
        metavar="RULES",
        help="only these: rules, subjects, groups or all, with commas",
    )
    rules.add_argument("--ignore", action="append", metavar="RULES", help="not these")
    rules.add_argument("--pedantic", action="store_true", help="also rules of opinion and practice")
    rules.add_argument(
        "--target",
        action="append",
        metavar="PROGRAM=VERSION",
        help="version that the deployment runs, such as nginx=1.24",
    )
    add_rules_argument(rules)


def add_file_arguments(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Declare which files are read; the result takes further options of that kind."""
    files = parser.add_argument_group("which files")
    files.add_argument(
        "--root", action="append", metavar="DIR", help="read other files of the project from here only"
    )
    files.add_argument(
        "--force-exclude", action="store_true", help="leave excluded files out even when they are named"
    )
    files.add_argument(
        "--max-file-size",
        metavar="SIZE",
        help="larger files are not checked, and are problems (default: 100M)",
    )
    files.add_argument(
        "--max-file-seconds",
        metavar="SECONDS",
        help="a file that takes more of the processor's time is given up, and is a problem (default: 600)",
    )
    return files


def add_fail_on(group: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Declare from which severity up the exit status is 1."""
    group.add_argument(
        "--fail-on",
        choices=("error", "warning", "note", "never"),
        help="exit 1 from here up (default: warning)",
    )


def add_baseline(
    parser: argparse.ArgumentParser | argparse._ArgumentGroup,
    about: str = "hide the findings that `deploylint baseline` recorded in this file",
) -> None:
    """Declare the file of the findings that are known already."""
    parser.add_argument("--baseline", metavar="FILE", help=about)


def add_settings_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which settings file counts."""
    settings = parser.add_argument_group("settings").add_mutually_exclusive_group()
    settings.add_argument(
        "--config", metavar="FILE", help="settings file (default: the nearest deploylint.toml)"
    )
    settings.add_argument("--isolated", action="store_true", help="read no settings file")


def file_of(options: argparse.Namespace) -> str | None:
    """The settings file that counts.

    Raises SettingsError.
    """
    from deploylint import settings  # noqa: PLC0415

    start = getattr(options, "stdin_filename", None) or (options.paths or ["."])[0]
    path: str | None = options.config or (None if options.isolated else settings.find(start))
    return path


def settings_of(options: argparse.Namespace) -> Settings:
    """The settings file's values with the command line's on top.

    Raises SettingsError.
    """
    from deploylint import settings  # noqa: PLC0415

    path = file_of(options)
    found = settings.load(path) if path else settings.Settings()
    changes: dict[str, Any] = {}
    if options.select is not None:
        changes["select"] = _words(options.select)
    changes["ignore"] = (*found.ignore, *_words(options.ignore or ()))
    if options.target:
        changes["target"] = {**found.target, **_targets(options)}
    for name in ("fail_on", "baseline"):
        if value := getattr(options, name, None):
            changes[name] = value
    changes |= _limits(options)
    return replace(found, pedantic=found.pedantic or options.pedantic, **changes)


def roots_of(options: argparse.Namespace) -> tuple[str, ...]:
    """The folders of `--root`.

    Raises SettingsError for one that is none.
    """
    from deploylint import settings  # noqa: PLC0415

    for root in options.root or ():
        if not os.path.isdir(root):  # noqa: PTH112
            raise settings.SettingsError(f"--root {root}: no such folder")
    return tuple(options.root or ())


def given(options: argparse.Namespace) -> set[tuple[str, ...]]:
    """The keys that the command line sets; for `target` those inside the table.

    Raises SettingsError.
    """
    keys = ("select", "ignore", "pedantic", "fail-on", "baseline", "max-file-size", "max-file-seconds")
    found: set[tuple[str, ...]] = {(key,) for key in keys if getattr(options, key.replace("-", "_"), None)}
    return found | {("target", program) for program in _targets(options)}


def _words(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for text in texts for word in text.replace(",", " ").split())


def _limits(options: argparse.Namespace) -> dict[str, Any]:
    from deploylint.settings import limits  # noqa: PLC0415

    size, seconds = (getattr(options, name, None) for name in ("max_file_size", "max_file_seconds"))
    return limits(size, seconds) if size is not None or seconds is not None else {}


def _targets(options: argparse.Namespace) -> dict[str, str]:
    from deploylint.settings import parse_target  # noqa: PLC0415

    parsed = [parse_target(text) for text in options.target or ()]
    return {program: ".".join(map(str, version)) for program, version in parsed}
