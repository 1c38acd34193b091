from posixpath import basename

from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.formats.nginx import Block, Statement
from deploylint.formats.nginx.configuration import Body
from deploylint.formats.nginx.scope import Place, inside, is_template

_FAMILIES = {"uwsgi_pass": "uwsgi_param", "fastcgi_pass": "fastcgi_param", "scgi_pass": "scgi_param"}


@rule(
    Severity.ERROR,
    named=("location", "if"),
    given=(tuple(_FAMILIES.values()),),
    symptoms=("KeyError: 'REQUEST_METHOD'",),
)
def nginx_params_inheritance_lost(block: Block, context: Context) -> Findings:
    """A parameter in a location takes away those that the server includes.

    ## Why is this bad?
    `uwsgi_param` and its kin are inherited only by blocks that have none themselves. With one of its own the
    location passes on that one only: neither the method nor the path of the request.

    ## Example
    ```nginx
    server {
        listen 80;
        include uwsgi_params;
        location / {
            uwsgi_param UWSGI_SCHEME https;
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
            uwsgi_param UWSGI_SCHEME https;
            uwsgi_pass 127.0.0.1:3031;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_uwsgi_module.html#uwsgi_param
    """
    if is_template(context):
        return
    for place in inside(context, block):
        for directive, parameter in _FAMILIES.items():
            own = [one for one in place.own(parameter) if one.source is block.source]
            if not own or not place.own(directive) or not place.configuration.level(block).complete:
                continue
            if _include(block, parameter) or _sets_method(place.own(parameter)):
                continue
            lost = _outer(place, parameter)
            if lost is not None:
                yield Finding(
                    own[0].at,
                    f'this {block.name} does not inherit the parameters from outside, since it has a "{parameter}" of its own',
                    label="replaces all that are set outside",
                    related=(Label(lost.at, "not in force here"),),
                    help="repeat the include in this block",
                )
        return


def _outer(place: Place, parameter: str) -> Statement | None:
    """What sets the request's parameters outside."""
    for body in place.bodies[1:]:
        found = place.configuration.level(body).get(parameter)
        if included := _include(body, parameter):
            return included
        if found:
            return found[0] if _sets_method(found) else None
    return None


def _include(body: Body, parameter: str) -> Statement | None:
    """The include of the packaged parameters, such as `uwsgi_params` or `fastcgi.conf`."""
    family = parameter.partition("_")[0]
    for statement in body.children:
        if statement.name == "include" and any(family in basename(value) for value in statement.values):
            return statement
    return None


def _sets_method(parameters: list[Statement]) -> bool:
    return any(one.values[:1] == ("REQUEST_METHOD",) for one in parameters)
