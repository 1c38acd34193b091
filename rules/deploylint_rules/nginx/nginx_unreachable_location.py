from collections.abc import Sequence

from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.formats.nginx import Block
from deploylint.formats.nginx.scope import is_template, known, locations, matcher

_EVERYTHING = frozenset(
    {"/", "^/", ".*", "^.*", "^/.*", "^/.*$", "^/(.*)", "^/(.*)$", "^(.*)$", "(.*)", ".", "^"}
)

_PATTERNS = frozenset({"~", "~*"})


@rule(Severity.WARNING, named=("server",))
def nginx_unreachable_location(server: Block, context: Context) -> Findings:
    r"""A location that another one always wins against.

    ## Why is this bad?
    nginx asks the regular expressions in the order of the file and takes the first that matches. One that
    stands behind a pattern for everything, or behind its own repetition, never gets a request. `^~ /` ends
    the search before any pattern is asked.

    ## Example
    ```nginx
    server {
        listen 80;
        location ~ ^/ {
            proxy_pass http://127.0.0.1:8000;
        }
        location ~ \.css$ {
            root /srv/app;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location ~ \.css$ {
            root /srv/app;
        }
        location ~ ^/ {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#location
    """
    if is_template(context):
        return
    configuration = known(context.project)
    if configuration.level(server).complete:
        yield from _hidden([one for one in locations(configuration, server) if not one.head.opaque])


def _hidden(found: Sequence[Block]) -> Findings:
    matched = [(one, *matcher(one)) for one in found]
    expressions = sum(modifier in _PATTERNS for _, modifier, _ in matched)
    if not expressions:
        return
    ends = next((one for one, modifier, pattern in matched if (modifier, pattern) == ("^~", "/")), None)
    if ends is not None and any(modifier == "" for _, modifier, _ in matched):
        ends = None
    if ends is None and expressions == 1:
        return
    catch_all: Block | None = ends
    seen: dict[tuple[str, str], Block] = {}
    for one, modifier, pattern in matched:
        if modifier not in _PATTERNS:
            continue
        winner = catch_all or seen.get((modifier, pattern)) or seen.get(("~*", pattern))
        if winner is not None:
            yield Finding(
                one.header,
                f'no request reaches the location "{pattern}"',
                label="another location always wins",
                related=(Label(winner.header, "this one"),),
                help="put the more special pattern first",
            )
        elif pattern in _EVERYTHING:
            catch_all = one
        seen.setdefault((modifier, pattern), one)
