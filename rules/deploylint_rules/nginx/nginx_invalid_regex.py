from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.placing import refusals
from deploylint.formats.nginx.relations import entries
from deploylint.formats.nginx.setters import patterns
from deploylint_rules.nginx._findings import refused


@rule(
    Severity.ERROR,
    given=((*patterns.SETTERS, "map"),),
    group=Group.VALIDITY,
    symptoms=(
        "[emerg] pcre2_compile() failed: *",
        "[emerg] pcre_compile() failed: *",
    ),
)
def nginx_invalid_regex(file: File, context: Context) -> Findings:
    r"""A regular expression that does not compile.

    ## Why is this bad?
    nginx refuses to start. Often a parenthesis is missing, an asterisk stands where a dot and an asterisk was meant, or a
    brace without quotes has cut the pattern in two.

    ## Example
    ```nginx
    server {
        listen 80;
        location ~ *.php$ {
            return 404;
        }
        location ~ ^/(api|v1 {
            return 404;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location ~ \.php$ {
            return 404;
        }
        location ~ ^/(api|v1) {
            return 404;
        }
    }
    ```

    ## References
    - pcre2pattern(3)
    """
    yield from refused(refusals(file, context.project, patterns.SETTERS))
    yield from refused(entries.patterns(file, context.project))
