from deploylint import Context, Finding, Findings, Severity, rule
from deploylint.facts import Known, Process, ProcessHead
from deploylint.formats.command_line.invocation import Kind
from deploylint.values.words import Word

_PACKAGES = {
    Kind.GUNICORN: "gunicorn",
    Kind.UVICORN: "uvicorn",
    Kind.HYPERCORN: "hypercorn",
    Kind.DAPHNE: "daphne",
    Kind.WAITRESS: "waitress",
    Kind.GRANIAN: "granian",
    Kind.FLASK_RUN: "flask",
    Kind.CELERY_WORKER: "celery",
    Kind.CELERY_BEAT: "celery",
}
# They keep the working directory out of the search path; `-s`, `-E` and others do not.
_SAFE = ("-P", "-I")


def _has_package(head: ProcessHead) -> bool:
    _, _, kind = head
    return kind in _PACKAGES


@rule(Severity.ERROR, given=(Process,), when=_has_package)
def module_hidden_by_file(process: Process, context: Context) -> Findings:
    """`python -m` runs a file of the project that is called like the server.

    ## Why is this bad?
    `python -m gunicorn` looks in the working directory first. With a `gunicorn.py` there, often a configuration
    file, Python runs that instead of the server and ends without a word.

    ## Example
    ```systemd title="shop.service"
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/python -m gunicorn --config /srv/shop/gunicorn.py shop:app
    ```
    ```python title="gunicorn.py"
    bind = "127.0.0.1:8000"
    ```
    ```python title="shop.py"
    from flask import Flask

    app = Flask(__name__)
    ```

    ## Use instead
    ```systemd title="shop.service"
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/python -m gunicorn --config /srv/shop/gunicorn.conf.py shop:app
    ```
    ```python title="gunicorn.conf.py"
    bind = "127.0.0.1:8000"
    ```
    ```python title="shop.py"
    from flask import Flask

    app = Flask(__name__)
    ```

    ## When it is fine
    `venv/bin/gunicorn` and `python -P -m gunicorn` do not look in the working directory for it.

    ## References
    https://docs.python.org/3/using/cmdline.html#cmdoption-m
    """
    invocation = process.invocation
    package = _PACKAGES.get(invocation.kind) if invocation is not None else None
    if invocation is None or package is None or not isinstance(process.directory, Known):
        return
    if process.directory.value is None or not _as_module(invocation.words, package):
        return
    if "PYTHONSAFEPATH" in process.environment.variables:
        return
    deployment = context.project.deployment_of(process.document)
    folders = deployment.places.folders(process.directory.value, process.namespace)
    for folder in folders if len(folders) == 1 else ():
        base = "" if folder == "." else f"{folder}/"
        hiding = next(
            (
                path
                for path in (f"{base}{package}/__init__.py", f"{base}{package}.py")
                if path in deployment.tree.files
            ),
            None,
        )
        if hiding is not None:
            yield Finding(
                process.at,
                f"python -m {package} runs {hiding} and not {package}",
                label=f"the process starts in {process.directory.value}",
                help=f"call {hiding} something else, or start the program {package} itself",
                severity=Severity.WARNING if process.environment.outside else None,
            )


def _as_module(words: tuple[Word, ...], package: str) -> bool:
    """Whether the words say `python -m PACKAGE`, without an option that leaves the working directory out."""
    for at, word in enumerate(words):
        if word.value == package and at and not word.opaque and words[at - 1].known == "-m":
            return not any(before.known in _SAFE for before in words[:at])
    return False
