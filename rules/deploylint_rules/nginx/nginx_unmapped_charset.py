from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import charsets
from deploylint_rules.nginx._findings import faulty


@rule(
    Severity.ERROR,
    given=("source_charset",),
    group=Group.VALIDITY,
    symptoms=('[emerg] no "charset_map" between the charsets "*" and "*"',),
)
def nginx_unmapped_charset(file: File, context: Context) -> Findings:
    """Text is to be recoded between charsets that no `charset_map` joins.

    ## Why is this bad?
    nginx refuses to start: it knows no charsets itself.

    ## Example
    ```nginx title="nginx/nginx.conf"
    events {}
    http {
        server {
            listen 80;
            source_charset koi8-r;
            charset utf-8;
        }
    }
    ```

    ## Use instead
    ```nginx title="nginx/nginx.conf"
    events {}
    http {
        server {
            listen 80;
            charset utf-8;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_charset_module.html
    """
    return faulty(charsets.faults(file, context.project))
