from collections.abc import Sequence

from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.complaints import Check, Complaint
from deploylint.formats.nginx.placing import complaints_of
from deploylint.model.variants import is_example
from deploylint_rules.nginx._sentences import arguments, semicolon_fix


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=('[emerg] invalid number of arguments in "*" directive in *',),
)
def nginx_wrong_argument_count(file: File, context: Context) -> Findings:
    """A directive has too few or too many arguments.

    ## Why is this bad?
    nginx refuses to start. When a semicolon is missing, the next line's directive becomes an argument,
    and nginx names a line after the mistake.

    ## Example
    ```nginx
    server {
        listen 80;
        root /srv/app/static
        server_name example.com;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        root /srv/app/static;
        server_name example.com;
    }
    ```

    ## Fix safety
    Safe: nginx refuses the file as it stands.

    ## References
    - https://nginx.org/en/docs/dirindex.html
    """
    for complaint in complaints_of(Check.COUNT, file, context.project):
        after = complaint.missing_after
        directive = complaint.directive
        if is_example(file.path) and _is_to_be_replaced(directive.values):
            continue
        yield Finding(
            after.at if after else directive.name_at,
            complaint.message,
            label="a semicolon seems to be missing here" if after else f"{max(directive.count - 1, 0)} given",
            help=_help(complaint),
            fix=semicolon_fix(complaint),
        )


def _is_to_be_replaced(values: Sequence[str]) -> bool:
    """Whether some words are one text that whoever copies the sample replaces: `set $scheme <http or https>;`."""
    opening = next((n for n, value in enumerate(values) if value.startswith("<")), None)
    return opening is not None and any(value.endswith(">") for value in values[opening + 1 :])


def _help(complaint: Complaint) -> str | None:
    if complaint.missing_after is not None:
        return "end the directive with a semicolon"
    if "=" in complaint.directive.values[:1]:
        return 'name and value stand side by side, without "="'
    name = complaint.directive.name
    return f'"{name}" takes {arguments(complaint.variant)}' if complaint.variant else None
