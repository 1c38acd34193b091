from collections import Counter
from functools import lru_cache

from deploylint import Confidence, Context, Finding, Findings, Severity, rule
from deploylint.formats.nginx import File, Statement
from deploylint.formats.nginx.scope import is_template, known
from deploylint.pattern import pattern
from deploylint.project import Project

_WORD = pattern(r"[\w.@-]++")
_ZONES = frozenset({"limit_req_zone", "limit_conn_zone", "proxy_cache_path", "uwsgi_cache_path"})


@rule(Severity.NOTE, confidence=Confidence.MEDIUM, pedantic=True)
def nginx_unused_definition(file: File, context: Context) -> Findings:
    """An upstream, a map, a zone or a log format that nothing uses.

    ## Why is this bad?
    It does nothing. Often the place that should use it names something else, so that a limit is not in
    force or the requests go elsewhere.

    ## Example
    ```nginx
    limit_req_zone $binary_remote_addr zone=login:10m rate=1r/s;
    server {
        listen 80;
        location /sign-in {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    limit_req_zone $binary_remote_addr zone=login:10m rate=1r/s;
    server {
        listen 80;
        location /sign-in {
            limit_req zone=login;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## When it is fine
    When a file that is not in the repository uses it.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_limit_req_module.html
    """
    if is_template(context):
        return
    used = _words(context.project)
    for statement, chain in file.walk():
        name = _defined(statement)
        if name is None or used[name] > 1 or statement.opaque:
            continue
        if known(context.project).context(file, chain) == "http":
            yield Finding(
                statement.at,
                f'nothing uses "{name}"',
                label="defined here",
                help="use it, or remove it",
            )


def _defined(statement: Statement) -> str | None:
    """The name that a statement defines, as the words of a file are counted."""
    name, values = statement.name, statement.values
    if name in {"upstream", "log_format"} and values:
        return values[0]
    if name in {"map", "geo", "split_clients"} and values:
        return values[-1].removeprefix("$")
    if name in _ZONES:
        zones = [value.partition("=")[2] for value in values if value.startswith(("zone=", "keys_zone="))]
        return zones[0].partition(":")[0] if zones else None
    return None


@lru_cache(maxsize=1)
def _words(project: Project) -> Counter[str]:
    return Counter(word for file in project.documents_of(File) for word in _WORD.findall(file.source.text))
