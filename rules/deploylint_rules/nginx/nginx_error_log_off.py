from deploylint import Edit, Finding, Findings, Fix, Safety, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.words import Head


def _is_off(head: Head) -> bool:
    return head.values[:1] == ("off",)


@rule(Severity.WARNING, named=("error_log",), when=_is_off)
def nginx_error_log_off(directive: Directive) -> Findings:
    """`error_log off` writes errors to a file named off.

    ## Why is this bad?
    Only `access_log` knows `off`. nginx takes the word for a file name, relative to its prefix.

    ## Example
    ```nginx
    server {
        listen 80;
        error_log off;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        error_log /dev/null crit;
    }
    ```

    ## Fix safety
    Unsafe: what was written to the file is not written any more.

    ## References
    - https://nginx.org/en/docs/ngx_core_module.html#error_log
    """
    argument = directive.args[0].at
    rest = "" if len(directive.values) > 1 else " crit"
    yield Finding(
        argument,
        '"error_log off" writes errors to a file named "off"',
        label="taken for a file name",
        help="keep the log; errors are rare and needed",
        fix=Fix("write to /dev/null", (Edit(argument, f"/dev/null{rest}"),), Safety.UNSAFE),
    )
