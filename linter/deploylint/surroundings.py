"""What a format has to tell of the place where a route stands. Only type checkers look at it."""

from collections.abc import Mapping

from deploylint.facts import Route, Value
from deploylint.typed import Protocol


class Surroundings(Protocol):
    """See the properties of `Route`."""

    def location(self, route: Route) -> str: ...

    def read_timeout(self, route: Route) -> Value[float]: ...

    def headers(self, route: Route) -> Value[Mapping[str, str]]: ...

    def body_limit(self, route: Route) -> Value[float]: ...

    def header_limit(self, route: Route) -> Value[float]: ...

    def idle_time(self, route: Route) -> Value[float]: ...

    def restricted(self, route: Route) -> Value[bool]: ...
