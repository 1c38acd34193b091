from deploylint import Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import Assignment

_OLD, _NEW = "/var/run/", "/run/"


@rule(
    Severity.NOTE,
    group=Group.VALIDITY,
    named=("PIDFile", "ListenStream", "ListenDatagram", "ListenSequentialPacket", "ListenFIFO"),
    symptoms=("*references a path below legacy directory /var/run/*",),
)
def systemd_legacy_var_run(assignment: Assignment) -> Findings:
    """A path below `/var/run/`, which has been `/run/` for years.

    ## Why is this bad?
    `/var/run` is a link. Early in the boot `/var` may not be there yet. systemd reads such a path as the new one
    and says so at every start.

    ## Example
    ```systemd
    [Service]
    Type=forking
    PIDFile=/var/run/shop.pid
    ExecStart=/usr/sbin/shopd
    ```

    ## Use instead
    ```systemd
    [Service]
    Type=forking
    PIDFile=/run/shop.pid
    ExecStart=/usr/sbin/shopd
    ```

    ## Fix safety
    Safe: systemd itself reads one as the other.

    ## References
    systemd.service(5), "PIDFile="; file-hierarchy(7)
    """
    if assignment.value.startswith(_OLD) and assignment.section in ("Service", "Socket"):
        at = assignment.value_location(0, len(_OLD))
        yield Finding(
            at,
            f"{assignment.name}= is below the legacy directory /var/run, which systemd takes for /run",
            help="write /run",
            fix=Fix("write /run", (Edit(at, _NEW),)),
        )
