"""GitHub's own identity of a line, by which code scanning follows an alert while lines move.

The hash is the one that `github/codeql-action` computes in `src/fingerprints.ts`; when a report gives
another one, the upload warns.
"""

import sys
from collections import Counter
from itertools import accumulate

_WINDOW, _BASE, _MASK, _END = 100, 37, (1 << 64) - 1, 0xFFFF
_DROP = pow(_BASE, _WINDOW, 1 << 64)
_NATIVE_UTF16 = f"utf-16-{sys.byteorder[0]}e"
_NO_BLANKS = {ord(" "): None, ord("\t"): None}


def line_hashes(text: str) -> list[str]:
    """One `hash:occurrence` for each line, the empty one after a final line end included.

    The hash of a line covers the 100 UTF-16 units from its start, over the following lines, without
    spaces and tabs and with each line end as one LF; the text ends with 0xFFFF and then zeros. It is the
    polynomial of base 37 modulo 2**64 in lowercase hexadecimal.
    """
    lines = _as_read(text).replace("\r\n", "\n").replace("\r", "\n").translate(_NO_BLANKS)
    units = memoryview(lines.encode(_NATIVE_UTF16)).cast("H").tolist()
    starts = [0, *(index + 1 for index, unit in enumerate(units) if unit == 0x0A)]
    padded = [*units, _END, *[0] * _WINDOW]
    prefixes = list(accumulate(padded, lambda value, unit: (value * _BASE + unit) & _MASK, initial=0))
    seen: Counter[str] = Counter()
    hashes = []
    for start in starts:
        digest = f"{(prefixes[start + _WINDOW] - prefixes[start] * _DROP) & _MASK:x}"
        seen[digest] += 1
        hashes.append(f"{digest}:{seen[digest]}")
    return hashes


def _as_read(text: str) -> str:
    """The text as a reader of UTF-8 sees it that replaces what it cannot decode, as Node.js does."""
    try:
        encoded = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        encoded = text.encode("utf-8", "surrogatepass")
    return encoded.decode("utf-8", "replace")
