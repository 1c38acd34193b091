"""Disjoint sets of numbers."""

from collections.abc import Iterable


class Sets:
    """At first every number is a set of its own; a set is known by its smallest number.

    A set with a marked number is marked.
    """

    def __init__(self, size: int, marked: Iterable[int] = ()) -> None:
        self._parents = list(range(size))
        self._marked = set(marked)

    def find(self, number: int) -> int:
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number

    def is_marked(self, number: int) -> bool:
        return self.find(number) in self._marked

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self._parents[second] = first
        if second in self._marked:
            self._marked.add(first)

    def members(self) -> list[list[int]]:
        found: dict[int, list[int]] = {}
        for number in range(len(self._parents)):
            found.setdefault(self.find(number), []).append(number)
        return list(found.values())
