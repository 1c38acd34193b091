"""Put new texts into files: all of them or none, never half a file, never outside the roots.

A folder is opened from the root down without following a link, and what is done in it is done by its descriptor:
whatever is exchanged for a link meanwhile, the write ends in the folder that was meant, or not at all.
"""

import os
import resource
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress

from deploylint.reading import folder_below, read_text

# The folder behind a descriptor, whatever it is called by now.
_BY_DESCRIPTOR = "/proc/self/fd/"


class RewriteError(Exception):
    """Nothing was written; the text says which file was in the way, and why."""


def rewrite(changed: Mapping[str, tuple[str, str]], roots: Sequence[str]) -> None:
    """Replace the old text of each path by the new one. Mode, owner, extended attributes and every other byte stay.

    A file that is not as it was read, or that a link puts outside the roots, stops everything. Raises
    RewriteError.
    """
    real_roots = [os.path.realpath(root) for root in roots]
    prepared: dict[str, str] = {}
    with ExitStack() as stack:
        targets = _targets(changed, real_roots, stack)
        try:
            for path, (old, new) in changed.items():
                with _refusals(path):
                    _as_it_was(path, targets[path], old)
                    prepared[path] = _beside(targets[path], new)
            with _undisturbed():
                _exchange([(path, targets[path], new) for path, new in prepared.items()], changed)
        finally:
            for left in prepared.values():
                _remove(left)


def _targets(paths: Iterable[str], real_roots: Sequence[str], stack: ExitStack) -> dict[str, str]:
    """For each path one by which its file is reached through the descriptor of its folder, which the stack closes."""
    reached: dict[str, str] = {}
    opened: dict[str, str] = {}
    for path in paths:
        real = os.path.realpath(path)
        root = next((root for root in real_roots if real.startswith(root.rstrip(os.sep) + os.sep)), None)
        if root is None:
            raise RewriteError(f"{path}: not written: it is a link out of the project")
        folder, name = os.path.split(real)
        if folder not in opened:
            with _refusals(path):
                opened[folder] = _opened(root, folder, stack)
        reached[path] = f"{opened[folder]}/{name}"
    return reached


def _opened(root: str, folder: str, stack: ExitStack) -> str:
    """A folder below a root as something by which it can be reached. Raises OSError."""
    below = os.path.relpath(folder, root)
    descriptor = folder_below(root, [] if below == "." else below.split("/"))
    stack.callback(os.close, descriptor)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a descriptor for every folder
    reached = f"{_BY_DESCRIPTOR}{descriptor}"
    return reached if os.path.isdir(reached) else folder  # noqa: PTH112  not every system has /proc


def _as_it_was(path: str, target: str, old: str) -> None:
    """Raises RewriteError where a file, or what a link in its place leads to, is no longer what was read."""
    if os.path.islink(target) or read_text(target) != old:  # noqa: PTH114
        raise RewriteError(f"{path}: not written: it changed while it was checked")


@contextmanager
def _refusals(path: str) -> Iterator[None]:
    """What the system says of a file, as a RewriteError."""
    try:
        yield
    except OSError as error:
        raise RewriteError(f"{path}: cannot be written: {error.strerror or error}") from None


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C and `kill` wait until all files are exchanged, or none."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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


def _exchange(new: Sequence[tuple[str, str, str]], changed: Mapping[str, tuple[str, str]]) -> None:
    """Rename new files (shown path, real path, new file) to their paths; when one cannot be, bring the old ones back."""
    kept: dict[str, str] = {}
    at = 0
    try:
        for at, (shown, path, name) in enumerate(new):  # noqa: B007  the handler below asks how far it came
            _as_it_was(shown, path, changed[shown][0])
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
                f"{_real(path)}: is changed and cannot be brought back: {error.strerror}; "
                f"{_real(backup)} has the old text"
            )
    return lost


def _real(path: str) -> str:
    """A path as people know it, whose folder may be given by its descriptor."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)  # noqa: PTH118


def _remove(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except FileNotFoundError:
        return
