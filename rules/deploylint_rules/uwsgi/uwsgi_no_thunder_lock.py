from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of

_FEW = 4
# Other ways to share the connections.
_LOOPS = ("gevent", "asyncio", "async", "ugreen", "reuse-port", "map-socket")


@rule(Severity.NOTE, group=Group.PERFORMANCE, confidence=Confidence.MEDIUM, pedantic=True)
def uwsgi_no_thunder_lock(config: UwsgiConfig) -> Findings:
    """Every new connection wakes several workers, and one of them gets it.

    ## Why is this bad?
    Workers without something to do all wait for the same socket. The kernel wakes more of them than are needed, and
    the busiest core tends to get most of the requests. `thunder-lock` lets one worker wait at a time.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    master = true
    processes = 8
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    master = true
    processes = 8
    thunder-lock = true
    ```

    ## When it is fine
    With few workers, which is why four of them are not reported, and with an event loop of its own, such as gevent's.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/articles/SerializingAccept.html
    """
    settings = settings_of(config)
    processes, lock = settings.processes, settings.boolean("thunder-lock")
    if not isinstance(processes, Known) or processes.value <= _FEW or processes.at is None:
        return
    if isinstance(lock, Known) and not lock.value and not settings.is_emperor and not settings.all(*_LOOPS):
        yield Finding(
            lock.at or processes.at,
            f"{processes.value} processes wait for the same socket at the same time",
            help="set thunder-lock",
        )
