from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.placing import refusals
from deploylint.formats.nginx.setters import conditions
from deploylint_rules.nginx._findings import refused


@rule(
    Severity.ERROR,
    given=(conditions.SETTERS,),
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] invalid condition "*" in *',
        '[emerg] unexpected "*" in condition in *',
    ),
)
def nginx_invalid_condition(file: File, context: Context) -> Findings:
    """A condition of `if` that nginx cannot read.

    ## Why is this bad?
    nginx refuses to start. A condition is a variable alone, a variable compared with `=`, `!=`, `~`, `~*`, `!~` or `!~*`,
    or a test of a file with `-f`, `-d`, `-e` or `-x`. There is no `==`, no `&&` and no `else`.

    ## Example
    ```nginx
    server {
        listen 80;
        if ($request_method == POST) {
            return 405;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        if ($request_method = POST) {
            return 405;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#if
    """
    return refused(refusals(file, context.project, conditions.SETTERS))
