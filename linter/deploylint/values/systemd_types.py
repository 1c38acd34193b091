"""Any systemd setting, checked by the parser function that systemd itself names for it.

The names are those of `load-fragment-gperf.gperf.in`, of any release. What a parser does is taken from its source
(`load-fragment.c` and what it calls) and held to systemd's own verdicts in tests/values/test_systemd_values.py.
"""

from collections.abc import Callable, Collection
from functools import cache

from deploylint.values.specifiers import LATEST_SYSTEMD
from deploylint.values.systemd_setting import Checker, Setting, anything


def check(
    parser: str,
    value: str,
    *,
    directive: str = "",
    words: Collection[str] = (),
    version: int = LATEST_SYSTEMD,
) -> None:
    """Raise InvalidValue where systemd refuses or drops the value, or a part of it.

    `directive` is the key: a few parsers serve keys of different types. `words` are the names that an enumeration
    or a filter takes in the release in question; without them any name passes. A parser unknown here passes.
    """
    checker = _checker(parser)
    if checker is not None:
        checker(Setting(value, directive, frozenset(words), version))


def checks(parser: str) -> bool:
    """Whether values of this parser are checked at all."""
    return _checker(parser) is not None


def checker_of(
    parser: str, directive: str, words: frozenset[str], version: int
) -> Callable[[str], None] | None:
    """`check` for many values of one key; None where every value passes."""
    checker = _checker(parser)
    if checker is None or checker is anything:
        return None
    return lambda value: checker(Setting(value, directive, words, version))


@cache
def _checker(parser: str) -> Checker | None:
    """Look in one table after the other: each loads grammars that most units do not need."""
    from deploylint.values.systemd_scalars import SCALARS  # noqa: PLC0415

    if parser in SCALARS:
        return SCALARS[parser]
    from deploylint.values.systemd_names import NAMES  # noqa: PLC0415

    if parser in NAMES:
        return NAMES[parser]
    from deploylint.values.systemd_lists import LISTS  # noqa: PLC0415

    return LISTS.get(parser)
