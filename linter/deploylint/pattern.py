"""Regular expressions that are compiled when they are first used.

A run uses few of the many that its modules define, and compiling one takes longer than most rules do.
Type checkers see `re.Pattern`.
"""

import re
import sys

from deploylint.typed import TYPE_CHECKING, Any

# Before 3.11.5 `(a|b)*+` forgot matches (https://github.com/python/cpython/issues/106052); `(?>(a|b)*)` is the same.
_FORGETS = sys.version_info < (3, 11, 5)


def compiled(text: str, flags: int = 0) -> "re.Pattern[str]":
    """As `re.compile`, in every release of Python."""
    if _FORGETS and "+" in text:
        from deploylint.possessive import as_atomic  # noqa: PLC0415  newer releases need it not

        text = as_atomic(text, verbose=bool(flags & re.VERBOSE))
    return re.compile(text, flags)


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


__all__ = ["compiled", "pattern"]
