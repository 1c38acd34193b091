import posixpath
from collections.abc import Collection, Iterator

from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.dataclass import dataclass
from deploylint.facts import Known, Mount, Process, Route, StaticFiles
from deploylint.model import AppServer, Deployment
from deploylint.model.variants import is_development, is_example
from deploylint.pattern import MULTILINE, pattern
from deploylint.source import Location

_ROOT = pattern(r"^([ \t]*+)STATIC_ROOT[ \t]*+=[ \t]*+([^\n#]++)", MULTILINE)
# Not `settings.STATIC_ROOT`, which reads it.
_MENTION = pattern(r"(?<![.\w])STATIC_ROOT\b")
_URL = pattern(r"^STATIC_URL[ \t]*+=[ \t]*+[\"']([^\"'\n]*+)[\"']", MULTILINE)
_TEXT = pattern(r"[\"']([^\"'\n]*+)[\"']")
_NAME = pattern(r"[A-Za-z_]\w*+")
_JOINING = frozenset({"os", "path", "join", "joinpath", "str", "Path", "pathlib", "abspath", "normpath"})
_BASES = frozenset(
    {"BASE_DIR", "ROOT_DIR", "PROJECT_DIR", "PROJECT_ROOT", "BASE_PATH", "SITE_ROOT", "PROJECT_PATH"}
)


@dataclass(frozen=True, slots=True)
class _Collected:
    """Where collectstatic puts the files: an absolute path, or the end of one (`is_end`)."""

    path: str
    is_end: bool
    url: str
    at: Location


@rule(
    Severity.WARNING,
    given=(Route, Process, StaticFiles),
    confidence=Confidence.MEDIUM,
    symptoms=('open() "*" failed (2: No such file or directory), client: *', "404 Not Found"),
)
def static_root_differs(deployment: Deployment) -> Findings:
    """nginx serves static files from another folder than Django collects them in.

    ## Why is this bad?
    `manage.py collectstatic` copies all files, those of the admin pages and of other packages included, to `STATIC_ROOT`.
    nginx looks elsewhere: it answers 404, or finds the project's own files alone, in an old version.

    ## Example
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
    ```python title="shop/settings.py"
    STATIC_URL = "/static/"
    STATIC_ROOT = BASE_DIR / "staticfiles"
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /static/ {
            alias /srv/shop/staticfiles/;
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
    ```python title="shop/settings.py"
    STATIC_URL = "/static/"
    STATIC_ROOT = BASE_DIR / "staticfiles"
    ```

    ## When it is fine
    When something copies the files on, or one folder is a link to the other.

    ## References
    - https://docs.djangoproject.com/en/stable/ref/settings/#static-root
    - https://docs.djangoproject.com/en/stable/howto/static-files/deployment/
    """
    served = list(_served(deployment))
    # The search goes through every module of the project.
    collected = _collected(deployment) if served else None
    if collected is None:
        return
    for files, folder, servers in served:
        if not _is_for(files.location, collected.url):
            continue
        seen = [path for server in servers for path in _seen_by(server, files, folder, deployment)]
        if seen and all(_differs(path, files.location, collected) for path in seen):
            yield Finding(
                files.at,
                f"Django collects static files in {collected.path}, nginx serves {folder}",
                label="nginx looks for the files here",
                related=(Label(collected.at, "collectstatic puts them here"),),
                help="name one folder in both places",
            )


def _served(deployment: Deployment) -> Iterator[tuple[StaticFiles, str, Collection[AppServer]]]:
    """What nginx serves beside applications, from which folder, and the servers of these."""
    behind: dict[int, dict[int, AppServer]] = {}
    for connection in deployment.connections:
        for server in connection.servers:
            behind.setdefault(id(connection.route.server), {})[id(server)] = server
    for files in deployment.every(StaticFiles):
        servers = behind.get(id(files.server)) if files.server is not None else None
        if servers and isinstance(files.folder, Known):
            yield files, files.folder.value, servers.values()


def _collected(deployment: Deployment) -> _Collected | None:
    """What the project's settings say; None where they differ, or nobody can tell."""
    found: list[_Collected] = []
    for path in deployment.tree.below(deployment.folder):
        if not path.endswith(".py") or is_development(path) or is_example(path):
            continue
        source = deployment.tree.read(path)
        if source is None or "STATIC_ROOT" not in source.text or _MENTION.search(source.text) is None:
            continue
        matches = list(_ROOT.finditer(source.text))
        if len(matches) != 1 or matches[0][1]:
            return None
        written = matches[0][2].strip()
        texts, names = _TEXT.findall(written), set(_NAME.findall(_TEXT.sub("", written))) - _JOINING
        url = _URL.search(source.text)
        if not texts or names - _BASES or "{" in written or len(names) > 1:
            return None
        ending = posixpath.normpath(posixpath.join(*texts))
        if not names and not ending.startswith("/"):
            return None
        at = source.location(matches[0].start(2), matches[0].start(2) + len(written))
        found.append(_Collected(ending, bool(names), f"/{(url[1] if url else 'static/').strip('/')}", at))
    return found[0] if len(found) == 1 else None


def _is_for(location: str, url: str) -> bool:
    """Whether a location is that of all static files."""
    return location.removeprefix("^~").strip().rstrip("/") == url


def _seen_by(server: AppServer, files: StaticFiles, folder: str, deployment: Deployment) -> Iterator[str]:
    """nginx's folder as the application knows it: the same path on one machine, or through a volume of both."""
    own = deployment.homes(server.process)
    for namespace in deployment.namespaces_of(files.document):
        if namespace.is_host and all(home.is_host for home in own):
            yield folder
            continue
        mounts = deployment.every(Mount)
        theirs = [
            mount for mount in mounts if mount.service.namespace == namespace and mount.kind == "volume"
        ]
        for mount in theirs:
            target = mount.target.rstrip("/")
            if not f"{folder.rstrip('/')}/".startswith(f"{target}/"):
                continue
            for other in mounts:
                if other.kind == "volume" and other.source == mount.source and other.service.namespace in own:
                    yield other.target.rstrip("/") + folder.rstrip("/")[len(target) :]


def _differs(path: str, location: str, collected: _Collected) -> bool:
    """Whether neither the folder (of `alias`) nor what the location adds to it (of `root`) is the collected one."""
    inside = location.removeprefix("^~").strip()
    candidates = {posixpath.normpath(path), posixpath.normpath(path + "/" + inside)}
    if not collected.is_end:
        return collected.path not in candidates
    name = posixpath.basename(collected.path)
    return not any(posixpath.basename(candidate) == name for candidate in candidates)
