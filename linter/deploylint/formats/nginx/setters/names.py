"""`server_name` (ngx_http_core_server_name) and who may use nginx (ngx_http_access, realip)."""

from deploylint.formats.nginx.setters.call import Call, Refused, Setters
from deploylint.formats.nginx.setters.predicates import is_network


def _server_name(call: Call) -> None:
    if call.context not in ("server", "stream-server"):
        return
    for at, name in enumerate(call.values):
        wildcard = name.startswith("*") and (len(name) < 3 or name[1] != ".")
        if wildcard or name == ".":
            raise Refused(
                f'server name "{name}" is invalid', at, "an asterisk stands for whole parts: *.example.com"
            )
        if name == "~":
            raise Refused(f'empty regex in server name "{name}"', at)


def _access(call: Call) -> None:
    text = call.values[0]
    if text not in ("all", "unix:") and not is_network(text):
        raise Refused(
            f'invalid parameter "{text}"', 0, 'write an address, a network such as 10.0.0.0/8, or "all"'
        )


ADDRESSES = Setters({"allow": _access, "deny": _access})
SETTERS = Setters({"server_name": _server_name})
