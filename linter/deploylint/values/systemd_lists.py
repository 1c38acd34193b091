"""Checks of settings that hold lists: paths, directories, devices, processors, filters."""

from collections.abc import Callable

from deploylint.pattern import pattern
from deploylint.values.booleans import parse_systemd_boolean
from deploylint.values.durations import parse_systemd_time_span
from deploylint.values.errors import InvalidValue, quoted
from deploylint.values.exit_status import parse_exit_status_or_signal
from deploylint.values.integers import UINT32_MAX, parse_systemd_integer, parse_systemd_unsigned, parse_weight
from deploylint.values.paths import parse_absolute_path, parse_relative_path
from deploylint.values.sizes import parse_systemd_size
from deploylint.values.systemd_scalars import parse_loose_path
from deploylint.values.systemd_setting import (
    Checker,
    Parse,
    Setting,
    Shifted,
    check_resolved,
    check_word,
    one_of,
    or_empty,
    quoted_words,
    strict_words,
)
from deploylint.values.systemd_words import Escapes, Word, split_blanks, split_quoted

_CONTROLLERS = frozenset({
    "cpu", "cpuacct", "cpuset", "io", "blkio", "memory", "devices", "pids", "bpf-firewall", "bpf-devices",
    "bpf-foreign", "bpf-socket-bind", "bpf-restrict-network-interfaces", "bpf-bind-network-interface",
})  # fmt: skip
_NAMESPACES = frozenset({"cgroup", "ipc", "net", "mnt", "pid", "user", "uts", "time"})
_COREDUMP = frozenset({
    "all", "default", "private-anonymous", "shared-anonymous", "private-file-backed", "shared-file-backed",
    "elf-headers", "private-huge", "shared-huge", "private-dax", "shared-dax",
})  # fmt: skip
_BPF_PROGRAMS = frozenset({
    "ingress", "egress", "sock_create", "sock_ops", "device", "bind4", "bind6", "connect4", "connect6", "post_bind4",
    "post_bind6", "sendmsg4", "sendmsg6", "sysctl", "recvmsg4", "recvmsg6", "getsockopt", "setsockopt",
})  # fmt: skip
_PARTITIONS = frozenset({
    "root", "root-secondary", "root-other", "usr", "usr-secondary", "usr-other", "home", "srv", "esp", "xbootldr",
    "swap", "root-verity", "root-secondary-verity", "usr-verity", "usr-secondary-verity", "root-verity-sig",
    "usr-verity-sig", "tmp", "var",
})  # fmt: skip
_URL = pattern(r"(?:https?://|file:/|info:|man:)[!-~]++\Z")
_HEX = pattern(r"\+?(?:0[xX])?[0-9a-fA-F]{1,16}\Z")
_CPU_SEPARATOR = pattern(r"[ \t\n\r,]++")
_LAST_CPU = 8_191
_BLANKS = " \t\n\r"


def words_of(parse: Parse) -> Checker:
    """Quoted words, each after its specifiers are resolved."""

    def checker(setting: Setting) -> None:
        for word in quoted_words(setting.value):
            check_word(word, parse, setting)

    return checker


_ESCAPED_FIELDS = pattern(
    r"""(?:[^\\]|\\(?:[abfnrtvs\\"':]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}))*+"""
)


def _marked_path(text: str) -> None:
    parse_absolute_path(text.removeprefix("-").removeprefix("+"))


def _temporary_file_systems(setting: Setting) -> None:
    for word in quoted_words(setting.value):
        path = word.text.partition(":")[0]
        check_word(Word(path, word.start, word.end), parse_absolute_path, setting)


def _bind_paths(setting: Setting) -> None:
    for word in quoted_words(setting.value):
        source, *rest = word.text.split(":", 2)
        check_word(Word(source.removeprefix("-"), word.start, word.end), parse_absolute_path, setting)
        if rest:
            check_word(Word(rest[0], word.start, word.end), parse_absolute_path, setting)
        if len(rest) > 1 and rest[1] not in {"", "rbind", "norbind", "idmap", "noidmap"}:
            raise InvalidValue(f"{quoted(rest[1])} is no option of a bind mount", word.start)


