from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.formats.nginx import Block
from deploylint.formats.nginx.scope import HANDLERS, Place, context_of, inside, is_template

# An if with one of these does not go on to look for files.
_LEAVES = frozenset({*HANDLERS, "return", "rewrite", "alias", "root", "include"})


@rule(Severity.WARNING, named=("if",))
def nginx_if_disables_try_files(block: Block, context: Context) -> Findings:
    """When the condition of an `if` holds, the location's `try_files` is not run.

    ## Why is this bad?
    An `if` is a location of its own that inherits no `try_files`. Each request for which the condition
    holds is looked up as a plain file: the fallback is not tried, and 404 is the answer.

    ## Example
    ```nginx
    server {
        listen 80;
        root /srv/app;
        location / {
            try_files $uri /index.html;
            if ($arg_debug) {
                set $debugging 1;
            }
        }
    }
    ```

    ## Use instead
    ```nginx
    map $arg_debug $debugging {
        default 1;
        "" "";
    }
    server {
        listen 80;
        root /srv/app;
        location / {
            try_files $uri /index.html;
        }
    }
    ```

    ## References
    - https://github.com/nginxinc/nginx-wiki/blob/master/source/start/topics/depth/ifisevil.rst
    """
    if context_of(context) != "location" or is_template(context):
        return
    if not block.children or any(one.name in _LEAVES for one in block.children):
        return
    for place in inside(context, block):
        outer = Place(place.configuration, place.bodies[1:])
        found = outer.own("try_files")
        if found:
            yield Finding(
                block.header,
                "try_files is not run when this condition holds",
                label="a location of its own",
                related=(Label(found[0].at, "not in force in the if"),),
                help="move the condition into a map, or to the server",
            )
            return
