from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.placing import refusals
from deploylint.formats.nginx.relations import variables as relations
from deploylint.formats.nginx.setters import patterns, variables
from deploylint_rules.nginx._findings import faulty, refused


@rule(
    Severity.ERROR,
    given=((*variables.SETTERS, *variables.MAKERS, *patterns.NAMES),),
    group=Group.VALIDITY,
    symptoms=(
        "[emerg] invalid variable name in *",
        '[emerg] the closing bracket in "*" variable is missing in *',
        '[emerg] the duplicate "*" variable in *',
    ),
)
def nginx_invalid_variable(file: File, context: Context) -> Findings:
    """A dollar sign without a variable, or one that may not be set.

    ## Why is this bad?
    nginx refuses to start. A dollar sign always begins a variable, `$name` or `${name}`; nothing escapes it. nginx's own
    variables cannot be defined again, except for a few such as `$args`.

    ## Example
    ```nginx
    server {
        listen 80;
        add_header X-Price "5 $";
        set $host example.com;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        add_header X-Price "5 dollars";
        set $canonical_host example.com;
    }
    ```

    ## References
    - https://nginx.org/en/docs/varindex.html
    """
    yield from refused(refusals(file, context.project, variables.SETTERS))
    yield from faulty(relations.redefined(file, context.project))
