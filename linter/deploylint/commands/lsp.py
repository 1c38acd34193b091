"""`deploylint lsp`: the language server for editors, over standard input and output."""

import argparse
import gc
from importlib.util import find_spec

from deploylint.commands.shared_options import add_rules_argument
from deploylint.commands.status import complain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes. `--stdio`, which many editors add by themselves, is the only way to speak."""
    add_rules_argument(parser)
    parser.add_argument(
        "--stdio", action="store_true", help="speak over standard input and output (always done)"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until the editor says `exit` or goes away; 0 only after a `shutdown`."""
    if find_spec("pygls") is None:
        return complain("the language server needs pygls; install it with: pip install 'deploylint[lsp]'")
    from deploylint.language_server.server import serve  # noqa: PLC0415
    from deploylint.packs import PackError, local_pack  # noqa: PLC0415

    try:
        extra_packs = tuple(local_pack(options.rules))
    except PackError as error:
        return complain(str(error))
    gc.enable()  # an editor's session is long, and the event loop makes cycles
    return serve(extra_packs)
