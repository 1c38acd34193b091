from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from deploylint import Confidence, Context, Finding, Findings, Severity, rule
from deploylint.facts import Known, Process
from deploylint.model import AppServer, is_gunicorn
from deploylint.pattern import IGNORECASE, MULTILINE, compiled, pattern
from deploylint.project import Project
from deploylint.source import Source
from deploylint.targets import manifests

# The package of a worker class, and what else brings that package or may.
_PACKAGES = {
    "gevent": ("gevent", "locust|grequests"),
    "gevent_pywsgi": ("gevent", "locust|grequests"),
    "gevent_wsgi": ("gevent", "locust|grequests"),
    "eventlet": ("eventlet", ""),
    "tornado": ("tornado", "bokeh|distributed|flower|jupyter|notebook|panel|streamlit"),
    "uvicorn.workers": (
        "uvicorn",
        "chainlit|fastapi|gradio|litestar|mlflow|nicegui|prefect|ray|reflex",
    ),
    "uvicorn_worker": ("uvicorn-worker", ""),
}
_STATED = ("requirements", ".lock", "pyproject.toml", "Pipfile")
_ALSO = (".sh", ".yml", ".yaml", "setup.py", "setup.cfg", "Makefile", "Dockerfile", "Containerfile")
_DEEPEST = 32  # folders that the working folder is inside of
_GUNICORN = pattern(r"^[ \t\"'\[]*+(?:name = \")?gunicorn\b", MULTILINE | IGNORECASE)


@rule(
    Severity.WARNING,
    when=is_gunicorn,
    mentions=("gevent", "eventlet", "tornado", "uvicorn"),
    given=(Process,),
    confidence=Confidence.MEDIUM,
    symptoms=(
        "Error: class uri '*' invalid or not found:*",
        "RuntimeError: gevent worker requires gevent * or higher",
        "ModuleNotFoundError: No module named 'uvicorn'",
        "ModuleNotFoundError: No module named 'gevent'",
    ),
)
def worker_package_missing(server: AppServer, context: Context) -> Findings:
    """gunicorn's worker needs a package that the project does not require.

    ## Why is this bad?
    gunicorn brings the worker's name and not its library. On a new machine, or in a new image, it prints
    `class uri ... invalid or not found` and does not start.

    ## Example
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --worker-class gevent --bind 127.0.0.1:8000 shop.wsgi
    ```
    ```text title="requirements.txt"
    Django==5.2
    gunicorn==23.0.0
    ```

    ## Use instead
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --worker-class gevent --bind 127.0.0.1:8000 shop.wsgi
    ```
    ```text title="requirements.txt"
    Django==5.2
    gunicorn[gevent]==23.0.0
    ```

    ## When it is fine
    When another package brings it along, or somebody installs it by hand. Only projects whose requirements name
    gunicorn are looked at, and none that names the package anywhere: in requirements, lock files, images, scripts.

    ## References
    - https://docs.gunicorn.org/en/latest/install.html#extra-packages
    - https://docs.gunicorn.org/en/latest/settings.html#worker-class
    """
    worker = server.setting("worker_class")
    if not isinstance(worker, Known) or worker.at is None or not isinstance(worker.value, str):
        return
    name = worker.value if worker.value in _PACKAGES else worker.value.rpartition(".")[0]
    if name not in _PACKAGES:
        return
    package, bringing = _PACKAGES[name]
    project = context.project
    near = _manifests_of(project, project.deployment_of(server.process.document).folder)
    stating = next(filter(_states_gunicorn, near), None) or _stating_elsewhere(project)
    wanted = package.replace("-", "[-_.]") + (f"|{bringing}" if bringing else "")
    if stating is None or any(map(_mentions(wanted), near)) or _is_mentioned_elsewhere(project, wanted):
        return
    yield Finding(
        worker.at,
        f"the worker class {worker.value} needs {package}, which nothing in the project installs",
        label=f"{stating.path} requires gunicorn without it",
        help=f"add {package} to {stating.path}",
    )


def _states_gunicorn(source: Source) -> bool:
    return any(part in source.path for part in _STATED) and _GUNICORN.search(source.text) is not None


def _mentions(wanted: str) -> Callable[[Source], bool]:
    expression = compiled(wanted, IGNORECASE)
    return lambda source: expression.search(source.text) is not None


@lru_cache(maxsize=4)
def _manifests_of(project: Project, folder: str) -> tuple[Source, ...]:
    """The manifests around and below a folder."""
    stated = manifests(project.tree)
    around = {path for place in _folders_around(folder) for path in stated.get(place, ())}
    below = _all_manifests(project).intersection(project.tree.below(folder))
    return tuple(_read(project, sorted(around | below)))


def _folders_around(folder: str) -> Iterator[str]:
    """The folder and those above it, also above the working folder."""
    parts = [] if folder in ("", ".") else folder.split("/")
    above = parts.count("..")
    for length in range(len(parts), above, -1):
        yield "/".join(parts[:length])
    yield "/".join([".."] * above)
    for more in range(above + 1, _DEEPEST):
        yield "/".join([".."] * more)


@lru_cache(maxsize=1)
def _all_manifests(project: Project) -> frozenset[str]:
    return frozenset(path for group in manifests(project.tree).values() for path in group)


@lru_cache(maxsize=1)
def _elsewhere(project: Project) -> tuple[Source, ...]:
    """What builds images and machines: that of a service is often described beside it, in a folder of its own."""
    return tuple(_read(project, (path for path in project.tree.files if path.endswith(_ALSO))))


@lru_cache(maxsize=1)
def _stating_elsewhere(project: Project) -> Source | None:
    return next(filter(_states_gunicorn, _elsewhere(project)), None)


@lru_cache(maxsize=16)
def _is_mentioned_elsewhere(project: Project, wanted: str) -> bool:
    return any(map(_mentions(wanted), _elsewhere(project)))


def _read(project: Project, paths: Iterable[str]) -> Iterator[Source]:
    for path in paths:
        if (source := project.tree.read(path)) is not None:
            yield source
