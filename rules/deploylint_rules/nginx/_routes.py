"""What several rules on nginx ask of a route."""

from deploylint.facts import Known, Route, Target
from deploylint.values.address import TcpAddress, UnixAddress, is_loopback


def is_local(route: Route) -> bool:
    """Whether all servers that the requests go to run on the same machine."""
    return bool(route.targets) and all(_is_here(target) for target in route.targets)


def _is_here(target: Target) -> bool:
    if not isinstance(target.address, Known):
        return False
    address = target.address.value
    return isinstance(address, UnixAddress) or (isinstance(address, TcpAddress) and is_loopback(address))
