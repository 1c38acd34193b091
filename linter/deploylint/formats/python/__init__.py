"""Python files: as far as the deployment depends on what they say. Nothing is ever imported or run.

describe(source) -> ModuleFacts                    the names of a module, the variables it reads ...
reads_variables(source) -> bool                    whether `describe` may know of one that it reads by itself
find_module(tree, folders, "shop.wsgi") -> path    None where no folder has it
"""

from deploylint.formats.python.modules import find_module
from deploylint.source import Source
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.formats.python.facts import ModuleFacts

__all__ = ["describe", "find_module", "reads_variables"]


def describe(source: Source) -> "ModuleFacts":
    """What a module says; read once for each source. Never raises."""
    from deploylint.formats.python.facts import describe as read  # noqa: PLC0415  brings the Python grammar

    return read(source)


def reads_variables(source: Source) -> bool:
    """Whether a module may read a variable of the environment by itself: most do not, and need not be described for that."""
    return "environ" in source.text or "getenv" in source.text
