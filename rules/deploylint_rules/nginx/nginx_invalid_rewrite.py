from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.placing import refusals
from deploylint.formats.nginx.setters import rewriting
from deploylint_rules.nginx._findings import refused


@rule(
    Severity.ERROR,
    given=(rewriting.SETTERS,),
    group=Group.VALIDITY,
    symptoms=('[emerg] invalid return code "*" in *',),
)
def nginx_invalid_rewrite(file: File, context: Context) -> Findings:
    """A flag of `rewrite` or a code of `return` that nginx does not know.

    ## Why is this bad?
    nginx refuses to start. The flags are `last`, `break`, `redirect` and `permanent`; `return` takes a status code, a code
    with a text or URL, or an `http://`, `https://` or `$scheme` URL alone.

    ## Example
    ```nginx
    server {
        listen 80;
        rewrite ^/old$ /new 301;
        location /gone {
            return /new;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        rewrite ^/old$ /new permanent;
        location /gone {
            return 302 /new;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_rewrite_module.html
    """
    return refused(refusals(file, context.project, rewriting.SETTERS))
