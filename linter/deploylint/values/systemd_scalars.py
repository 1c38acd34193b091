"""Checks of settings with one value: booleans, numbers, times, sizes, enumerations, paths."""

from collections.abc import Callable

from deploylint.pattern import pattern
from deploylint.values.booleans import parse_systemd_boolean, parse_systemd_tristate
from deploylint.values.durations import parse_systemd_nanoseconds, parse_systemd_time_span
from deploylint.values.errors import InvalidValue, quoted
from deploylint.values.integers import (
    INT32_MAX,
    UINT32_MAX,
    UINT64_MAX,
    parse_mode,
    parse_permyriad,
    parse_systemd_integer,
    parse_systemd_unsigned,
    parse_weight,
)
from deploylint.values.paths import parse_absolute_path, simplified
from deploylint.values.sizes import parse_memory_limit, parse_systemd_size
from deploylint.values.specifiers import check_specifiers
from deploylint.values.systemd_setting import (
    Checker,
    Setting,
    Shifted,
    anything,
    check_resolved,
    one_of,
    or_empty,
    plain,
    resolved,
)

_MAY_BE_ZERO = frozenset(
    {"MemorySwapMax", "MemoryZSwapMax", "MemoryLow", "MemoryMin", "DefaultMemoryLow", "DefaultMemoryMin"}
)
_HEX = pattern(r"(?:[0-9a-fA-F]{2}){16,}\Z")
_BASE64 = pattern(r"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?+\Z")
_BLANKS = str.maketrans("", "", " \t\n\r")
# A time of every day, and the words for it: the commonest calendar events, right without a look at the grammar.
_DAILY = pattern(r"\*-\*-\* (?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?\Z")
_REGULARLY = frozenset(
    {"minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "annually"}
)


def enumeration(setting: Setting) -> None:
    one_of(setting.words, setting.value)


def boolean_or_word(setting: Setting) -> None:
    try:
        parse_systemd_boolean(setting.value)
    except InvalidValue:
        one_of(setting.words, setting.value)


def word_or_number(maximum: int) -> Checker:
    """An enumeration that also takes the number behind the name."""

    def checker(setting: Setting) -> None:
        try:
            parse_systemd_unsigned(setting.value, maximum)
        except InvalidValue:
            one_of(setting.words, setting.value)

    return checker


def integer(minimum: int, maximum: int) -> Checker:
    return plain(lambda text: parse_systemd_integer(text, minimum, maximum))


def _memory_limit(setting: Setting) -> None:
    if parse_memory_limit(setting.value) == 0 and setting.directive not in _MAY_BE_ZERO:
        raise InvalidValue("a memory limit of 0 is out of range")


def _tasks_max(setting: Setting) -> None:
    if setting.value in {"", "infinity"}:
        return
    if setting.value[-1] in "%‰‱":
        parse_permyriad(setting.value)
    else:
        parse_systemd_integer(setting.value, 1, UINT64_MAX - 1)


def _cpu_quota(text: str) -> None:
    if parse_permyriad(text, None) == 0:
        raise InvalidValue("a CPU quota of 0 is out of range")


def _cpu_weight(text: str) -> None:
    if text != "idle":
        parse_weight(text, 1, 10_000)


def _rlimit(setting: Setting) -> None:
    from deploylint.values.resource_limits import parse_resource_limit  # noqa: PLC0415  few units set limits

    parse_resource_limit(setting.directive.removeprefix("Limit"), setting.value)


def _timer(setting: Setting) -> None:
    parse: Callable[[str], object] = parse_systemd_time_span
    if setting.directive == "OnCalendar":
        if setting.value in _REGULARLY or _DAILY.match(setting.value):
            return
        from deploylint.values.calendar_events import parse_calendar_event  # noqa: PLC0415  only timers have it

        parse = parse_calendar_event
    check_resolved(setting.value, parse, setting)


def _signal(setting: Setting) -> None:
    from deploylint.values.signals import parse_systemd_signal  # noqa: PLC0415  few units name one

    parse_systemd_signal(setting.value)


def _working_directory(setting: Setting) -> None:
    path = setting.value.removeprefix("-")
    if path != "~":
        with Shifted(len(setting.value) - len(path)):
            check_resolved(path, parse_absolute_path, setting)


def _optional_path(setting: Setting) -> None:
    def parse(text: str) -> None:
        parse_absolute_path(text.removeprefix("-"))

    check_resolved(setting.value, parse, setting)


def _pid_file(text: str) -> None:
    """A relative path is taken below /run."""
    with Shifted(0 if text.startswith("/") else -len("/run/")):
        parse_absolute_path(text if text.startswith("/") else "/run/" + text)


def _string(setting: Setting) -> None:
    check_specifiers(setting.value, version=setting.version)


def _reboot_argument(setting: Setting) -> None:
    check_specifiers(setting.value, version=setting.version)
    if not setting.value.isascii():
        raise InvalidValue(f"{quoted(setting.value)} is not a reboot argument: only ASCII is allowed")


def _condition(setting: Setting) -> str:
    return setting.value.removeprefix("|").removeprefix("!")


def _condition_path(setting: Setting) -> None:
    path = _condition(setting)
    with Shifted(len(setting.value) - len(path)):
        check_resolved(path, parse_absolute_path, setting)


def _root_hash(text: str) -> None:
    if not text.startswith("/") and not _HEX.match(text):
        raise InvalidValue("neither an absolute path nor a hash in hexadecimal digits")


def _root_hash_signature(text: str) -> None:
    if text.startswith("base64:"):
        parse_base64(text.removeprefix("base64:"))
    elif not text.startswith("/"):
        raise InvalidValue("neither an absolute path nor base64: data")


def parse_base64(text: str) -> None:
    """Base64 with blanks anywhere (systemd, `unbase64mem`)."""
    compact = text.translate(_BLANKS)
    if not compact or not _BASE64.match(compact):
        raise InvalidValue("not valid Base64 data")


def parse_loose_path(text: str) -> None:
    """A path that may be relative, without `..`."""
    if not text or ".." in simplified(text).split("/"):
        raise InvalidValue(f"{quoted(text)} is not a normalised path")


_TIME = plain(parse_systemd_time_span)
_PATH = or_empty(resolved(parse_absolute_path))
_WORD_OR_EMPTY = or_empty(enumeration)

SCALARS: dict[str, Checker] = {
    "config_parse_bool": plain(parse_systemd_boolean),
    "config_parse_job_mode_isolate": plain(parse_systemd_boolean),
    "config_parse_tristate": plain(parse_systemd_tristate),
    "config_parse_exec_mount_apivfs": plain(parse_systemd_tristate),
    "config_parse_int": integer(-INT32_MAX - 1, INT32_MAX),
    "config_parse_long": integer(-(2**63), 2**63 - 1),
    "config_parse_unsigned": integer(0, UINT32_MAX),
    "config_parse_tty_size": or_empty(integer(0, UINT32_MAX)),
    "config_parse_swap_priority": or_empty(integer(-1, 32_767)),
    "config_parse_exit_status": or_empty(integer(0, 255)),
    "config_parse_exec_nice": or_empty(integer(-20, 19)),
    "config_parse_exec_oom_score_adjust": or_empty(integer(-1000, 1000)),
    "config_parse_exec_io_priority": or_empty(integer(0, 7)),
    "config_parse_exec_cpu_sched_prio": integer(0, 99),
    "config_parse_mode": plain(parse_mode),
    "config_parse_signal": _signal,
    "config_parse_cpu_shares": or_empty(integer(2, 262_144)),
    "config_parse_blockio_weight": or_empty(integer(10, 1_000)),
    "config_parse_cg_weight": or_empty(integer(1, 10_000)),
    "config_parse_cg_cpu_weight": or_empty(plain(_cpu_weight)),
    "config_parse_cpu_quota": or_empty(plain(_cpu_quota)),
    "config_parse_managed_oom_mem_pressure_limit": or_empty(plain(parse_permyriad)),
    "config_parse_memory_limit": _memory_limit,
    "config_parse_tasks_max": _tasks_max,
    "config_parse_rlimit": _rlimit,
    "config_parse_iec_size": plain(parse_systemd_size),
    "config_parse_sec": _TIME,
    "config_parse_sec_fix_0": _TIME,
    "config_parse_service_timeout": _TIME,
    "config_parse_job_timeout_sec": _TIME,
    "config_parse_job_running_timeout_sec": _TIME,
    "config_parse_service_timeout_abort": or_empty(_TIME),
    "config_parse_sec_def_infinity": or_empty(_TIME),
    "config_parse_nsec": plain(parse_systemd_nanoseconds),
    "config_parse_timer": or_empty(_timer),
    "config_parse_unit_path_printf": _PATH,
    "config_parse_path_spec": _PATH,
    "config_parse_ip_filter_bpf_progs": _PATH,
    "config_parse_pid_file": or_empty(resolved(_pid_file)),
    "config_parse_working_directory": or_empty(_working_directory),
    "config_parse_unit_env_file": or_empty(_optional_path),
    "config_parse_unit_condition_path": or_empty(_condition_path),
    "config_parse_unit_condition_string": _string,
    "config_parse_unit_string_printf": _string,
    "config_parse_reboot_parameter": _reboot_argument,
    "config_parse_exec_apparmor_profile": _string,
    "config_parse_exec_selinux_context": _string,
    "config_parse_exec_smack_process_label": _string,
    "config_parse_string": anything,
    "config_parse_exec_secure_bits": anything,
    "config_parse_capability_set": anything,
    "config_parse_exec_root_hash": or_empty(plain(_root_hash)),
    "config_parse_exec_root_hash_sig": or_empty(plain(_root_hash_signature)),
    "config_parse_exec_input_data": or_empty(plain(parse_base64)),
    "config_parse_ip_tos": or_empty(word_or_number(255)),
    "config_parse_log_level": word_or_number(7),
    "config_parse_log_facility": word_or_number(127),
    "config_parse_exec_io_class": or_empty(word_or_number(8)),
    "config_parse_exec_cpu_sched_policy": or_empty(word_or_number(INT32_MAX)),
    **dict.fromkeys(
        (
            "config_parse_collect_mode",
            "config_parse_device_policy",
            "config_parse_emergency_action",
            "config_parse_exec_keyring_mode",
            "config_parse_exec_utmp_mode",
            "config_parse_job_mode",
            "config_parse_managed_oom_preference",
            "config_parse_notify_access",
            "config_parse_oom_policy",
            "config_parse_proc_subset",
            "config_parse_protect_proc",
            "config_parse_service_exit_type",
            "config_parse_service_restart",
            "config_parse_service_restart_mode",
            "config_parse_service_timeout_failure_mode",
            "config_parse_service_type",
        ),
        enumeration,
    ),
    **dict.fromkeys(
        (
            "config_parse_exec_mount_flags",
            "config_parse_exec_mount_propagation_flag",
            "config_parse_kill_mode",
            "config_parse_managed_oom_mode",
            "config_parse_numa_policy",
            "config_parse_personality",
        ),
        _WORD_OR_EMPTY,
    ),
    **dict.fromkeys(
        (
            "config_parse_exec_preserve_mode",
            "config_parse_runtime_preserve_mode",
            "config_parse_private_bpf",
            "config_parse_private_pids",
            "config_parse_private_tmp",
            "config_parse_private_users",
            "config_parse_protect_control_groups",
            "config_parse_protect_home",
            "config_parse_protect_system",
            "config_parse_socket_bind",
            "config_parse_socket_defer_trigger",
            "config_parse_socket_timestamping",
            "config_parse_memory_pressure_watch",
        ),
        boolean_or_word,
    ),
}
