from posixpath import normpath

from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File, Option
from deploylint.formats.supervisor.configuration import Configuration, Merged, configurations
from deploylint.formats.supervisor.expansion import Names
from deploylint.formats.supervisor.programs import expanded
from deploylint.project import Project
from deploylint.values.errors import InvalidValue, printable
from deploylint.values.listen import supervisor_inet

_LOCAL = ("http://localhost:", "http://127.0.0.1:")


@rule(
    Severity.ERROR,
    group=Group.CORRECTNESS,
    symptoms=("*refused connection", "unix://* no such file"),
)
def supervisor_ctl_url_mismatch(project: Project) -> Findings:
    """`supervisorctl` connects to another place than supervisord listens on.

    ## Why is this bad?
    Every supervisorctl command fails with "no such file" or "refused connection". Without `serverurl` it tries
    http://localhost:9001, whatever sockets the file names.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]

    [unix_http_server]
    file=/run/supervisor.sock

    [rpcinterface:supervisor]
    supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

    [supervisorctl]
    serverurl=unix:///tmp/supervisor.sock
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
    When supervisorctl is meant for a supervisord somewhere else; only this machine's addresses are looked at.

    ## References
    https://supervisord.org/configuration.html#supervisorctl-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        client = configuration.sections.get("supervisorctl")
        if client is None or not configuration.complete:
            continue
        option = client.get("serverurl")
        url = "http://localhost:9001" if option is None else _text(option)
        servers = _servers(configuration)
        if url is None or not servers or None in servers.values():
            continue
        wanted = _normal(url)
        if wanted is None or wanted in servers.values():
            continue
        section = next(iter(servers))
        at = client.places[-1].at if option is None else option.value_at
        place = configuration.sections[section].places[-1].at
        yield Finding(
            at,
            printable(f"supervisorctl connects to {url}, where supervisord does not listen"),
            label="" if option else "this is the default of serverurl",
            related=(Label(place, f"it listens on {servers[section]}"),),
            help=f"set serverurl={servers[section]}",
        )


def _servers(configuration: Configuration) -> dict[str, str | None]:
    """Title of each server's section with the URL of it, None where that is not known."""
    return {
        section.title: _url(section)
        for section in configuration.sections.values()
        if section.title.startswith(("inet_http_server", "unix_http_server"))
    }


def _url(section: Merged) -> str | None:
    inet = section.title.startswith("inet")
    option = section.get("port" if inet else "file")
    text = None if option is None else _text(option)
    if text is None:
        return None
    if not inet:
        return _normal(f"unix://{text.strip()}")
    try:
        return f"http://127.0.0.1:{supervisor_inet(text).port}"
    except InvalidValue:
        return None


def _text(option: Option) -> str | None:
    found = expanded(option, Names())
    return found.value if isinstance(found, Known) else None


def _normal(url: str) -> str | None:
    """The URL in the form of `_url`; None for other machines and what is no URL."""
    if url.startswith("unix://"):
        return f"unix://{normpath(url.removeprefix('unix://'))}"
    for prefix in _LOCAL:
        if url.startswith(prefix):
            return f"http://127.0.0.1:{url.removeprefix(prefix).rstrip('/')}"
    return None
