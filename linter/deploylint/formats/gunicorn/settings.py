"""gunicorn's validators: what a setting makes of a value, and which values it refuses.

Source: gunicorn/config.py. Messages are gunicorn's own where it has any.
"""

from collections.abc import Callable, Sequence

from deploylint.formats.command_line.invocation import Option
from deploylint.formats.gunicorn.values import Defined, Reference
from deploylint.typed import Any
from deploylint.values.errors import InvalidValue
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
    if setting.name == "umask":
        # On the command line `022` is octal (gunicorn/config.py, auto_int).
        texts = [
            f"0o{text[1:]}" if text[:1] == "0" and text[1:2].isdecimal() else text for text in map(str, texts)
        ]
    return checked(setting, texts if setting.repeatable else texts[-1])


def checked(setting: Setting, value: Any) -> Any:
    """A value as gunicorn keeps it. Raises RefusedError when it refuses it.

    Functions, classes and what depends on the machine (users, folders, files) are taken as they are.
    """
    check = _CHECKS.get(setting.validator)
    if isinstance(value, (Reference, Defined)):
        return value
    if setting.words:
        return _word(setting, value)
    if setting.kind == "hook":
        return _callable(value)
    return value if check is None else check(value)


# What gunicorn says to other types, and to other words.
_NO_WORD = {
    "http_parser": "http_parser must be a string",
    "proxy_protocol": "proxy_protocol must be string or bool",
}
_NOT_AMONG = {
    "asgi_lifespan": "Invalid ASGI lifespan: {}",
    "asgi_loop": "Invalid ASGI loop: {}",
    "header_map": "Invalid header map behaviour: {}",
    "http2_cleartext": "Invalid http2_cleartext: {}",
    "http_parser": "http_parser must be one of: auto, fast, python",
    "proxy_protocol": "proxy_protocol must be: off, v1, v2, or auto",
}
_PROXY_PROTOCOLS = {"false": "off", "0": "off", "none": "off", "true": "auto", "1": "auto"}


def _word(setting: Setting, value: Any) -> Any:
    if setting.name == "http_protocols":
        return _protocols(setting, value)
    if setting.name == "reload_engine":
        if value not in setting.words:
            raise RefusedError(f"Invalid reload_engine: {_shown(value)}")
        return value
    if value is None:
        return setting.default
    if isinstance(value, bool) and setting.name in ("proxy_protocol", "http2_cleartext"):
        return value
    if not isinstance(value, str):
        raise RefusedError(_NO_WORD.get(setting.name) or f"Invalid type for casting: {_said(value)}")
    word = value.lower().strip()
    if word not in setting.words:
        raise RefusedError(_NOT_AMONG[setting.name].format(_said(word)))
    return _PROXY_PROTOCOLS.get(word, word) if setting.name == "proxy_protocol" else word


def _protocols(setting: Setting, value: Any) -> list[str]:
    if value is not None and not isinstance(value, str):
        raise RefusedError("http_protocols must be a string")
    words = [word.strip().lower() for word in (value or "").split(",") if word.strip()]
    wrong = next((word for word in words if word not in setting.words), None)
    if wrong is not None:
        raise RefusedError(f"Invalid protocol {_shown(wrong)}. Valid protocols: {', '.join(setting.words)}")
    if len(set(words)) < len(words):
        raise RefusedError("Duplicate protocols specified")
    return words or ["h1"]


def _callable(value: Any) -> Any:
    """A text names something to import, which nobody can tell from here unless it has no dot."""
    if isinstance(value, str) and "." in value:
        return value
    if isinstance(value, str):
        raise RefusedError(
            f"Value {_shown(value)} is not import string. Format: module[.submodules...].object"
        )
    raise RefusedError(f"Value is not callable: {_said(value)}")


def _boolean(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise RefusedError(f"Invalid type for casting: {_said(value)}")
    if value.lower().strip() not in ("true", "false"):
        raise RefusedError(f"Invalid boolean: {_said(value)}")
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
        raise RefusedError(f"Not a string: {_said(value)}")
    return value.strip()


def _text(value: Any) -> Any:
    """A folder: what is no text is refused, what is one depends on the machine."""
    if not isinstance(value, str):
        raise RefusedError(f"Not a string: {_said(value)}")
    return value


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
            raise RefusedError(f"Not a string: {_said(item)}")
        found.append(item.strip())
    return found


def _separated(value: Any) -> list[str]:
    text = _string(value)
    return [item.strip() for item in text.split(",") if item] if text else []


_USUAL_NETWORKS = frozenset({"*", "127.0.0.1", "::1"})


def _networks(value: Any) -> list[str]:
    items = _separated(value)
    if _USUAL_NETWORKS.issuperset(items):
        return items
    import ipaddress  # noqa: PLC0415  slow to load, rarely needed

    for item in items:
        try:
            if item != "*":
                ipaddress.ip_network(item)
        except ValueError as error:
            raise RefusedError(str(error)) from None
    return items


def _in_range(lowest: int, highest: int, message: str) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        number = _integer(value)
        if not lowest <= number <= highest:
            raise RefusedError(f"{message}{number}")
        return number

    return check


def _statsd_address(value: Any) -> str | None:
    from deploylint.values.listen import gunicorn_bind  # noqa: PLC0415  rarely needed

    text = _string(value)
    try:
        if text is not None:
            gunicorn_bind(text)
    except InvalidValue as error:
        # Whether the port or the host exists, nobody asks before the first message is sent.
        if "valid port number" in error.message:
            raise RefusedError("Value must be one of ('host:port', 'unix://PATH')") from None
    return text


def _dictionary(value: Any) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise RefusedError(f"Value is not a dictionary: {_said(value)}")
    return value


def _said(value: Any) -> str:
    """A short text of a value, as `%s` gives it, on one line."""
    text = value if isinstance(value, str) and value.isprintable() else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


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
    "string_to_addr_list": _networks,
    "http2_window_size": _in_range(0, 2**31 - 1, "HTTP/2 window size must be at most 2147483647: "),
    "http2_stream_limit": _in_range(1, 2**62, "HTTP/2 max concurrent streams must be at least 1: "),
    "http2_frame_size": _in_range(
        16384, 16777215, "http2_max_frame_size must be between 16384 and 16777215, got "
    ),
    "class": _string,
    "chdir": _text,
    "statsd_address": _statsd_address,
    "dict": _dictionary,
}
