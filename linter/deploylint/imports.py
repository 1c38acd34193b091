"""Import this program's own modules in less time.

For each module Python asks every finder, lists folders and builds names. A run imports two hundred small
modules, and two fifths of what that takes are spared (docs/performance.md). Here a module comes straight from its
compiled file, if that is the one which Python would take: written by this interpreter for a source of this time and
size (PEP 552).
All else is left to Python: compiling, writing what it compiled, and every error.
"""

import os
import sys
from collections.abc import Sequence
from io import FileIO
from marshal import loads
from types import CodeType, ModuleType

TYPE_CHECKING = False  # `deploylint.typed` comes later
if TYPE_CHECKING:
    from importlib import import_module
    from importlib.machinery import ModuleSpec, SourceFileLoader
else:
    # As `importlib` does, which takes two more modules that nothing else here needs.
    from _frozen_importlib import ModuleSpec
    from _frozen_importlib_external import SourceFileLoader

    def import_module(name: str) -> ModuleType:
        """As the standard library's, for absolute names."""
        __import__(name)
        return sys.modules[name]


__all__ = ["ModuleSpec", "SourceFileLoader", "import_module", "install"]

_PACKAGES = ("deploylint.", "deploylint_rules.")
# Of a compiled file: magic number and flags, time and size of the source, code.
_STAMP, _CODE = 8, 16


def install() -> None:
    """Let this process find its modules so, if this one comes from such a file itself."""
    cached = globals().get("__cached__")
    if not cached:  # in an archive
        return
    folder, name = os.path.split(cached)
    try:
        with open(cached, "rb") as file:  # noqa: PTH123
            head = file.read(_STAMP)
    except OSError:
        return
    beside = os.path.join(os.path.dirname(__file__), "__pycache__")  # noqa: PTH118, PTH120
    if folder == beside and head.endswith(bytes(4)):
        sys.meta_path.insert(0, _Finder(head, name.removeprefix("imports")))


class _Finder:
    """Finds modules whose compiled files are up to date, have this head, and end in this suffix."""

    def __init__(self, head: bytes, suffix: str) -> None:
        self._head = head
        self._suffix = suffix

    def find_spec(self, name: str, path: Sequence[str] | None, _target: object = None) -> ModuleSpec | None:
        if not name.startswith(_PACKAGES) or path is None or len(path) != 1:
            return None
        folder, stem = path[0], name.rpartition(".")[2]
        return self._spec(name, folder, stem) or self._spec(name, f"{folder}/{stem}", "__init__")

    def _spec(self, name: str, folder: str, stem: str) -> ModuleSpec | None:
        source, cached = f"{folder}/{stem}.py", f"{folder}/__pycache__/{stem}{self._suffix}"
        try:
            with FileIO(cached) as file:
                data = file.readall()
            made_of = os.stat(source)  # noqa: PTH116
        except OSError:
            return None
        stamp = int(made_of.st_mtime) & 0xFFFFFFFF | (made_of.st_size & 0xFFFFFFFF) << 32
        if data[:_CODE] != self._head + stamp.to_bytes(8, "little"):
            return None
        spec = ModuleSpec(name, _Loader(name, source, data), origin=source, is_package=stem == "__init__")
        spec.has_location = True
        spec.cached = cached
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(folder)
        return spec


class _Loader(SourceFileLoader):
    """The standard loader, with the compiled file read already."""

    def __init__(self, name: str, path: str, data: bytes) -> None:
        super().__init__(name, path)
        self._data = data

    def get_code(self, fullname: str) -> CodeType | None:
        data, self._data = self._data, b""
        return loads(memoryview(data)[_CODE:]) if data else super().get_code(fullname)  # noqa: S302  Python runs it, too
