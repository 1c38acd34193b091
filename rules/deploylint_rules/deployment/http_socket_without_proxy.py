from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer
from deploylint.model.variants import is_development
from deploylint.source import Location
from deploylint_rules.deployment._proxies import is_in_front

_PLAIN = ("http-socket", "http11-socket")


@rule(
    Severity.NOTE,
    given=((Process, "uwsgi"),),
    group=Group.RELIABILITY,
    confidence=Confidence.MEDIUM,
    pedantic=True,
)
def http_socket_without_proxy(server: AppServer, context: Context) -> Findings:
    """A slow client keeps one of uWSGI's workers busy: no proxy stands between.

    ## Why is this bad?
    `http-socket` is meant for a proxy in front: the worker that accepts a connection waits, up to `socket-timeout`,
    until the client has sent its request. A few clients that send nothing, or slowly, keep everybody else out.

    ## Example
    ```uwsgi title="uwsgi.ini"
    [uwsgi]
    http-socket = 0.0.0.0:8080
    module = shop:app
    ```
    ```systemd title="shop.service"
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/uwsgi.ini
    ```

    ## Use instead
    ```uwsgi title="uwsgi.ini"
    [uwsgi]
    http = 0.0.0.0:8080
    module = shop:app
    ```
    ```systemd title="shop.service"
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/uwsgi.ini
    ```

    ## When it is fine
    When a proxy that this repository does not know of stands in front, or only friends can connect.

    ## References
    - https://uwsgi-docs.readthedocs.io/en/latest/HTTP.html
    - https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html
    """
    if server.kind != Kind.UWSGI.value or server.process.invocation is None:
        return
    deployment = context.project.deployment_of(server.process.document)
    places = _plain(server)
    for listener in server.listeners:
        if listener.at not in places or is_development(listener.document.path):
            continue
        if is_in_front(listener, deployment):
            yield Finding(
                listener.at,
                f"{server.name} speaks to clients without a proxy, and a slow client keeps a worker busy",
                label="the workers themselves accept here",
                help="put nginx in front, or use http, which starts a proxy of uWSGI's own",
            )


def _plain(server: AppServer) -> list[Location]:
    """Where the workers are told to speak HTTP, as the server's listeners are placed."""
    found: list[Location] = []
    invocation = server.process.invocation
    if invocation is not None:
        source = server.process.document.source
        values = [option.value for name in _PLAIN for option in invocation.all(name) if option.value]
        found += [source.location(value.span.start, value.span.end) for value in values]
    if server.config is not None and server.config.document is not None:
        from deploylint.formats.uwsgi.settings import settings_of  # noqa: PLC0415  there is a file, so it is loaded

        sockets = settings_of(server.config.document).sockets()
        found += [socket.at for socket in sockets if socket.option.name in _PLAIN]
    return found
