"""What holds where a route stands, worked out when a rule asks: there are many routes, and few are asked about."""

from collections.abc import Mapping, Sequence

from deploylint.facts import Aim, Route, Unknown, Value
from deploylint.formats.nginx import inheritance
from deploylint.formats.nginx.configuration import Body
from deploylint.formats.nginx.nodes import Block, File, Statement
from deploylint.formats.nginx.targets import Upstreams
from deploylint.source import Location
from deploylint.typed import ClassVar, cast

_NOT_HTTP = Unknown("not an HTTP proxy")


class InStream:
    """Of a route of `stream` or `mail`. `bodies` are the blocks around its statement, from the inside out."""

    __slots__ = ("_bodies", "_statement", "_upstreams")

    in_stream: ClassVar[bool] = True

    def __init__(self, statement: Statement, bodies: Sequence[Body], upstreams: Upstreams) -> None:
        self._statement = statement
        self._bodies = tuple(bodies)
        self._upstreams = upstreams

    def at(self, route: Route) -> Location:  # noqa: ARG002
        return self._statement.at

    def aim(self, route: Route) -> Aim:
        upstreams = self._upstreams
        if upstreams.asked is None or upstreams.asked[0] is not self:
            file = cast("File", route.document)
            aim = upstreams.targets(file, self._statement, self._bodies, in_stream=self.in_stream)
            upstreams.asked = self, aim
        return upstreams.asked[1]

    def location(self, route: Route) -> str:  # noqa: ARG002
        return location_of(self._bodies)

    def read_timeout(self, route: Route) -> Value[float]:  # noqa: ARG002
        return _NOT_HTTP

    def headers(self, route: Route) -> Value[Mapping[str, str]]:  # noqa: ARG002
        return _NOT_HTTP

    def body_limit(self, route: Route) -> Value[float]:  # noqa: ARG002
        return _NOT_HTTP

    def header_limit(self, route: Route) -> Value[float]:  # noqa: ARG002
        return _NOT_HTTP

    def idle_time(self, route: Route) -> Value[float]:
        return self._upstreams.idle_time(route.upstream, cast("File", route.document))

    def restricted(self, route: Route) -> Value[bool]:  # noqa: ARG002
        return _NOT_HTTP


class InHttp(InStream):
    """Of a route of `http`."""

    __slots__ = ()

    in_stream: ClassVar[bool] = False

    def read_timeout(self, route: Route) -> Value[float]:
        return inheritance.read_timeout(self._upstreams.configuration, self._bodies, route.directive)

    def headers(self, route: Route) -> Value[Mapping[str, str]]:
        return inheritance.request_headers(self._upstreams.configuration, self._bodies, route.directive)

    def body_limit(self, route: Route) -> Value[float]:  # noqa: ARG002
        return inheritance.body_limit(self._upstreams.configuration, self._bodies)

    def header_limit(self, route: Route) -> Value[float]:  # noqa: ARG002
        return inheritance.header_limit(self._upstreams.configuration, self._bodies)

    def restricted(self, route: Route) -> Value[bool]:  # noqa: ARG002
        return inheritance.restricted(self._upstreams.configuration, self._bodies)


def location_of(bodies: Sequence[Body]) -> str:
    """The arguments of the innermost location as written; empty outside one."""
    for body in bodies:
        if isinstance(body, Block) and body.name == "location":
            return " ".join(word.raw for word in body.args)
    return ""
