"""`deploylint explain`: a rule's page, or what causes an error text."""

import argparse
import os
import sys
from collections.abc import Sequence

from deploylint import explain as rule_pages
from deploylint.commands.shared_options import add_color, add_rules_argument
from deploylint.commands.status import CLEAN, complain, tell_problems
from deploylint.diagnostic import Report
from deploylint.packs import PackError, all_names, local_pack
from deploylint.report.visible import visible
from deploylint.run import lint
from deploylint.settings import SettingsError
from deploylint.symptoms import Cause, causes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("rule", metavar="RULE | TEXT", help="a rule's name, or a line of a log")
    parser.add_argument(
        "paths", nargs="*", default=[], metavar="PATH", help="with a text: look for its causes here"
    )
    add_rules_argument(parser)
    add_color(parser)


def run(options: argparse.Namespace) -> int:
    """Show the page."""
    try:
        page, report = _page(options.rule, tuple(options.paths), tuple(local_pack(options.rules)))
        # What quotes linted files is no Markdown, whatever stands in them.
        _show(page, "never" if options.paths else options.color)
    except (rule_pages.UnknownRuleError, SettingsError, PackError) as error:
        return complain(str(error))
    return tell_problems(report) if report else CLEAN


def _page(text: str, paths: tuple[str, ...], extra_packs: tuple[str, ...]) -> tuple[str, Report | None]:
    """A rule's page, or the rules that can cause an error text and, given paths, which of them fire there.

    The report on the paths is the second result. Raises UnknownRuleError when the text is neither.
    """
    names = all_names(extra_packs)
    try:
        return rule_pages.explain(text, names), None
    except rule_pages.UnknownRuleError:
        found = causes(text, [name.load() for name in names])
        if not found and " " in text:
            raise rule_pages.UnknownRuleError(f'no rule knows a cause of "{visible(text)}"') from None
        if not found:
            raise
    report = lint(paths, extra_packs).report if paths else None
    return _told(found, report), report


def _show(text: str, color: str) -> None:
    """Write Markdown: drawn on a terminal, as it is anywhere else. `color` is `auto`, `always` or `never`."""
    if color == "never" or (color == "auto" and (not sys.stdout.isatty() or os.environ.get("NO_COLOR"))):
        sys.stdout.write(text)
        return
    from rich.console import Console  # noqa: PLC0415  costs more than everything else here
    from rich.markdown import Markdown  # noqa: PLC0415

    # Only documentation of installed rules comes here, never text of the linted files.
    Console(force_terminal=True).print(Markdown(text))


def _told(found: Sequence[Cause], report: Report | None) -> str:
    fired: dict[str, list[str]] = {}
    if report is not None:
        from deploylint.report.masking import masked  # noqa: PLC0415

        for diagnostic in masked(report).diagnostics:
            fired.setdefault(diagnostic.rule, []).append(f"{diagnostic.at}: {diagnostic.finding.message}")
    lines = ["Faults that cause this:", ""]
    for cause in found:
        summary = rule_pages.rule_info(cause.rule).summary
        lines.append(f"- {cause.rule.name}: {summary}")
        lines += [f"    - found at {visible(place)}" for place in fired.get(cause.rule.name, ())]
    if report is not None:
        hit = sum(cause.rule.name in fired for cause in found)
        lines += ["", f"{hit} of {len(found)} were found there."]
    else:
        lines += [
            "",
            "deploylint explain RULE tells more; with a PATH behind the text, which of them fire there.",
        ]
    return "\n".join(lines) + "\n"
