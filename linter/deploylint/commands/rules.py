"""`deploylint rules`: all rules as a table."""

import argparse
import sys

from deploylint import explain
from deploylint.commands.status import CLEAN


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--output-format", choices=("text", "json", "markdown"), default="text")


def run(options: argparse.Namespace) -> int:
    """Print the table."""
    sys.stdout.write(explain.catalogue(options.output_format))
    return CLEAN
