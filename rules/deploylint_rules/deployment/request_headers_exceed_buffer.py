from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, Protocol, Route
from deploylint.model import Deployment
from deploylint.model.wording import because
from deploylint_rules.deployment._sites import sites


@rule(
    Severity.NOTE,
    given=(Route, (Process, "gunicorn", "uwsgi")),
    group=Group.RELIABILITY,
    symptoms=(
        "invalid request block size: * (max 4096)...skip",
        "upstream prematurely closed connection while reading response header from upstream",
        "502 Bad Gateway",
    ),
)
def request_headers_exceed_buffer(deployment: Deployment) -> Findings:
    """nginx takes longer request headers than uWSGI has room for.

    ## Why is this bad?
    uWSGI wants all headers of a request in one buffer, 4096 bytes unless told otherwise; nginx lets a single
    header have 8 KB. A long cookie or a long address ends as 502, and uWSGI logs `invalid request block size`.
    It is a warning where somebody made nginx's buffers larger, and a note where nobody wrote a size.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            uwsgi_pass 127.0.0.1:3031;
        }
    }
    ```
    ```uwsgi
    [uwsgi]
    socket = 127.0.0.1:3031
    module = shop:app
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            uwsgi_pass 127.0.0.1:3031;
        }
    }
    ```
    ```uwsgi
    [uwsgi]
    socket = 127.0.0.1:3031
    module = shop:app
    buffer-size = 16384
    ```

    ## When it is fine
    When cookies and addresses are certainly short.

    ## References
    - https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#large_client_header_buffers
    - https://github.com/zulip/zulip/issues/22349
    """
    for server, connections in sites(deployment, Protocol.UWSGI):
        room = server.setting("buffer_size")
        taken = connections[0].route.header_limit
        if not isinstance(room, Known) or not isinstance(taken, Known) or room.value >= taken.value:
            continue
        yield Finding(
            room.at or server.process.at,
            f"{server.name} has {room.value} bytes for the headers of a request{because(room)}, "
            f"nginx takes {taken.value:g} for one{because(taken)}",
            label=f"buffer-size is {room.value}{because(room)}",
            related=(
                Label(taken.at or connections[0].target.at, f"one header may have {taken.value:g} bytes"),
            ),
            help=f"set buffer-size to {int(taken.value) * 2}, or lower large_client_header_buffers",
            severity=Severity.NOTE if taken.default else Severity.WARNING,
        )
