"""Where requests are passed to: `proxy_pass` and its kin (ngx_http_proxy_pass, ngx_stream_proxy_pass and others)."""

from deploylint.formats.nginx.setters.call import Call, Refused, Setters
from deploylint.formats.nginx.setters.locations import matcher_of
from deploylint.values.errors import InvalidValue
from deploylint.values.upstream import UpstreamTarget, proxy_pass, server_pass, upstream_server

NAMES = ("proxy_pass", "uwsgi_pass", "fastcgi_pass", "scgi_pass", "grpc_pass", "memcached_pass")
_NO_URI = (
    '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, '
    'or inside "if" statement, or inside "limit_except" block'
)


def target(call: Call) -> UpstreamTarget | None:
    """The server a request is passed to, read; raises `Refused`. None where a variable decides."""
    text = call.values[0]
    if "$" in text:
        return None
    try:
        if call.context.startswith("stream"):
            return upstream_server(text)
        return proxy_pass(text) if call.name == "proxy_pass" else server_pass(text, call.name)
    except InvalidValue as error:
        raise Refused(*_refusal(call, text, error.message)) from None


def _refusal(call: Call, text: str, message: str) -> tuple[str, int, str | None]:
    if message == "invalid URL prefix":
        return message, 0, 'write "http://" or "https://" before the host'
    if call.context.startswith("stream"):
        return f'{message} in upstream "{text}"', 0, None
    scheme, separator, _ = text.partition("://")
    if separator and call.name != "proxy_pass":
        return f'{message} in upstream "{text}"', 0, f'"{call.name}" takes an address without "{scheme}://"'
    rest = (
        text.partition("://")[2]
        if call.name in ("proxy_pass", "grpc_pass", "uwsgi_pass") and separator
        else text
    )
    return f'{message} in upstream "{rest}"', 0, None


def _pass(call: Call) -> None:
    found = target(call)
    if found is None or call.context.startswith("stream"):
        return
    if call.name == "proxy_pass" and found.uri and _takes_no_uri(call):
        raise Refused(_NO_URI, 0, f'take "{found.uri}" away, or change the path with rewrite')


def _takes_no_uri(call: Call) -> bool:
    """Whether nginx cannot tell which part of the path to replace."""
    if call.context in ("if-in-location", "limit_except"):
        return True
    own = matcher_of(call.location) if call.location is not None else None
    return own is not None and own.modifier in ("~", "~*", "@")


SETTERS = Setters(dict.fromkeys(NAMES, _pass), located=True)
