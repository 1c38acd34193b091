from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import places


@rule(Severity.NOTE, group=Group.SECURITY, named=("proxy_set_header",), pedantic=True)
def nginx_h2c_smuggling(directive: Directive, context: Context) -> Findings:
    """Upgrade and Connection are passed on as the client wrote them.

    ## Why is this bad?
    A client may ask an application that speaks HTTP/2 without TLS to change to it. nginx then passes bytes
    both ways, and the rules of its locations do not hold for the requests inside.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $http_connection;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    map $http_upgrade $upgrade {
        default "";
        websocket websocket;
    }
    map $upgrade $connection {
        default close;
        websocket upgrade;
    }
    server {
        listen 80;
        location / {
            proxy_http_version 1.1;
            proxy_set_header Upgrade $upgrade;
            proxy_set_header Connection $connection;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## When it is fine
    When the application speaks no HTTP/2 in the clear, as gunicorn, uWSGI and uvicorn do not.

    ## References
    - https://bishopfox.com/blog/h2c-smuggling-request
    """
    if tuple(value.lower() for value in directive.values) != ("connection", "$http_connection"):
        return
    for place in places(context):
        headers = [tuple(value.lower() for value in one.values) for one in place.own("proxy_set_header")]
        if ("upgrade", "$http_upgrade") in headers:
            yield Finding(
                directive.at,
                "the client may ask the application for any other protocol",
                label="as the client wrote it",
                help="pass on only the upgrade to websocket",
            )
            return
