from deploylint import Context, Finding, Findings, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.scope import is_template, known
from deploylint.formats.nginx.sockets import sockets


@rule(Severity.NOTE, pedantic=True)
def nginx_no_default_server(file: File, context: Context) -> Findings:
    """Several servers share an address and none is the default one.

    ## Why is this bad?
    Requests for any other name, such as those of scanners, go to the server that happens to come first.
    The application behind it sees host names that are not its own.

    ## Example
    ```nginx
    server {
        listen 80;
        server_name a.example;
    }
    server {
        listen 80;
        server_name b.example;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80 default_server;
        server_name _;
        return 444;
    }
    server {
        listen 80;
        server_name a.example;
    }
    server {
        listen 80;
        server_name b.example;
    }
    ```

    ## When it is fine
    When a file that is not in the repository holds the default server.

    ## References
    - https://nginx.org/en/docs/http/request_processing.html
    """
    if is_template(context):
        return
    for bound in sockets(known(context.project), file):
        if len({id(one.server) for one in bound}) < 2 or any(one.is_default for one in bound):
            continue
        first = bound[0].listen
        if first is not None:
            yield Finding(
                first.at,
                "none of the servers on this address is the default one",
                label="gets the requests for all other names, since it comes first",
                help="add a server with default_server that closes the connection",
            )
