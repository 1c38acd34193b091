from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.formats.nginx import Block, Statement
from deploylint.formats.nginx.scope import HANDLERS, Place, inside, is_template, matcher


@rule(Severity.WARNING, named=("server", "location"), given=("return",))
def nginx_dead_after_return(block: Block, context: Context) -> Findings:
    """An unconditional `return` keeps what stands beside it from ever running.

    ## Why is this bad?
    nginx runs `return` before it looks for a location, a file or an application, wherever it stands in the
    block. A location beside a server's `return`, such as the one for ACME challenges, gets no request, and
    certificates are not renewed.

    ## Example
    ```nginx
    server {
        listen 80;
        location /.well-known/acme-challenge/ {
            root /var/www/acme;
        }
        return 301 https://$host$request_uri;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /.well-known/acme-challenge/ {
            root /var/www/acme;
        }
        location / {
            return 301 https://$host$request_uri;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_rewrite_module.html
    """
    if is_template(context):
        return
    for place in inside(context, block):
        returned = place.own("return")
        if not returned or returned[0].source is not block.source:
            return
        dead = _dead(place, block, returned[0])
        if dead is not None:
            yield Finding(
                returned[0].at,
                f'"return" answers every request, so that "{dead.name}" beside it is dead',
                label="runs first",
                related=(Label(dead.at, "never gets a request"),),
                help="move the return into a location of its own"
                if block.name == "server"
                else "keep one of them",
            )
        return


def _dead(place: Place, block: Block, returned: Statement) -> Statement | None:
    """The first directive that the return makes useless. What an earlier rewrite leads away is alive."""
    if place.own("rewrite", "break"):
        return None
    if block.name == "location":
        found = place.own(*HANDLERS, "try_files")
    else:
        found = [one for one in place.own("location") if isinstance(one, Block) and matcher(one)[0] != "@"]
    return found[0] if found and returned.values else None
