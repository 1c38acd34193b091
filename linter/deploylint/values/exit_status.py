"""Exit statuses of SuccessExitStatus= and its kin: numbers, names and signals."""

from deploylint.values.errors import InvalidValue, quoted
from deploylint.values.integers import parse_systemd_unsigned
from deploylint.values.signals import parse_systemd_signal

# systemd.exec(5), "PROCESS EXIT CODES": libc, LSB, sysexits.h, systemd itself.
_NAMES = {
    "SUCCESS": 0, "FAILURE": 1, "INVALIDARGUMENT": 2, "NOTIMPLEMENTED": 3, "NOPERMISSION": 4, "NOTINSTALLED":
    5, "NOTCONFIGURED": 6, "NOTRUNNING": 7, "USAGE": 64, "DATAERR": 65, "NOINPUT": 66, "NOUSER": 67,
    "NOHOST": 68, "UNAVAILABLE": 69, "SOFTWARE": 70, "OSERR": 71, "OSFILE": 72, "CANTCREAT": 73, "IOERR": 74,
    "TEMPFAIL": 75, "PROTOCOL": 76, "NOPERM": 77, "CONFIG": 78, "CHDIR": 200, "NICE": 201, "FDS": 202,
    "EXEC": 203, "MEMORY": 204, "LIMITS": 205, "OOM_ADJUST": 206, "SIGNAL_MASK": 207, "STDIN": 208, "STDOUT":
    209, "CHROOT": 210, "IOPRIO": 211, "TIMERSLACK": 212, "SECUREBITS": 213, "SETSCHEDULER": 214,
    "CPUAFFINITY": 215, "GROUP": 216, "USER": 217, "CAPABILITIES": 218, "CGROUP": 219, "SETSID": 220,
    "CONFIRM": 221, "STDERR": 222, "PAM": 224, "NETWORK": 225, "NAMESPACE": 226, "NO_NEW_PRIVILEGES": 227,
    "SECCOMP": 228, "SELINUX_CONTEXT": 229, "PERSONALITY": 230, "APPARMOR": 231, "ADDRESS_FAMILIES": 232,
    "RUNTIME_DIRECTORY": 233, "CHOWN": 235, "SMACK_PROCESS_LABEL": 236, "KEYRING": 237, "STATE_DIRECTORY":
    238, "CACHE_DIRECTORY": 239, "LOGS_DIRECTORY": 240, "CONFIGURATION_DIRECTORY": 241, "NUMA_POLICY": 242,
    "CREDENTIALS": 243, "BPF": 244, "EXCEPTION": 255,
}  # fmt: skip


def parse_exit_status(text: str) -> int:
    """A number from 0 to 255 or a name such as TEMPFAIL (systemd, `exit_status_from_string`)."""
    named = _NAMES.get(text)
    return parse_systemd_unsigned(text, 255) if named is None else named


def parse_exit_status_or_signal(text: str) -> tuple[str, int]:
    """One word of SuccessExitStatus=: `("status", 3)` or `("signal", 15)`.

    Numbers are statuses, never signals (systemd, `config_parse_set_status`).
    """
    try:
        return "status", parse_exit_status(text)
    except InvalidValue:
        pass
    try:
        return "signal", parse_systemd_signal(text)
    except InvalidValue:
        raise InvalidValue(f"{quoted(text)} is neither an exit status from 0 to 255 nor a signal") from None
