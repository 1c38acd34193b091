from deploylint import Context, Finding, Findings, Severity, rule
from deploylint.formats.nginx import Block
from deploylint.formats.nginx.scope import is_template, known


@rule(Severity.NOTE, named=("map",), pedantic=True)
def nginx_map_without_default(block: Block, context: Context) -> Findings:
    """A map does not say what holds when no line matches.

    ## Why is this bad?
    The variable is empty then. Where it chooses a server or allows something, an unexpected value passes
    unnoticed.

    ## Example
    ```nginx
    map $uri $target {
        /a 127.0.0.1:8000;
        /b 127.0.0.1:8001;
    }
    ```

    ## Use instead
    ```nginx
    map $uri $target {
        default 127.0.0.1:8000;
        /a 127.0.0.1:8000;
        /b 127.0.0.1:8001;
    }
    ```

    ## When it is fine
    Often: an empty value is what most maps want.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_map_module.html#map
    """
    if is_template(context) or len(block.values) != 2:
        return
    if any(one.name in {"default", "include"} for one in block.children) or len(block.children) < 2:
        return
    if known(context.project).level(block).complete:
        yield Finding(
            block.header,
            f'the map of "{block.values[1]}" has no default',
            label="empty when no line matches",
            help='add a line for "default"',
        )
