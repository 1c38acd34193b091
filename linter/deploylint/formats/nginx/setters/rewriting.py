"""`return`, `rewrite` and `set` (src/http/modules/ngx_http_rewrite_module.c, src/stream/ngx_stream_return_module.c)."""

from deploylint.formats.nginx.setters.call import Call, Refused, Setters, natural

_FLAGS = frozenset({"last", "break", "redirect", "permanent"})
_URLS = ("http://", "https://", "$scheme")


def _return(call: Call) -> None:
    if not call.context.startswith(("server", "location", "if")):
        return
    status = natural(call.values[0])
    if status is None and (len(call.values) > 1 or not call.values[0].startswith(_URLS)):
        raise Refused(
            f'invalid return code "{call.values[0]}"', 0, "write a status code, or an http:// or https:// URL"
        )
    if status is not None and status > 999:
        raise Refused(f'invalid return code "{call.values[0]}"')


def _rewrite(call: Call) -> None:
    if not call.values[1]:
        raise Refused("empty replacement", 1)
    if len(call.values) == 3 and call.values[2] not in _FLAGS:
        raise Refused(
            f'invalid parameter "{call.values[2]}"', 2, "the flags are last, break, redirect and permanent"
        )


SETTERS = Setters({"return": _return, "rewrite": _rewrite})
