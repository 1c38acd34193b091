"""The one known name that somebody probably meant."""

from collections.abc import Collection, Iterable

# Names of a project that are compared with one that is misspelt.
_MANY = 100


def nearest(name: str, candidates: Iterable[str], limit: int = 2) -> str | None:
    """The unique nearest candidate, or None where there is none or more than one.

    A candidate that differs in case only comes first. Otherwise at most `limit` edits lie between: a character
    inserted, left out or replaced, or two neighbours swapped. A name of up to five characters is allowed one, one
    of up to two characters none. The name itself is never the answer. Linear in the number of candidates.
    """
    folded = name.casefold()
    letters = frozenset(folded)
    length = len(folded)
    allowed = min(limit, 0 if length <= 2 else 1 if length <= 5 else limit)
    found: str | None = None
    fewest = allowed + 1
    ambiguous = False
    for candidate in candidates:
        if abs(len(candidate) - length) > allowed or candidate == name:
            continue
        other = candidate.casefold()
        # One edit takes away one letter and brings another one at most.
        if len(letters.symmetric_difference(other)) > 2 * allowed:
            continue
        edits = _edits(folded, other, allowed)
        if edits < fewest:
            found, ambiguous = candidate, False
            fewest = allowed = edits
        elif edits == fewest:
            ambiguous = True
    return None if ambiguous else found


def nearest_of_few(name: str, candidates: Collection[str]) -> str | None:
    """The same for names that a project gives, of which there may be any number: None among more than a hundred."""
    return nearest(name, candidates) if len(candidates) <= _MANY else None


def _edits(one: str, other: str, most: int) -> int:
    """Edits between two words, or `most + 1` where there are more.

    The table of the Damerau-Levenshtein distance, of which only the diagonals up to `most` away matter.
    """
    if one == other:
        return 0
    too_many = most + 1
    before: list[int] = []
    above = [column if column <= most else too_many for column in range(len(other) + 1)]
    for row, letter in enumerate(one, 1):
        current = [too_many] * (len(other) + 1)
        if row <= most:
            current[0] = row
        for column in range(max(1, row - most), min(len(other), row + most) + 1):
            edits = min(
                above[column - 1] + (letter != other[column - 1]), above[column] + 1, current[column - 1] + 1
            )
            if row > 1 < column and letter == other[column - 2] and one[row - 2] == other[column - 1]:
                edits = min(edits, before[column - 2] + 1)
            current[column] = min(edits, too_many)
        if min(current) > most:
            return too_many
        before, above = above, current
    return above[-1]
