"""What one supervisord reads: its main file and the fragments that `[include]` brings, merged.

Sections of one title are one section, in a file and across files, and of several options of one name
the last one holds (supervisor/options.py, `read_config`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.formats.supervisor.includes import included
from deploylint.formats.supervisor.nodes import PROGRAM_KINDS, File, Option, Section
from deploylint.source import Source
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.project import Project

DEFAULTS = "DEFAULT"
"""Options of this section hold in every other one (configparser)."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A section of all files together: its places, mostly one, and what `[DEFAULT]` says.

    `together`: of several places the options that hold, by their names.
    """

    title: str
    first: Section
    others: tuple[Section, ...] = ()
    defaults: "Merged | None" = None
    together: Mapping[str, Option] | None = None

    @property
    def places(self) -> tuple[Section, ...]:
        return (self.first, *self.others)

    def get(self, name: str) -> Option | None:
        """The option that holds."""
        option = self.first.get(name) if self.together is None else self.together.get(name)
        if option is None and self.defaults is not None:
            return self.defaults.get(name)
        return option

    @property
    def kind(self) -> str:
        return self.title.partition(":")[0]

    @property
    def name(self) -> str:
        return self.title.partition(":")[2]

    @property
    def is_program(self) -> bool:
        return ":" in self.title and self.kind in PROGRAM_KINDS

    @property
    def templated(self) -> bool:
        """Whether a template may add to the section or drop it."""
        return any(_has_blocks(place.source) for place in self.places)


@lru_cache(maxsize=64)
def _has_blocks(source: Source) -> bool:
    return "{%" in source.text or "<%" in source.text


@dataclass(frozen=True, slots=True)
class Configuration:
    """`main` is None for a fragment whose main file is not in the project. `files` begins with the main file.

    `groups` tells the `[group:x]` that a program runs in, `by_source` which file has which text.
    """

    main: File | None
    files: tuple[File, ...]
    sections: dict[str, Merged]
    groups: dict[str, str]
    by_source: dict[int, File]

    def programs(self) -> Iterator[Merged]:
        """The sections that start processes: program, fcgi-program and eventlistener."""
        return (section for section in self.sections.values() if section.is_program)

    def get(self, title: str, name: str) -> Option | None:
        """The option that holds in a section."""
        section = self.sections.get(title)
        return None if section is None else section.get(name)

    @property
    def complete(self) -> bool:
        """Whether everything that supervisord reads is here: the main file is, and no template may change it."""
        return self.main is not None and not any(file.templated for file in self.files)

    def file_of(self, option: Option | Section) -> File:
        """The file that an option or a section stands in."""
        return self.by_source[id(option.source)]


def merge(files: Sequence[File]) -> dict[str, Merged]:
    """The sections by title, in the order of their first appearance, with what `[DEFAULT]` adds."""
    places: dict[str, list[Section]] = {}
    for file in files:
        for section in file.sections:
            places.setdefault(section.title, []).append(section)
    stated = places.pop(DEFAULTS, None)
    defaults = None if stated is None else _merged(DEFAULTS, stated, None)
    return {title: _merged(title, found, defaults) for title, found in places.items()}


def _merged(title: str, places: Sequence[Section], defaults: Merged | None) -> Merged:
    first, *others = places
    if not others:
        return Merged(title, first, defaults=defaults)
    together = {option.name: option for place in places for option in place.options}
    return Merged(title, first, tuple(others), defaults, together)


def configurations(files: Collection[File]) -> tuple[Configuration, ...]:
    """Every main file with its fragments, then every fragment that no main file includes.

    A fragment that several main files include belongs to the nearest one: they are variants of one deployment.
    """
    return _configurations(tuple(files))


@lru_cache(maxsize=4)
def _configurations(files: tuple[File, ...]) -> tuple[Configuration, ...]:
    mains = [file for file in files if file.is_main]
    parts = tuple(file for file in files if not file.is_main)
    read_by = {main.path: included(main, parts) for main in mains}
    owners: dict[str, str] = {}
    for main in mains:
        for fragment in read_by[main.path]:
            owner = owners.setdefault(fragment.path, main.path)
            if _distance(main.path, fragment.path) < _distance(owner, fragment.path):
                owners[fragment.path] = main.path
    found = []
    for main in mains:
        read = (main, *(file for file in read_by[main.path] if owners[file.path] == main.path))
        found.append(_configuration(main, read))
    found += [_configuration(None, (fragment,)) for fragment in parts if fragment.path not in owners]
    return tuple(found)


@lru_cache(maxsize=1)
def fragments(project: "Project") -> frozenset[File]:
    """The files that a main file of the project includes."""
    every = configurations(project.documents_of(File))
    return frozenset(file for configuration in every for file in configuration.files[1:])


def _configuration(main: File | None, files: tuple[File, ...]) -> Configuration:
    sections = merge(files)
    groups = {
        program.strip(): section.name
        for section in sections.values()
        if section.title.startswith("group:") and (programs := section.get("programs")) is not None
        for program in programs.value.split(",")
    }
    return Configuration(main, files, sections, groups, {id(file.source): file for file in files})


def _distance(one: str, other: str) -> tuple[int, str]:
    """How many folders lie between two files; the path decides between equals."""
    folders, others = one.split("/")[:-1], other.split("/")[:-1]
    common = 0
    for left, right in zip(folders, others, strict=False):
        if left != right:
            break
        common += 1
    return len(folders) + len(others) - 2 * common, one
