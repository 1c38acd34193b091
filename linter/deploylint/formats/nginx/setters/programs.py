"""Directives of the process, of events and of mail (src/core/nginx.c, src/event/ngx_event.c, src/mail/)."""

from deploylint.formats.nginx.setters.call import Call, Refused, Setters
from deploylint.formats.nginx.setters.predicates import is_number, is_positive
from deploylint.values.errors import InvalidValue
from deploylint.values.upstream import proxy_pass

_EVENTS = frozenset(
    {"select", "poll", "epoll", "kqueue", "eventport", "/dev/poll", "devpoll", "rtsig", "iocp"}
)
# What a build for Linux has (auto/unix, auto/os/linux).
_LINUX_EVENTS = frozenset({"select", "poll", "epoll"})


def _worker_processes(call: Call) -> None:
    text = call.values[0]
    if text != "auto" and not is_number(text):
        raise Refused('"worker_processes" directive invalid number', 0, 'write a number or "auto"')


def _worker_priority(call: Call) -> None:
    text = call.values[0].removeprefix("-").removeprefix("+")
    if not is_number(text):
        raise Refused('"worker_priority" directive invalid number')


def _worker_connections(call: Call) -> None:
    if not is_number(call.values[0]):
        raise Refused(f'invalid number "{call.values[0]}" in "worker_connections" directive')


def _use(call: Call) -> None:
    if call.values[0] not in _LINUX_EVENTS:
        known = call.values[0] in _EVENTS
        raise Refused(
            f'invalid event type "{call.values[0]}"', 0, "Linux has epoll, poll and select" if known else None
        )


def _cpu_affinity(call: Call) -> None:
    values = call.values[1:] if call.values[0] == "auto" else call.values
    if call.values[0] == "auto" and len(call.values) > 2:
        raise Refused('invalid number of arguments in "worker_cpu_affinity" directive', None)
    for at, value in enumerate(values, len(call.values) - len(values)):
        wrong = next((character for character in value if character not in "01 "), None)
        if wrong:
            raise Refused(f'invalid character "{wrong}" in "worker_cpu_affinity"', at)


def _thread_pool(call: Call) -> None:
    named = {
        "threads=": (is_positive, 'invalid threads value "%s"'),
        "max_queue=": (is_number, 'invalid max_queue value "%s"'),
    }
    for at, value in enumerate(call.values[1:], 1):
        name, equals, rest = value.partition("=")
        if name + equals in named:
            predicate, message = named[name + equals]
            if not predicate(rest):
                raise Refused(message.replace("%s", value), at)
    if not any(value.startswith("threads=") for value in call.values[1:]):
        raise Refused('"thread_pool" must have "threads" parameter', None)


def _protocol(call: Call) -> None:
    if call.values[0] not in ("imap", "pop3", "smtp"):
        raise Refused(f'unknown protocol "{call.values[0]}"')


def _auth_http(call: Call) -> None:
    text = call.values[0].removeprefix("http://")
    try:
        proxy_pass(f"http://{text}")
    except InvalidValue as error:
        raise Refused(f'{error.message} in auth_http "{text}"') from None


SETTERS = Setters(
    {
        "worker_processes": _worker_processes,
        "worker_priority": _worker_priority,
        "worker_connections": _worker_connections,
        "use": _use,
        "worker_cpu_affinity": _cpu_affinity,
        "thread_pool": _thread_pool,
        "protocol": _protocol,
        "auth_http": _auth_http,
    }
)
