from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.exposure import Exposure, exposure
from deploylint.formats.systemd.unit import unit_of

_MEDIUM = 50
_SHOWN = 4


@rule(Severity.NOTE, group=Group.SECURITY, pedantic=True)
def systemd_exposure(file: UnitFile, context: Context) -> Findings:
    """A service that may do much more than it needs.

    ## Why is this bad?
    Whoever finds a way to run code in the application can do what the service may do: by default load kernel
    modules as root, read the homes of all users, trace other processes. systemd takes that away line by line. The
    number is the one of `systemd-analyze security`, release 252: 10 is the worst, a gunicorn service with a user
    of its own has 9.2. Below 5 nothing is said.

    ## Example
    ```systemd
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    These 20 lines bring the service above from 9.2 to 1.9, one after the other: 9.0, 8.8, 8.2, 8.0, 7.9, 7.7, 7.3,
    7.1, 6.9, 6.6, 6.6, 6.4, 6.3, 5.6, 5.6, 5.2, 3.4, 3.2, 1.9, 1.9. Each line may break an application that needs what it takes away: put them in one after the other. What the
    service writes takes `StateDirectory=`, `RuntimeDirectory=` or `ReadWritePaths=`. With an application
    below /home, leave `ProtectHome=` out.
    ```systemd
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    NoNewPrivileges=yes
    PrivateTmp=yes
    PrivateDevices=yes
    ProtectSystem=strict
    ProtectHome=yes
    ProtectKernelTunables=yes
    ProtectKernelModules=yes
    ProtectKernelLogs=yes
    ProtectControlGroups=yes
    ProtectClock=yes
    ProtectHostname=yes
    RestrictSUIDSGID=yes
    RestrictRealtime=yes
    RestrictNamespaces=yes
    LockPersonality=yes
    RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
    CapabilityBoundingSet=
    SystemCallArchitectures=native
    SystemCallFilter=@system-service
    UMask=0077
    ```

    ## When it is fine
    Services that administer the machine, and those in containers or virtual machines of their own.

    ## References
    systemd-analyze(1), "security"; systemd.exec(5), "SANDBOXING"
    """
    if file.type != "service" or file.is_fragment or file.templated or file.is_user_unit:
        return
    unit = unit_of(file, context.project)
    section = file.section("Service")
    if section is None or not unit.is_whole or not unit.all("Service", "ExecStart"):
        return
    found = exposure(unit)
    if found.tenths >= _MEDIUM:
        yield Finding(
            section.at,
            f"{unit.name} has an exposure level of {found}, which systemd calls {found.level}",
            help=_help(found),
        )


def _help(found: Exposure) -> str:
    settings = dict.fromkeys(name.partition("=")[0] for name in found.worst())
    return f"what costs most: {', '.join(f'{name}=' for name in list(settings)[:_SHOWN])}"
