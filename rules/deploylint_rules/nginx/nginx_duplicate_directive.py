from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.complaints import Check
from deploylint.formats.nginx.placing import complaints_of


@rule(Severity.ERROR, group=Group.VALIDITY, symptoms=('[emerg] "*" directive is duplicate in *',))
def nginx_duplicate_directive(file: File, context: Context) -> Findings:
    """A directive that may stand once in a block stands there twice.

    ## Why is this bad?
    nginx refuses to start instead of choosing one of the two values. Directives that add up, such as
    `add_header`, `access_log` or `server_name`, may be repeated.

    ## Example
    ```nginx
    server {
        listen 80;
        client_max_body_size 10m;
        root /srv/app/static;
        client_max_body_size 50m;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        root /srv/app/static;
        client_max_body_size 50m;
    }
    ```

    ## References
    - https://nginx.org/en/docs/dirindex.html
    """
    for complaint in complaints_of(Check.DUPLICATE, file, context.project):
        first = complaint.first
        yield Finding(
            complaint.directive.name_at,
            complaint.message,
            related=(Label(first.at, "the first one is here"),) if first else (),
            help="keep one of the two",
        )
