from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.pattern import pattern
from deploylint.values.errors import printable
from deploylint.vocabulary.nearest import nearest
from deploylint.vocabulary.systemd import key

# include/uapi/linux/capability.h of Linux 6.12; `systemd-analyze capability` lists them.
CAPABILITIES = frozenset(
    """
    chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service
    net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct
    sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap
    mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore
    """.split()
)
_NAMES = frozenset(f"CAP_{name.upper()}" for name in CAPABILITIES)
_WORD = pattern(r"[^\s~]++")


@rule(Severity.ERROR, group=Group.SECURITY, named=("CapabilityBoundingSet", "AmbientCapabilities"))
def systemd_unknown_capability(assignment: Assignment, context: Context) -> Findings:
    """A capability that does not exist is ignored without a word.

    ## Why is this bad?
    systemd takes the others of the line and says nothing, and neither does `systemd-analyze verify`: the service lacks
    what it needs, or, behind a `~`, keeps what it was not to have.

    ## Example
    ```systemd
    [Service]
    ExecStart=/usr/sbin/server
    AmbientCapabilities=CAP_NET_BIND
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/usr/sbin/server
    AmbientCapabilities=CAP_NET_BIND_SERVICE
    ```

    ## Fix safety
    Unsafe: the service may do more, or less, than it does now.

    ## References
    - capabilities(7)
    - systemd.exec(5), "CAPABILITIES"
    """
    known = key(assignment.section, assignment.name)
    if known is None or not isinstance(context.document, UnitFile) or assignment.opaque:
        return
    for match in _WORD.finditer(assignment.value):
        word = match[0].strip("\"'")
        if word.upper() in _NAMES or word.isdecimal() or "%" in word:
            continue
        meant = nearest(word.upper(), _NAMES) or next(
            (name for name in sorted(_NAMES) if word.upper() and name.startswith(f"{word.upper()}_")), None
        )
        at = assignment.value_location(match.start(), match.end())
        yield Finding(
            at,
            printable(f"{word[:60]} is no capability, so that systemd ignores it"),
            help=f"did you mean {meant}?" if meant else None,
            # A kernel that is newer than the list may have more of them.
            severity=None if meant else Severity.WARNING,
            fix=Fix(f"write {meant}", (Edit(at, meant),), Safety.UNSAFE) if meant else None,
        )
