import posixpath

from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.facts import HOST, Known, Process, Route, StaticFiles, VirtualServer
from deploylint.model import Deployment

# Folders that hold one folder for each project.
_SHELVES = ("/srv", "/opt", "/var/www", "/home", "/usr/local", "/var/lib", "/webapps", "/apps")


@rule(
    Severity.NOTE,
    given=(Route, Process),
    confidence=Confidence.LOW,
    pedantic=True,
    symptoms=('open() "*" failed (2: No such file or directory), client: *', "404 Not Found"),
)
def project_folders_differ(deployment: Deployment) -> Findings:
    """nginx serves files from the folder of another project than its application.

    ## Why is this bad?
    The folder was renamed, or taken over from an older installation, on one side only: nginx answers 404,
    or serves the files of a version that nobody updates any more.

    ## Example
    ```nginx
    server {
        listen 80;
        location /static/ {
            alias /srv/shop-old/static/;
        }
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /static/ {
            alias /srv/shop/static/;
        }
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    ```

    ## When it is fine
    When static files have a folder of their own on purpose.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#alias
    """
    homes: dict[VirtualServer, dict[str, Label]] = {}
    for connection in deployment.connections:
        route = connection.route
        if connection.namespace != HOST or route.server is None:
            continue
        for server in connection.servers:
            match server.process.directory:
                case Known(value=str() as directory, at=at) if server.process.namespace == HOST:
                    if (root := _project_root(directory)) is not None:
                        label = Label(at or server.process.at, f"{server.name} runs in {root}")
                        homes.setdefault(route.server, {}).setdefault(root, label)
                case _:
                    pass
    for files in deployment.every(StaticFiles):
        known = homes.get(files.server, {}) if files.server is not None else {}
        if not known or not isinstance(files.folder, Known):
            continue
        root = _project_root(files.folder.value)
        beside = [label for home, label in known.items() if _shelf(home) == _shelf(root)]
        if root is not None and beside and root not in known:
            yield Finding(
                files.at,
                f"these files are in {root}, the application is not",
                label="another project's folder",
                related=tuple(beside),
                help=f"serve them from the application's folder, or install both in {root}",
            )


def _project_root(path: str) -> str | None:
    """`/srv/shop` of `/srv/shop/static/`; None for a path that is in no project's folder."""
    whole = posixpath.normpath(path)
    shelf = next((shelf for shelf in _SHELVES if whole.startswith(shelf + "/")), None)
    return None if shelf is None else f"{shelf}/{whole[len(shelf) + 1 :].partition('/')[0]}"


def _shelf(root: str | None) -> str | None:
    return None if root is None else posixpath.dirname(root)
