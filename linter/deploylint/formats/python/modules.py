"""Where a module is among the files of a project."""

from collections.abc import Iterable

from deploylint.tree import Tree


def find_module(tree: Tree, folders: Iterable[str], dotted: str) -> str | None:
    """The path of a module, searched in the folders in their order; None where none of them has it.

    A package is its `__init__.py`, or the folder itself where it has none but holds other files.
    """
    inside = dotted.replace(".", "/")
    for folder in folders:
        path = inside if folder in ("", ".") else f"{folder.rstrip('/')}/{inside}"
        for candidate in (f"{path}/__init__.py", f"{path}.py"):
            if candidate in tree.files:
                return candidate
        if path in tree.folders:
            return path
    return None
