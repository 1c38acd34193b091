"""Regular expressions that are compiled when they are first used.

A run uses few of the many that its modules define, and compiling one takes longer than most rules do. Of those
that most runs use a wheel has the compiled form (`scripts/wheel/patterns.py`), for the releases of Python that have the
same engine as the one which built it. Then most runs do not need the module `re`, whose import is a tenth of a short one:
its flags and the names for annotations are here, too. Type checkers see those of `re`.
"""

import _sre  # type: ignore[import-not-found]  # the engine of `re`
import sys
from collections.abc import Mapping

from deploylint.typed import TYPE_CHECKING, Any, Generic

if TYPE_CHECKING:
    from re import ASCII, DOTALL, IGNORECASE, MULTILINE, VERBOSE, Match, Pattern
else:
    IGNORECASE, MULTILINE, DOTALL, VERBOSE, ASCII = 2, 8, 16, 64, 256
    Match = Pattern = Generic

# Before 3.11.5 `(a|b)*+` forgot matches (https://github.com/python/cpython/issues/106052); `(?>(a|b)*)` is the same.
_FORGETS = sys.version_info < (3, 11, 5)

# Arguments of `_sre.compile`: text, flags, code (words of 32 bits), number of groups, their names, and the names in order.
Saved = tuple[str, int, bytes, int, dict[str, int], tuple[str | None, ...]]
_saved: dict[tuple[str, int], Saved] = {}
# What was made of them: `re` keeps what it compiles, too, and parsers ask for every file.
_made: dict[tuple[str, int], Pattern[str]] = {}


def engine() -> tuple[int, bool, str]:
    """What has to be the same for a compiled form to mean the same."""
    return _sre.MAGIC, _FORGETS, sys.byteorder


def use(saved: Mapping[tuple[str, int], Saved]) -> None:
    """Take these forms, by text and flags, instead of compiling."""
    _saved.update(saved)


def _from_saved(saved: Saved) -> Pattern[str]:
    text, flags, code, groups, names, order = saved
    expression: Pattern[str] = _sre.compile(
        text, flags, memoryview(code).cast("I").tolist(), groups, names, order
    )
    return expression


def compiled(text: str, flags: int = 0) -> Pattern[str]:
    """As `re.compile`, in every release of Python."""
    saved = _saved.get((text, int(flags)))
    if saved is not None:
        if (text, int(flags)) not in _made:
            _made[text, int(flags)] = _from_saved(saved)
        return _made[text, int(flags)]
    if _FORGETS and "+" in text:
        from deploylint.possessive import as_atomic  # noqa: PLC0415  newer releases need it not

        text = as_atomic(text, verbose=bool(flags & VERBOSE))
    import re  # noqa: PLC0415  most runs need it not

    return re.compile(text, flags)


def escape(text: str) -> str:
    """As `re.escape`."""
    import re  # noqa: PLC0415  most runs need it not

    return re.escape(text)


if TYPE_CHECKING:
    from re import compile as pattern
else:

    class pattern:  # noqa: N801  it stands for a function
        """As `re.compile`."""

        def __init__(self, text: str, flags: int = 0) -> None:
            self._arguments = text, flags

        def __getattr__(self, name: str) -> Any:
            expression = compiled(*self._arguments)
            for method in ("search", "match", "fullmatch", "finditer", "findall", "sub", "split"):
                setattr(self, method, getattr(expression, method))
            return getattr(expression, name)


__all__ = [
    "ASCII",
    "DOTALL",
    "IGNORECASE",
    "MULTILINE",
    "VERBOSE",
    "Match",
    "Pattern",
    "compiled",
    "escape",
    "pattern",
]
