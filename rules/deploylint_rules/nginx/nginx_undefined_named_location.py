from functools import lru_cache

from deploylint import Context, Finding, Findings, Severity, rule
from deploylint.formats.nginx import Block, Directive
from deploylint.formats.nginx.configuration import Configuration
from deploylint.formats.nginx.scope import is_template, locations, matcher, places
from deploylint.formats.nginx.words import Head


def _names_one(head: Head) -> bool:
    return len(head.values) > 1 and head.values[-1].startswith("@") and "$" not in head.values[-1]


@rule(
    Severity.ERROR,
    named=("try_files", "error_page"),
    when=_names_one,
    symptoms=('could not find named location "*"',),
)
def nginx_undefined_named_location(directive: Directive, context: Context) -> Findings:
    """A fallback names a location that the server does not have.

    ## Why is this bad?
    `nginx -t` does not notice. Each request that needs the fallback is answered with 500, and the error
    log says `could not find named location "@app"`.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            try_files $uri @application;
        }
        location @app {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            try_files $uri @app;
        }
        location @app {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#try_files
    """
    if is_template(context):
        return
    name = directive.values[-1]
    if directive.opaque and directive.args[-1].opaque:
        return
    for place in places(context):
        server = place.server
        if server is None or not place.configuration.level(server).complete:
            return
        named = _locations(place.configuration, server)
        if name in named or any("{" in other for other in named):
            return
    yield Finding(
        directive.args[-1].at,
        f'the server has no location "{name}"',
        label="requests that come here are answered with 500",
        help="define the location in the same server, or name the one that is there",
    )


@lru_cache(maxsize=64)
def _locations(configuration: Configuration, server: Block) -> frozenset[str]:
    """The named locations of a server, `@` included."""
    found = map(matcher, locations(configuration, server))
    return frozenset([pattern for modifier, pattern in found if modifier == "@"])
