"""Read regular files, and nothing else: no pipe is waited for, no device is opened, no limit is passed."""

import os
import stat
from collections.abc import Sequence

from deploylint.typed import Self

HEAD = 65536  # bytes that tell what a file is
_PIECE = 1 << 20
_LARGE = 1 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NOT_REGULAR = "not a regular file"


class TooLargeError(OSError):
    """The file is longer than the limit. Its text says by how much."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"{shown_size(size)} are more than the limit of {shown_size(limit)}")


def shown_size(size: int) -> str:
    """A number of bytes as people write it: `512 bytes`, `1.5 MiB`."""
    for power, unit in ((3, "GiB"), (2, "MiB"), (1, "KiB")):
        if size >= 1024**power:
            return f"{size / 1024**power:.4g} {unit}"
    return f"{size} bytes"


def read_text(
    path: str, limit: int | None = None, *, folder: int | None = None, is_regular: bool = False
) -> str:
    """A regular file's text; undecodable bytes become lone surrogates, line ends stay as they are.

    `limit`: the most bytes that are read. `folder`: a folder's descriptor; then the path is a name there,
    and no link is followed. `is_regular`: the folder's listing says so, and nobody looks before the file is opened.
    Raises OSError, also for what is not a regular file, and TooLargeError for a longer one, even one that grows
    while it is read.
    """
    descriptor, size = _opened_regular(path, folder) if is_regular else _opened(path, folder)
    try:
        if limit is not None and size > limit:
            raise TooLargeError(size, limit)
        if size > _LARGE and (text := _read_large(descriptor, size)) is not None:
            return text
        pieces, length = [], 0
        most = min(max(size + 1, HEAD), _PIECE)
        while piece := os.read(descriptor, most):
            pieces.append(piece)
            length += len(piece)
            if limit is not None and length > limit:
                raise TooLargeError(length, limit)
            if length == size and len(piece) < most:  # all there is, as the system told, and room for more
                break
    finally:
        os.close(descriptor)
    return _decoded(b"".join(pieces))


def _read_large(descriptor: int, size: int) -> str | None:
    """By way of pages that go back to the system: what malloc has given for a large file it keeps. None if the file grows."""
    from mmap import mmap  # noqa: PLC0415  few files are large

    length = 0
    with mmap(-1, size + 1) as pages, memoryview(pages) as whole:
        while count := os.readv(descriptor, [whole[length:]]):
            length += count
        if length <= size:
            return str(whole[:length], "utf-8", "surrogateescape")
    os.lseek(descriptor, 0, os.SEEK_SET)
    return None


def read_below(root: str, path: str, limit: int | None = None) -> str:
    """As `read_text`, for a path that holds no link, seen from a real root: one that takes a folder's place is refused.

    Raises OSError.
    """
    *folders, name = path.split("/")
    folder = folder_below(root, folders)
    try:
        return read_text(name, limit, folder=folder)
    finally:
        os.close(folder)


class Folder:
    """A folder below a real one, `below` holding no link.

    Its files are read through one descriptor, so that no other folder takes its place.
    """

    __slots__ = ("_below", "_descriptor", "_root", "path")

    def __init__(self, root: str, below: str = "") -> None:
        self.path = f"{root.rstrip('/')}/{below}" if below else root
        self._root = root
        self._below = below.split("/") if below else []
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)

    def read(self, path: str, limit: int | None = None) -> str:
        """As `read_below`, for what the folder's listing calls a regular file if it is in the folder itself."""
        if "/" in path:
            return read_below(self.path, path, limit)
        if self._descriptor is None:
            self._descriptor = folder_below(self._root, self._below)
        return read_text(path, limit, folder=self._descriptor, is_regular=True)


def folder_below(root: str, folders: Sequence[str]) -> int:
    """A descriptor of the folder that some names lead to, one below the other, for the caller to close.

    Raises OSError, also for a link.
    """
    descriptor = os.open(root, _FOLDER)
    for name in folders:
        above = descriptor
        try:
            descriptor = os.open(name, _FOLDER, dir_fd=above)
        finally:
            os.close(above)
    return descriptor


def read_head(path: str) -> str:
    """The beginning of a regular file's text. Raises OSError."""
    descriptor, _ = _opened(path)
    try:
        return _decoded(os.read(descriptor, HEAD))
    finally:
        os.close(descriptor)


def _opened(path: str, folder: int | None = None) -> tuple[int, int]:
    """A descriptor of a regular file, for the caller to close, and the file's size."""
    if not stat.S_ISREG(os.stat(path, dir_fd=folder, follow_symlinks=folder is None).st_mode):
        raise OSError(_NOT_REGULAR)
    return _opened_regular(path, folder)


def _opened_regular(path: str, folder: int | None) -> tuple[int, int]:
    """The same of what was a regular file when somebody looked."""
    # The file may have been exchanged in between, hence the second look and O_NONBLOCK.
    flags = (
        os.O_RDONLY
        | os.O_NONBLOCK
        | os.O_CLOEXEC
        | os.O_NOCTTY
        | (os.O_NOFOLLOW if folder is not None else 0)
    )
    descriptor = os.open(path, flags, dir_fd=folder)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise OSError(_NOT_REGULAR)
    return descriptor, status.st_size


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
