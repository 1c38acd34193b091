"""The version of a program that the repository pins.

    target(project, "gunicorn", document) -> Target((23, 0, 0), "requirements.txt pins gunicorn 23.0.0")

The settings and the command line come before all pins; without either there is no target.
Only exact pins count: `==`, lock files, image tags. The nearest folder above the asking file that has any
decides; where none has, all of the repository together. Pins that differ tell nothing.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.document import Document
from deploylint.pattern import IGNORECASE, MULTILINE, Pattern, compiled, pattern
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.project import Project

Version = tuple[int, ...]

_REQUIREMENTS = pattern(r"[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in)")
_CONTAINERS = pattern(
    r"(?:[\w.-]+\.)?(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?|(?:docker-)?compose[\w.-]*\.ya?ml"
)
_TABLES = frozenset({"poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"})
_PROJECTS = frozenset({"pyproject.toml", "Pipfile"})
# Images that hold the program under its own version; whose name has another owner has versions of its own.
_IMAGES = {"nginx": "nginx|nginx-unprivileged"}
_NUMBERS = r"(?P<version>\d++(?:\.\d++)*+)"
_LONGEST = 4_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """The version that a deployment runs, and what says so."""

    version: Version
    why: str

    @property
    def written(self) -> str:
        """`23.0.0`"""
        return ".".join(map(str, self.version))


def target(project: "Project", program: str, document: Document) -> Target | None:
    """The version of a program that holds for a file; None where nothing tells.

    Reads the repository's manifests when a program is asked for the first time, so ask only when it matters.
    """
    stated = project.targets.get(program)
    if stated is not None:
        return Target(stated, f"the target is {program} {'.'.join(map(str, stated))}")
    found: dict[tuple[str, str], Target | None] = project.memo.setdefault("targets", {})
    key = program, document.path.rpartition("/")[0]
    if key not in found:
        pins: Pins | None = project.memo.get("pins")
        if pins is None:
            pins = project.memo["pins"] = Pins(project.tree, project.documents)
        found[key] = pins.holding(program, document.path)
    return found[key]


class Pins:
    """What the manifests of a tree pin. Each is read once for a program, and not at all if it is one of the documents."""

    def __init__(self, tree: Tree, documents: Iterable[Document] = ()) -> None:
        self._tree = tree
        self._sources = {document.path: document.source for document in documents}
        self._near: dict[tuple[str, str], list[Target]] = {}
        self._anywhere: dict[str, Target | None] = {}

    def holding(self, program: str, path: str) -> Target | None:
        """What is pinned for the file at `path`; None where nothing is, or pins differ."""
        for folder in _ancestors(path):
            if found := self._in_folder(program, folder):
                return _agreed(found)
        if program not in self._anywhere:
            found = [pin for folder in manifests(self._tree) for pin in self._in_folder(program, folder)]
            self._anywhere[program] = _agreed(found)
        return self._anywhere[program]

    def _in_folder(self, program: str, folder: str) -> list[Target]:
        if (program, folder) not in self._near:
            paths = manifests(self._tree).get(folder, ())
            self._near[program, folder] = [pin for path in paths for pin in self._pins(program, path)]
        return self._near[program, folder]

    def _pins(self, program: str, path: str) -> Iterator[Target]:
        patterns = _patterns(path.rpartition("/")[2], program)
        source = (self._sources.get(path) or self._tree.read(path)) if patterns else None
        if source is None or len(source.text) > _LONGEST:
            return
        found = {match["version"] for pattern in patterns for match in pattern.finditer(source.text)}
        for written in sorted(found):
            version = tuple(int(number[:9]) for number in written.split("."))
            if not _floats(program, version):
                yield Target(version, f"{path} pins {program} {written}")


@lru_cache(maxsize=1)
def manifests(tree: Tree) -> dict[str, list[str]]:
    """The manifests of a tree by the folder that they speak for."""
    by_folder: dict[str, list[str]] = {}
    for name in sorted(name for name in tree.files if _is_manifest(name)):
        by_folder.setdefault(_folder(name), []).append(name)
    return by_folder


def _agreed(pins: list[Target]) -> Target | None:
    return pins[0] if len({pin.version for pin in pins}) == 1 else None


def _is_manifest(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return (
        name in _TABLES
        or name in _PROJECTS
        or name == "Pipfile.lock"
        or (name.endswith((".txt", ".in")) and _REQUIREMENTS.fullmatch(name) is not None)
        or (_may_be_container(name) and _CONTAINERS.fullmatch(name) is not None)
        or (folder.rpartition("/")[2] == "requirements" and name.endswith((".txt", ".in")))
    )


def _may_be_container(name: str) -> bool:
    return "Dockerfile" in name or "Containerfile" in name or "compose" in name


def _folder(path: str) -> str:
    """The folder that a manifest speaks for: `requirements/production.txt` is one of the folder above."""
    folder = path.rpartition("/")[0]
    if folder.rpartition("/")[2] == "requirements":
        folder = folder.rpartition("/")[0]
    return "" if folder == "." else folder


def _ancestors(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder and folder != ".":
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def _floats(program: str, version: Version) -> bool:
    """Whether the tag of an image stands for more than one set of features.

    nginx adds features in its odd releases only, in every patch of them.
    """
    return program in _IMAGES and (len(version) < 2 or (len(version) == 2 and version[1] % 2 == 1))


def _patterns(manifest: str, program: str) -> list[Pattern[str]]:
    """Where a manifest of this name states the version of a program, whose name is letters."""
    if program in _IMAGES:
        image = (
            rf"^[ \t]*+(?:FROM[ \t]++(?:--platform=\S++[ \t]++)?|image:[ \t]*+[\"']?)(?:[\w-]*+[.:][\w.:-]*+/)?"
            rf"(?:(?:library|nginxinc|bitnami)/)?(?:{_IMAGES[program]}):{_NUMBERS}(?=[-@\s\"']|$)"
        )
        return [_compiled(image)] if _CONTAINERS.fullmatch(manifest) else []
    if manifest in _TABLES:
        return [_compiled(rf'^name = "{program}"\r?\nversion = "{_NUMBERS}"')]
    if manifest == "Pipfile.lock":
        # The hashes of a package stand before its version.
        return [_compiled(rf'^ {{8}}"{program}": \{{\r?\n(?: {{9,}}.*+\n)*? {{12}}"version": "=={_NUMBERS}"')]
    patterns = [
        _compiled(rf"^[^#\n]*?(?<![\w.-]){program}(?:\[[^\]\n]*+\])?[ \t]*+==[ \t]*+{_NUMBERS}(?![\w.*!+-])")
    ]
    if manifest in _PROJECTS:
        # Poetry's own table, where a bare version is exact, and Pipenv's.
        patterns.append(
            _compiled(
                rf"^{program}[ \t]*+=[ \t]*+(?:\{{[^}}\n]*?version[ \t]*+=[ \t]*+)?[\"'](?:==)?{_NUMBERS}[\"']"
            )
        )
    return patterns


def _compiled(text: str) -> Pattern[str]:
    return compiled(text, MULTILINE | IGNORECASE)
