"""Python files: as far as the deployment depends on what they say. Nothing is ever imported or run.

describe(source) -> ModuleFacts                    the names of a module, the variables it reads ...
find_module(tree, folders, "shop.wsgi") -> path    None where no folder has it
"""

from deploylint.formats.python.facts import Interface, ModuleFacts, describe
from deploylint.formats.python.modules import find_module

__all__ = ["Interface", "ModuleFacts", "describe", "find_module"]
