from deploylint import Context, Finding, Findings, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import Place, is_template, matcher, places
from deploylint.formats.nginx.variables import references, regex_condition
from deploylint.formats.nginx.words import Head

_NAMES = (
    "return",
    "rewrite",
    "set",
    "proxy_pass",
    "alias",
    "root",
    "try_files",
    "add_header",
    "proxy_set_header",
)


def _uses_capture(head: Head) -> bool:
    return not head.opaque and any(
        name.isdigit() and name != "0"
        for value in head.values
        if "$" in value
        for name, _, _ in references(value)
    )


@rule(Severity.WARNING, named=_NAMES, when=_uses_capture)
def nginx_undefined_capture(directive: Directive, context: Context) -> Findings:
    """`$1` is used where no regular expression has such a group.

    ## Why is this bad?
    nginx replaces it by nothing and says nothing: redirects and files lose a part of their path.

    ## Example
    ```nginx
    server {
        listen 80;
        location /old/ {
            return 301 https://example.com/new/$1;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location ~ ^/old/(.*)$ {
            return 301 https://example.com/new/$1;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_rewrite_module.html
    """
    if is_template(context):
        return
    skipped = 1 if directive.name == "rewrite" else 0
    for argument, value in enumerate(directive.values[skipped:], skipped):
        for name, start, end in references(value):
            if not name.isdigit() or name == "0":
                continue
            if all(_is_undefined(place, directive, int(name)) for place in places(context)):
                word = directive.args[argument]
                at = word.at
                if not word.quoted and "\\" not in word.raw:
                    at = word.source.location(word.start + start, word.start + end)
                yield Finding(
                    at,
                    f"no regular expression defines ${name} here",
                    label="always empty",
                    help="put parentheses around the part of the pattern that is meant",
                )
                break


def _is_undefined(place: Place, directive: Directive, number: int) -> bool:
    """Whether no pattern that nginx may have run before has so many groups; False when nobody can tell."""
    if directive.name == "rewrite":
        return _most((directive.values[0],)) < number
    if place.server is None or not place.complete:
        return False
    patterns: list[str] = []
    for statement in place.everywhere("rewrite", "if", "server_name", "map"):
        if statement.name == "map":
            if any(entry.name.startswith("~") for entry in getattr(statement, "children", ())):
                return False
        elif statement.name == "rewrite":
            patterns += statement.values[:1]
        elif statement.name == "server_name":
            patterns += [value[1:] for value in statement.values if value.startswith("~")]
        elif (condition := regex_condition(statement)) is not None:
            patterns.append(condition[1])
    for body in place.upto_server:
        if body is place.location or getattr(body, "name", "") == "location":
            modifier, pattern = matcher(body)  # type: ignore[arg-type]
            if modifier in {"~", "~*"}:
                patterns.append(pattern)
    return _most(tuple(patterns)) < number


def _most(patterns: tuple[str, ...]) -> int:
    from deploylint.formats.nginx.captures import groups  # noqa: PLC0415  few statements use captures

    """The greatest number of groups; a hundred when a pattern is not understood."""
    most = 0
    for pattern in patterns:
        found = groups(pattern)
        if found is None:
            return 100
        most = max(most, sum(name.isdigit() for name in found))
    return most
