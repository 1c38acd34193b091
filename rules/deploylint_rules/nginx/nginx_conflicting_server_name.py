from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.formats.nginx import File, Statement
from deploylint.formats.nginx.scope import is_template, known
from deploylint.formats.nginx.sockets import Bound, may_repeat_itself, names, servers, sockets
from deploylint.formats.nginx.words import lowered
from deploylint.source import Location

_Place = tuple[Bound, Statement | None]


@rule(
    Severity.WARNING,
    given=(("server", "include"),),
    symptoms=('[warn] conflicting server name "*" on *, ignored',),
)
def nginx_conflicting_server_name(file: File, context: Context) -> Findings:
    """Two servers claim the same name on the same address.

    ## Why is this bad?
    nginx ignores the name of the second one with a warning. All requests go to the first server.

    ## Example
    ```nginx
    server {
        listen 80;
        server_name example.com;
        root /srv/old;
    }
    server {
        listen 80;
        server_name example.com;
        root /srv/new;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        server_name old.example.com;
        root /srv/old;
    }
    server {
        listen 80;
        server_name example.com;
        root /srv/new;
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/server_names.html
    """
    if is_template(context):
        return
    configuration = known(context.project)
    found = servers(configuration, file)
    if len(found) == 1 and not may_repeat_itself(configuration, found[0]):
        return
    for bound in sockets(configuration, file):
        if len(bound) == 1 and not may_repeat_itself(configuration, bound[0].server):
            continue
        seen: dict[str, _Place] = {}
        for one in bound:
            for statement, written in names(configuration, one.server):
                here = one, statement
                for name in map(lowered, written):
                    if name.startswith("~"):
                        continue
                    if name in seen:
                        yield _finding(name, here, seen[name])
                    else:
                        seen[name] = here


def _finding(name: str, second: _Place, first: _Place) -> Finding:
    return Finding(
        _at(*second),
        f'conflicting server name "{name}", which nginx ignores here',
        label="never gets a request for this name",
        related=(Label(_at(*first), "the first one gets them all"),),
        help="give each name to one server of the address",
    )


def _at(bound: Bound, statement: Statement | None) -> Location:
    return statement.at if statement is not None else bound.server.name_at
