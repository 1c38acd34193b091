"""Truth values: every program has its own set of words."""

from deploylint.values.errors import InvalidValue, quoted

_SYSTEMD = {
    **dict.fromkeys(("1", "yes", "y", "true", "t", "on"), True),
    **dict.fromkeys(("0", "no", "n", "false", "f", "off"), False),
}
_SUPERVISOR = {
    **dict.fromkeys(("yes", "true", "on", "1"), True),
    **dict.fromkeys(("no", "false", "off", "0"), False),
}
_NGINX = {"on": True, "off": False}
_UWSGI_OFF = frozenset({"false", "off", "no", "0"})


def parse_systemd_boolean(text: str) -> bool:
    """`1 yes y true t on` or `0 no n false f off`, in any case (systemd, `parse_boolean`)."""
    try:
        return _SYSTEMD[_lower_ascii(text)]
    except KeyError:
        raise InvalidValue(f"{quoted(text)} is not a boolean: use yes or no") from None


def parse_systemd_tristate(text: str) -> bool | None:
    """A boolean, or nothing at all for "undecided" (systemd, `config_parse_tristate`)."""
    return parse_systemd_boolean(text) if text else None


def parse_supervisor_boolean(text: str) -> bool:
    """`yes true on 1` or `no false off 0`, in any case; nothing shorter (supervisor, `datatypes.boolean`)."""
    try:
        return _SUPERVISOR[text.lower()]
    except KeyError:
        raise InvalidValue(f"not a valid boolean value: {text!r}") from None


def parse_nginx_flag(text: str) -> bool:
    """`on` or `off`, in any case (nginx, `ngx_conf_set_flag_slot`)."""
    try:
        return _NGINX[_lower_ascii(text)]
    except KeyError:
        raise InvalidValue(f'invalid value {quoted(text)}, it must be "on" or "off"') from None


def parse_uwsgi_boolean(text: str) -> bool:
    """Everything but `false off no 0` turns an option on, a typing error too (uWSGI, `uwsgi_opt_true`).

    Never raises: uWSGI has no invalid boolean.
    """
    return _lower_ascii(text) not in _UWSGI_OFF


def _lower_ascii(text: str) -> str:
    """Lower case as C's `strcasecmp` sees it: `str.lower` would also fold letters outside ASCII."""
    return text.lower() if text.isascii() else text
