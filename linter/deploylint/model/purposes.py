"""Which requests a route is for: those of the application, or those of some other program beside it."""

from collections.abc import Iterable

from deploylint.facts import Known, Listener, Protocol, Route, Target
from deploylint.pattern import pattern
from deploylint.values.address import UnixAddress

_WORD = pattern(r"[a-z0-9]++")
# Paths and upstreams of applications; a monitor, a message broker or a notebook has its own name there.
_OF_APPLICATIONS = frozenset(
    "account accounts admin api app application asgi auth backend back core django fastapi flask graphql gunicorn login "
    "main rest rpc server service site uvicorn uwsgi v1 v2 web webapp website wsgi".split()
)


def is_for_application(route: Route, target: Target, listeners: Iterable[Listener]) -> bool:
    """Whether a route is clearly meant for the servers that listen there, so that a wrong target is a mistake.

    It takes every request, or its path or upstream is called like an application, or like theirs. `uwsgi_pass` and
    sockets are for nobody else; `fastcgi_pass` goes to PHP, `grpc_pass` and streams to servers of other kinds.
    """
    if route.protocol is Protocol.UWSGI:
        return True
    if route.protocol is not Protocol.HTTP:
        return False
    path = route.location.rpartition(" ")[2].lstrip("^")
    if path in ("", "/", "/*", ".*", "/.*", "/(.*)", "/(.*)$", "/.*$") or path.startswith("@"):
        return True
    match target.address:
        case Known(value=UnixAddress()):
            return True
        case _:
            pass
    words = set(_WORD.findall(f"{path.strip('/').partition('/')[0]} {route.upstream or ''}".lower()))
    return not words.isdisjoint(_OF_APPLICATIONS) or not words.isdisjoint(_names(listeners))


def _names(listeners: Iterable[Listener]) -> set[str]:
    """The words that the servers and their applications are called by."""
    texts = []
    for listener in listeners:
        process = listener.process
        target = process.invocation.target if process is not None and process.invocation is not None else None
        module = target.module if target is not None else None
        texts += [listener.owner, module or ""]
    kinds = {"service", "program", "container", "conf", "py", "ini"}
    return set(_WORD.findall(" ".join(texts).lower())) - kinds
