from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import configurations
from deploylint.project import Project

# `123` is the password of supervisor's sample file.
_SAMPLES = frozenset(
    {"123", "1234", "12345", "123456", "password", "admin", "user", "secret", "changeme", "test"}
)


@rule(Severity.WARNING, group=Group.SECURITY)
def supervisor_sample_password(project: Project) -> Findings:
    """The control interface has the password of an example.

    ## Why is this bad?
    The sample file of supervisor has the user "user" with the password "123". Whoever reaches the interface tries
    that first, and controls every program with it.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]

    [inet_http_server]
    port=127.0.0.1:9001
    username=user
    password=123
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]

    [inet_http_server]
    port=127.0.0.1:9001
    username=user
    password=%(ENV_SUPERVISOR_PASSWORD)s
    ```

    ## References
    https://supervisord.org/configuration.html#inet-http-server-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.sections.values():
            option = section.get("password")
            if section.title.startswith(("inet_http_server", "unix_http_server")) and option is not None:
                name = section.get("username")
                if option.value in _SAMPLES or (
                    name is not None and option.value and option.value == name.value
                ):
                    yield Finding(
                        option.value_at,
                        f"[{section.title}] has a password that anybody guesses",
                        help="take it from the environment: password=%(ENV_SUPERVISOR_PASSWORD)s",
                    )
