"""Checks of settings that hold names: users, units, sockets, streams, credentials, commands and variables."""

from deploylint.pattern import pattern
from deploylint.values.address import ipv6, is_ipv4
from deploylint.values.environment import is_assignment, is_variable_name, parse_environment
from deploylint.values.errors import InvalidValue, quoted
from deploylint.values.exec_line import parse_exec_line
from deploylint.values.integers import INT32_MAX, parse_systemd_integer, parse_systemd_unsigned
from deploylint.values.listen import systemd_stream
from deploylint.values.paths import is_file_name, parse_absolute_path
from deploylint.values.specifiers import check_specifiers
from deploylint.values.systemd_scalars import parse_base64
from deploylint.values.systemd_setting import (
    Checker,
    Setting,
    Shifted,
    check_resolved,
    check_word,
    one_of,
    or_empty,
    plain,
    quoted_words,
    resolved,
)
from deploylint.values.systemd_words import Escapes, split_blanks
from deploylint.values.unit_names import parse_unit_name
from deploylint.values.users import parse_user

_INPUTS = frozenset({"null", "tty", "tty-force", "tty-fail", "socket", "fd", "data", "file"})
_OUTPUTS = frozenset({
    "inherit", "null", "tty", "syslog", "syslog+console", "kmsg", "kmsg+console", "journal", "journal+console",
    "socket", "fd", "file", "append", "truncate",
})  # fmt: skip
_NETLINK_FAMILIES = frozenset({
    "route", "firewall", "inet-diag", "nflog", "xfrm", "selinux", "iscsi", "audit", "fib-lookup", "connector",
    "netfilter", "ip6-fw", "dnrtmsg", "kobject-uevent", "generic", "scsitransport", "ecryptfs", "rdma",
})  # fmt: skip
_BUS_NAME = pattern(r"(?:[A-Za-z_\-][A-Za-z0-9_\-]*+)(?:\.[A-Za-z_\-][A-Za-z0-9_\-]*+)++\Z")
_UNIQUE_BUS_NAME = pattern(r":[A-Za-z0-9_\-]++(?:\.[A-Za-z0-9_\-]++)++\Z")
_INTERFACE = pattern(r"[!-$&-.0-9;-~]{1,15}\Z")
_ESCAPE = pattern(
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[abfnrtv\\\"'s]|(?P<unknown>(?s:.)?))"
)
_INSTANCE = pattern(r"[A-Za-z0-9:\-_.\\@]++\Z")
_SOCKET_BIND = pattern(
    r"(?:(?P<family>ipv[46]):)?(?:(?P<protocol>tcp|udp):)?(?:(?P<low>[^:-]*+)(?:-(?P<high>[^:-]*+))?|any)\Z"
)
_JOURNAL_FIELD = pattern(r"[A-Z][A-Z0-9_]{0,63}\Z")


def parse_interface_name(text: str) -> None:
    """A network interface as the kernel would name it, not its number (systemd, `ifname_valid`)."""
    if not _INTERFACE.match(text) or text in {".", "..", "all", "default"} or _is_index(text):
        raise InvalidValue(f"{quoted(text)} is not a network interface")


def _is_index(text: str) -> bool:
    """Digits only, or a positive number in any base: such a name could be taken for the interface's number."""
    if text.isascii() and text.isdigit():
        return True
    try:
        parse_systemd_integer(text, 1, INT32_MAX)
    except InvalidValue:
        return False
    return True


def parse_fd_name(text: str) -> None:
    """The name of a file descriptor: printable ASCII without `:` (systemd, `fdname_is_valid`)."""
    if len(text) > 255 or ":" in text or not text.isascii() or not (text.isprintable() or not text):
        raise InvalidValue(f"{quoted(text)} is not a file descriptor name")


def parse_credential_name(text: str) -> None:
    """A name that is fit for a file and for a descriptor (systemd, `credential_name_valid`)."""
    parse_fd_name(text)
    if not is_file_name(text):
        raise InvalidValue(f"{quoted(text)} is not a credential name")


def parse_c_escaped(text: str) -> None:
    """A text in which every backslash starts a known escape (systemd, `cunescape`)."""
    for match in _ESCAPE.finditer(text):
        if match["unknown"] is not None:
            raise InvalidValue("unknown escape sequence", match.start())


def _unit_name(setting: Setting, types: tuple[str, ...] = (), *, template: bool = True) -> None:
    def parse(text: str) -> None:
        name = parse_unit_name(text)
        if types and name.type not in types:
            raise InvalidValue(f"{quoted(text)} is not a {types[0]} unit")
        if name.is_template and not template:
            raise InvalidValue(f"{quoted(text)} is a template without an instance")

    check_resolved(setting.value, parse, setting, in_unit_name=True)


def _slice(setting: Setting) -> None:
    _unit_name(setting, ("slice",), template=False)


def _socket_service(setting: Setting) -> None:
    _unit_name(setting, ("service",), template=False)


def _unit_list(setting: Setting) -> None:
    for word in split_blanks(setting.value):
        check_word(word, parse_unit_name, setting, in_unit_name=True)


def _sockets(setting: Setting) -> None:
    def parse(text: str) -> None:
        if parse_unit_name(text).type != "socket":
            raise InvalidValue(f"{quoted(text)} is not a socket unit")

    for word in split_blanks(setting.value):
        check_word(word, parse, setting, in_unit_name=True)


def _user_list(setting: Setting) -> None:
    for word in split_blanks(setting.value):
        check_word(word, parse_user, setting)


def _bus_name(text: str) -> None:
    if len(text) > 255 or not (_BUS_NAME.match(text) or _UNIQUE_BUS_NAME.match(text)):
        raise InvalidValue(f"{quoted(text)} is not a bus name")


def _log_namespace(text: str) -> None:
    if not _INSTANCE.match(text) or not is_file_name(text):
        raise InvalidValue(f"{quoted(text)} is not a log namespace")


def _stream(setting: Setting, names: frozenset[str], path_prefixes: tuple[str, ...]) -> None:
    value = setting.value
    kind, colon, rest = value.partition(":")
    if colon and kind == "fd":
        with Shifted(3):
            check_resolved(rest, parse_fd_name, setting)
    elif colon and kind in path_prefixes:
        with Shifted(len(kind) + 1):
            check_resolved(rest, parse_absolute_path, setting)
    else:
        one_of(names, value)


def _exec_input(setting: Setting) -> None:
    _stream(setting, _INPUTS, ("file",))


# The release that brought each form (NEWS of systemd).
_OUTPUT_FILES_SINCE = {"file": 236, "append": 240, "truncate": 248}


def _exec_output(setting: Setting) -> None:
    prefix, colon, _ = setting.value.partition(":")
    since = _OUTPUT_FILES_SINCE.get(prefix) if colon else None
    if since is not None and since > setting.version:
        raise InvalidValue(f"{prefix}: is known since systemd {since}, not to {setting.version}")
    _stream(setting, _OUTPUTS, tuple(_OUTPUT_FILES_SINCE))


def _exec_input_text(setting: Setting) -> None:
    parse_c_escaped(setting.value)
    check_specifiers(setting.value, version=setting.version)


def _interface(text: str) -> None:
    if text != "*":
        parse_interface_name(text)


def _interfaces(setting: Setting) -> None:
    for word in quoted_words(setting.value.removeprefix("~")):
        parse_interface_name(word.text)


def _load_credential(setting: Setting) -> None:
    name, colon, source = setting.value.partition(":")
    check_resolved(name, parse_credential_name, setting)

    def parse_source(text: str) -> None:
        if not text.startswith("/"):
            parse_credential_name(text)
        elif parse_absolute_path(text) != (text.rstrip("/") or "/"):
            raise InvalidValue(f"{quoted(text)} is not a normalised path")

    if colon and source:
        with Shifted(len(name) + 1):
            check_resolved(source, parse_source, setting)


def _set_credential(setting: Setting) -> None:
    name, _, data = setting.value.partition(":")
    if not data:
        raise InvalidValue("a credential needs a name, a colon and its data")
    check_resolved(name, parse_credential_name, setting)
    parse = parse_base64 if setting.directive.endswith("Encrypted") else parse_c_escaped
    with Shifted(len(name) + 1):
        parse(data)


def _exec(setting: Setting) -> None:
    for problem in parse_exec_line(setting.value, version=setting.version).problems:
        raise InvalidValue(problem.message, problem.start)


def _environment(setting: Setting) -> None:
    for problem in parse_environment(setting.value, version=setting.version).problems:
        raise InvalidValue(problem.message, problem.start)


def _pass_environment(setting: Setting) -> None:
    def parse(text: str) -> None:
        if not is_variable_name(text):
            raise InvalidValue(f"{quoted(text)} is not a variable name")

    for word in quoted_words(setting.value):
        check_word(word, parse, setting)


def _unset_environment(setting: Setting) -> None:
    def parse(text: str) -> None:
        if not is_variable_name(text) and not is_assignment(text):
            raise InvalidValue(f"{quoted(text)} is neither a variable name nor an assignment")

    for word in quoted_words(setting.value, Escapes.C):
        check_word(word, parse, setting)


def _log_extra_fields(setting: Setting) -> None:
    def parse(text: str) -> None:
        name, equals, _ = text.partition("=")
        if not equals or not _JOURNAL_FIELD.match(name):
            raise InvalidValue(f"{quoted(text)} is not a journal field with a value")

    for word in quoted_words(setting.value, Escapes.C):
        check_word(word, parse, setting)


def _socket_listen(setting: Setting) -> None:
    parse = {
        "ListenStream": systemd_stream,
        "ListenDatagram": systemd_stream,
        "ListenSequentialPacket": _sequential_packet,
        "ListenNetlink": _netlink,
    }.get(setting.directive, parse_absolute_path)
    check_resolved(setting.value, parse, setting)


def _sequential_packet(text: str) -> None:
    if not text.startswith(("/", "@")):
        raise InvalidValue(f"{quoted(text)} is not a Unix socket: only those carry sequential packets")
    systemd_stream(text)


def _netlink(text: str) -> None:
    """`route 5`: a family by name or number, and a group."""
    family, _, group = text.partition(" ")
    if group:
        parse_systemd_unsigned(group)
    if family not in _NETLINK_FAMILIES:
        parse_systemd_integer(family, 0, INT32_MAX)


def _socket_bind_rule(text: str) -> None:
    match = _SOCKET_BIND.match(text)
    if match is None:
        raise InvalidValue(f"{quoted(text)} is not a rule of the form family:protocol:ports")
    low, high = match["low"], match["high"]
    if low is None or (low in {"ipv4", "ipv6", "tcp", "udp", "any"} and high is None):
        return
    first = parse_systemd_integer(low, 1, 65_535)
    if high is not None:
        parse_systemd_integer(high, first, 65_535)


def _address_prefixes(setting: Setting) -> None:
    for word in split_blanks(setting.value):
        if word.text in {"any", "localhost", "link-local", "multicast"}:
            continue
        host, slash, length = word.text.partition("/")
        bits = 32 if is_ipv4(host) else 128 if ipv6(host) else 0
        if not bits:
            raise InvalidValue(f"{quoted(word.text)} is not an address prefix", word.start)
        if slash:
            with Shifted(word.start + len(host) + 1):
                parse_systemd_unsigned(length, bits)


_CHECKERS: dict[str, Checker] = {
    "config_parse_user_group_compat": resolved(parse_user),
    "config_parse_user_group_strv_compat": _user_list,
    "config_parse_unit_slice": _slice,
    "config_parse_socket_service": _socket_service,
    "config_parse_trigger_unit": _unit_name,
    "config_parse_unit_deps": _unit_list,
    "config_parse_obsolete_unit_deps": _unit_list,
    "config_parse_service_sockets": _sockets,
    "config_parse_bus_name": resolved(_bus_name),
    "config_parse_fdname": resolved(parse_fd_name),
    "config_parse_log_namespace": resolved(_log_namespace),
    "config_parse_exec_input": _exec_input,
    "config_parse_exec_output": _exec_output,
    "config_parse_exec_input_text": _exec_input_text,
    "config_parse_socket_bindtodevice": plain(_interface),
    "config_parse_restrict_network_interfaces": _interfaces,
    "config_parse_load_credential": _load_credential,
    "config_parse_set_credential": _set_credential,
    "config_parse_exec": _exec,
    "config_parse_environ": _environment,
    "config_parse_pass_environ": _pass_environment,
    "config_parse_unset_environ": _unset_environment,
    "config_parse_log_extra_fields": _log_extra_fields,
    "config_parse_socket_listen": _socket_listen,
    "config_parse_cgroup_socket_bind": plain(_socket_bind_rule),
    "config_parse_in_addr_prefixes": _address_prefixes,
}
# systemd refuses an empty value for these; everywhere else it resets the setting.
_NEVER_EMPTY = frozenset({
    "config_parse_unit_slice", "config_parse_socket_service", "config_parse_trigger_unit", "config_parse_bus_name",
    "config_parse_exec_input", "config_parse_exec_output",
})  # fmt: skip
NAMES: dict[str, Checker] = {
    name: checker if name in _NEVER_EMPTY else or_empty(checker) for name, checker in _CHECKERS.items()
}
