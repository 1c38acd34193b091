from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.nginx import Block
from deploylint.formats.nginx.scope import inside, is_template, matcher

_ASKING = ("deny", "auth_basic", "auth_request")


@rule(
    Severity.WARNING,
    group=Group.SECURITY,
    named=("location",),
    given=("return", (*_ASKING, "include")),
)
def nginx_return_bypasses_access_rules(block: Block, context: Context) -> Findings:
    """`return` answers before `deny` or a password is asked for.

    ## Why is this bad?
    nginx runs rewrites, and `return` with them, before it checks access. The rules beside it have no
    effect, and everybody gets the answer.

    ## Example
    ```nginx
    server {
        listen 80;
        location /internal-status {
            allow 10.0.0.0/8;
            deny all;
            return 200 "version 1.2.3";
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /internal-status {
            allow 10.0.0.0/8;
            deny all;
            try_files /none @answer;
        }
        location @answer {
            return 200 "version 1.2.3";
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/dev/development_guide.html#http_phases
    """
    if is_template(context) or matcher(block)[0] == "@":
        return
    for place in inside(context, block):
        rules = [one for one in place.own(*_ASKING) if one.values[:1] != ("off",)]
        returned = place.own("return")
        if not rules or not returned or place.get("internal") or returned[0].source is not block.source:
            return
        values = returned[0].values
        if len(values) == 1 and values[0].isdigit() and values[0][0] in "45":
            return
        yield Finding(
            returned[0].at,
            f'"return" answers before "{rules[0].name}" is looked at',
            label="everybody gets this",
            related=(Label(rules[0].at, "has no effect here"),),
            help="move the return into a named location that try_files leads to",
        )
        return
