from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import context_of


@rule(
    Severity.NOTE,
    group=Group.PERFORMANCE,
    named=("proxy_buffering", "uwsgi_buffering", "fastcgi_buffering"),
    pedantic=True,
)
def nginx_proxy_buffering_off(directive: Directive, context: Context) -> Findings:
    """A slow client keeps a worker of the application busy.

    ## Why is this bad?
    Without buffering the application's answer goes out as fast as the client takes it. A synchronous
    gunicorn or uWSGI worker waits that long: a few slow clients stop the site.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_buffering off;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## When it is fine
    For streams such as server-sent events, with asynchronous workers.

    ## References
    - https://docs.gunicorn.org/en/stable/deploy.html
    """
    if [value.lower() for value in directive.values] == ["off"] and context_of(context) in {
        "http",
        "server",
        "location",
    }:
        yield Finding(
            directive.at,
            "slow clients keep workers of the application busy",
            label="the answer is not buffered",
            help="turn it off for streams only",
        )
