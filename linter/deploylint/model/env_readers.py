"""Which programs read which env file of the project."""

from collections.abc import Iterable

from deploylint.facts import Known
from deploylint.formats.compose import ComposeFile
from deploylint.formats.compose.interpolation import text_value
from deploylint.formats.compose.keys import items
from deploylint.formats.compose.merged import merged_services
from deploylint.formats.compose.nodes import Mapping
from deploylint.formats.compose.projects import BASES, folder_of, joined
from deploylint.formats.env import EnvFile
from deploylint.formats.shell import ShellScript
from deploylint.formats.systemd.nodes import Assignment
from deploylint.project import Project
from deploylint.source import Location
from deploylint.values.env_file import EnvDialect

Readers = dict[EnvDialect, Location]


def readers(project: Project) -> dict[str, Readers]:
    """For each env file of the run, by path: who reads it, and the place that says so."""
    found: dict[str, Readers] | None = project.memo.get("readers of env files")
    if found is None:
        found = project.memo["readers of env files"] = _found(project)
    return found


def _found(project: Project) -> dict[str, Readers]:
    found: dict[str, Readers] = {file.path: {} for file in project.documents_of(EnvFile)}
    if found:
        ends = _Ends(found)
        _compose(project, found)
        _systemd(project, found, ends)
        _shell(project, found, ends)
    return found


def _compose(project: Project, found: dict[str, Readers]) -> None:
    for one, settings in merged_services(project):
        for node in items(settings.all("env_file")):
            path_node = node.get("path") if isinstance(node, Mapping) else node
            path = text_value(path_node, one.environment)
            if isinstance(path, Known) and path.at is not None:
                _add(found, joined(folder_of(path.at.path), path.value), EnvDialect.COMPOSE, path.at)
    for file in project.documents_of(ComposeFile):
        if file.path.rpartition("/")[2] in BASES and file.roots and file.services:
            _add(found, joined(folder_of(file.path), ".env"), EnvDialect.COMPOSE, file.services[0].at)


def _systemd(project: Project, found: dict[str, Readers], ends: "_Ends") -> None:
    for document in project.documents:
        for node, _ in document.walk() if document.format == "systemd" else ():
            if isinstance(node, Assignment) and node.name == "EnvironmentFile":
                path = node.value.removeprefix("-")
                _add(found, ends.same(path), EnvDialect.SYSTEMD, node.value_at)


def _shell(project: Project, found: dict[str, Readers], ends: "_Ends") -> None:
    for script in project.documents_of(ShellScript):
        for command in script.script.commands:
            if command.name in (".", "source") and len(command.words) > 1:
                word = command.words[1]
                at = script.source.location(word.span.start, word.span.end)
                _add(found, ends.same(word.known or ""), EnvDialect.SHELL, at)


def _add(found: dict[str, Readers], path: str, dialect: EnvDialect, at: Location) -> None:
    if path in found:
        found[path].setdefault(dialect, at)


class _Ends:
    """Env files by their last part and by their last two."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_end: dict[tuple[str, ...], list[str]] = {}
        for path in paths:
            parts = path.split("/")
            for length in range(1, min(len(parts), 2) + 1):
                self._by_end.setdefault(tuple(parts[-length:]), []).append(path)

    def same(self, path: str) -> str:
        """The one file of the project that a path of the server means: with the same last two parts, else the same name."""
        parts = path.split("/")
        near = self._by_end.get(tuple(parts[-2:]), []) if len(parts) > 1 else []
        candidates = near or self._by_end.get((parts[-1],), [])
        return candidates[0] if len(candidates) == 1 else ""
