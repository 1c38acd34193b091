"""The accounts that programs run as."""

from functools import lru_cache

from deploylint.facts import HOST, Known, Process, SupervisorKind
from deploylint.model import AppServer, Deployment

# What nginx's packages run workers as: Debian and Ubuntu, nginx.org and Red Hat, Arch, and the source's own default.
_PACKAGED = frozenset({"www-data", "nginx", "http", "nobody"})
ROOT = frozenset({"root", "0"})


@lru_cache(maxsize=1)
def nginx_users(deployment: Deployment) -> frozenset[str]:
    """Who nginx's workers on the host may be: what `user` says, else whatever packages choose."""
    stated = {
        directive.values[0]
        for document in deployment.documents_in("nginx")
        if HOST in deployment.namespaces_of(document)
        and (directive := document.user) is not None
        and directive.values
    }
    return frozenset(stated) or _PACKAGED


def starter(process: Process) -> str | None:
    """Who a process is when it starts; None when nobody can tell."""
    if not isinstance(process.user, Known):
        return None
    user = process.user.value
    if user is None and process.supervision.kind is SupervisorKind.SYSTEMD:
        return "root"
    return user


def worker(server: AppServer) -> str | None:
    """Who a server is after it has dropped its privileges; None when nobody can tell."""
    wanted = server.setting("user")
    if wanted is None or wanted.at is None:
        return starter(server.process)
    return str(wanted.value) if isinstance(wanted, Known) else None
