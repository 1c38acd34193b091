"""`explain`, `rules` and `map`: the commands beside `check`. Each takes parsed options and gives the text to show."""

import argparse
import os
import sys

from deploylint import explain as rule_pages
from deploylint.report.visible import visible
from deploylint.run import Outcome, Request, run
from deploylint.settings import Settings, find, load


def explain(options: argparse.Namespace) -> str:
    """A rule's page, or the rules that can cause an error text and, given paths, which of them fire there.

    Raises UnknownRuleError when the text is neither.
    """
    text = options.rule
    try:
        return rule_pages.explain(text)
    except rule_pages.UnknownRuleError:
        causes = _causes(text, tuple(options.paths))
        if not causes:
            raise
        return causes


def show_markdown(text: str, color: str) -> None:
    """Write Markdown: drawn on a terminal, as it is anywhere else. `color` is `auto`, `always` or `never`."""
    if color == "never" or (color == "auto" and (not sys.stdout.isatty() or os.environ.get("NO_COLOR"))):
        sys.stdout.write(text)
        return
    from rich.console import Console  # noqa: PLC0415  costs more than everything else here
    from rich.markdown import Markdown  # noqa: PLC0415

    # Only documentation of installed rules comes here, never text of the linted files.
    Console(force_terminal=True).print(Markdown(text))


def rules(options: argparse.Namespace) -> str:
    """All rules as a table."""
    return rule_pages.catalogue(options.output_format)


def chart(options: argparse.Namespace) -> str:
    """The map of a project, or the reasons behind one line of it.

    Raises UnknownPlaceError for a place that is not there, SettingsError.
    """
    from deploylint import map as maps  # noqa: PLC0415
    from deploylint.map import why  # noqa: PLC0415
    from deploylint.map.chart import chart as draw  # noqa: PLC0415

    outcome = _lint(tuple(options.paths) or (".",))
    deployments = outcome.project.deployments
    if options.why:
        path, line = why.place(options.why)
        return why.explain(deployments, path, line)
    return maps.render(options.output_format, [draw(d, outcome.report.diagnostics) for d in deployments])


def _lint(paths: tuple[str, ...]) -> Outcome:
    file = find(paths[0])
    return run(Request(paths=paths, settings=load(file) if file else Settings()))


def _causes(text: str, paths: tuple[str, ...]) -> str:
    from deploylint.symptoms import causes  # noqa: PLC0415

    found = causes(text, [name.load() for name in rule_pages.all_names()])
    if not found:
        return ""
    fired: dict[str, list[str]] = {}
    if paths:
        for diagnostic in _lint(paths).report.diagnostics:
            fired.setdefault(diagnostic.rule, []).append(f"{diagnostic.at}: {diagnostic.finding.message}")
    lines = ["Faults that cause this:", ""]
    for cause in found:
        summary = rule_pages.rule_info(cause.rule).summary
        lines.append(f"- {cause.rule.name}: {summary}")
        lines += [f"    - found at {visible(place)}" for place in fired.get(cause.rule.name, ())]
    if paths:
        hit = sum(cause.rule.name in fired for cause in found)
        lines += ["", f"{hit} of {len(found)} were found in {visible(' '.join(paths))}."]
    else:
        lines += [
            "",
            "deploylint explain RULE tells more; with a PATH behind the text, which of them fire there.",
        ]
    return "\n".join(lines) + "\n"
