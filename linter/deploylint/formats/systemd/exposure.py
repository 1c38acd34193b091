"""The exposure level of a service: the number that `systemd-analyze security --offline=yes` of systemd 252 gives.

Every test has a weight and a range; its badness goes from 0 to the range. The level is the share of the weights that
is bad, from 0 to 10, rounded up to tenths (src/analyze/analyze-security.c). Settings that systemd ignores count as
not there.
"""

from collections.abc import Iterator

from deploylint.dataclass import dataclass
from deploylint.formats.systemd.nodes import Assignment
from deploylint.formats.systemd.sandbox import Sandbox, read_sandbox
from deploylint.formats.systemd.unit import Unit
from deploylint.vocabulary.data.systemd_exposure import GROUPS, SCORED_GROUPS, TESTS

_LEVELS = ((100, "DANGEROUS"), (90, "UNSAFE"), (75, "EXPOSED"), (50, "MEDIUM"), (10, "OK"), (1, "SAFE"))
_BOOLEANS = (
    "PrivateDevices", "PrivateMounts", "PrivateNetwork", "PrivateTmp", "PrivateUsers", "ProtectControlGroups",
    "ProtectKernelModules", "ProtectKernelTunables", "ProtectKernelLogs", "ProtectClock", "ProtectHostname",
    "LockPersonality", "MemoryDenyWriteExecute", "NoNewPrivileges", "RestrictRealtime", "RestrictSUIDSGID",
)  # fmt: skip
# Tests that do not count for a service of the early boot (DefaultDependencies=no).
_LATE_ONLY = frozenset({"PrivateTmp=", "ProtectHome=", "ProtectSystem=", "RootDirectory=/RootImage="})
_CAPABILITIES = {
    "SYS_ADMIN": ("SYS_ADMIN",),
    "SET(UID|GID|PCAP)": ("SETUID", "SETGID", "SETPCAP"),
    "SYS_PTRACE": ("SYS_PTRACE",),
    "SYS_TIME": ("SYS_TIME",),
    "NET_ADMIN": ("NET_ADMIN",),
    "SYS_RAWIO": ("SYS_RAWIO",),
    "SYS_MODULE": ("SYS_MODULE",),
    "AUDIT_*": ("AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE"),
    "SYSLOG": ("SYSLOG",),
    "SYS_(NICE|RESOURCE)": ("SYS_NICE", "SYS_RESOURCE"),
    "MKNOD": ("MKNOD",),
    "(CHOWN|FSETID|SETFCAP)": ("CHOWN", "FSETID", "SETFCAP"),
    "(DAC_*|FOWNER|IPC_OWNER)": ("DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "IPC_OWNER"),
    "KILL": ("KILL",),
    "NET_(BIND_SERVICE|BROADCAST|RAW)": ("NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW"),
    "SYS_BOOT": ("SYS_BOOT",),
    "MAC_*": ("MAC_ADMIN", "MAC_OVERRIDE"),
    "LINUX_IMMUTABLE": ("LINUX_IMMUTABLE",),
    "IPC_LOCK": ("IPC_LOCK",),
    "SYS_CHROOT": ("SYS_CHROOT",),
    "BLOCK_SUSPEND": ("BLOCK_SUSPEND",),
    "WAKE_ALARM": ("WAKE_ALARM",),
    "LEASE": ("LEASE",),
    "SYS_TTY_CONFIG": ("SYS_TTY_CONFIG",),
    "SYS_PACCT": ("SYS_PACCT",),
    "BPF": ("BPF",),
}
_PROTECT_HOME = {"yes": 0, "tmpfs": 1, "read-only": 5}
_PROTECT_SYSTEM = {"strict": 0, "full": 3, "yes": 5}
_PROTECT_PROC = {"invisible": 0, "ptraceable": 0, "noaccess": 1}


@dataclass(frozen=True, slots=True)
class Exposure:
    """`tenths` from 0 to 100. `badness` has a number for each test that applies, by its name."""

    tenths: int
    badness: dict[str, int]

    @property
    def level(self) -> str:
        """systemd's word for it."""
        return next((word for least, word in _LEVELS if self.tenths >= least), "PERFECT")

    def __str__(self) -> str:
        return f"{self.tenths // 10}.{self.tenths % 10}"

    def worst(self) -> list[str]:
        """The tests that cost most, worst first."""
        costs = {name: _cost(name, bad) for name, bad in self.badness.items() if bad}
        return sorted(costs, key=lambda name: (-costs[name], name))


def exposure(unit: Unit) -> Exposure:
    """The level of a service with all its drop-ins."""
    box = read_sandbox(unit)
    late = box.value("DefaultDependencies", section="Unit") != "no"
    badness = {name: bad for name, bad in _tests(box) if late or name not in _LATE_ONLY}
    if box.is_privileged:
        del badness["RemoveIPC="], badness["SupplementaryGroups="]
    total = sum(TESTS[name][0] for name in badness)
    bad = sum(_cost(name, value) for name, value in badness.items())
    return Exposure(-(-bad * 100 // total), badness)


def _cost(name: str, badness: int) -> int:
    weight, scale = TESTS[name]
    return -(-badness * weight // scale)


def _tests(box: Sandbox) -> Iterator[tuple[str, int]]:
    for name in _BOOLEANS:
        yield f"{name}=", int(not box.is_on(name))
    yield "User=/DynamicUser=", _user(box)
    yield "SupplementaryGroups=", int(bool(box.words("SupplementaryGroups")))
    yield "RemoveIPC=", int(not box.is_on("RemoveIPC"))
    yield "RootDirectory=/RootImage=", int(not box.has_root)
    yield "ProtectHome=", _PROTECT_HOME.get(box.protect_home, 10)
    yield "ProtectSystem=", _PROTECT_SYSTEM.get(box.protect_system, 10)
    yield "ProtectProc=", _PROTECT_PROC.get(box.value("ProtectProc"), 3)
    yield "ProcSubset=", int(box.value("ProcSubset") != "pid")
    yield "KeyringMode=", int(box.value("KeyringMode") not in ("", "private"))
    yield "NotifyAccess=", int(box.value("NotifyAccess") == "all")
    yield "Delegate=", int(box.delegates)
    yield "UMask=", _umask(box.umask)
    yield "AmbientCapabilities=", int(bool(box.ambient))
    for test, names in _CAPABILITIES.items():
        yield f"CapabilityBoundingSet=~CAP_{test}", int(not box.bounding.isdisjoint(names))
    for kind in ("user", "mnt", "ipc", "pid", "cgroup", "net", "uts"):
        yield f"RestrictNamespaces=~{kind}", int(kind in box.namespaces)
    yield from _families(box)
    yield "SystemCallArchitectures=", _architectures(box)
    for group in SCORED_GROUPS:
        yield f"SystemCallFilter=~{group}", _calls(box, group)
    yield "IPAddressDeny=", _addresses(box)
    yield "DeviceAllow=", _devices(box)


def _user(box: Sandbox) -> int:
    if box.value("User") == "nobody":
        return 9
    return 10 if box.is_privileged else 0


def _umask(mode: int) -> int:
    for bit, badness in ((0o002, 10), (0o004, 5), (0o020, 2), (0o040, 1)):
        if not mode & bit:
            return badness
    return 0


def _families(box: Sandbox) -> Iterator[tuple[str, int]]:
    allowed = box.allows_family
    inet = allowed("AF_INET") if box.families_last_inet is None else allowed(box.families_last_inet)
    yield "RestrictAddressFamilies=~AF_(INET|INET6)", int(inet)
    for name in ("AF_UNIX", "AF_NETLINK", "AF_PACKET"):
        yield f"RestrictAddressFamilies=~{name}", int(allowed(name))
    yield "RestrictAddressFamilies=~…", int(box.allows_other_families)


def _architectures(box: Sandbox) -> int:
    words = set(box.words("SystemCallArchitectures"))
    if not words:
        return 10
    return 0 if words == {"native"} else 8


def _calls(box: Sandbox, group: str) -> int:
    if not box.calls_allowed and not box.calls:
        return 10
    if any((name in box.calls) == box.calls_allowed for name in GROUPS[group]):
        return 9 if box.calls_allowed else 10
    return 0


def _addresses(box: Sandbox) -> int:
    if box.words("IPIngressFilterPath") or box.words("IPEgressFilterPath"):
        return 0
    denied = set(box.words("IPAddressDeny"))
    if "any" not in denied and not {"0.0.0.0/0", "::/0"} <= denied:
        return 10
    allowed = box.words("IPAddressAllow")
    if any(not _is_local(word) for word in allowed):
        return 5
    return 2 if allowed else 0


def _is_local(word: str) -> bool:
    return word == "localhost" or word.startswith("127.") or word.partition("/")[0] == "::1"


def _devices(box: Sandbox) -> int:
    policy = box.value("DevicePolicy")
    if policy in ("", "auto") and box.is_on("PrivateDevices"):
        policy = "closed"
    allowed: list[Assignment] = box.lines("DeviceAllow")
    if policy not in ("strict", "closed"):
        return 10
    return 5 if allowed or box.is_on("ProtectClock") or box.mounts_image else 0
