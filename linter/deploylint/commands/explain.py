"""`deploylint explain`: a rule's page, or what causes an error text."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from deploylint import explain as rule_pages
from deploylint.commands.parser import add_rules_argument
from deploylint.commands.status import CLEAN, complain
from deploylint.packs import PackError, RuleName, all_names, local_pack
from deploylint.report.markdown import plain
from deploylint.report.masking import without_secrets
from deploylint.report.visible import visible
from deploylint.run import lint
from deploylint.settings import SettingsError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("rule", metavar="RULE | TEXT", help="a rule's name, or a line of a log")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="with a text: look for its causes here")
    add_rules_argument(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")


def run(options: argparse.Namespace) -> int:
    """Show the page."""
    drawn = options.color == "always" or (
        options.color == "auto" and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    )
    try:
        page = _page(options.rule, tuple(options.paths), tuple(local_pack(options.rules)), drawn=drawn)
    except (rule_pages.UnknownRuleError, SettingsError, PackError) as error:
        return complain(str(error))
    if drawn:
        _draw(page)
    else:
        sys.stdout.write(page)
    return CLEAN


def _page(text: str, paths: tuple[str, ...], extra_packs: tuple[str, ...], *, drawn: bool) -> str:
    """A rule's page, or the rules that can cause an error text and, given paths, which of them fire there.

    Raises UnknownRuleError when the text is neither.
    """
    names = all_names(extra_packs)
    try:
        return rule_pages.explain(text, names)
    except rule_pages.UnknownRuleError:
        causes = _causes(text, paths, names, extra_packs, quoted=plain if drawn else visible)
        if not causes:
            raise
        return causes


def _draw(text: str) -> None:
    """Show Markdown on a terminal. What it quotes of the linted files is `plain`: it must make no link."""
    from rich.console import Console  # noqa: PLC0415  costs more than everything else here
    from rich.markdown import Markdown  # noqa: PLC0415

    Console(force_terminal=True).print(Markdown(text))


def _causes(
    text: str,
    paths: tuple[str, ...],
    names: Sequence[RuleName],
    extra_packs: tuple[str, ...],
    *,
    quoted: Callable[[str], str],
) -> str:
    from deploylint.symptoms import causes  # noqa: PLC0415

    found = causes(text, [name.load() for name in names])
    if not found:
        return ""
    fired: dict[str, list[str]] = {}
    if paths:
        for diagnostic in without_secrets(lint(paths, extra_packs).report):
            fired.setdefault(diagnostic.rule, []).append(f"{diagnostic.at}: {diagnostic.finding.message}")
    lines = ["Faults that cause this:", ""]
    for cause in found:
        summary = rule_pages.rule_info(cause.rule).summary
        lines.append(f"- {cause.rule.name}: {summary}")
        lines += [f"    - found at {quoted(place)}" for place in fired.get(cause.rule.name, ())]
    if paths:
        hit = sum(cause.rule.name in fired for cause in found)
        lines += ["", f"{hit} of {len(found)} were found there."]
    else:
        lines += [
            "",
            "deploylint explain RULE tells more; with a PATH behind the text, which of them fire there.",
        ]
    return "\n".join(lines) + "\n"