def _directories(setting: Setting) -> None:
    for word in strict_words(split_quoted(setting.value)):
        _known_escapes(word)
        source, destination, *_ = [*_fields(word), "", ""]
        check_word(Word(source, word.start, word.end), _private_directory, setting)
        if destination:
            if setting.directive == "ConfigurationDirectory":
                raise InvalidValue("ConfigurationDirectory= takes no destination", word.start)
            check_word(Word(destination, word.start, word.end), parse_relative_path, setting)


def _known_escapes(word: Word) -> None:
    r"""The word is taken apart at colons a second time, with the escapes of C and `\:` (`config_parse_exec_directories`)."""
    if "\\" in word.text and not _ESCAPED_FIELDS.fullmatch(word.text):
        raise InvalidValue("unknown escape sequence", word.start)


def _private_directory(text: str) -> None:
    if parse_relative_path(text).split("/")[0] == "private":
        raise InvalidValue("the path can't be 'private'")


def _mount_images(setting: Setting) -> None:
    for word in strict_words(split_quoted(setting.value)):
        source, destination, *options = [*_fields(word), "", ""]
        check_word(Word(source.removeprefix("-"), word.start, word.end), parse_absolute_path, setting)
        if not destination:
            raise InvalidValue("the destination is missing", word.start)
        check_word(Word(destination, word.start, word.end), parse_absolute_path, setting)
        _mount_options([field for field in options if field], word.start)


def _fields(word: Word) -> list[str]:
    """The parts between colons; several colons count as one (systemd, `extract_many_words`)."""
    return [field for field in word.text.split(":") if field]


def _mount_options(fields: list[str], offset: int) -> None:
    """`options`, or `partition:options` in pairs."""
    for partition in fields[: max(len(fields) - 1, 0) : 2]:
        if partition not in _PARTITIONS:
            raise InvalidValue(f"{quoted(partition)} is not a partition name", offset)


def _extension_images(setting: Setting) -> None:
    for word in strict_words(split_quoted(setting.value)):
        path, *options = _fields(word) or [""]
        check_word(Word(path.removeprefix("-"), word.start, word.end), parse_absolute_path, setting)
        _mount_options(options, word.start)


def _root_image_options(setting: Setting) -> None:
    for word in quoted_words(setting.value, Escapes.C):
        partition, options, *_ = [*_fields(word), "", ""]
        if options and partition not in _PARTITIONS:
            raise InvalidValue(f"{quoted(partition)} is not a partition name", word.start)
        check_word(word, str, setting)


def _search_path(setting: Setting) -> None:
    offset = 0
    for part in setting.value.split(":"):
        with Shifted(offset):
            check_resolved(part, parse_absolute_path, setting)
        offset += len(part) + 1


def _documentation(setting: Setting) -> None:
    def parse(text: str) -> None:
        if text and not _URL.match(text):
            raise InvalidValue(f"{quoted(text)} is not a URL: it begins with http, https, file, info or man")

    for word in strict_words(split_quoted(setting.value)):
        check_word(word, parse, setting)


def _exit_statuses(setting: Setting) -> None:
    for word in split_blanks(setting.value):
        with Shifted(word.start):
            parse_exit_status_or_signal(word.text)


def parse_cpu_set(text: str) -> None:
    """Numbers and ranges between blanks and commas (systemd, `parse_cpu_set_full`)."""
    for word in quoted_words(_CPU_SEPARATOR.sub(" ", text)):
        low, dash, high = word.text.partition("-")
        numbers = [parse_systemd_unsigned(low), parse_systemd_unsigned(high) if dash else 0]
        # The highest unsigned number wraps around and passes.
        if any(_LAST_CPU < number < UINT32_MAX for number in numbers):
            raise InvalidValue(
                f"{quoted(word.text)} is out of range: processors count from 0 to {_LAST_CPU}", word.start
            )


