import posixpath

from deploylint import Confidence, Context, Finding, Findings, Severity, rule
from deploylint.facts import Known, Process
from deploylint.model import AppServer, is_gunicorn
from deploylint.pattern import IGNORECASE, MULTILINE, compiled, pattern
from deploylint.source import Source
from deploylint.targets import manifests
from deploylint.tree import Tree

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
    texts = _texts(context.project.tree, context.project.deployment_of(server.process.document).folder)
    stating = next((text for text in texts if _states_gunicorn(text)), None)
    wanted = compiled(package.replace("-", "[-_.]") + (f"|{bringing}" if bringing else ""), IGNORECASE)
    if stating is None or any(wanted.search(text.text) for text in texts):
        return
    yield Finding(
        worker.at,
        f"the worker class {worker.value} needs {package}, which nothing in the project installs",
        label=f"{stating.path} requires gunicorn without it",
        help=f"add {package} to {stating.path}",
    )


def _states_gunicorn(source: Source) -> bool:
    return any(part in source.path for part in _STATED) and _GUNICORN.search(source.text) is not None


def _texts(tree: Tree, folder: str) -> list[Source]:
    """Whatever may install something: the manifests around and below a folder, and what builds images and machines."""
    inside = {*tree.below(folder)}
    paths = [
        path
        for place, group in manifests(tree).items()
        for path in group
        if path in inside or not posixpath.relpath(folder, place or ".").startswith("..")
    ]
    # The image or the machine of a service is often described beside it, in a folder of its own.
    paths += [path for path in tree.files if path.endswith(_ALSO)]
    found = [tree.read(path) for path in dict.fromkeys(paths)]
    return [source for source in found if source is not None]
