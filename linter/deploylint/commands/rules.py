"""`deploylint rules`: all rules as a table."""

import argparse
import sys

from deploylint import explain
from deploylint.commands.shared_options import add_output_format, add_rules_argument
from deploylint.commands.status import CLEAN, complain
from deploylint.packs import PackError, all_names, local_pack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_rules_argument(parser)
    add_output_format(parser, ("text", "json", "markdown"))


def run(options: argparse.Namespace) -> int:
    """Print the table."""
    try:
        names = all_names(local_pack(options.rules))
        sys.stdout.write(explain.catalogue(options.output_format, names))
    except PackError as error:
        return complain(str(error))
    return CLEAN
