"""Where a directive stands, seen from a rule: the blocks around it, and what holds there."""

from collections.abc import Sequence
from functools import lru_cache

from deploylint.formats.nginx.configuration import Body, Configuration, Level, configuration
from deploylint.formats.nginx.nodes import Block, File, Statement
from deploylint.pattern import pattern
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.document import Chain
    from deploylint.project import Project
    from deploylint.rule import Context

_MOST_KEPT = 1024

# The directives that answer a request themselves; of several in one location the last one counts.
HANDLERS = (
    "empty_gif",
    "fastcgi_pass",
    "flv",
    "grpc_pass",
    "memcached_pass",
    "mp4",
    "perl",
    "proxy_pass",
    "scgi_pass",
    "stub_status",
    "uwsgi_pass",
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


class Place:
    """One way in which a statement is part of a configuration; `bodies` are the blocks around from the inside out.

    `location` is the innermost one around, `upto_server` are the blocks up to the server, which is among them, or all.
    """

    __slots__ = ("bodies", "configuration", "levels", "location", "server", "upto_server")

    def __init__(self, configuration: Configuration, bodies: Sequence[Body]) -> None:
        self.configuration = configuration
        self.bodies = self.upto_server = tuple(bodies)
        # What holds in each of them.
        self.levels = [configuration.level(body) for body in bodies]
        self.location: Block | None = None
        self.server: Block | None = None
        for at, body in enumerate(self.bodies):
            if not isinstance(body, Block):
                continue
            if body.name == "location" and self.location is None:
                self.location = body
            elif body.name == "server" and self.server is None:
                self.server = body
                self.upto_server = self.bodies[: at + 1]

    @property
    def complete(self) -> bool:
        """Whether everything that holds here is at hand: no include is missing up to the server or the outermost file."""
        outer = self.bodies[-1]
        if isinstance(outer, File) and outer.generated:
            return False
        return all(level.complete for level in self.levels[: len(self.upto_server)])

    def get(self, *names: str) -> list[Statement]:
        """The directives of these names of the innermost level that has any; nginx ignores the outer ones."""
        for level in self.levels:
            if not level.directives.keys().isdisjoint(names):
                return level.among(names)
        return []

    def outside(self, *names: str) -> list[Statement]:
        """As `get`, of the levels around the innermost block."""
        for level in self.levels[1:]:
            if found := level.among(names):
                return found
        return []

    def own(self, *names: str) -> list[Statement]:
        """The directives of these names of the innermost block."""
        return self.levels[0].among(names)

    def everywhere(self, *names: str) -> list[Statement]:
        """The directives of these names of all levels around, the innermost first."""
        return [statement for level in self.levels for statement in level.among(names)]


def level(context: "Context", block: Block) -> Level:
    """What the visited block holds, wherever it stands."""
    return known(context.project).level(block)


def places(context: "Context") -> Sequence[Place]:
    """Where the visited statement stands, once for each way in which its file is included."""
    return _places(context, context.chain)


def inside(context: "Context", block: Block) -> Sequence[Place]:
    """The same for what stands inside the visited block."""
    return _places(context, (block, context.chain))


def _places(context: "Context", chain: "Chain") -> Sequence[Place]:
    """Kept for the blocks that were asked about last: several rules ask about each."""
    file = context.document
    if not isinstance(file, File):
        return ()
    here = known(context.project)
    body = id(chain[0] if chain else file)
    found = here.asked.get(body)
    if found is None:
        if len(here.asked) == _MOST_KEPT:
            here.asked.clear()
        found = here.asked[body] = [Place(here, bodies) for bodies in here.places(file, chain)]
    return found


def is_template(context: "Context") -> bool:
    """Whether a template engine makes the file, so that statements may come and go."""
    return isinstance(context.document, File) and context.document.generated


def matcher(location: Block) -> tuple[str, str]:
    r"""Modifier and pattern of a location: `("~", "\.php$")`, `("", "/static/")`, `("@", "@app")`."""
    return _matcher(location.head.values)


@lru_cache(maxsize=4096)
def _matcher(values: tuple[str, ...]) -> tuple[str, str]:
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
