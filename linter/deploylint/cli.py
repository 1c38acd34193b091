"""The command line: arguments, output, exit status. Everything else is imported when it is needed.

Exit status: 0 nothing at or above `--fail-on`, 1 findings, 2 wrong usage, unreadable or missing
paths, nothing to check, invalid settings, internal errors. It never depends on the output format.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

from deploylint.dataclass import replace
from deploylint.version import __version__

if TYPE_CHECKING:
    from deploylint.diagnostic import Report
    from deploylint.repair import Repaired
    from deploylint.run import Request
    from deploylint.settings import Settings

CLEAN, FINDINGS, FAILURE = 0, 1, 2
INTERRUPTED = 130  # what shells say of a program that Ctrl-C ended
COMMANDS = ("check", "explain", "map", "rules")
MAP_FORMATS = ("text", "json", "mermaid", "dot", "html")
OUTPUT_FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson")


def main() -> None:
    """Run with the process's arguments and end it with the exit status."""
    # Trees have no cycles, so looking for some only costs time; so does taking everything down at the end.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # What the locale cannot write is shown as an escape, and does not end the run.
            stream.reconfigure(errors="backslashreplace")
    try:
        status = run(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("deploylint: interrupted\n")
        status = INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`): nothing more can be said, and that is not a failure of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = FAILURE
    except Exception as error:  # noqa: BLE001  whatever happens, people get one line and the right exit status
        status = _complain(f"internal error: {type(error).__name__}: {error}")
    sys.stderr.flush()
    os._exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run a command line; the result is the exit status. Output goes to `sys.stdout` and `sys.stderr`."""
    words = list(arguments)
    if words[:1] and words[0] not in COMMANDS and words[0] not in ("-h", "--help", "-V", "--version"):
        words.insert(0, "check")
    try:
        options = _parser().parse_args(words)
    except SystemExit as stop:
        return FAILURE if stop.code else CLEAN
    if options.command is None:
        _parser().print_help(sys.stderr)
        return FAILURE
    status: int = options.handle(options)
    return status


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal. argparse makes one for every argument and would import `shutil` for its width."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width() - 2)


def _width() -> int:
    try:
        return max(40, int(os.environ.get("COLUMNS") or 0) or os.get_terminal_size(1).columns)
    except (OSError, ValueError):
        return 80


class _Parser(argparse.ArgumentParser):
    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Help, **options)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="deploylint",
        description="Reads nginx, gunicorn, uWSGI, systemd, supervisor, docker compose and env files together "
        "and says what will fail, be silently ignored or be exposed. `deploylint PATH` is `deploylint check PATH`.",
    )
    parser.add_argument("-V", "--version", action="version", version=f"deploylint {__version__}")
    commands = parser.add_subparsers(
        dest="command",
        metavar="COMMAND",
        prog="deploylint",
    )
    _check_arguments(commands.add_parser("check", help="lint files and folders (the default)"))
    explain = commands.add_parser("explain", help="tell about a rule, or what causes an error text")
    explain.add_argument("rule", metavar="RULE | TEXT", help="a rule's name, or a line of a log")
    explain.add_argument("paths", nargs="*", metavar="PATH", help="with a text: look for its causes here")
    explain.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    explain.set_defaults(handle=_explain)
    chart = commands.add_parser("map", help="show who starts whom, who listens where, who proxies to whom")
    chart.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and folders (default: the working folder)"
    )
    chart.add_argument("--output-format", choices=MAP_FORMATS, default="text")
    chart.add_argument("--why", metavar="FILE:LINE", help="tell how the values of one line became effective")
    chart.set_defaults(handle=_map)
    rules = commands.add_parser("rules", help="list all rules")
    rules.add_argument("--output-format", choices=("text", "json", "markdown"), default="text")
    rules.set_defaults(handle=_rules)
    return parser


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(handle=_check)
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and folders to lint (default: the working folder)"
    )
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
    files = parser.add_argument_group("which files")
    files.add_argument(
        "--root", action="append", metavar="DIR", help="read other files of the project from here only"
    )
    files.add_argument(
        "--force-exclude", action="store_true", help="leave excluded files out even when they are named"
    )
    files.add_argument("--stdin-filename", metavar="PATH", help="read standard input as if it were this file")
    files.add_argument(
        "--report-on",
        nargs="*",
        metavar="FILE",
        help="show only findings that touch these files; the whole project is read",
    )
    output = parser.add_argument_group("output")
    output.add_argument("--output-format", choices=OUTPUT_FORMATS, default="text")
    output.add_argument(
        "--report",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="write one more report; may be repeated",
    )
    output.add_argument(
        "--fail-on",
        choices=("error", "warning", "note", "never"),
        help="exit 1 from here up (default: warning)",
    )
    output.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    output.add_argument(
        "--statistics", action="store_true", help="count findings by rule instead of showing them"
    )
    fixes = parser.add_argument_group("fixes")
    fixes.add_argument(
        "--fix", action="store_true", help="mend what can be mended without changing what works"
    )
    fixes.add_argument("--diff", action="store_true", help="show what --fix would change, and write nothing")
    fixes.add_argument("--unsafe-fixes", action="store_true", help="also fixes that change what works")
    settings = parser.add_argument_group("settings").add_mutually_exclusive_group()
    settings.add_argument(
        "--config", metavar="FILE", help="settings file (default: the nearest deploylint.toml)"
    )
    settings.add_argument("--isolated", action="store_true", help="read no settings file")


def _check(options: argparse.Namespace) -> int:
    from deploylint import output, run  # noqa: PLC0415
    from deploylint.packs import PackError  # noqa: PLC0415
    from deploylint.progress import Progress  # noqa: PLC0415
    from deploylint.rewriting import RewriteError  # noqa: PLC0415
    from deploylint.settings import SettingsError  # noqa: PLC0415

    if "-" in options.paths and options.stdin_filename is None:
        return _complain("standard input needs --stdin-filename, since the name tells the format")
    if options.unsafe_fixes and not (options.fix or options.diff):
        return _complain("--unsafe-fixes needs --fix or --diff")
    if options.fix and options.stdin_filename is not None:
        return _complain("--fix cannot write to standard input; --diff shows the changes")
    try:
        reports = output.destinations(options.report)
        settings = _settings(options)
        wanted = output.Wanted(options.output_format, reports, options.color, statistics=options.statistics)
        with Progress(sys.stderr) as progress:
            request = _request(options, settings, progress)
            if options.fix or options.diff:
                from deploylint import repair  # noqa: PLC0415

                repaired = repair.repaired(request, unsafe=options.unsafe_fixes)
                outcome = repaired.outcome
            else:
                outcome, repaired = run.run(request), None
        if repaired is not None and options.diff:
            return _show_diff(repaired)
        if repaired is not None:
            _write_fixes(repaired, request)
        output.write(outcome, wanted)
    except (SettingsError, PackError, RewriteError, output.OutputError) as error:
        return _complain(str(error))
    return _status(outcome.report, settings.fail_on)


def _show_diff(repaired: "Repaired") -> int:
    """Print what `--fix` would change. Its text goes to `patch` as it is, and to a terminal with escapes visible."""
    from deploylint import rewriting  # noqa: PLC0415
    from deploylint.report.visible import visible  # noqa: PLC0415

    for line in rewriting.diff(repaired.changed):
        if sys.stdout.isatty():
            sys.stdout.write(visible(line.removesuffix("\n")) + "\n")
        else:
            sys.stdout.buffer.write(line.encode("utf-8", "surrogateescape"))
    for problem in repaired.outcome.report.problems:
        _complain(f"{problem.path}: {problem.message}" if problem.path else problem.message)
    if repaired.outcome.report.problems:
        return FAILURE
    return FINDINGS if repaired.changed else CLEAN


def _write_fixes(repaired: "Repaired", request: "Request") -> None:
    """Write the new texts and say so. Raises RewriteError; then nothing was written."""
    from deploylint import rewriting, run  # noqa: PLC0415
    from deploylint.report.summary import counted  # noqa: PLC0415

    rewriting.rewrite(repaired.changed, run.roots_of(request))
    if repaired.changed:
        done = f"{counted(repaired.fixes, 'finding')} in {counted(len(repaired.changed), 'file')}"
        sys.stderr.write(f"deploylint: fixed {done}\n")


def _request(options: argparse.Namespace, settings: "Settings", progress: Callable[[str], None]) -> "Request":
    from deploylint.discovery import display  # noqa: PLC0415
    from deploylint.run import Request  # noqa: PLC0415
    from deploylint.source import Source  # noqa: PLC0415

    stdin = None
    if options.stdin_filename is not None:
        text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
        stdin = Source(display(options.stdin_filename), text)
    return Request(
        paths=tuple(path for path in options.paths if path != "-") or (() if stdin else (".",)),
        settings=settings,
        roots=tuple(options.root or ()),
        report_on=None if options.report_on is None else tuple(map(display, options.report_on)),
        force_exclude=options.force_exclude,
        stdin=stdin,
        progress=progress,
    )


def _settings(options: argparse.Namespace) -> "Settings":
    """The settings file's values with the command line's on top.

    Raises SettingsError.
    """
    from deploylint import settings  # noqa: PLC0415

    start = options.stdin_filename or (options.paths or ["."])[0]
    path = options.config or (None if options.isolated else settings.find(start))
    found = settings.load(path) if path else settings.Settings()
    changes: dict[str, Any] = {}
    for name in ("select", "ignore"):
        if (words := getattr(options, name)) is not None:
            changes[name] = tuple(word for text in words for word in text.replace(",", " ").split())
    changes["ignore"] = (*found.ignore, *changes.get("ignore", ()))
    if options.target:
        parsed = [settings.parse_target(text) for text in options.target]
        changes["target"] = {
            **found.target,
            **{program: ".".join(map(str, version)) for program, version in parsed},
        }
    if options.fail_on:
        changes["fail_on"] = options.fail_on
    return replace(found, pedantic=found.pedantic or options.pedantic, **changes)


def _status(report: "Report", fail_on: str) -> int:
    from deploylint.diagnostic import Severity  # noqa: PLC0415

    if report.problems:
        return FAILURE
    if fail_on == "never":
        return CLEAN
    limit = Severity(fail_on).rank
    return FINDINGS if any(diagnostic.severity.rank <= limit for diagnostic in report.diagnostics) else CLEAN


def _explain(options: argparse.Namespace) -> int:
    from deploylint import commands  # noqa: PLC0415
    from deploylint.explain import UnknownRuleError  # noqa: PLC0415
    from deploylint.settings import SettingsError  # noqa: PLC0415

    try:
        commands.show_markdown(commands.explain(options), options.color)
    except (UnknownRuleError, SettingsError) as error:
        return _complain(str(error))
    return CLEAN


def _map(options: argparse.Namespace) -> int:
    from deploylint import commands  # noqa: PLC0415
    from deploylint.map.why import UnknownPlaceError  # noqa: PLC0415
    from deploylint.settings import SettingsError  # noqa: PLC0415

    try:
        sys.stdout.write(commands.chart(options))
    except (UnknownPlaceError, SettingsError) as error:
        return _complain(str(error))
    return CLEAN


def _rules(options: argparse.Namespace) -> int:
    from deploylint import commands  # noqa: PLC0415

    sys.stdout.write(commands.rules(options))
    return CLEAN


def _complain(message: str) -> int:
    from deploylint.report.visible import visible  # noqa: PLC0415

    sys.stderr.write(f"deploylint: {visible(message)}\n")
    return FAILURE
