from functools import lru_cache
from posixpath import basename

from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Mount
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint.model import AppServer, Deployment
from deploylint.project import Project
from deploylint_rules.uwsgi._starts import starting

_TEXTS = ("dockerfile", "shell")


@rule(
    Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptoms=(
        "Fatal Python error: init_fs_encoding: failed to get the Python codec of the filesystem encoding",
        "ModuleNotFoundError: No module named 'encodings'",
        "!!! Python Home is not a directory: * !!!",
    ),
)
def uwsgi_home_missing(config: UwsgiConfig, context: Context) -> Findings:
    """uWSGI is to use a virtual environment that its image does not have.

    ## Why is this bad?
    Where `home` is no Python environment Python does not start, and uWSGI ends with it. Images mostly have their
    packages installed without one, and the file was written for another machine.

    ## Example
    ```uwsgi title="uwsgi.ini"
    [uwsgi]
    module = shop.wsgi
    home = /srv/shop/venv
    ```
    ```dockerfile title="Dockerfile"
    FROM python:3.12
    WORKDIR /srv/shop
    COPY . .
    RUN pip install -r requirements.txt
    CMD ["uwsgi", "--ini", "/srv/shop/uwsgi.ini"]
    ```
    ```compose
    services:
      web:
        build: .
    ```

    ## Use instead
    ```uwsgi title="uwsgi.ini"
    [uwsgi]
    module = shop.wsgi
    ```
    ```dockerfile title="Dockerfile"
    FROM python:3.12
    WORKDIR /srv/shop
    COPY . .
    RUN pip install -r requirements.txt
    CMD ["uwsgi", "--ini", "/srv/shop/uwsgi.ini"]
    ```
    ```compose
    services:
      web:
        build: .
    ```

    ## When it is fine
    When something else brings the folder. A Dockerfile or script that speaks of a folder of that name silences the
    rule, and so does a mount.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Python.html#virtualenv-support
    """
    home = settings_of(config).text("home", "virtualenv", "venv", "pyhome")
    if not isinstance(home, Known) or home.at is None or not home.value.startswith("/"):
        return
    for server in starting(context.project, config):
        if _is_made(home.value, server, context.project):
            continue
        yield Finding(
            home.at,
            f"{home.value} is not in the image of {server.name}",
            label="nothing makes a virtual environment there",
            related=(Label(server.process.at, "uWSGI is started here"),),
            help="leave home out, or make the environment in the Dockerfile",
        )


def _is_made(home: str, server: AppServer, project: Project) -> bool:
    """Whether the folder may be there: outside of a container, in somebody else's image, or named by what makes the image."""
    deployment = project.deployment_of(server.process.document)
    service = deployment.networks.services.get(server.process.namespace)
    if service is None or service.dockerfile is None or service.sees_more:
        return True
    if any(
        mount.kind != "copy" and f"{home.rstrip('/')}/".startswith(f"{mount.target.rstrip('/')}/")
        for mount in deployment.having(Mount, "service", service)
    ):
        return True
    return _may_make(basename(home.rstrip("/")), service.dockerfile, deployment)


@lru_cache(maxsize=4)
def _may_make(name: str, dockerfile: str, deployment: Deployment) -> bool:
    """Whether an image, or something of the deployment that it may be made with, names a folder."""
    source = deployment.tree.read(dockerfile)
    lines = [] if source is None else source.text.splitlines()
    if source is None or not any(line.split()[1:2] for line in lines):
        return True
    images = [line.split()[1] for line in lines if line.upper().startswith("FROM ")]
    if not images or not all(image.partition(":")[0] in ("python", "docker.io/python") for image in images):
        return True
    return name in source.text or any(
        name in document.source.text for document in deployment.documents if document.format in _TEXTS
    )
