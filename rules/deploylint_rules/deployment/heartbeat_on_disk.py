from functools import lru_cache

from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.document import Document
from deploylint.facts import Known, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer


@rule(
    Severity.NOTE,
    given=(Process,),
    group=Group.PERFORMANCE,
    confidence=Confidence.MEDIUM,
    pedantic=True,
    symptoms=("[CRITICAL] WORKER TIMEOUT (pid:*)",),
)
def heartbeat_on_disk(server: AppServer) -> Findings:
    """gunicorn's workers in a container show on a disk that they are alive.

    ## Why is this bad?
    Each worker touches a file in /tmp about once a second, which in a container lies on the disk of the host. While
    the disk is busy, the call waits, and the master may kill a healthy worker for its silence. /dev/shm is memory.

    ## Example
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 shop.wsgi
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn --worker-tmp-dir /dev/shm --bind 0.0.0.0:8000 shop.wsgi
    ```

    ## When it is fine
    Where /tmp is a tmpfs; the rule is silent where the file that starts gunicorn names one, and where TMPDIR is set.

    ## References
    - https://docs.gunicorn.org/en/latest/faq.html#how-do-i-avoid-gunicorn-excessively-blocking-in-os-fchmod
    - https://github.com/benoitc/gunicorn/issues/1194
    """
    process, folder = server.process, server.setting("worker_tmp_dir")
    if server.kind != Kind.GUNICORN.value or process.namespace.is_host or process.invocation is None:
        return
    if not isinstance(folder, Known) or folder.value is not None:
        return
    origin = server.origin or process
    if "TMPDIR" in process.environment.variables or _has_tmpfs(origin.document):
        return
    yield Finding(
        folder.at or process.at,
        f"the workers of {server.name} keep their heartbeat files in /tmp, on a disk",
        help="set worker_tmp_dir to /dev/shm",
    )


@lru_cache(maxsize=64)
def _has_tmpfs(document: Document) -> bool:
    return "tmpfs" in document.source.text
