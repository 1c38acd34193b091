"""Put new texts into files: all of them or none, never half a file, never outside the roots."""

import os
from collections.abc import Iterator, Mapping, Sequence

from deploylint.discovery import read_text


class RewriteError(Exception):
    """Nothing was written; the text says which file was in the way, and why."""


def rewrite(changed: Mapping[str, tuple[str, str]], roots: Sequence[str]) -> None:
    """Replace the old text of each path by the new one. Mode, owner and every other byte stay.

    A file that is not as it was read, or that a link puts outside the roots, stops everything. Raises
    RewriteError.
    """
    real_roots = [os.path.realpath(root) for root in roots]
    targets = {path: os.path.realpath(path) for path in changed}
    prepared: dict[str, str] = {}
    try:
        for path, (old, new) in changed.items():
            if not any(_is_below(targets[path], root) for root in real_roots):
                raise RewriteError(f"{path}: not written: it is a link out of the project")
            try:
                if read_text(targets[path]) != old:
                    raise RewriteError(f"{path}: not written: it changed while it was checked")
                prepared[path] = _beside(targets[path], new)
            except OSError as error:
                raise RewriteError(f"{path}: cannot be written: {error.strerror}") from None
        _exchange({targets[path]: new for path, new in prepared.items()})
    finally:
        for left in prepared.values():
            _remove(left)


def diff(changed: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """The lines of a unified diff, with their line ends. Secrets on the lines around are hidden."""
    from difflib import unified_diff  # noqa: PLC0415  only --diff needs it

    from deploylint.report.masking import hidden  # noqa: PLC0415

    for path, (old, new) in sorted(changed.items()):
        for line in unified_diff(_lines(hidden(old)), _lines(hidden(new)), f"a/{path}", f"b/{path}"):
            yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _beside(path: str, text: str) -> str:
    """A new file in the same folder, with the same mode and owner, safely on the disk; the result is its name."""
    old = os.stat(path)  # noqa: PTH116
    import tempfile  # noqa: PLC0415  brings much along, and few runs write

    descriptor, name = tempfile.mkstemp(prefix=".deploylint-", dir=os.path.dirname(path))  # noqa: PTH120
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
            file.flush()
            os.fsync(file.fileno())
            if (old.st_uid, old.st_gid) != (os.getuid(), os.getgid()):
                os.fchown(file.fileno(), old.st_uid, old.st_gid)
            os.fchmod(file.fileno(), old.st_mode & 0o7777)
    except BaseException:
        _remove(name)
        raise
    return name


def _exchange(new: Mapping[str, str]) -> None:
    """Rename every new file to its path; when one cannot be, bring the old ones back."""
    kept: dict[str, str] = {}
    try:
        for path, name in new.items():
            backup = f"{name}.old"
            os.link(path, backup)
            kept[path] = backup
            os.replace(name, path)  # noqa: PTH105
    except OSError as error:
        for path, backup in kept.items():
            os.replace(backup, path)  # noqa: PTH105
        raise RewriteError(f"{error.filename}: cannot be written: {error.strerror}") from None
    finally:
        for backup in kept.values():
            _remove(backup)


def _remove(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except FileNotFoundError:
        return
