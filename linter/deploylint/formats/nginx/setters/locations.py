"""How `location` and `limit_except` are written (src/http/ngx_http_core_module.c, ngx_http_core_location)."""

from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.formats.nginx.nodes import Statement
from deploylint.formats.nginx.setters.call import Call, Refused, Setters

MODIFIERS = ("=", "^~", "~", "~*")
METHODS = frozenset(
    {
        "get", "head", "post", "put", "delete", "mkcol", "copy", "move", "options", "propfind", "proppatch",
        "lock", "unlock", "patch", "trace", "connect",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matcher:
    """What a location matches. `modifier` is one of `MODIFIERS`, `@` or "". `word` is the argument with the name."""

    modifier: str
    name: str
    word: int

    @property
    def is_regex(self) -> bool:
        return self.modifier in ("~", "~*")


def matcher(location: Statement) -> Matcher | None:
    """The modifier may be glued to the name; None for a number of arguments that nginx does not take."""
    return matcher_of(location.values)


@lru_cache(maxsize=4096)
def matcher_of(values: tuple[str, ...]) -> Matcher | None:
    if len(values) == 2:
        return Matcher(values[0], values[1], 1) if values[0] in MODIFIERS else None
    if len(values) != 1:
        return None
    text = values[0]
    for modifier in ("=", "^~", "~*", "~"):
        if text.startswith(modifier):
            return Matcher(modifier, text[len(modifier) :], 0)
    return Matcher("@" if text.startswith("@") else "", text, 0)


def _location(call: Call) -> None:
    if len(call.values) == 2 and call.values[0] not in MODIFIERS:
        raise Refused(f'invalid location modifier "{call.values[0]}"', 0, "the modifiers are =, ^~, ~ and ~*")
    own = matcher_of(call.values)
    if call.context != "location" or own is None:
        return
    outer = matcher_of(call.location) if call.location is not None else None
    if outer is None:
        return
    if outer.modifier in ("=", "@"):
        kind = "exact" if outer.modifier == "=" else "named"
        raise Refused(f'location "{own.name}" cannot be inside the {kind} location "{outer.name}"', None)
    if own.modifier == "@":
        raise Refused(f'named location "{own.name}" can be on the server level only', None)
    if not own.is_regex and not own.name.startswith(outer.name):
        raise Refused(
            f'location "{own.name}" is outside location "{outer.name}"',
            None,
            "the inner location must begin with the name of the outer one",
        )


def _limit_except(call: Call) -> None:
    for at, value in enumerate(call.values):
        if value.lower() not in METHODS:
            raise Refused(f'invalid method "{value}"', at)


SETTERS = Setters({"location": _location, "limit_except": _limit_except}, located=True)
