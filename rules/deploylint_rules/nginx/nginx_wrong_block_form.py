from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.complaints import Check
from deploylint.formats.nginx.placing import complaints_of
from deploylint_rules.nginx._sentences import semicolon_fix


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] directive "*" has no opening "{" in *',
        '[emerg] directive "*" is not terminated by ";" in *',
    ),
)
def nginx_wrong_block_form(file: File, context: Context) -> Findings:
    """A block directive without its block, or a block after a directive that has none.

    ## Why is this bad?
    nginx refuses to start. Mostly a brace or a semicolon is missing.

    ## Example
    ```nginx
    server {
        listen 80;
        server_name example.com
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        server_name example.com;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Fix safety
    Safe: nginx refuses the file as it stands.

    ## References
    - https://nginx.org/en/docs/dirindex.html
    """
    for complaint in complaints_of(Check.FORM, file, context.project):
        after = complaint.missing_after
        block = complaint.variant is not None and complaint.variant.block
        yield Finding(
            after.at if after else complaint.directive.name_at,
            complaint.message,
            label="a semicolon seems to be missing here" if after else "",
            help="open its block with a brace" if block else "end the directive with a semicolon",
            fix=semicolon_fix(complaint),
        )
