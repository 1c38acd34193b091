from posixpath import basename

from deploylint import Context, Edit, Finding, Findings, Fix, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import Place, is_template, places
from deploylint.source import Location, Span


@rule(
    Severity.ERROR,
    named=("uwsgi_pass",),
    symptoms=("KeyError: 'REQUEST_METHOD'", "invalid request block size"),
)
def nginx_uwsgi_params_missing(directive: Directive, context: Context) -> Findings:
    """`uwsgi_pass` without `uwsgi_params` passes on no request.

    ## Why is this bad?
    nginx sends only the parameters that are set. Without them the application learns neither the method
    nor the path, and fails on every request.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            uwsgi_pass 127.0.0.1:3031;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            include uwsgi_params;
            uwsgi_pass 127.0.0.1:3031;
        }
    }
    ```

    ## Fix safety
    Safe: without the parameters no request succeeds.

    ## References
    - https://uwsgi-docs.readthedocs.io/en/latest/Nginx.html
    """
    if is_template(context):
        return
    for place in places(context):
        if place.server is None or not place.complete or _has_parameters(place):
            return
    text = directive.source.text
    indent = text[text.rfind("\n", 0, directive.start) + 1 : directive.start]
    before = Location(directive.source, Span(directive.start, directive.start))
    fix = Fix("include uwsgi_params", (Edit(before, f"include uwsgi_params;\n{indent}"),))
    yield Finding(
        directive.at,
        "the application learns neither method nor path, since no uwsgi_param is set",
        label="passes on nothing of the request",
        help='add "include uwsgi_params;"',
        fix=fix if not indent.strip() else None,
    )


def _has_parameters(place: Place) -> bool:
    for body in place.bodies:
        if place.configuration.level(body).get("uwsgi_param"):
            return True
        for statement in body.children:
            if statement.name == "include" and any("param" in basename(value) for value in statement.values):
                return True
    return False
