from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive


@rule(Severity.NOTE, group=Group.SECURITY, named=("valid_referers",), pedantic=True)
def nginx_valid_referers_none(directive: Directive) -> Findings:
    """`valid_referers none` lets requests without a Referer pass.

    ## Why is this bad?
    A page of a stranger takes the header away with `Referrer-Policy: no-referrer` and passes the check,
    which therefore protects nothing.

    ## Example
    ```nginx
    server {
        listen 80;
        valid_referers none server_names;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        valid_referers server_names;
    }
    ```

    ## When it is fine
    When it only keeps other sites from showing your images, and visitors who hide the Referer are welcome.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_referer_module.html
    """
    for word in directive.args:
        if word.value in {"none", "blocked"}:
            yield Finding(
                word.at,
                f'"valid_referers {word.value}" lets requests pass whose Referer is hidden',
                label="a stranger's page can hide it",
                help="leave it out where the check is meant to protect",
            )
