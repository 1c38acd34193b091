"""Options that several commands take, whatever their settings."""

from __future__ import annotations

from collections.abc import Iterable

from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_rules_argument(parser: argparse._ActionsContainer) -> None:
    """`--rules DIR`, for every command that knows rules."""
    parser.add_argument(
        "--rules",
        action="append",
        default=[],
        metavar="DIR",
        help="also the rules in this folder; their code is run",
    )


def add_color(parser: argparse._ActionsContainer) -> None:
    """`--color`, for every command that shows something to people."""
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours: on a terminal unless NO_COLOR is set (auto), always or never",
    )


def add_output_format(parser: argparse._ActionsContainer, formats: Iterable[str]) -> None:
    """`--output-format`, for every command that has several; text is the default."""
    parser.add_argument(
        "--output-format",
        choices=tuple(formats),
        default="text",
        help="what standard output gets (default: text)",
    )
