from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.expansion import Names
from deploylint.formats.supervisor.programs import parsed
from deploylint.project import Project
from deploylint.values.integers import parse_supervisor_octal

_OTHERS_WRITE = 0o002


@rule(Severity.WARNING, group=Group.SECURITY)
def supervisor_socket_world_writable(project: Project) -> Findings:
    """Every user of the machine may control supervisord.

    ## Why is this bad?
    Whoever can write to the control socket can stop programs, read their logs, and pass input to them; supervisord
    often runs as root. Without a password the socket's mode is the only lock.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]

    [unix_http_server]
    file=/run/supervisor.sock
    chmod=0777
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]

    [unix_http_server]
    file=/run/supervisor.sock
    chmod=0770
    chown=root:deploy
    ```

    ## When it is fine
    Where one user has the machine or container for itself.

    ## References
    https://supervisord.org/configuration.html#unix-http-server-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.sections.values():
            option = section.get("chmod")
            if (
                not section.title.startswith("unix_http_server")
                or option is None
                or section.get("username") is not None
            ):
                continue
            mode = parsed(option, Names(), parse_supervisor_octal)
            if isinstance(mode, Known) and mode.value & _OTHERS_WRITE:
                yield Finding(
                    option.value_at,
                    f"[{section.title}] has mode {option.value} and asks for no password: every user controls "
                    "supervisord",
                    help="set chmod=0770 and chown to the group that may",
                )
