from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.complaints import Check
from deploylint.formats.nginx.placing import complaints_of

_MEANT = {"yes": "on", "true": "on", "1": "on", "enable": "on", "enabled": "on"} | {
    "no": "off",
    "false": "off",
    "0": "off",
    "disable": "off",
    "disabled": "off",
}


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=('[emerg] invalid value "*" in "*" directive, it must be "on" or "off" in *',),
)
def nginx_invalid_flag(file: File, context: Context) -> Findings:
    """A switch is neither `on` nor `off`.

    ## Why is this bad?
    nginx refuses to start: it knows no other words for yes and no.

    ## Example
    ```nginx
    server {
        listen 80;
        gzip yes;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        gzip on;
    }
    ```

    ## Fix safety
    Safe: nginx refuses the file as it stands.

    ## References
    - https://nginx.org/en/docs/dirindex.html
    """
    for complaint in complaints_of(Check.FLAG, file, context.project):
        word = complaint.directive.args[0]
        meant = _MEANT.get(word.value.lower())
        yield Finding(
            word.at,
            complaint.message,
            help=f'write "{meant}"' if meant else 'write "on" or "off"',
            fix=Fix(f'write "{meant}"', (Edit(word.at, meant),)) if meant else None,
        )
