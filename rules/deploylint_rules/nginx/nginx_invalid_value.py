from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.judgement import SLOTS
from deploylint.formats.nginx.placing import refusals
from deploylint.formats.nginx.setters import parameters, programs
from deploylint_rules.nginx._findings import refused


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] "*" directive invalid value in *',
        '[emerg] "*" directive invalid number in *',
        '[emerg] invalid value "*" in *',
        "[emerg] value must be *",
    ),
)
def nginx_invalid_value(file: File, context: Context) -> Findings:
    """A size, time, number or keyword that nginx does not take.

    ## Why is this bad?
    nginx refuses to start. Sizes end with k or m (those of files with g, too), times with ms, s, m, h, d, w, M or y,
    and there is nothing else: no `mb`, no `sec`, no fractions.

    ## Example
    ```nginx
    server {
        listen 80;
        client_max_body_size 10mb;
        proxy_read_timeout 60sec;
        ssl_protocols TLS1.2 TLSv1.3;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        client_max_body_size 10m;
        proxy_read_timeout 60s;
        ssl_protocols TLSv1.2 TLSv1.3;
    }
    ```

    ## References
    - https://nginx.org/en/docs/syntax.html
    """
    return refused(refusals(file, context.project, SLOTS, parameters.TIMEOUTS, programs.SETTERS))
