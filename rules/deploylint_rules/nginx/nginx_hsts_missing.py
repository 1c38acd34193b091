from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Block, Statement
from deploylint.formats.nginx.scope import inside, is_template
from deploylint.pattern import IGNORECASE, pattern

_AGE = pattern(r"max-age=\"?(\d+)", IGNORECASE)
_HALF_A_YEAR = 15_552_000


@rule(Severity.NOTE, group=Group.SECURITY, named=("server",), pedantic=True)
def nginx_hsts_missing(server: Block, context: Context) -> Findings:
    """A TLS server does not tell browsers to stay with TLS, or for a short time only.

    ## Why is this bad?
    The first request of every visit may go out in the clear, where others can read and redirect it.

    ## Example
    ```nginx
    server {
        listen 443 ssl;
        root /srv/app;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl;
        root /srv/app;
        add_header Strict-Transport-Security "max-age=31536000" always;
    }
    ```

    ## When it is fine
    When the application sends the header, as Django does with `SECURE_HSTS_SECONDS`, and while TLS is on trial.

    ## References
    - https://www.rfc-editor.org/rfc/rfc6797
    """
    if is_template(context):
        return
    for place in inside(context, server):
        level = place.configuration.level(server)
        listens = level.get("listen")
        tls = next((one for one in listens if "ssl" in one.values[1:]), None)
        if tls is None or not place.complete or level.get("return"):
            return
        if any(one.values == ("on",) for one in level.get("ssl_reject_handshake")):
            return
        if level.get("more_set_headers"):
            return
        headers = place.get("add_header")
        for location in level.get("location"):
            if isinstance(location, Block):
                headers = [*headers, *place.configuration.level(location).get("add_header")]
        ages = [age for one in headers if (age := _age(one)) is not None]
        if not ages:
            yield Finding(
                tls.at,
                "browsers are not told to stay with TLS",
                help="send Strict-Transport-Security",
            )
        elif max(ages) < _HALF_A_YEAR:
            yield Finding(
                tls.at,
                f"browsers are told to stay with TLS for {max(ages)} seconds only",
                help="half a year is the least that counts: max-age=15552000",
            )
        return


def _age(statement: Statement) -> int | None:
    """The age that a header Strict-Transport-Security states; a year where a variable does."""
    if len(statement.values) < 2 or statement.values[0].lower() != "strict-transport-security":
        return None
    match = _AGE.search(statement.values[1])
    return int(match[1][:12]) if match else 31_536_000
