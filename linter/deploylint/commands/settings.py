"""`deploylint settings`: the settings that hold and where each comes from, or the schema of the settings file."""

import argparse
import json
import sys

from deploylint import packs, selection
from deploylint.commands import settings_options
from deploylint.commands.shared_options import add_output_format
from deploylint.commands.status import CLEAN, complain
from deploylint.settings import SettingsError
from deploylint.settings.effective import as_json, as_toml, entries
from deploylint.settings.schema import schema


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="as for check (default: the working folder)")
    add_output_format(parser, ("text", "json"))
    parser.add_argument(
        "--schema", action="store_true", help="print the JSON Schema of the settings file instead"
    )
    settings_options.add_rule_arguments(parser)
    settings_options.add_fail_on(parser)
    settings_options.add_baseline(parser)
    settings_options.add_settings_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Print the settings, after the same checks that a run makes."""
    try:
        names = packs.all_names(packs.local_pack(options.rules))
        if options.schema:
            rules = [*(name.name for name in names), *packs.aliases(names)]
            shown = json.dumps(schema(rules, sorted(selection.families_of(names))), indent=2) + "\n"
        else:
            settings = settings_options.settings_of(options)
            selection.resolved(settings, names)
            found = entries(settings, settings_options.given(options))
            shown = as_json(settings, found) if options.output_format == "json" else as_toml(settings, found)
    except (SettingsError, packs.PackError) as error:
        return complain(str(error))
    sys.stdout.write(shown)
    return CLEAN
