from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.nginx import Directive, File, Statement
from deploylint.pattern import pattern

_VARIABLE = pattern(r"\$\{?([A-Za-z_]\w*+)")


@rule(Severity.NOTE, group=Group.STYLE, pedantic=True)
def nginx_mixed_case_variable(file: File) -> Findings:
    """A variable is written in capitals here and in small letters there.

    ## Why is this bad?
    nginx does not tell the two apart: names of variables have no case. Whoever takes them for two
    variables changes one and with it the other.

    ## Example
    ```nginx
    server {
        listen 80;
        set $Backend 127.0.0.1:8000;
        location / {
            proxy_pass http://$backend;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        set $backend 127.0.0.1:8000;
        location / {
            proxy_pass http://$backend;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#set
    """
    if file.generated:
        return
    first: dict[str, tuple[str, Statement]] = {}
    told: set[str] = set()
    for statement, _ in file.walk():
        if (
            not isinstance(statement, Directive)
            or "$" not in statement.source.text[statement.start : statement.end]
        ):
            continue
        for word in statement.args:
            if word.opaque:
                continue
            for name in _VARIABLE.findall(word.raw):
                other, where = first.setdefault(name.lower(), (name, statement))
                if other != name and name.lower() not in told:
                    told.add(name.lower())
                    yield Finding(
                        word.at,
                        f'"${name}" and "${other}" are the same variable',
                        related=(Label(where.at, "written otherwise here"),),
                        help="write it in small letters everywhere",
                    )
