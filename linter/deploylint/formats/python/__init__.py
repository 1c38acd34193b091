"""Python files: as far as the deployment depends on what they say. Nothing is ever imported or run.

describe(source) -> ModuleFacts                    the names of a module, the variables it reads ...
find_module(tree, folders, "shop.wsgi") -> path    None where no folder has it
"""

from deploylint.formats.python.modules import find_module
from deploylint.source import Source
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.formats.python.facts import ModuleFacts

__all__ = ["describe", "find_module"]


def describe(source: Source) -> "ModuleFacts":
    """What a module says; read once for each source. Never raises."""
    from deploylint.formats.python.facts import describe as read  # noqa: PLC0415  brings the Python grammar

    return read(source)
