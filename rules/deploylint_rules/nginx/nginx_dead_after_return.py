from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.formats.nginx import Block, Statement
from deploylint.formats.nginx.configuration import Level
from deploylint.formats.nginx.scope import HANDLERS, is_template, level, matcher


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
    held = level(context, block)
    returned = held.get("return")
    if not returned or returned[0].source is not block.source:
        return
    dead = _dead(held, block, returned[0])
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


def _dead(held: Level, block: Block, returned: Statement) -> Statement | None:
    """The first directive that the return makes useless. What an earlier rewrite leads away is alive."""
    if held.among(("rewrite", "break")):
        return None
    if block.name == "location":
        found = held.among((*HANDLERS, "try_files"))
    else:
        found = [one for one in held.get("location") if isinstance(one, Block) and matcher(one)[0] != "@"]
    return found[0] if found and returned.values else None
