from collections.abc import Iterator

from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import known
from deploylint.project import Project
from deploylint.targets import target

_SINCE = (1, 25, 0)
_CORRECTED = (1, 31, 7)


@rule(Severity.WARNING, group=Group.RELIABILITY, named=("quic_bpf",))
def nginx_quic_lost_on_reload(directive: Directive, context: Context) -> Findings:
    """After a reload many HTTP/3 connections get no answer.

    ## Why is this bad?
    With `quic_bpf` and `reuseport` every worker has a socket of its own. Before 1.31.7 those of the old workers stay open
    after a reload, and the kernel goes on to hand new connections to them: with two workers about half of the
    clients wait for nothing. No log says so, and a restart cures it until the next reload.

    ## Example
    ```nginx
    worker_processes auto;
    quic_bpf on;
    events {}
    http {
        server {
            listen 443 quic reuseport;
            listen 443 ssl;
        }
    }
    ```
    ```compose
    services:
      nginx:
        image: nginx:1.30.4
        volumes:
          - ./nginx.conf:/etc/nginx/nginx.conf:ro
    ```

    ## Use instead
    ```nginx
    worker_processes auto;
    quic_bpf off;
    events {}
    http {
        server {
            listen 443 quic reuseport;
            listen 443 ssl;
        }
    }
    ```
    ```compose
    services:
      nginx:
        image: nginx:1.30.4
        volumes:
          - ./nginx.conf:/etc/nginx/nginx.conf:ro
    ```

    ## When it is fine
    When nginx is never reloaded, or was built with a correction of its own. Only a release that the project names is
    looked at.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_v3_module.html#quic_bpf
    - https://github.com/nginx/nginx/issues/425
    """
    if directive.values != ("on",) or context.document is None:
        return
    release = target(context.project, "nginx", context.document)
    if release is None or not _SINCE <= release.version < _CORRECTED:
        return
    workers, listen = (
        next(_named("worker_processes", context.project), None),
        next(_listens(context.project), None),
    )
    if workers is None or listen is None or workers.values == ("1",):
        return
    yield Finding(
        directive.at,
        f"nginx {release.written} loses HTTP/3 connections after each reload",
        label="with several workers and reuseport",
        related=(
            Label(listen.at, "each worker has a socket of its own"),
            Label(workers.at, "there are several"),
        ),
        help=f"set quic_bpf off; {release.why}",
    )


def _named(name: str, project: Project) -> Iterator[Directive]:
    for file in known(project).every_file():
        for statement, _ in file.walk():
            if isinstance(statement, Directive) and statement.name == name and not statement.opaque:
                yield statement


def _listens(project: Project) -> Iterator[Directive]:
    for statement in _named("listen", project):
        if {"quic", "reuseport"} <= set(statement.values):
            yield statement
