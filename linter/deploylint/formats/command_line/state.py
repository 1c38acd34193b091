"""What wrappers add up to while a command line is unwrapped."""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping

from deploylint.dataclass import dataclass, field, replace
from deploylint.formats.command_line.invocation import Assignment, Wrapping
from deploylint.typed import Any, cast
from deploylint.values.words import Word

_NOTHING = Wrapping()


class _Above(ChainMap[str, str | None]):
    """Variables above others, asked for each process."""

    def get(self, key: str, default: Any = None) -> Any:
        for variables in self.maps:
            if key in variables:
                return variables[key]
        return default


@dataclass(slots=True)
class Surroundings:
    """A `Wrapping` in the making. `environment` holds the variables whose values are known (None: set, unknown)."""

    directory: Word | None = None
    environment: ChainMap[str, str | None] = field(default_factory=lambda: _Above({}))
    wrappers: list[str] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    user: Word | None = None
    shell: bool = False
    execs: bool = False
    unbuffered: bool = False
    conditional: bool = False
    background: bool = False
    activated: Word | None = None
    start_directory: str | None = None

    def enter(self, target: Word) -> None:
        """Change the directory; a relative one is joined to the one before."""
        before = self.directory.value if self.directory else self.start_directory
        unknown = target.opaque or target.value in {"", "-"} or target.value.startswith("~")
        if not unknown and not target.value.startswith("/"):
            unknown = self.directory is not None and self.directory.opaque
            if before and not unknown:
                target = replace(target, value=f"{before.rstrip('/')}/{target.value}", pieces=())
        self.directory = replace(target, opaque=True) if unknown else target

    def assign(self, made: Assignment) -> None:
        self.assignments.append(made)
        self.environment[made.name] = made.value.known
        if made.name == "PYTHONUNBUFFERED" and made.value.value:
            self.unbuffered = True

    def inside(self) -> "Surroundings":
        """A copy, for one of several commands."""
        return replace(
            self,
            environment=self.environment.copy(),
            wrappers=list(self.wrappers),
            assignments=list(self.assignments),
        )

    def finished(self) -> Wrapping:
        shell = self.shell or self.execs or self.conditional or self.background
        told = self.user or self.directory or self.activated or self.unbuffered
        if not (shell or told or self.wrappers or self.assignments):
            return _NOTHING  # most programs have nothing around them
        return Wrapping(
            tuple(self.wrappers),
            shell=self.shell,
            execs=self.execs,
            user=self.user,
            directory=self.directory,
            assignments=tuple(self.assignments),
            unbuffered=self.unbuffered,
            conditional=self.conditional,
            background=self.background,
            activated=self.activated,
        )


def surroundings(environment: Mapping[str, str | None] | None, directory: str | None) -> Surroundings:
    """Those of a process that starts in a directory. Its environment may be large, so that it is not copied."""
    if environment is None:
        return Surroundings(start_directory=directory)
    beneath = cast("MutableMapping[str, str | None]", environment)  # nothing is written to it
    return Surroundings(environment=_Above({}, beneath), start_directory=directory)
