"""Names of users and groups as systemd takes them."""

from deploylint.pattern import pattern
from deploylint.values.errors import InvalidValue, quoted

_STRICT = pattern(r"[A-Za-z_][A-Za-z0-9_-]{0,30}\Z")
_NUMERIC = pattern(r"-?[0-9]*+\Z")
_UID = pattern(r"(?:0|[1-9][0-9]{0,9})\Z")


def parse_user(text: str) -> str | int:
    """A user or group name, or its number (systemd, `valid_user_group_name` in its relaxed form, since 246).

    Nearly everything is a name, `app # comment` too: only `:`, `/`, control characters, blanks at the ends, `.`,
    `..` and numbers that cannot be IDs are refused. `is_portable_user` tells the names that work everywhere.
    """
    if text.isascii() and text.replace("-", "_").isidentifier() and text[0] != "-":
        return text
    if _UID.match(text) and (number := int(text)) < 2**32 - 1 and number != 65_535:
        return number
    if not text:
        raise InvalidValue("the name is empty")
    if (forbidden := next(filter(_is_forbidden, text), None)) is not None:
        raise InvalidValue(
            f"{quoted(text)} is not a user or group name: {quoted(forbidden)} is not allowed",
            text.index(forbidden),
        )
    if _NUMERIC.match(text) or text in {".", ".."} or text != text.strip(" "):
        raise InvalidValue(f"{quoted(text)} is not a user or group name or number")
    return text


def _is_forbidden(character: str) -> bool:
    return character in ":/\x7f" or character < " " or "\ud800" <= character <= "\udfff"


def is_portable_user(text: str) -> bool:
    """Whether it is a number or matches systemd's strict rules, so that it is accepted without a notice."""
    try:
        return isinstance(parse_user(text), int) or _STRICT.match(text) is not None
    except InvalidValue:
        return False
