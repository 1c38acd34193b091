from deploylint import Context, Finding, Findings, Severity, rule
from deploylint.formats.nginx import Block
from deploylint.formats.nginx.scope import context_of

_SOUND = frozenset({"return", "rewrite", "set", "break", "include"})


@rule(Severity.NOTE, named=("if",), pedantic=True)
def nginx_if_is_evil(block: Block, context: Context) -> Findings:
    """An `if` in a location does more than to return, rewrite or set a variable.

    ## Why is this bad?
    An `if` is a location of its own that takes the place of the outer one when the condition holds. Of two
    that hold only the last counts, and not all directives of the outer location are in force in it.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            if ($arg_download) {
                add_header Content-Disposition attachment;
            }
            root /srv/app;
        }
    }
    ```

    ## Use instead
    ```nginx
    map $arg_download $disposition {
        default attachment;
        "" "";
    }
    server {
        listen 80;
        location / {
            add_header Content-Disposition $disposition;
            root /srv/app;
        }
    }
    ```

    ## When it is fine
    When there is one `if` and its effect was tried out.

    ## References
    - https://github.com/nginxinc/nginx-wiki/blob/master/source/start/topics/depth/ifisevil.rst
    - https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#if
    """
    if context_of(context) != "location":
        return
    for one in block.children:
        if one.name not in _SOUND and not one.opaque:
            yield Finding(
                one.name_at,
                f'"{one.name}" in an if of a location',
                label="takes the outer location's place",
                help="choose the value with a map, or the location with a return or a rewrite",
            )
            return
