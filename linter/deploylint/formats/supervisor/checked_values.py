"""Option values against what supervisor converts them to (supervisor/datatypes.py)."""

from collections.abc import Callable, Mapping

from deploylint.formats.supervisor.expansion import EXPANDED_TWICE, PER_PROCESS, UNKNOWN_NAMES
from deploylint.formats.supervisor.nodes import Option, Section
from deploylint.values.booleans import parse_supervisor_boolean
from deploylint.values.errors import InvalidValue, quoted
from deploylint.values.integers import (
    parse_supervisor_exit_codes,
    parse_supervisor_integer,
    parse_supervisor_octal,
)
from deploylint.values.listen import supervisor_fastcgi, supervisor_inet
from deploylint.values.signals import parse_supervisor_signal
from deploylint.values.sizes import parse_supervisor_bytes
from deploylint.values.supervisor_expansion import Expansion, expand_supervisor
from deploylint.vocabulary import supervisor as vocabulary

LOG_LEVELS = ("critical", "error", "warn", "info", "debug", "trace", "blather")


def kind_of(option: Option, section: Section) -> str | None:
    """The converter of an option that supervisor reads; None when it ignores the option or a later one replaces it."""
    kind = vocabulary.section_kind(section.title)
    known = None if kind is None else vocabulary.option(kind, option.name)
    if known is None or section.get(option.name) != option or option.opaque:
        return None
    return known.kind


def names_for(option: Option, section: Section) -> dict[str, str | int]:
    """The names that a value may refer to besides `ENV_...`, with stand-ins for what is not known here.

    `here` and `host_node_name` are let pass everywhere: with an `[include]` the parser replaces `here` in all values.
    """
    names: dict[str, str | int] = dict(UNKNOWN_NAMES)
    if section.is_program:
        names |= {"program_name": section.name, "group_name": section.name}
        if option.name in PER_PROCESS:
            names |= {"process_num": 0, "numprocs": 1}
    return names


def check_expansion(option: Option, section: Section) -> bool:
    """Raise InvalidValue, in supervisor's words, where a value refers to what is not there.

    False when a conversion such as `%s` has no name, so that Python puts all names with their values in its place.
    """
    if "%" not in option.value:
        return True
    names = names_for(option, section)
    expansion = expand_supervisor(option.value, names, option.name)
    if option.name in EXPANDED_TWICE and section.is_program and "%%" in option.value:
        _check_again(expansion, option, names)
    return expansion.text is not None or any(_unknown(item.name) for item in expansion.placeholders)


def _check_again(expansion: Expansion, option: Option, names: Mapping[str, str | int]) -> None:
    """A log file's name is expanded twice: after the first time `%%(x)s` is a name (Supervisor 4.3)."""
    stand_ins = {item.name: "x" for item in expansion.placeholders if _unknown(item.name)}
    text = expand_supervisor(option.value, {**names, **stand_ins}, option.name).text
    if text is None:
        return
    try:
        expand_supervisor(text, {**names, **stand_ins}, option.name)
    except InvalidValue as error:
        raise InvalidValue(error.message, option.value.index("%%")) from None


def expanded_environment(option: Option, section: Section) -> str | None:
    """The text that supervisor divides into pairs, with `x` for what is not known.

    None when the value is malformed, or when something unknown may stand for whole pairs.
    """
    value = option.value
    if "%" not in value:
        return value
    names = names_for(option, section)
    try:
        placeholders = expand_supervisor(value, names, option.name).placeholders
        for item in placeholders:
            if _unknown(item.name):
                if item.start == 0 or value[item.start - 1] in ", \t\n":
                    return None
                names[item.name] = "x"
        return expand_supervisor(value, names, option.name).text
    except InvalidValue:
        return None


def check_value(option: Option, section: Section, kind: str) -> None:
    """Raise InvalidValue when supervisor cannot convert the value; nothing when the value is not known."""
    convert = _CONVERTERS.get(kind)
    if convert is None:
        return
    text = option.value
    if "%" in text:
        try:
            expansion = expand_supervisor(text, names_for(option, section), option.name)
        except InvalidValue:
            return
        if any(_unknown(item.name) for item in expansion.placeholders):
            return
        # Without a name the whole mapping of names is put in, which is never a valid value.
        text = text if expansion.text is None else expansion.text
    convert(text)


def _unknown(name: str) -> bool:
    return name in UNKNOWN_NAMES or name.startswith("ENV_")


def _log_level(text: str) -> str:
    if text.lower() not in LOG_LEVELS:
        raise InvalidValue(f"bad logging level name {quoted(text)}")
    return text


def _autorestart(text: str) -> None:
    if text.lower() == "unexpected":
        return
    try:
        parse_supervisor_boolean(text)
    except InvalidValue:
        raise InvalidValue(f"invalid 'autorestart' value {quoted(text)}") from None


def _backlog(text: str) -> None:
    if not 1 <= parse_supervisor_integer(text) <= 65535:
        raise InvalidValue(f"Invalid socket_backlog value {text}")


def _fastcgi_socket(text: str) -> None:
    # An empty one counts as missing.
    if text:
        supervisor_fastcgi(text)


_CONVERTERS: Mapping[str, Callable[[str], object]] = {
    "boolean": parse_supervisor_boolean,
    "integer": parse_supervisor_integer,
    "bytes": parse_supervisor_bytes,
    "octal": parse_supervisor_octal,
    "exit-codes": parse_supervisor_exit_codes,
    "signal": parse_supervisor_signal,
    "loglevel": _log_level,
    "autorestart": _autorestart,
    "backlog": _backlog,
    "address": supervisor_inet,
    "socket": _fastcgi_socket,
}
