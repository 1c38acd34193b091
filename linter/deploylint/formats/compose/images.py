"""Where a service's image comes from: a Dockerfile of the repository, or somebody else's image."""

from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.document import Document
from deploylint.facts import Known, Unresolved
from deploylint.formats.compose.interpolation import text_value, word
from deploylint.formats.compose.keys import pairs, text
from deploylint.formats.compose.nodes import Mapping, Node, Scalar
from deploylint.formats.compose.projects import Project, joined
from deploylint.formats.compose.settings import Settings
from deploylint.formats.dockerfile import Dockerfile
from deploylint.formats.dockerfile.image import Image, image, official_name
from deploylint.processes import MANY
from deploylint.recognition import recognise
from deploylint.source import Location

LANGUAGES = frozenset(
    {
        "alpine", "almalinux", "amazonlinux", "archlinux", "buildpack-deps", "busybox", "debian", "eclipse-temurin",
        "fedora", "golang", "node", "openjdk", "oraclelinux", "perl", "pypy", "python", "rockylinux", "ruby", "rust",
        "ubuntu",
    }
)  # fmt: skip
"""Official images that start a shell or an interactive interpreter, which ends at once without a terminal."""


@dataclass(frozen=True, slots=True)
class Build:
    """A service's image as far as the repository tells.

    `name` is the foreign image (None when it is built or unknown), `context` the build folder in the
    repository, `dockerfile` its path there; `made` what the Dockerfile says, `document` the Dockerfile.
    `recognised`: the Dockerfile is one of the documents, so that facts may point into it.
    """

    at: Location
    name: str | None = None
    context: str | None = None
    dockerfile: str | None = None
    made: Image | None = None
    document: Document | None = None
    recognised: bool = False
    unresolved: Unresolved | None = None


@lru_cache(maxsize=MANY)
def build(settings: Settings, project: Project) -> Build:
    """The image of a service; `build` wins over `image`, which then only names the result."""
    nodes = settings.all("build")
    environment = project.environment
    if not nodes:
        node = settings.last("image")
        if not isinstance(node, Scalar):
            return Build(settings.at)
        found = word(node, environment)
        return Build(node.at, name=found.value)
    parts = _parts(nodes)
    at = nodes[-1].at
    context = parts.get("context")
    folder = text(context, environment) if context is not None else "."
    if (
        folder is None
        or "://" in folder
        or folder.startswith(("/", "~", "git@"))
        or "dockerfile_inline" in parts
    ):
        return Build(at)
    base = project.base_of(context or nodes[-1])
    root = joined(base, folder)
    name = text_value(parts.get("dockerfile"), environment)
    if name is not None and not isinstance(name, Known):
        return Build(at, context=root)
    path = joined(root, name.value if name else "Dockerfile")
    document = project.library.dockerfile(path)
    if document is None:
        written = name.value if name else "Dockerfile"
        place = name.at if name is not None and name.at is not None else at
        missing = Unresolved(settings.document, written, "compose dockerfile", place)
        return Build(at, context=root, dockerfile=path, unresolved=missing)
    target = text(parts.get("target"), environment)
    arguments = tuple(_arguments(parts, project).items())
    made = None if target is None and "target" in parts else _made(document, target, arguments)
    known = recognise(path, document.source.text) == Dockerfile.format
    return Build(at, None, root, path, made, document, recognised=known)


@lru_cache(maxsize=MANY)
def _made(
    document: Dockerfile, target: str | None, arguments: tuple[tuple[str, str | None], ...]
) -> Image | None:
    return image(document, target, dict(arguments))


def _parts(nodes: list[Node]) -> dict[str, Node]:
    """The keys of `build`, whose short form is the context."""
    found: dict[str, Node] = {}
    for node in nodes:
        if isinstance(node, Mapping):
            for name in node.names:
                value = node.get(name)
                if value is not None:
                    found[name] = value
        elif isinstance(node, Scalar):
            found["context"] = node
    return found


def _arguments(parts: dict[str, Node], project: Project) -> dict[str, str | None]:
    node = parts.get("args")
    found: dict[str, str | None] = {}
    for name, _, scalar in pairs([node]) if node is not None else ():
        value = text_value(scalar, project.environment)
        found[name] = (
            project.environment.get(name)
            if value is None
            else value.value
            if isinstance(value, Known)
            else None
        )
    return found


def is_bare_language(name: str) -> bool:
    """Whether an image is a bare language or distribution image."""
    return "$" not in name and official_name(name) in LANGUAGES
