import posixpath
from collections.abc import Iterator, Mapping
from functools import lru_cache

from deploylint import Confidence, Finding, Findings, Group, Label, Severity, rule
from deploylint.dataclass import dataclass
from deploylint.formats.compose.interpolation import required
from deploylint.formats.compose.merged import merged_projects
from deploylint.formats.compose.nodes import ComposeFile, Scalar
from deploylint.formats.compose.projects import folder_of, joined
from deploylint.formats.env import EnvFile
from deploylint.model.env_readers import readers
from deploylint.pattern import ASCII, pattern
from deploylint.project import Project
from deploylint.source import Location
from deploylint.values.env_file import EnvDialect

_WORD = pattern(r"[A-Za-z_]\w*+", ASCII)
_SAMPLES = ("env.example", "env.sample", "env.template", "env.dist", "example.env", "sample.env")
# What the shell, a desktop or the program that runs compose puts there.
_OF_THE_SHELL = pattern(
    r"HOME|USER|USERNAME|LOGNAME|PWD|OLDPWD|PATH|SHELL|HOSTNAME|HOST|LANG|TERM|TMPDIR|UID|GID|EUID|DISPLAY|EDITOR|CI|TZ"
    r"|(?:XDG|SSH|LC|COMPOSE|DOCKER|CI|GITHUB|GITLAB|BUILD|RUNNER)_\w*+|WAYLAND_DISPLAY"
)
# Files that may run compose, or say how to.
_TELLING = (
    ".sh",
    ".bash",
    ".mk",
    ".md",
    ".rst",
    ".yml",
    ".yaml",
    ".toml",
    ".json",
    ".py",
    ".envrc",
    "Makefile",
    "justfile",
)


@rule(
    Severity.WARNING,
    group=Group.CORRECTNESS,
    confidence=Confidence.MEDIUM,
    given=("compose", "env"),
    symptoms=('The "*" variable is not set. Defaulting to a blank string.',),
)
def compose_variable_not_set(project: Project) -> Findings:
    """A compose file refers to a variable that the `.env` beside it does not set.

    ## Why is this bad?
    Compose takes variables from the shell and from the file `.env` beside the compose file, and from nowhere else. For
    one that neither has it warns, and puts in an empty text: an image without a tag, a password of no letters.
    What stands in `env_file:` or `environment:` reaches the container and does not count.

    ## Example
    ```compose
    services:
      db:
        image: postgres:${POSTGRES_TAG}
    ```
    ```env title=".env"
    POSTGRES_VERSION=16.4
    ```

    ## Use instead
    ```compose
    services:
      db:
        image: postgres:${POSTGRES_TAG}
    ```
    ```env title=".env"
    POSTGRES_TAG=16.4
    ```

    ## When it is fine
    When whoever runs compose sets the variable. The rule is silent where a script, a Makefile, a pipeline or a text of the
    project names it, and where the project has neither `.env` nor a sample of it. `${NAME:?}` says that it must be
    set, `${NAME:-}` that it may be empty.

    ## References
    - https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/
    - https://docs.docker.com/compose/how-tos/environment-variables/envvars-precedence/
    """
    files = {file.path: file for file in project.documents_of(EnvFile)}
    others = _by_others(project)
    for one in merged_projects(project):
        given = _given(one.folder, files)
        if given is None:
            continue
        missing: dict[tuple[str, str], Location] = {}
        for file in one.files:
            if folder_of(file.path) == one.folder:
                for name, at in _references(file, given.names):
                    if name not in given.names and not _OF_THE_SHELL.fullmatch(name):
                        missing.setdefault((file.path, name), at)
        missing = {key: at for key, at in missing.items() if key[1] not in others}
        named = _named_below(one.folder, project) if missing else frozenset()
        for (_, name), at in missing.items():
            if named is not None and name not in named:
                yield _finding(name, at, given, _for_containers(project).get(name))


@dataclass(frozen=True, slots=True)
class _Given:
    """The `.env` of a compose project, or the sample that becomes one."""

    names: frozenset[str]
    file: EnvFile


def _given(folder: str, files: Mapping[str, EnvFile]) -> _Given | None:
    own = files.get(joined(folder, ".env"))
    samples = [joined(folder, name) for name in (*(f".{name}" for name in _SAMPLES), *_SAMPLES)]
    file = own or next((files[path] for path in samples if path in files), None)
    if file is None or file.templated or file.problems:
        return None
    names = frozenset(entry.name for entry in file.entries)
    # Whoever copies a sample reads its comments.
    return _Given(names if file is own else names.union(_WORD.findall(file.source.text)), file)


def _references(file: ComposeFile, given: frozenset[str]) -> Iterator[tuple[str, Location]]:
    """References without a default that compose comes to, with their places."""
    for node, _ in file.walk():
        if isinstance(node, Scalar) and "$" in node.value and "{{" not in node.value:
            offsets = node.offsets()
            for name, start, end in required(node.value, given):
                yield name, node.source.location(offsets[start], offsets[end])


@lru_cache(maxsize=1)
def _for_containers(project: Project) -> dict[str, Location]:
    """The variables of env files that services get, which does not help compose, and where the first one sets them."""
    found: dict[str, Location] = {}
    for file in project.documents_of(EnvFile):
        if EnvDialect.COMPOSE in readers(project).get(file.path, {}):
            for entry in file.entries:
                found.setdefault(entry.name, entry.at)
    return found


def _by_others(project: Project) -> set[str]:
    """The variables of env files that no service gets."""
    return {
        entry.name
        for file in project.documents_of(EnvFile)
        if EnvDialect.COMPOSE not in readers(project).get(file.path, {})
        for entry in file.entries
    }


@lru_cache(maxsize=1)
def _named_below(folder: str, project: Project) -> frozenset[str] | None:
    """What the texts in a folder name that may run compose; None where one gives it another env file or cannot be read."""
    own = {one.path for one in project.documents_of(ComposeFile)}
    found: set[str] = set()
    for path in project.tree.below(folder):
        if posixpath.basename(path).endswith(_TELLING) and path not in own:
            source = project.tree.read(path)
            if source is None or "--env-file" in source.text:
                return None
            found.update(_WORD.findall(source.text))
    return frozenset(found)


def _finding(name: str, at: Location, given: _Given, for_container: Location | None) -> Finding:
    is_own = posixpath.basename(given.file.path) == ".env"
    related = [
        Label(
            given.file.source.location(0, 0),
            "compose takes its variables from here" if is_own else "whoever copies this gets no more",
        )
    ]
    if for_container is not None:
        related.append(Label(for_container, "this one reaches containers only"))
    return Finding(
        at,
        f"{given.file.path} does not set {name}, so compose puts in nothing",
        label="an empty text",
        related=tuple(related),
        help=f"set {name} in {joined(folder_of(given.file.path), '.env')}, or give it a default: ${{{name}:-...}}",
    )
