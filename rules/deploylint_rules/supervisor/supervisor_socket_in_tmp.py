from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import configurations
from deploylint.project import Project

_SHARED = ("/tmp/", "/var/tmp/")  # noqa: S108


@rule(Severity.NOTE, group=Group.SECURITY, pedantic=True)
def supervisor_socket_in_tmp(project: Project) -> Findings:
    """The control socket lies in a folder that everybody may write to.

    ## Why is this bad?
    Any user of the machine may make a socket of that name first: supervisord then waits for it and starts nothing, and
    `supervisorctl` sends its password there. What cleans /tmp may take the socket away.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]

    [unix_http_server]
    file=/tmp/supervisor.sock
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]

    [unix_http_server]
    file=/run/supervisor.sock
    ```

    ## When it is fine
    Where one user has the machine or container for itself. The sample file of supervisor has it there.

    ## References
    https://supervisord.org/configuration.html#unix-http-server-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.sections.values():
            option = section.get("file")
            if section.kind != "unix_http_server" or option is None:
                continue
            if option.value.startswith(_SHARED):
                yield Finding(
                    option.value_at,
                    f"{option.value} lies where any user may put something in its place",
                    help="use a folder that belongs to supervisord's user, such as /run/supervisor",
                )