def _cpu_set(setting: Setting) -> None:
    check_resolved(setting.value, parse_cpu_set, setting)


def _cpu_affinity(setting: Setting) -> None:
    if setting.value != "numa":
        _cpu_set(setting)


def _numa_mask(setting: Setting) -> None:
    if setting.value != "all":
        parse_cpu_set(setting.value)


def _device_value(parse: Callable[[str], object]) -> Checker:
    """A device and, behind a blank, a value: `/dev/sda 1M`."""

    def checker(setting: Setting) -> None:
        words = quoted_words(setting.value)
        rest = setting.value[words[0].end :].lstrip(_BLANKS) if words else ""
        if not words or not rest:
            raise InvalidValue("a device and a value are needed")
        check_word(words[0], parse_loose_path, setting)
        with Shifted(len(setting.value) - len(rest)):
            parse(rest)

    return checker


def _bandwidth(text: str) -> None:
    if text != "infinity" and parse_systemd_size(text, 1000) == 0:
        raise InvalidValue("a bandwidth of 0 is invalid")


def _device_allow(setting: Setting) -> None:
    words = quoted_words(setting.value)
    if not words:
        raise InvalidValue("a device is needed")
    rights = setting.value[words[0].end :].lstrip(_BLANKS)

    def parse(text: str) -> None:
        if text.startswith(("block-", "char-")):
            return
        parse_loose_path(text)
        if not text.startswith(("/dev/", "/run/systemd/inaccessible/")):
            raise InvalidValue(f"{quoted(text)} is not a device node")

    check_word(words[0], parse, setting)
    if rights.strip("rwm"):
        raise InvalidValue(
            f"{quoted(rights)} are no device rights: use r, w and m", len(setting.value) - len(rights)
        )


def _listed(names: frozenset[str], setting: Setting, *, boolean: bool) -> None:
    """A list of names, or a boolean where that is allowed."""
    if boolean:
        try:
            parse_systemd_boolean(setting.value)
        except InvalidValue:
            pass
        else:
            return
    for word in quoted_words(setting.value):
        with Shifted(word.start):
            one_of(names, word.text)


def _delegate(setting: Setting) -> None:
    _listed(_CONTROLLERS, setting, boolean=True)


def _controllers(setting: Setting) -> None:
    _listed(_CONTROLLERS, setting, boolean=False)


def _namespaces(setting: Setting) -> None:
    inner = setting.value.removeprefix("~")
    _listed(
        _NAMESPACES,
        Setting(inner, setting.directive, setting.words, setting.version),
        boolean=inner == setting.value,
    )


def _coredump_filter(setting: Setting) -> None:
    for word in quoted_words(setting.value):
        if word.text not in _COREDUMP and not _HEX.match(word.text):
            raise InvalidValue(f"{quoted(word.text)} is not a kind of memory", word.start)


def _architectures(setting: Setting) -> None:
    for word in split_blanks(setting.value):
        if word.text != "native":
            with Shifted(word.start):
                one_of(setting.words, word.text)


def _address_families(setting: Setting) -> None:
    if setting.value == "none":
        return
    for word in quoted_words(setting.value.removeprefix("~")):
        if not word.text.upper().startswith("AF_"):
            raise InvalidValue(f"{quoted(word.text)} is not an address family", word.start)
        with Shifted(word.start):
            one_of(setting.words, word.text.upper())


