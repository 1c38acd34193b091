"""Files that are left out of the repository on purpose."""

from deploylint.tree import Tree


def is_ignored(path: str, tree: Tree) -> bool:
    """Whether a `.gitignore` from the root down to the path's folder names the path; the nearest one decides."""
    parts = path.split("/")
    for depth in reversed(range(len(parts))):
        folder = "/".join(parts[:depth])
        source = tree.read(f"{folder}/.gitignore" if folder else ".gitignore")
        if source is None:
            continue
        from deploylint.globs import Globs  # noqa: PLC0415  few runs have patterns

        answer = Globs(source.text.split("\n")).within("/".join(parts[depth:]))
        if answer is not None:
            return answer
    return False
