"""What a service says of itself, besides its process, its ports and its mounts: the attributes of `Service`, one by one."""

from collections.abc import Callable, Iterator

from deploylint.facts import Known
from deploylint.formats.compose.images import build
from deploylint.formats.compose.interpolation import text_value
from deploylint.formats.compose.keys import TRUE, flag, items, names, pairs, text
from deploylint.formats.compose.mounts import sees_more
from deploylint.formats.compose.nodes import Mapping, Sequence
from deploylint.formats.compose.projects import Project
from deploylint.formats.compose.settings import Settings
from deploylint.typed import Any

_DEFAULT = frozenset({"default"})


def _other_names(settings: Settings, project: Project) -> frozenset[str]:
    own = (text(settings.last(key), project.environment) for key in ("container_name", "hostname"))
    linked = project.linked.get(settings.name, ())
    return frozenset({*linked, *filter(None, own), *_aliases(settings, project)})


def _aliases(settings: Settings, project: Project) -> Iterator[str]:
    for node in settings.all("networks"):
        for name in node.names if isinstance(node, Mapping) else ():
            network = node.get(name) if isinstance(node, Mapping) else None
            aliases = network.get("aliases") if isinstance(network, Mapping) else None
            if isinstance(aliases, Sequence):
                yield from names([aliases], project.environment)


def _network_mode(settings: Settings, project: Project) -> str:
    return text(settings.last("network_mode"), project.environment) or ""


def _networks(settings: Settings, project: Project) -> frozenset[str]:
    written = frozenset(names(settings.all("networks"), project.environment))
    return written if written or _network_mode(settings, project) else _DEFAULT


def _external_networks(settings: Settings, project: Project) -> bool:
    written = frozenset(names(settings.all("networks"), project.environment))
    return any(_is_external(project, name) for name in written or _DEFAULT)


def _is_external(project: Project, name: str) -> bool:
    definition = project.declared("networks", name)
    if not isinstance(definition, Mapping):
        return False
    external = definition.get("external")
    value = text_value(external, project.environment)
    return isinstance(external, Mapping) or (
        value is not None and (not isinstance(value, Known) or value.value in TRUE)
    )


def _exposed(settings: Settings, project: Project) -> tuple[int, ...]:
    """`expose`, and EXPOSE of the image."""
    made = build(settings, project).made
    seen = dict.fromkeys(made.exposed if made else ())
    for node in items(settings.all("expose")):
        port = (text(node, project.environment) or "").partition("/")[0]
        first, _, last = port.partition("-")
        if first.isdecimal() and len(first) < 6:
            stop = int(last) if last.isdecimal() and len(last) < 6 else int(first)
            seen |= dict.fromkeys(range(int(first), min(stop, int(first) + 100) + 1))
    return tuple(seen)


def _listed(key: str) -> Callable[[Settings, Project], frozenset[str]]:
    return lambda settings, project: frozenset(names(settings.all(key), project.environment))


def _extra_hosts(settings: Settings, _project: Project) -> frozenset[str]:
    return frozenset(name for name, _, _ in pairs(settings.all("extra_hosts"), separators="=:") if name)


def _flagged(*keys: str) -> Callable[[Settings, Project], bool]:
    return lambda settings, project: any(flag(settings, key, project.environment) for key in keys)


def _commanded(settings: Settings, _project: Project) -> bool:
    return any(settings.last(key) is not None for key in ("command", "entrypoint"))


DESCRIPTION: dict[str, Callable[[Settings, Project], Any]] = {
    "document": lambda settings, _: settings.document,
    "at": lambda settings, _: settings.at,
    "other_names": _other_names,
    "image": lambda settings, project: build(settings, project).name,
    "build": lambda settings, project: build(settings, project).context,
    "dockerfile": lambda settings, project: build(settings, project).dockerfile,
    "network_mode": _network_mode,
    "networks": _networks,
    "external_networks": _external_networks,
    "exposed": _exposed,
    "profiles": _listed("profiles"),
    "depends_on": _listed("depends_on"),
    "extra_hosts": _extra_hosts,
    "init": _flagged("init"),
    "tty": _flagged("tty", "stdin_open"),
    "commanded": _commanded,
    "sees_more": lambda settings, project: sees_more(settings, project.environment),
}
