from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.nginx import Block
from deploylint.formats.nginx.scope import inside, is_template, locations


@rule(Severity.NOTE, group=Group.SECURITY, named=("server",), pedantic=True)
def nginx_misdirected_request(server: Block, context: Context) -> Findings:
    """A server that refuses handshakes still answers over open HTTP/2 connections.

    ## Why is this bad?
    A browser may send a request for another name over a connection that it has. nginx chooses the server by
    that name, and this one answers with its own pages instead of `421 Misdirected Request`.

    ## Example
    ```nginx
    server {
        listen 443 ssl default_server;
        http2 on;
        ssl_reject_handshake on;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl default_server;
        http2 on;
        ssl_reject_handshake on;
        return 421;
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_reject_handshake
    - https://www.rfc-editor.org/rfc/rfc9110#name-421-misdirected-request
    """
    if is_template(context):
        return
    for place in inside(context, server):
        level = place.configuration.level(server)
        rejecting = [one for one in level.get("ssl_reject_handshake") if one.values == ("on",)]
        spoken = place.get("http2")
        http2 = any(one.values == ("on",) for one in spoken) or any(
            "http2" in one.values for one in level.get("listen")
        )
        if not rejecting or not http2 or not place.complete or level.get("return"):
            return
        if any(
            place.configuration.level(one).get("return") for one in locations(place.configuration, server)
        ):
            return
        yield Finding(
            rejecting[0].at,
            "requests for other names get the pages of this server",
            label="refuses new connections only",
            related=(Label(server.name_at, "this server"),),
            help='add "return 421;"',
        )
        return
