from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process, Route
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Connection
from deploylint.targets import target

_SINCE = (22, 0)


@rule(Severity.WARNING, given=(Route, (Process, "gunicorn")))
def underscore_header_dropped(connection: Connection, context: Context) -> Findings:
    """nginx sets a header with an underscore, which gunicorn drops.

    ## Why is this bad?
    `REMOTE_USER` and `REMOTE-USER` become the same variable of WSGI, so that a client could slip one in under the
    other name. Since 22.0 gunicorn drops every header whose name holds an underscore (`header_map`), and the
    application never sees what nginx sets.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $host;
            proxy_set_header REMOTE_USER $remote_user;
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $host;
            proxy_set_header Remote-User $remote_user;
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## When it is fine
    Names in `forwarder_headers` (`SCRIPT_NAME` and `PATH_INFO` by default) pass from trusted proxies, and all names
    with `header_map = "dangerous"` and before gunicorn 22.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#header-map
    - https://github.com/benoitc/gunicorn/issues/3200
    """
    headers = connection.route.headers
    if not isinstance(headers, Known):
        return
    held = [name for name, value in headers.value.items() if "_" in name and value not in ("", '""')]
    for server in connection.servers if held else ():
        if server.kind != Kind.GUNICORN.value:
            continue
        release = target(context.project, "gunicorn", server.process.document)
        if release is not None and release.version < _SINCE:
            continue
        dropped = [name for name in held if _drops(server, name)]
        if dropped:
            yield Finding(
                connection.route.at,
                f"{server.name} drops the header {dropped[0].upper()}: its name holds an underscore",
                label="nginx sends it to gunicorn",
                related=(Label(server.process.at, "gunicorn drops such headers since 22.0"),),
                help=f"send {dropped[0].replace('_', '-').title()}, or name it in forwarder_headers",
            )


def _drops(server: AppServer, name: str) -> bool:
    """Whether gunicorn certainly drops a header of this name, which holds an underscore."""
    behaviour, passing = server.setting("header_map"), server.setting("forwarder_headers")
    if not isinstance(behaviour, Known) or behaviour.value != "drop" or not isinstance(passing, Known):
        return False
    names = passing.value.split(",") if isinstance(passing.value, str) else passing.value
    return name.upper() not in {str(one).strip().upper() for one in names}
