"""What nginx and systemd take where a directive or key is not written. Read by editors only, so loaded only there.

    nginx("client_max_body_size", "server")            -> "1m"
    nginx("keepalive_requests", "http", (1, 18))       -> None: another value before 1.19.10
    systemd("Service", "TimeoutStopSec")               -> "90s"

A value is written as in a configuration file; `4k|8k` is one or the other by the machine, and what depends on another
key says so. The values of nginx come from its documentation, their releases from its source; those of systemd come
from asking SYSTEMD_RELEASE. Of the other programs the vocabularies themselves hold the defaults.
"""

from deploylint.vocabulary.data.defaults import NGINX, SYSTEMD, SYSTEMD_RELEASE

__all__ = ["SYSTEMD_RELEASE", "nginx", "systemd"]


def nginx(name: str, context: str | None, version: tuple[int, ...] | None = None) -> str | None:
    """The default in a context, None for any; of the newest release, or None if it is not known of `version`."""
    rows = [row for row in NGINX.get(name, ()) if context is None or context in row[0]]
    found = {value for _, value, since in rows if version is None or (*version, 0, 0)[:3] >= since}
    return found.pop() if len(found) == 1 else None


def systemd(section: str, name: str) -> str | None:
    """The default of a key in SYSTEMD_RELEASE, with what the manager brings unless its settings say otherwise."""
    return SYSTEMD.get(section, {}).get(name)
