from deploylint import Finding, Findings, Fix, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.edits import removed
from deploylint.formats.supervisor.programs import Program
from deploylint.project import Project


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("socket_owner and socket_mode params should only be used with a Unix domain socket*",),
)
def supervisor_socket_owner_on_tcp(project: Project) -> Findings:
    """Owner or mode for a FastCGI socket that is a TCP port.

    ## Why is this bad?
    supervisord refuses the whole configuration.

    ## Example
    ```supervisor
    [fcgi-program:render]
    command=/srv/shop/bin/render
    socket=tcp://127.0.0.1:9000
    socket_mode=0700
    ```

    ## Use instead
    ```supervisor
    [fcgi-program:render]
    command=/srv/shop/bin/render
    socket=tcp://127.0.0.1:9000
    ```

    ## Fix safety
    Safe: supervisord does not start as it stands.

    ## References
    https://supervisord.org/configuration.html#fcgi-program-x-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.programs():
            program = Program(configuration, section)
            socket = program.get("socket")
            text = program.text("socket", program.names())
            if section.kind != "fcgi-program" or socket is None or not isinstance(text, Known):
                continue
            if text.value.startswith("unix://"):
                continue
            for name in ("socket_owner", "socket_mode"):
                option = program.get(name)
                if option is not None:
                    yield Finding(
                        option.at,
                        "socket_owner and socket_mode params should only be used with a Unix domain socket",
                        related=(Label(socket.value_at, "this is no Unix socket"),),
                        help=f"leave {name} out",
                        fix=Fix(f"leave {name} out", (removed(option),)),
                    )
