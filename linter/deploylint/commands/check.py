"""`deploylint check`: lint files and folders, show what was found, mend it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from deploylint.commands import settings_options
from deploylint.commands.shared_options import add_color, add_output_format
from deploylint.commands.status import CLEAN, FAILURE, FINDINGS, complain, status_of, tell_problems
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from deploylint.repair import Repaired
    from deploylint.run import Outcome, Request
    from deploylint.settings import Settings

_MOST_JOBS = 512
OUTPUT_FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson", "markdown")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and folders to lint (default: the working folder)"
    )
    settings_options.add_rule_arguments(parser)
    files = settings_options.add_file_arguments(parser)
    files.add_argument("--stdin-filename", metavar="PATH", help="read standard input as if it were this file")
    files.add_argument(
        "--report-on",
        nargs="*",
        metavar="FILE",
        help="show only findings that touch these files; the whole project is read",
    )
    files.add_argument(
        "--report-on-paths",
        action="store_true",
        help="take the PATHs for --report-on, and read the working folder: for hooks",
    )
    files.add_argument(
        "-j",
        "--jobs",
        type=_jobs,
        metavar="N",
        help="use so many processes for a large project (default: one for each core)",
    )
    settings_options.add_baseline(files)
    output = parser.add_argument_group("output")
    add_output_format(output, OUTPUT_FORMATS)
    output.add_argument(
        "--report",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="write one more report; may be repeated",
    )
    settings_options.add_fail_on(output)
    add_color(output)
    output.add_argument(
        "--statistics", action="store_true", help="count findings by rule instead of showing them"
    )
    fixes = parser.add_argument_group("fixes")
    fixes.add_argument(
        "--fix", action="store_true", help="mend what can be mended without changing what works"
    )
    fixes.add_argument("--diff", action="store_true", help="show what --fix would change, and write nothing")
    fixes.add_argument("--unsafe-fixes", action="store_true", help="also fixes that change what works")
    settings_options.add_settings_arguments(parser)
    parser.epilog = (
        "exit status: 0 nothing found from --fail-on up, 1 findings, 2 something kept deploylint from looking"
    )


def _jobs(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= _MOST_JOBS:
        from argparse import ArgumentTypeError  # noqa: PLC0415  most runs are read without it

        raise ArgumentTypeError(f"{text!r} is not a number from 1 to {_MOST_JOBS}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    from deploylint import output  # noqa: PLC0415
    from deploylint.packs import PackError  # noqa: PLC0415
    from deploylint.progress import Progress  # noqa: PLC0415
    from deploylint.run import run as lint  # noqa: PLC0415
    from deploylint.settings import SettingsError  # noqa: PLC0415

    if options.report_on_paths:
        options.report_on, options.paths = [*(options.report_on or ()), *options.paths], []
    if "-" in options.paths and options.stdin_filename is None:
        return complain("standard input needs --stdin-filename, since the name tells the format")
    if options.statistics and options.output_format not in ("text", "concise", "json"):
        name = options.output_format
        return complain(f"--statistics is text or json, not {name}; --report {name}=FILE writes that besides")
    if options.unsafe_fixes and not (options.fix or options.diff):
        return complain("--unsafe-fixes needs --fix or --diff")
    if options.fix and options.stdin_filename is not None:
        return complain("--fix cannot write to standard input; --diff shows the changes")
    if options.diff and (options.report or options.statistics):
        return complain("--diff shows changes and nothing else; run without it for --report and --statistics")
    try:
        reports = output.destinations(options.report)
        settings = settings_options.settings_of(options)
        wanted = output.Wanted(options.output_format, reports, options.color, statistics=options.statistics)
        with Progress(sys.stderr) as progress:
            request = _request(options, settings, progress)
            if options.fix or options.diff:
                from deploylint import repair  # noqa: PLC0415

                repaired = repair.repaired(request, unsafe=options.unsafe_fixes)
                outcome = repaired.outcome
            else:
                outcome, repaired = lint(request), None
        if repaired is not None and options.diff:
            return _show_diff(repaired, options.color)
        if repaired is not None:
            if not _write_fixes(repaired, request):
                return FAILURE
            _tell_what_was_not_mended(repaired)
        output.write(outcome, wanted)
        if options.statistics:
            tell_problems(outcome.report)
        _tell_exceeded(outcome)
    except (SettingsError, PackError, output.OutputError) as error:
        return complain(str(error))
    return status_of(outcome.report, settings.fail_on)


def _tell_exceeded(outcome: Outcome) -> None:
    """Say why findings that the baseline has are shown all the same."""
    shown = {(diagnostic.at.path, diagnostic.rule) for diagnostic in outcome.report.diagnostics}
    for one in outcome.exceeded:
        if (one.path, one.rule) in shown:
            complain(
                f"{one.path} has {one.found} findings of {one.rule}, the baseline {one.recorded}: all are shown"
            )


def _show_diff(repaired: Repaired, color: str) -> int:
    """Print what `--fix` would change. Its text goes to `patch` as it is, and to a terminal with escapes visible.

    FORCE_COLOR is for what people read: only a terminal or `--color always` gives a diff colours.
    """
    from deploylint import rewriting  # noqa: PLC0415
    from deploylint.report.style import painter  # noqa: PLC0415
    from deploylint.report.visible import visible  # noqa: PLC0415

    at_terminal = sys.stdout.isatty()
    automatic = at_terminal and not os.environ.get("NO_COLOR")
    paint = painter(color=color == "always" or (color == "auto" and automatic))
    styles = {"---": "strong", "+++": "strong", "@@": "gutter", "-": "removed", "+": "added"}
    for line in "".join(rewriting.diff(repaired.changed)).split("\n")[:-1]:
        style = next((style for sign, style in styles.items() if line.startswith(sign)), None)
        text = visible(line) if at_terminal else line
        shown = paint(style, text) if style else text
        sys.stdout.buffer.write(f"{shown}\n".encode("utf-8", "surrogateescape"))
    _tell_what_was_not_mended(repaired)
    if repaired.outcome.report.problems:
        return tell_problems(repaired.outcome.report)
    return FINDINGS if repaired.changed else CLEAN


def _write_fixes(repaired: Repaired, request: Request) -> bool:
    """Write the new texts and say so. The result is false when that failed; then nothing was written."""
    from deploylint import rewriting  # noqa: PLC0415
    from deploylint.report.summary import counted  # noqa: PLC0415
    from deploylint.run import roots_of  # noqa: PLC0415

    try:
        rewriting.rewrite(repaired.changed, roots_of(request))
    except rewriting.RewriteError as error:
        complain(str(error))
        return False
    if repaired.changed:
        done = f"{counted(repaired.fixes, 'finding')} in {counted(len(repaired.changed), 'file')}"
        sys.stderr.write(f"deploylint: fixed {done}\n")
    return True


def _tell_what_was_not_mended(repaired: Repaired) -> None:
    """The fixes that would have done harm, with the reason."""
    for one in repaired.dropped:
        complain(f"{one.diagnostic.at}: {one.diagnostic.rule}: not fixed: {one.reason}")
    if not repaired.complete:
        complain("more can be fixed in another run: this one stopped after ten rounds")


def _request(options: argparse.Namespace, settings: Settings, progress: Callable[[str], None]) -> Request:
    from deploylint.discovery import display  # noqa: PLC0415
    from deploylint.limits import parse_size  # noqa: PLC0415
    from deploylint.packs import local_pack  # noqa: PLC0415
    from deploylint.reading import TooLargeError  # noqa: PLC0415
    from deploylint.run import Request  # noqa: PLC0415
    from deploylint.settings import SettingsError  # noqa: PLC0415
    from deploylint.source import Source  # noqa: PLC0415

    stdin = None
    if options.stdin_filename is not None:
        limit = parse_size(settings.max_file_size)
        data = sys.stdin.buffer.read(limit + 1)
        if len(data) > limit:
            raise SettingsError(f"standard input: {TooLargeError(len(data), limit)} (max-file-size)")
        stdin = Source(display(options.stdin_filename), data.decode("utf-8", "surrogateescape"))
    return Request(
        paths=tuple(path for path in options.paths if path != "-") or (() if stdin else (".",)),
        settings=settings,
        roots=settings_options.roots_of(options),
        report_on=None if options.report_on is None else tuple(map(display, options.report_on)),
        force_exclude=options.force_exclude,
        stdin=stdin,
        extra_packs=tuple(local_pack(options.rules)),
        jobs=_processes(options.jobs),
        progress=progress,
    )


def _processes(wanted: int | None) -> int:
    """As many as there are cores; 1 where processes cannot be forked safely."""
    if sys.platform != "linux":
        return 1
    return wanted or len(os.sched_getaffinity(0))
