"""Modules that are loaded together, from one file.

A small run imports two hundred small modules. Finding them, reading two hundred files and setting up each import took a
fifth of its time (docs/performance.md). A wheel has the modules that most runs need a second time, those of a group in one file
(`deploylint/amalgamated/`, written by `scripts/wheel/amalgamation.py` when the wheel is built). From there they are
loaded as Python would load them, and stand in `sys.modules` as if it had: nothing else knows of this. An editable
installation has no such files. Who changes an installed wheel's sources to look for a fault deletes that folder first.
"""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType

from deploylint.imports import ModuleSpec, SourceFileLoader, import_module

TYPE_CHECKING = False  # `deploylint.typed` is in a group
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    # Name of a module in a package, whether it is a package itself, and a function with its body.
    Row = tuple[str, bool, Callable[..., None]]

_FOLDER = "deploylint.amalgamated"


def load(group: str) -> bool:
    """Load the modules of a group that are not there yet; False if there is no such group."""
    try:
        rows: tuple[Row, ...] = import_module(f"{_FOLDER}.{group}").MODULES
    except ModuleNotFoundError as error:
        if error.name not in (_FOLDER, f"{_FOLDER}.{group}"):
            raise
        return False
    _Loading(rows).run()
    return True


def _take(name: str) -> dict[str, object]:
    """The names of a module."""
    return (sys.modules.get(name) or import_module(name)).__dict__


def use_patterns() -> None:
    """Have the regular expressions that most runs use in their compiled form."""
    from deploylint.pattern import engine, use  # noqa: PLC0415

    try:
        saved = import_module(f"{_FOLDER}.patterns")
        if engine() == saved.ENGINE:
            use(saved.PATTERNS)
    except ImportError:
        return


def _slotted(name: str, bases: tuple[type, ...], body: dict[str, Any], **options: bool) -> type:
    """`dataclass.slotted`, of which a group may be the first part."""
    from deploylint.dataclass import slotted  # noqa: PLC0415

    return slotted(name, bases, body, **options)


class _Loading:
    """The modules of a group, on the way to `sys.modules`.

    A package of the group is begun when the first module in it is, and done when its turn comes, as when Python
    imports it: what its body imports out of it comes before it.
    """

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self._rows = rows
        self._packages = {name for name, is_package, _ in rows if is_package}
        self._begun: dict[str, ModuleType] = {}

    def run(self) -> None:
        modules, begun = sys.modules, self._begun
        try:
            for name, is_package, body in self._rows:
                module = begun.get(name)
                if module is None:
                    if name in modules:
                        continue
                    module = self._begin(name, is_package=is_package)
                FunctionType(body.__code__, module.__dict__)(_take, _slotted)
                del begun[name]
                parent, _, stem = name.rpartition(".")
                modules[parent].__dict__[stem] = module
        finally:
            for name in begun:  # none, unless a body failed
                del modules[name]

    def _begin(self, name: str, *, is_package: bool) -> ModuleType:
        parent, _, stem = name.rpartition(".")
        if parent not in sys.modules:
            if parent in self._packages:
                self._begin(parent, is_package=True)
            else:
                import_module(parent)
        place = f"{sys.modules[parent].__path__[0]}/{stem}"
        file = f"{place}/__init__.py" if is_package else f"{place}.py"
        spec = ModuleSpec(name, SourceFileLoader(name, file), origin=file, is_package=is_package)
        spec.has_location = True
        module = self._begun[name] = sys.modules[name] = ModuleType(name)
        names = module.__dict__
        names["__spec__"], names["__loader__"], names["__file__"] = spec, spec.loader, file
        names["__package__"] = name if is_package else parent
        names["__builtins__"] = __builtins__  # as `exec` does
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(place)
            names["__path__"] = spec.submodule_search_locations
        return module
