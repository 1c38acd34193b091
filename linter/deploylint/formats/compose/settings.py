"""What compose files say of a service, put together."""

from functools import lru_cache

from deploylint.formats.compose.nodes import ComposeFile, Mapping, Node, Scalar
from deploylint.processes import MANY
from deploylint.source import Location


class Settings:
    """A service in the making: what the files say of it, base first. `document` is the file that says the first of it.

    Keys with one value take the last; lists and maps are put together by their readers.
    """

    __slots__ = ("_key", "_parts", "document", "name")

    def __init__(self, name: str, document: ComposeFile, key: int, parts: tuple[Mapping, ...] = ()) -> None:
        """`key` is the service's place in the file; `parts` what it is made of, if that is more than the map there."""
        self.name = name
        self.document = document
        self._key = key
        self._parts = parts

    @property
    def at(self) -> Location:
        """The service's name in the file."""
        return self.document.key_node(self._key).at

    @property
    def parts(self) -> tuple[Mapping, ...]:
        return self._parts or _own(self)

    def add(self, parts: tuple[Mapping, ...]) -> None:
        """Put another file's settings over what is there."""
        self._parts = (*self.parts, *parts)

    @property
    def names(self) -> dict[str, None]:
        """The keys that are set, in their order."""
        found: dict[str, None] = {}
        for part in self.parts:
            for name, pair in part.merged.items():
                if pair.resolved.tag == "!reset":
                    found.pop(name, None)
                else:
                    found[name] = None
        return found

    def last(self, name: str) -> Node | None:
        """What holds for a key with one value; None when it is not set, or null."""
        for part in reversed(self.parts):
            node = part.get(name)
            if node is None:
                continue
            if node.tag == "!reset":
                return None
            if not (isinstance(node, Scalar) and node.is_null):
                return node
            if node.tag == "!override":
                return None
        return None

    def all(self, name: str) -> list[Node]:
        """What the files say for a key."""
        found: list[Node] = []
        for part in self.parts:
            node = part.get(name)
            if node is None:
                continue
            if node.tag in ("!reset", "!override"):
                found.clear()
            if node.tag != "!reset":
                found.append(node)
        return found


@lru_cache(maxsize=MANY)
def _own(settings: Settings) -> tuple[Mapping, ...]:
    value = settings.document.value_of(settings._key)  # noqa: SLF001  it is a part of that class
    return (value,) if isinstance(value, Mapping) else ()
