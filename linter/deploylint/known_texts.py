"""The variables of a process as command lines take them."""

from collections.abc import Iterator, Mapping

from deploylint.facts import Known, Value
from deploylint.typed import Any


class KnownTexts(Mapping[str, str | None]):
    """The text of each variable, None for one whose value nobody knows; looked up when somebody asks."""

    __slots__ = ("_variables",)

    def __init__(self, variables: Mapping[str, Value[str]]) -> None:
        self._variables = variables

    def __getitem__(self, name: str) -> str | None:
        value = self._variables[name]
        return value.value if isinstance(value, Known) else None

    def get(self, name: str, default: Any = None) -> Any:
        value = self._variables.get(name)
        if value is None:
            return default
        return value.value if isinstance(value, Known) else None

    def __contains__(self, name: object) -> bool:
        return name in self._variables

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)
