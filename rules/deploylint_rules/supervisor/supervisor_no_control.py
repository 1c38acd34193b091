from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import Merged, configurations
from deploylint.project import Project

_SERVERS = ("inet_http_server", "unix_http_server")
_INTERFACE = "rpcinterface:supervisor"


@rule(
    Severity.WARNING,
    group=Group.CORRECTNESS,
    symptoms=(
        "*Sorry, supervisord responded but did not recognize the supervisor namespace commands*",
        "unix:///* no such file",
    ),
)
def supervisor_no_control(project: Project) -> Findings:
    """`supervisorctl` cannot talk to this supervisord.

    ## Why is this bad?
    supervisorctl needs two things in supervisord's configuration: a server, `[unix_http_server]` or
    `[inet_http_server]`, and `[rpcinterface:supervisor]` to answer there. With only one of them every command fails.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]

    [unix_http_server]
    file=/run/supervisor.sock

    [supervisorctl]
    serverurl=unix:///run/supervisor.sock
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]

    [unix_http_server]
    file=/run/supervisor.sock

    [rpcinterface:supervisor]
    supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

    [supervisorctl]
    serverurl=unix:///run/supervisor.sock
    ```

    ## When it is fine
    When `[supervisorctl]` is meant for a supervisord somewhere else; an address of another machine silences the rule.

    ## References
    https://supervisord.org/configuration.html#rpcinterface-x-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        if not configuration.complete:
            continue
        sections = configuration.sections
        servers = [section for section in sections.values() if section.title.startswith(_SERVERS)]
        client = sections.get("supervisorctl")
        # A fragment that the project does not have may bring it.
        if "include" in sections and len(configuration.files) == 1:
            continue
        # Nor may be there what includes it.
        if configuration.files[0].path.rpartition("/")[0].endswith("conf.d"):
            continue
        if servers and _INTERFACE not in sections:
            yield Finding(
                servers[0].places[-1].at,
                f"[{servers[0].title}] without [{_INTERFACE}]: supervisord does not understand supervisorctl",
                help=f"add [{_INTERFACE}] with supervisor.rpcinterface_factory="
                "supervisor.rpcinterface:make_main_rpcinterface",
            )
        elif client is not None and not servers and _is_local(client):
            yield Finding(
                client.places[-1].at,
                "[supervisorctl] without a server: supervisord listens nowhere",
                help="add [unix_http_server] with file=/run/supervisor.sock",
            )


def _is_local(client: Merged) -> bool:
    """Whether supervisorctl looks for supervisord on this machine."""
    option = client.get("serverurl")
    url = "http://localhost:9001" if option is None else option.value
    return url.startswith(("unix://", "http://localhost", "http://127."))
