from functools import lru_cache

from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import HOST, Known, Listener, Process, SocketUnit, SupervisorKind
from deploylint.formats.systemd.unit import units_setting
from deploylint.model import AppServer, Deployment
from deploylint.project import Project
from deploylint.values.address import UnixAddress
from deploylint_rules.deployment._accounts import starter

_SUPERVISORS = {SupervisorKind.SYSTEMD, SupervisorKind.SUPERVISOR}

# Folders of /run that packages or systemd itself create.
_USUAL = frozenset(
    {"lock", "user", "uwsgi", "supervisor", "supervisord", "nginx", "shm", "sshd", "systemd", "php"}
)


@rule(
    Severity.WARNING,
    given=(Process,),
    confidence=Confidence.MEDIUM,
    symptoms=(
        "FileNotFoundError: [Errno 2] No such file or directory: '/run/*'",
        "connect() to unix:* failed (2: No such file or directory)",
    ),
)
def runtime_directory_missing(server: AppServer, context: Context) -> Findings:
    """A socket lies in a folder of /run that nothing creates.

    ## Why is this bad?
    /run is empty after every boot. A folder that somebody made by hand is gone then, and the server cannot
    create its socket in it.

    ## Example
    ```systemd
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop/web.sock wsgi:app
    ```

    ## Use instead
    ```systemd
    [Service]
    User=shop
    RuntimeDirectory=shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop/web.sock wsgi:app
    ```

    ## When it is fine
    When a package or `tmpfiles.d` on the server creates the folder.

    ## References
    - systemd.exec(5), RuntimeDirectory=
    - tmpfiles.d(5)
    """
    process = server.process
    if not any(map(_is_in_run, server.listeners)) or process.supervision.kind not in _SUPERVISORS:
        return
    if process.namespace != HOST or starter(process) is None:
        return
    deployment = context.project.deployment_of(process.document)
    name = (server.origin or process).name
    if any(unit.service == name for unit in deployment.every(SocketUnit)):
        return
    for listener in server.listeners:
        match listener.address:
            case Known(value=UnixAddress(path=path)) if _is_in_run(listener):
                folder = path.removeprefix("/run/").partition("/")
            case _:
                continue
        if not folder[1] or folder[0] in _USUAL or _is_created(folder[0], deployment, context):
            continue
        yield Finding(
            listener.at,
            f"nothing creates /run/{folder[0]}, which is gone after a reboot",
            label="the socket needs this folder",
            related=(Label(process.at, f"{server.name} starts here"),)
            if listener.document is not process.document
            else (),
            help=f"add RuntimeDirectory={folder[0]} to the unit"
            if process.supervision.kind is SupervisorKind.SYSTEMD
            else f"create /run/{folder[0]} with tmpfiles.d, or use a folder that stays",
        )


def _is_in_run(listener: Listener) -> bool:
    address = listener.address.value if isinstance(listener.address, Known) else None
    return isinstance(address, UnixAddress) and not address.abstract and address.path.startswith("/run/")


def _is_created(folder: str, deployment: Deployment, context: Context) -> bool:
    """By a unit's RuntimeDirectory=, or by anything of the project that speaks of making the folder."""
    by_units = _runtime_directories(context.project)
    if folder in by_units or any("%" in name for name in by_units):
        return True
    named = (f"/run/{folder}", f"/run/${{{folder}}}")
    return any(path in line for line in _making(deployment) for path in named)


@lru_cache(maxsize=1)
def _making(deployment: Deployment) -> tuple[str, ...]:
    """The lines that make something below /run."""
    return tuple(
        line
        for text in _texts(deployment)
        if "/run/" in text
        for line in text.splitlines()
        if "/run/" in line and any(verb in line for verb in ("mkdir", "install ", "d /", "D /"))
    )


@lru_cache(maxsize=1)
def _runtime_directories(project: Project) -> frozenset[str]:
    """The folders that the units of a project name, without those in them; a word with a specifier as it is."""
    return frozenset(
        word if "%" in word else word.partition("/")[0]
        for unit in units_setting("Service", "RuntimeDirectory", project)
        for word, _ in unit.words("Service", "RuntimeDirectory")
    )


def _texts(deployment: Deployment) -> list[str]:
    """The deployment's files, and the files of its folder that set a machine up."""
    texts = [document.source.text for document in deployment.documents]
    for path in deployment.tree.below(deployment.folder):
        if path.endswith((".sh", ".yml", ".yaml")) or "tmpfiles" in path:
            source = deployment.tree.read(path)
            if source is not None:
                texts.append(source.text)
    return texts
