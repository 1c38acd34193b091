"""Regular expressions that are compiled when they are first used.

A run uses few of the many that its modules define, and compiling one takes longer than most rules do.
Type checkers see `re.Pattern`.
"""

import re

from deploylint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from re import compile as pattern
else:

    class pattern:  # noqa: N801  it stands for a function
        """As `re.compile`."""

        def __init__(self, text: str, flags: int = 0) -> None:
            self._arguments = text, flags

        def __getattr__(self, name: str) -> Any:
            compiled = re.compile(*self._arguments)
            for method in ("search", "match", "fullmatch", "finditer", "findall", "sub", "split"):
                setattr(self, method, getattr(compiled, method))
            return getattr(compiled, name)


__all__ = ["pattern"]
