"""Put new texts into files: all of them or none, never half a file, never outside the roots."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from deploylint.discovery import read_text


class RewriteError(Exception):
    """Nothing was written; the text says which file was in the way, and why."""


def rewrite(changed: Mapping[str, tuple[str, str]], roots: Sequence[str]) -> None:
    """Replace the old text of each path by the new one. Mode, owner, extended attributes and every other byte stay.

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
                raise RewriteError(f"{path}: cannot be written: {error.strerror or error}") from None
        _exchange([(path, targets[path], new) for path, new in prepared.items()])
    finally:
        for left in prepared.values():
            _remove(left)


def _mode_and_owner(path: str, descriptor: int) -> None:
    """Give an open file the owner, mode and, as far as the file system has them, extended attributes of another."""
    old = os.stat(path)  # noqa: PTH116
    if (old.st_uid, old.st_gid) != (os.getuid(), os.getgid()):
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, old.st_mode & 0o7777)
    if not hasattr(os, "listxattr"):  # Linux only
        return
    with suppress(OSError):
        for name in os.listxattr(path):
            # Labels of a security module may be beyond us, and the new file has one by its folder.
            with suppress(OSError):
                os.setxattr(descriptor, name, os.getxattr(path, name))


def diff(changed: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """The lines of a unified diff, with their line ends. Secrets on the lines around are hidden."""
    from difflib import unified_diff  # noqa: PLC0415  only --diff needs it

    from deploylint.report.masking import hidden  # noqa: PLC0415

    for path, (old, new) in sorted(changed.items()):
        names = _header(f"a/{path}"), _header(f"b/{path}")
        for line in unified_diff(_lines(hidden(old)), _lines(hidden(new)), *names):
            yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def _header(path: str) -> str:
    """A path as `patch` and `git apply` read it behind `---`: quoted as in C, or with a tab that ends its blanks."""
    if any(character in '"\\' or not character.isprintable() for character in path):
        raw = path.encode("utf-8", "surrogateescape")
        return '"' + "".join(_escaped(byte) for byte in raw) + '"'
    return f"{path}\t" if " " in path else path


def _escaped(byte: int) -> str:
    character = chr(byte)
    if character in '"\\':
        return f"\\{character}"
    return character if " " <= character <= "~" else f"\\{byte:03o}"


def _lines(text: str) -> list[str]:
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _beside(path: str, text: str) -> str:
    """A new file in the same folder, with the same mode and owner, safely on the disk; the result is its name."""
    import tempfile  # noqa: PLC0415  brings much along, and few runs write

    descriptor, name = tempfile.mkstemp(prefix=".deploylint-", dir=os.path.dirname(path))  # noqa: PTH120
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
            file.flush()
            os.fsync(file.fileno())
            _mode_and_owner(path, file.fileno())
    except BaseException:
        _remove(name)
        raise
    return name


def _exchange(new: Sequence[tuple[str, str, str]]) -> None:
    """Rename new files (shown path, real path, new file) to their paths; when one cannot be, bring the old ones back."""
    kept: dict[str, str] = {}
    at = 0
    try:
        for at, (_, path, name) in enumerate(new):  # noqa: B007  the handler below asks how far it came
            if len(new) > 1:  # a single rename is done or not done
                kept[path] = _second_name(path, f"{name}.old")
            os.replace(name, path)  # noqa: PTH105
    except BaseException as error:
        lost = _restored(kept)
        if not isinstance(error, OSError):
            raise
        raise RewriteError(
            "; ".join([f"{new[at][0]}: cannot be written: {error.strerror or error}", *lost])
        ) from None
    for backup in kept.values():
        _remove(backup)


def _second_name(path: str, name: str) -> str:
    """A second name for what a file holds now: a link, or a copy where the file system has no links."""
    try:
        os.link(path, name)
    except OSError:
        return _beside(path, read_text(path))
    return name


def _restored(kept: Mapping[str, str]) -> list[str]:
    """Bring the old files back. What cannot be stays beside its path; the result says where."""
    lost = []
    for path, backup in kept.items():
        try:
            os.replace(backup, path)  # noqa: PTH105
            # Of two names of one file rename(2) removes none.
            _remove(backup)
        except OSError as error:
            lost.append(
                f"{path}: is changed and cannot be brought back: {error.strerror}; {backup} has the old text"
            )
    return lost


def _remove(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except FileNotFoundError:
        return