def _system_calls(setting: Setting) -> None:
    inverted = setting.value.startswith("~")
    offset = 1 if inverted else 0
    for word in split_blanks(setting.value[offset:]):
        start = word.start + offset
        # SystemCallLog= takes no error numbers, so that the colon belongs to the name.
        takes_error = setting.directive != "SystemCallLog"
        name, colon, error = word.text.partition(":") if takes_error else (word.text, "", "")
        if colon and not inverted:
            raise InvalidValue("allow-listed system calls cannot take an error number", start)
        if colon and error != "kill":
            with Shifted(start + len(name) + 1):
                parse_error_number(error, 0)
        with Shifted(start):
            one_of(setting.words, name)


def parse_error_number(text: str, lowest: int) -> None:
    """An error by name or number (systemd, `parse_errno`)."""
    import errno  # noqa: PLC0415 (rarely needed)

    if text not in errno.errorcode.values():
        parse_systemd_integer(text, lowest, 4_095)


def _system_call_error(setting: Setting) -> None:
    if setting.value != "kill":
        parse_error_number(setting.value, 1)


def _file_systems(setting: Setting) -> None:
    for word in quoted_words(setting.value.removeprefix("~")):
        if word.text.startswith("@"):
            with Shifted(word.start):
                one_of(setting.words, word.text)


def _bpf_program(setting: Setting) -> None:
    kind, _, path = setting.value.partition(":")
    if kind not in _BPF_PROGRAMS or not path:
        raise InvalidValue("a kind of program and a path are needed, as in egress:/sys/fs/bpf/program")
    with Shifted(len(kind) + 1):
        check_resolved(path, parse_absolute_path, setting)


def _socket_protocol(setting: Setting) -> None:
    one_of(frozenset({"udplite", "sctp", "mptcp"}), setting.value)


_CHECKERS: dict[str, Checker] = {
    "config_parse_namespace_path_strv": words_of(_marked_path),
    "config_parse_unit_path_strv_printf": words_of(parse_absolute_path),
    "config_parse_unit_mounts_for": words_of(parse_absolute_path),
    "config_parse_unit_requires_mounts_for": words_of(parse_absolute_path),
    "config_parse_temporary_filesystems": _temporary_file_systems,
    "config_parse_bind_paths": _bind_paths,
    "config_parse_exec_directories": _directories,
    "config_parse_mount_images": _mount_images,
    "config_parse_extension_images": _extension_images,
    "config_parse_root_image_options": _root_image_options,
    "config_parse_colon_separated_paths": _search_path,
    "config_parse_documentation": _documentation,
    "config_parse_set_status": _exit_statuses,
    "config_parse_unit_cpu_set": _cpu_set,
    "config_parse_allowed_cpuset": _cpu_set,
    "config_parse_exec_cpu_affinity": _cpu_affinity,
    "config_parse_numa_mask": _numa_mask,
    "config_parse_io_limit": _device_value(_bandwidth),
    "config_parse_blockio_bandwidth": _device_value(_bandwidth),
    "config_parse_io_device_weight": _device_value(lambda text: parse_weight(text, 1, 10_000)),
    "config_parse_blockio_device_weight": _device_value(lambda text: parse_weight(text, 10, 1_000)),
    "config_parse_io_device_latency": _device_value(parse_systemd_time_span),
    "config_parse_device_allow": _device_allow,
    "config_parse_delegate": _delegate,
    "config_parse_disable_controllers": _controllers,
    "config_parse_namespace_flags": _namespaces,
    "config_parse_restrict_namespaces": _namespaces,
    "config_parse_exec_coredump_filter": _coredump_filter,
    "config_parse_syscall_archs": _architectures,
    "config_parse_address_families": _address_families,
    "config_parse_syscall_filter": _system_calls,
    "config_parse_syscall_log": _system_calls,
    "config_parse_syscall_errno": _system_call_error,
    "config_parse_restrict_filesystems": _file_systems,
    "config_parse_bpf_foreign_program": _bpf_program,
    "config_parse_socket_protocol": _socket_protocol,
}
LISTS: dict[str, Checker] = {name: or_empty(checker) for name, checker in _CHECKERS.items()}
LISTS["config_parse_socket_protocol"] = _socket_protocol
