from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.placing import refusals
from deploylint.formats.nginx.relations import listeners
from deploylint.formats.nginx.setters import names
from deploylint_rules.nginx._findings import faulty, refused


@rule(
    Severity.ERROR,
    given=((*names.SETTERS, "include"),),
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] server name "*" is invalid in *',
        '[emerg] invalid server name or wildcard "*" on *',
    ),
)
def nginx_invalid_server_name(file: File, context: Context) -> Findings:
    """A server name with an asterisk where it cannot be.

    ## Why is this bad?
    nginx refuses to start. An asterisk stands for whole labels at the beginning or the end of a name.

    ## Example
    ```nginx
    server {
        listen 80;
        server_name *example.com;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        server_name .example.com;
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/server_names.html
    """
    yield from refused(refusals(file, context.project, names.SETTERS))
    yield from faulty(listeners.names(file, context.project))
