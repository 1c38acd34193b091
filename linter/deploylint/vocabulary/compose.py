"""What docker compose knows: which keys may stand where.

    keys("services.*")          the keys of a service; `*` stands for a name, `[]` for an item of a list
    keys("services.*.labels")   None: any key, or no map at all

Keys that begin with `x-` are allowed besides. The facts come from the schema of the compose specification.
"""

from collections.abc import Collection

from deploylint.vocabulary.data.compose import KEYS


def keys(path: str) -> Collection[str] | None:
    """The keys that the map at this path may have; None where compose does not restrict them."""
    return KEYS.get(path)


def below(path: str, name: str) -> str:
    """The path of a key's value: by its own name where the specification knows it, else by `*`."""
    own = f"{path}.{name}" if path else name
    known = KEYS.get(path)
    return own if known is not None and name in known else f"{path}.*"
