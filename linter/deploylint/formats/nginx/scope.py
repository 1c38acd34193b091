"""Where a directive stands, seen from a rule: the blocks around it, and what holds there."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.formats.nginx.configuration import Body, Configuration, configuration
from deploylint.formats.nginx.nodes import Block, File, Statement
from deploylint.pattern import pattern
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.document import Chain
    from deploylint.project import Project
    from deploylint.rule import Context

# The directives that answer a request themselves; of several in one location the last one counts.
HANDLERS = frozenset(
    {
        "proxy_pass",
        "uwsgi_pass",
        "fastcgi_pass",
        "scgi_pass",
        "grpc_pass",
        "memcached_pass",
        "stub_status",
        "empty_gif",
        "flv",
        "mp4",
        "perl",
    }
)

_SOCKET_PATH = pattern(r"(?:\^|=)?/?(?:\S*/)?(?:ws|wss|websockets?|socket\.io|socketio|sockjs)(?:/.*)?\$?")


@lru_cache(maxsize=2)
def known(project: "Project") -> Configuration:
    """The configuration that the nginx files of a project make."""
    return configuration(project.documents_of(File), project.tree)


def context_of(context: "Context") -> str | None:
    """In which of nginx's contexts the visited statement stands."""
    if not isinstance(context.document, File):
        return None
    return known(context.project).context(context.document, context.chain)


@dataclass(frozen=True, slots=True)
class Place:
    """One way in which a statement is part of a configuration; `bodies` are the blocks around from the inside out."""

    configuration: Configuration
    bodies: tuple[Body, ...]

    @property
    def location(self) -> Block | None:
        """The innermost `location` around."""
        return self._block("location")

    @property
    def server(self) -> Block | None:
        return self._block("server")

    @property
    def complete(self) -> bool:
        """Whether everything that holds here is at hand: no include is missing up to the server or the outermost file."""
        outer = self.bodies[-1]
        bodies = self.upto_server if self.server else self.bodies
        whole = not isinstance(outer, File) or not outer.generated
        return whole and all(self.configuration.level(body).complete for body in bodies)

    @property
    def upto_server(self) -> tuple[Body, ...]:
        """The blocks around, the server included and nothing outside of it."""
        for at, body in enumerate(self.bodies):
            if isinstance(body, Block) and body.name == "server":
                return self.bodies[: at + 1]
        return self.bodies

    def get(self, *names: str) -> list[Statement]:
        """The directives of these names of the innermost level that has any; nginx ignores the outer ones."""
        for body in self.bodies:
            level = self.configuration.level(body)
            if found := [statement for name in names for statement in level.get(name)]:
                return found
        return []

    def own(self, *names: str) -> list[Statement]:
        """The directives of these names of the innermost block."""
        level = self.configuration.level(self.bodies[0])
        return [statement for name in names for statement in level.get(name)]

    def everywhere(self, *names: str) -> list[Statement]:
        """The directives of these names of all levels around, the innermost first."""
        return [
            statement
            for body in self.bodies
            for name in names
            for statement in self.configuration.level(body).get(name)
        ]

    def _block(self, name: str) -> Block | None:
        return next((body for body in self.bodies if isinstance(body, Block) and body.name == name), None)


def places(context: "Context") -> Iterator[Place]:
    """Where the visited statement stands, once for each way in which its file is included."""
    return _places(context, context.chain, 0)


def inside(context: "Context", block: Block) -> Iterator[Place]:
    """The same for what stands inside the visited block."""
    return _places(context, (block, context.chain), 1)


def _places(context: "Context", chain: "Chain", slot: int) -> Iterator[Place]:
    """Kept in the slot until another place is asked for: several rules ask about each."""
    file = context.document
    if not isinstance(file, File):
        return iter(())
    here = known(context.project)
    asked = here.asked[slot]
    if asked is None or asked[0] is not file or not _is_same(asked[1], chain):
        found = [Place(here, tuple(bodies)) for bodies in here.places(file, chain)]
        asked = here.asked[slot] = (file, chain, found)
    return iter(asked[2])


def _is_same(one: "Chain", other: "Chain") -> bool:
    """Whether two chains lead through the same nodes. Comparing all of them could take long."""
    if one is None or other is None:
        return one is other
    return one[0] is other[0] and one[1] is other[1]


def is_template(context: "Context") -> bool:
    """Whether a template engine makes the file, so that statements may come and go."""
    return isinstance(context.document, File) and context.document.generated


def matcher(location: Block) -> tuple[str, str]:
    r"""Modifier and pattern of a location: `("~", "\.php$")`, `("", "/static/")`, `("@", "@app")`."""
    values = location.values
    if len(values) > 1:
        return values[0], values[1]
    value = values[0] if values else ""
    if value.startswith("@"):
        return "@", value
    for modifier in ("~*", "^~", "~", "="):
        if value.startswith(modifier):
            return modifier, value[len(modifier) :]
    return "", value


def is_socket_path(matched: str) -> bool:
    """Whether what a location matches says that it is for websockets."""
    return _SOCKET_PATH.fullmatch(matched) is not None


def locations(configuration: Configuration, body: Body) -> Sequence[Block]:
    """The locations that stand directly in a block, those of its includes with them, in the order of the text."""
    return [block for block in configuration.level(body).get("location") if isinstance(block, Block)]
