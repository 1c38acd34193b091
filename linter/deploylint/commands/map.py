"""`deploylint map`: who starts whom, who listens where, who proxies to whom."""

import argparse
import sys

from deploylint import map as maps
from deploylint.commands.shared_options import add_output_format
from deploylint.commands.status import complain, tell_problems
from deploylint.map import why
from deploylint.map.chart import chart
from deploylint.report.masking import without_secrets
from deploylint.run import Outcome, lint
from deploylint.settings import SettingsError

FORMATS = ("text", "json", "mermaid", "dot", "html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and folders (default: the working folder)"
    )
    add_output_format(parser, FORMATS)
    parser.add_argument("--why", metavar="FILE:LINE", help="tell how the values of one line became effective")


def run(options: argparse.Namespace) -> int:
    """Print the map of a project, or the reasons behind one line of it."""
    try:
        outcome = lint(tuple(options.paths) or (".",))
        sys.stdout.write(_drawn(outcome, options))
    except (why.UnknownPlaceError, SettingsError) as error:
        return complain(str(error))
    return tell_problems(outcome.report)


def _drawn(outcome: Outcome, options: argparse.Namespace) -> str:
    deployments = outcome.project.deployments
    if options.why:
        path, line = why.place(options.why)
        drawn = why.explain(deployments, path, line)
    else:
        drawn = maps.render(
            options.output_format, [chart(d, outcome.report.diagnostics) for d in deployments]
        )
    return without_secrets(drawn, [document.source for document in outcome.project.documents])
