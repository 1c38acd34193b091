"""What a service may do: the settings of systemd.exec(5) that take rights away, with what they imply."""

from deploylint.dataclass import dataclass, field
from deploylint.formats.systemd.nodes import Assignment
from deploylint.formats.systemd.unit import Unit
from deploylint.values.booleans import parse_systemd_boolean
from deploylint.values.errors import InvalidValue
from deploylint.values.integers import parse_mode
from deploylint.values.systemd_types import check
from deploylint.vocabulary.data.systemd_exposure import GROUPS
from deploylint.vocabulary.systemd import choices, key

_RELEASE = 252
_ROOT = frozenset({"", "0", "root"})
_IMPLIED_BY_DYNAMIC_USER = frozenset({"PrivateTmp", "RemoveIPC", "NoNewPrivileges", "RestrictSUIDSGID"})
_NAMESPACES = frozenset({"cgroup", "ipc", "net", "mnt", "pid", "user", "uts"})
_NAMED_FAMILIES = frozenset({"AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET"})
_ALIASES = {"AF_LOCAL": "AF_UNIX", "AF_ROUTE": "AF_NETLINK"}
_CAPABILITIES = frozenset(
    """CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
    NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN
    SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
    MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE""".split()
)
# Settings that take capabilities away by themselves (src/core/unit.c, `unit_patch_contexts`).
_TAKEN = {
    "PrivateDevices": {"MKNOD", "SYS_RAWIO"},
    "ProtectKernelModules": {"SYS_MODULE"},
    "ProtectKernelLogs": {"SYSLOG"},
    "ProtectClock": {"SYS_TIME", "WAKE_ALARM"},
}


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The settings of one service as they hold in the end.

    `bounding` and `ambient` are capabilities without `CAP_`; `namespaces` those it may still make; `families`
    the address families listed, which are the only ones allowed if `families_allowed`, else the only ones refused;
    `calls` and `calls_allowed` likewise, of the system calls that the exposure level looks at.
    """

    unit: Unit
    bounding: frozenset[str]
    ambient: frozenset[str]
    namespaces: frozenset[str]
    families: frozenset[str]
    families_allowed: bool
    calls: frozenset[str]
    calls_allowed: bool
    _valid: dict[tuple[str, str], list[Assignment]] = field(default_factory=dict)

    def lines(self, name: str, *, section: str = "Service") -> list[Assignment]:
        """The lines that hold and that systemd takes."""
        found = self._valid.get((section, name))
        if found is None:
            found = [line for line in self.unit.all(section, name) if _is_taken(line)]
            self._valid[section, name] = found
        return found

    def value(self, name: str, *, section: str = "Service") -> str:
        """The value that holds, `yes` or `no` for a boolean; empty for the default."""
        found = self.lines(name, section=section)
        if not found:
            return ""
        try:
            return "yes" if parse_systemd_boolean(found[-1].value) else "no"
        except InvalidValue:
            return found[-1].value

    def words(self, name: str) -> list[str]:
        """The words of all lines of a list."""
        return [word for line in self.lines(name) for word in line.value.split()]

    def is_on(self, name: str) -> bool:
        return (name in _IMPLIED_BY_DYNAMIC_USER and self.is_on("DynamicUser")) or self.value(name) == "yes"

    @property
    def is_privileged(self) -> bool:
        user = self.value("User")
        return user in ("0", "root") or (user == "" and not self.is_on("DynamicUser")) or user == "no"

    @property
    def protect_home(self) -> str:
        home = self.value("ProtectHome")
        return "read-only" if self.is_on("DynamicUser") and home in ("", "no") else home

    @property
    def protect_system(self) -> str:
        return "strict" if self.is_on("DynamicUser") else self.value("ProtectSystem")

    @property
    def has_root(self) -> bool:
        """Whether the service has a root folder of its own."""
        return any(self.value(name).strip("/") for name in ("RootDirectory", "RootImage"))

    @property
    def mounts_image(self) -> bool:
        return bool(self.lines("RootImage") or self.lines("MountImages"))

    @property
    def delegates(self) -> bool:
        return self.value("Delegate") not in ("", "no")

    @property
    def umask(self) -> int:
        try:
            return parse_mode(self.unit.value("Service", "UMask") or "0022")
        except InvalidValue:
            return 0o022

    @property
    def families_last_inet(self) -> str | None:
        """Either of the two internet families decides for both."""
        return next((name for name in ("AF_INET", "AF_INET6") if name in self.families), None)

    def allows_family(self, name: str) -> bool:
        return (name in self.families) == self.families_allowed

    @property
    def allows_other_families(self) -> bool:
        listed = bool(self.families - _NAMED_FAMILIES)
        return listed == self.families_allowed


def read_sandbox(unit: Unit) -> Sandbox:
    """The sandbox of a service with all its drop-ins."""
    families, families_allowed = _families(unit)
    calls, calls_allowed = _calls(unit)
    box = Sandbox(
        unit,
        frozenset(_capabilities(unit, "CapabilityBoundingSet", _CAPABILITIES)),
        frozenset(_capabilities(unit, "AmbientCapabilities", frozenset())),
        frozenset(_restricted_namespaces(unit)),
        frozenset(families),
        families_allowed,
        frozenset(calls),
        calls_allowed,
    )
    taken = {name for setting, names in _TAKEN.items() if box.is_on(setting) for name in names}
    return Sandbox(
        unit,
        box.bounding - taken,
        box.ambient,
        box.namespaces,
        box.families,
        families_allowed,
        box.calls,
        calls_allowed,
    )


def _is_taken(line: Assignment) -> bool:
    known = key(line.section, line.name)
    if known is None or line.opaque:
        return False
    parser = known.parser_in(_RELEASE)
    taken = choices(parser, _RELEASE)
    try:
        check(
            parser,
            line.value,
            directive=line.name,
            words=taken.words if taken else frozenset[str](),
            version=_RELEASE,
        )
    except InvalidValue:
        return False
    return True


def _raw(unit: Unit, name: str) -> list[str]:
    """All values in order, empty ones included: an empty list is not always the default."""
    return [
        line.value
        for file in unit.files
        for line in file.assignments()
        if line.section == "Service" and line.name == name and not line.opaque
    ]


def _capabilities(unit: Unit, name: str, initial: frozenset[str]) -> set[str]:
    """`config_parse_capability_set`: the first line replaces, later ones add or, with `~`, take away."""
    held = set(initial)
    for value in _raw(unit, name):
        inverted = value.startswith("~")
        words = (word.upper().removeprefix("CAP_") for word in value.removeprefix("~").split())
        listed = {word for word in words if word in _CAPABILITIES}
        if not listed or held == initial:
            held = set(_CAPABILITIES - listed) if inverted else listed
        elif inverted:
            held -= listed
        else:
            held |= listed
    return held


def _restricted_namespaces(unit: Unit) -> set[str]:
    """Those that the service may still make (`config_parse_restrict_namespaces`)."""
    allowed: set[str] | None = None
    for value in _raw(unit, "RestrictNamespaces"):
        if not value:
            allowed = None
            continue
        try:
            allowed = set() if parse_systemd_boolean(value) else set(_NAMESPACES)
            continue
        except InvalidValue:
            listed = set(value.removeprefix("~").split())
        if not listed <= _NAMESPACES:
            continue
        inverted = value.startswith("~")
        if allowed is None:
            allowed = set(_NAMESPACES - listed) if inverted else listed
        else:
            allowed = allowed - listed if inverted else allowed | listed
    return set(_NAMESPACES) if allowed is None else allowed


def _families(unit: Unit) -> tuple[set[str], bool]:
    """The families of `RestrictAddressFamilies=`, and whether they are those allowed."""
    listed: set[str] | None = None
    allowed = False
    for value in _raw(unit, "RestrictAddressFamilies"):
        if value in ("", "none"):
            listed, allowed = None, value == "none"
            continue
        inverted = value.startswith("~")
        if listed is None:
            listed, allowed = set(), not inverted
        names = {
            _ALIASES.get(word, word) for word in value.removeprefix("~").split() if word.startswith("AF_")
        }
        if inverted == allowed:
            listed.difference_update(names)
        else:
            listed.update(names)
    return listed or set(), allowed


def _calls(unit: Unit) -> tuple[set[str], bool]:
    """The system calls of `SystemCallFilter=`, and whether they are those allowed (`config_parse_syscall_filter`)."""
    listed: set[str] | None = None
    allowed = False
    for value in _raw(unit, "SystemCallFilter"):
        if not value:
            listed, allowed = None, False
            continue
        inverted = value.startswith("~")
        if listed is None:
            listed, allowed = set() if inverted else set(GROUPS["@default"]), not inverted
        for word in value.removeprefix("~").split():
            name, colon, _ = word.partition(":")
            names = set(GROUPS.get(name, (name,)))
            # With an error number a call is refused, also in a list of those allowed.
            if inverted == allowed or (colon and allowed):
                listed.difference_update(names)
            else:
                listed.update(names)
    return listed or set(), allowed
