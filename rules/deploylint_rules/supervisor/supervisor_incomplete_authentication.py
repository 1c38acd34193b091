from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import configurations
from deploylint.project import Project

_SERVERS = ("inet_http_server", "unix_http_server")


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("Section * contains incomplete authentication*",),
)
def supervisor_incomplete_authentication(project: Project) -> Findings:
    """A control interface with a username or a password, but not both.

    ## Why is this bad?
    supervisord does not start.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]

    [inet_http_server]
    port=127.0.0.1:9001
    password=%(ENV_SUPERVISOR_PASSWORD)s
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]

    [inet_http_server]
    port=127.0.0.1:9001
    username=shop
    password=%(ENV_SUPERVISOR_PASSWORD)s
    ```

    ## References
    https://supervisord.org/configuration.html#inet-http-server-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.sections.values():
            found = [section.get(name) for name in ("username", "password")]
            given = [option for option in found if option is not None]
            if not section.title.startswith(_SERVERS) or len(given) != 1 or section.templated:
                continue
            other = "password" if given[0].name == "username" else "username"
            yield Finding(
                given[0].name_at,
                f"Section [{section.title}] contains incomplete authentication: If a username or a password is "
                "specified, both the username and password must be specified",
                label=f"there is no {other}",
                help=f"add {other}",
            )
