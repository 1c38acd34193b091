"""gunicorn's validators: what a setting makes of a value, and which values it refuses.

Source: gunicorn/config.py. Messages are gunicorn's own where it has any.
"""

from collections.abc import Callable, Sequence
from typing import Any

from deploylint.formats.command_line.invocation import Option
from deploylint.formats.gunicorn.values import Defined, Reference
from deploylint.vocabulary.gunicorn import Setting


class RefusedError(Exception):
    """A value that gunicorn refuses; the text says why."""


def from_words(setting: Setting, options: Sequence[Option]) -> Any:
    """The value that options of the command line give. Raises RefusedError where gunicorn refuses, or it is unknown."""
    if not setting.takes_value:
        return setting.constant
    words = [option.value for option in options]
    if any(word is not None and word.opaque for word in words):
        raise RefusedError(f"{setting.name} has unknown parts")
    texts = [word.value if word is not None else setting.constant for word in words]
    return checked(setting, texts if setting.repeatable else texts[-1])


def checked(setting: Setting, value: Any) -> Any:
    """A value as gunicorn keeps it. Raises RefusedError when it refuses it."""
    check = _CHECKS.get(setting.validator)
    if check is None or isinstance(value, (Reference, Defined)):
        return value
    return check(value)


def _boolean(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise RefusedError(f"Invalid type for casting: {_shown(value)}")
    if value.lower().strip() not in ("true", "false"):
        raise RefusedError(f"Invalid boolean: {_shown(value)}")
    return value.lower().strip() == "true"


def _integer(value: Any) -> int:
    if isinstance(value, (str, bytes)):
        try:
            number = int(value, 0)
        except ValueError:
            raise RefusedError(f"{_shown(value)} is no whole number") from None
    elif isinstance(value, int):
        number = int(value)
    else:
        raise RefusedError(f"{_shown(value)} is no whole number")
    if number < 0:
        raise RefusedError(f"Value must be positive: {number}")
    return number


def _string(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise RefusedError(f"Not a string: {_shown(value)}")
    return value.strip()


def _strings(value: Any) -> list[str]:
    if not value:
        return []
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, (list, tuple, set, frozenset, dict)):
        raise RefusedError(f"{_shown(value)} is no list of strings")
    found = []
    for item in value:
        if not isinstance(item, str):
            raise RefusedError(f"Not a string: {_shown(item)}")
        found.append(item.strip())
    return found


def _separated(value: Any) -> list[str]:
    text = _string(value)
    return [item.strip() for item in text.split(",") if item] if text else []


def _dictionary(value: Any) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise RefusedError(f"Value is not a dictionary: {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    """A short text of a value, as Python writes it."""
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "bool": _boolean,
    "pos_int": _integer,
    "string": _string,
    "list_string": _strings,
    "string_to_list": _separated,
    "http_protocols": _separated,
    "string_to_addr_list": _separated,
    "dict": _dictionary,
}
