"""docker compose: keys by where they stand, services by name, files that services read."""

import posixpath
from collections.abc import Iterator

from deploylint.document import Chain
from deploylint.formats.compose import ComposeFile, Mapping, Pair, Scalar, Sequence
from deploylint.formats.compose.nodes import Node
from deploylint.language_server.languages import Choice, Choices, Kind, Place, Told
from deploylint.pattern import pattern
from deploylint.source import Location
from deploylint.vocabulary import compose as vocabulary

_KEY = pattern(r"^[ ]*+(?:-[ ]++)?[\w-]*+$")
_WRITTEN = pattern(
    r"^(?P<indent>[ ]*+)(?P<item>-[ ]++)?(?:(?P<name>[\w./-]++|\"[^\"]*+\"|'[^']*+'):(?P<rest>[ \t].*+)?)?"
)
_REFERENCE = "https://docs.docker.com/reference/compose-file/"
# Attributes of a service that have a page of their own.
_OWN_PAGES = ("build", "deploy", "develop")
_NAMING = frozenset({"depends_on", "extends", "links", "volumes_from"})


def hover(place: Place) -> Told | None:
    """A key that the specification knows there."""
    for node, chain in _document(place).walk():
        if isinstance(node, Pair) and place.is_in(node.key.at):
            path = _path(chain)
            keys = vocabulary.keys(path)
            if keys is None or node.name not in keys:
                return None
            inner = vocabulary.keys(vocabulary.below(path, node.name))
            facts = {"in": path or "the top level"}
            if inner:
                facts["keys"] = ", ".join(sorted(inner))
            return Told(node.key.at.span, node.name, facts, _manual(path, node.name))
    return None


def _manual(path: str, name: str) -> str:
    first, *rest = path.split(".") if path else [""]
    if not path:
        return f"{_REFERENCE}{'version-and-name' if name in ('version', 'name') else name}/"
    if first == "services" and len(rest) > 1 and rest[1].rstrip("[]") in _OWN_PAGES:
        return f"{_REFERENCE}{rest[1].rstrip('[]')}/#{name}"
    page = name if name in _OWN_PAGES and rest == ["*"] else None
    if page:
        return f"{_REFERENCE}{page}/"
    anchor = rest[1].rstrip("[]") if first == "services" and len(rest) > 1 else name
    return f"{_REFERENCE}{first.rstrip('[]')}/#{anchor}"


def choices(place: Place) -> Choices | None:
    """The keys of the map around, told by the indentation: while one is typed the file is no YAML. Or names of services."""
    if not _KEY.match(place.before):
        return None
    path = _path_by_indentation(place)
    keys = vocabulary.keys(path)
    span = place.word(r"[\w-]")
    above = path.removesuffix("[]").rpartition(".")[2]
    if above in _NAMING and path.startswith("services.") and (keys is None or path.endswith("depends_on")):
        return Choices(span, [Choice(name, Kind.REFERENCE, "service") for name in _services(place)])
    if not keys:
        return None
    there = place.source.text[span.end : span.end + 1] == ":"
    return Choices(
        span, [Choice(name, Kind.KEY, text=name if there else f"{name}: ") for name in sorted(keys)]
    )


def _path_by_indentation(place: Place) -> str:
    """The vocabulary's path of the map that a key on the place's line would belong to."""
    own = _WRITTEN.match(place.before)
    width = len(own["indent"]) + len(own["item"] or "") if own else 0
    names: list[str] = []
    if own and own["item"]:
        names.append("[]")
        width = len(own["indent"]) + 1
    line = place.source.position(place.offset).line
    while line > 1 and width:
        line -= 1
        text = place.source.line(line)
        match = _WRITTEN.match(text)
        if not text.strip() or text.lstrip().startswith("#") or match is None:
            continue
        indent = len(match["indent"])
        if match["name"] and indent + len(match["item"] or "") < width:
            names.append(match["name"].strip("\"'"))
            width = indent + len(match["item"] or "")
            if match["item"]:
                names.append("[]")
                width = indent + 1
    path = ""
    for name in reversed(names):
        path = f"{path}[]" if name == "[]" else vocabulary.below(path, name)
    return path


def definitions(place: Place) -> Iterator[Location]:
    """Services that others name; env files, extended and included files, Dockerfiles."""
    for node, chain in _document(place).walk():
        if isinstance(node, Scalar) and place.is_in(node.at):
            yield from _defined(place, node, chain)


def _defined(place: Place, node: Scalar, chain: Chain) -> Iterator[Location]:
    path = _path(chain)
    names = [part.rstrip("[]") for part in path.split(".")]
    own = chain[0].name if chain and isinstance(chain[0], Pair) and chain[0].value is node else ""
    attribute = (
        names[2] if len(names) > 2 and names[0] == "services" else own if names[0] == "services" else names[0]
    )
    if attribute in _NAMING and own != "file":
        yield from _service(place, node.value.partition(":")[0])
    elif attribute in ("env_file", "include") or own in ("file", "dockerfile", "env_file"):
        folder = posixpath.dirname(place.document.path)
        target = posixpath.normpath(posixpath.join(folder, node.value))
        source = place.project.tree.read(target)
        if source is not None:
            yield source.location(0, 0)


def _service(place: Place, name: str) -> Iterator[Location]:
    here = _document(place)
    others = (file for file in place.project.documents_of(ComposeFile) if file is not here)
    folder = posixpath.dirname(here.path)
    for file in (here, *(one for one in others if posixpath.dirname(one.path) == folder)):
        for services in file.services:
            yield from (pair.key.at for pair in services.pairs if pair.name == name)


def _services(place: Place) -> list[str]:
    return sorted({pair.name for services in _document(place).services for pair in services.pairs})


def _path(chain: Chain) -> str:
    """The vocabulary's path of what stands below these nodes."""
    parts: list[Node | Pair] = []
    while chain:
        if isinstance(chain[0], (Mapping, Sequence, Pair)):
            parts.append(chain[0])
        chain = chain[1]
    path = ""
    for part in reversed(parts):
        if isinstance(part, Pair):
            path = vocabulary.below(path, part.name)
        elif isinstance(part, Sequence):
            path += "[]"
    return path


def _document(place: Place) -> ComposeFile:
    assert isinstance(place.document, ComposeFile)  # noqa: S101  the format of the document chose this module
    return place.document
