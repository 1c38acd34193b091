import posixpath

from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process
from deploylint.formats.python import describe
from deploylint.model import AppServer, Deployment
from deploylint.source import Location
from deploylint.vocabulary.nearest import nearest
from deploylint_rules.deployment._applications import DEFAULT_ATTRIBUTE, base_of, is_imported_from, modules_of


@rule(
    Severity.ERROR,
    given=((Process, "gunicorn", "uwsgi"),),
    symptoms=(
        "Worker failed to boot.",
        "ModuleNotFoundError: No module named *",
        "Failed to find attribute * in *",
        "unable to load app 0 (mountpoint='') (callable not found or import error)",
        "no python application found, check your startup logs for errors",
        "exited with code 3",
        "exit status 3; not expected",
        "code=exited, status=3/NOTIMPLEMENTED",
        "* FATAL Exited too quickly (process log may have details)",
        "* BACKOFF Exited too quickly (process log may have details)",
    ),
)
def app_target_missing(server: AppServer, context: Context) -> Findings:
    """The application that the server is told to load is not in the project.

    ## Why is this bad?
    The workers cannot import it: gunicorn stops with `Worker failed to boot` and exit status 3, uWSGI
    goes on and answers every request with `Internal Server Error`.

    ## Example
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:application
    ```
    ```python title="wsgi.py"
    from flask import Flask

    app = Flask(__name__)
    ```

    ## Use instead
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```
    ```python title="wsgi.py"
    from flask import Flask

    app = Flask(__name__)
    ```

    ## When it is fine
    When the module comes from an installed package or is generated when the project is built. The rule
    speaks of a missing module only when the project holds the package it should be in.

    ## References
    - https://docs.gunicorn.org/en/stable/run.html
    - https://github.com/benoitc/gunicorn/issues/2232
    """
    invocation = server.process.invocation
    target = server.target
    deployment = context.project.deployment_of(server.process.document)
    match server.process.environment.variables.get("DJANGO_SETTINGS_MODULE"):
        case Known(value=settings, at=place) if not modules_of(deployment, settings):
            yield from _missing_module(deployment, settings, place or server.process.at)
        case _:
            pass
    if invocation is None or target is None or target.module is None:
        return
    at = server.target_at or server.process.at
    if "/" in target.module:
        yield Finding(
            at,
            f'No module named "{target.module}"',
            label="a path, where a module is named",
            help=f"write {target.module.strip('./').replace('/', '.')}, or start in the folder of the module",
        )
        return
    paths = modules_of(deployment, target.module)
    if not paths:
        yield from _missing_module(deployment, target.module, at)
        return
    wanted = target.attribute or DEFAULT_ATTRIBUTE.get(invocation.kind)
    if wanted is None:
        return
    wanted = wanted.partition(".")[0]
    sources = [(path, source) for path in paths if (source := context.project.tree.read(path)) is not None]
    facts = [(path, describe(source)) for path, source in sources]
    if not facts or any(wanted in module.names or module.is_open for _, module in facts):
        return
    ending = target.module.replace(".", "/")
    near = [found for found in facts if is_imported_from(base_of(found[0], ending), server, deployment)]
    if not near:
        return
    path, module = near[0]
    close = nearest(wanted, sorted(module.names)) or next(
        (n for n in ("app", "application", "wsgi") if n in module.names), None
    )
    yield Finding(
        at,
        f'Failed to find attribute "{wanted}" in "{target.module}"',
        label="the server loads this",
        related=(Label(module.place_of(close), f"it defines {close}"),) if close else (),
        help=f"load {target.module}:{close}, or define {wanted} in {path}"
        if close
        else f"define {wanted} in {path}",
    )


def _missing_module(deployment: Deployment, module: str, at: Location) -> Findings:
    """Only when the project holds the package the module should be in: else it may be an installed one."""
    package, _, name = module.rpartition(".")
    if not package:
        return
    folder = package.replace(".", "/")
    named = deployment.tree.folders_named(folder.rpartition("/")[2], deployment.folder)
    if not named and not f"/{deployment.folder}".endswith(f"/{folder}"):
        return
    inside = sorted(
        path
        for found in {*named, deployment.folder}
        if found == folder or found.endswith("/" + folder)
        for path in deployment.tree.below(found)
        if path.endswith(".py") and posixpath.dirname(path) == found
    )
    if not inside:
        return
    close = nearest(name, sorted({posixpath.basename(path)[:-3] for path in inside}))
    yield Finding(
        at,
        f'No module named "{module}"',
        label="the server imports this",
        help=f"did you mean {package}.{close}?"
        if close
        else f"{posixpath.dirname(inside[0])} holds no {name}.py",
        confidence=Confidence.MEDIUM,
    )
