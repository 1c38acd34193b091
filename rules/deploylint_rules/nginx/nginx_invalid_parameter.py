from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.placing import refusals
from deploylint.formats.nginx.setters import names, parameters, zones
from deploylint_rules.nginx._findings import refused


@rule(
    Severity.ERROR,
    given=((*parameters.SETTERS, *zones.SETTERS, *names.ADDRESSES),),
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] invalid parameter "*" in *',
        '[emerg] invalid rate "*" in *',
        '[emerg] "*" must have "*" parameter in *',
        '[emerg] invalid log level "*" in *',
    ),
)
def nginx_invalid_parameter(file: File, context: Context) -> Findings:
    """A parameter of a directive that nginx does not take.

    ## Why is this bad?
    nginx refuses to start. Parameters with a name are written `name=value`, without blanks around the equals sign.

    ## Example
    ```nginx
    limit_req_zone $binary_remote_addr zone=login:10m rate=5/s;
    server {
        listen 80;
        error_page 500 502 600 /50x.html;
        allow 10.0.0.0/33;
    }
    ```

    ## Use instead
    ```nginx
    limit_req_zone $binary_remote_addr zone=login:10m rate=5r/s;
    server {
        listen 80;
        error_page 500 502 /50x.html;
        allow 10.0.0.0/8;
    }
    ```

    ## References
    - https://nginx.org/en/docs/dirindex.html
    """
    return refused(refusals(file, context.project, parameters.SETTERS, zones.SETTERS, names.ADDRESSES))
