"""Processes of which everything is kept, and those of which little is: there may be very many.

Most of what these say is asked for once or twice. Each format that has them says in a class of its own where it comes from,
whenever somebody asks.
"""

from __future__ import annotations

from deploylint.dataclass import dataclass, refuse
from deploylint.document import Document
from deploylint.facts import HOST, Environment, Known, Namespace, Process, Supervision, SupervisorKind, Value
from deploylint.source import Location
from deploylint.typed import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from deploylint.formats.command_line.invocation import Invocation, Kind

MANY = 512
"""Processes of which more is worth keeping for a while: more than rules look at together, or than a file for people has."""

_NOT_ASKED = object()


@dataclass(frozen=True, slots=True, eq=False)
class StatedProcess(Process):
    """A process of which everything is kept."""

    name: str
    document: Document
    at: Location
    supervision: Supervision
    invocation: Invocation | None
    directory: Value[str | None] = Known(None, default=True)
    user: Value[str | None] = Known(None, default=True)
    group: Value[str | None] = Known(None, default=True)
    environment: Environment = Environment()
    namespace: Namespace = HOST
    instances: Value[int] = Known(1, default=True)
    umask: Value[int | None] = Known(None, default=True)
    instance: str = ""

    visited_as = Process

    @property
    def whole(self) -> StatedProcess:
        return self


def fill(fact: object, **fields: object) -> None:
    """Set fields of a fact in the making, which is frozen for everybody else."""
    for name, value in fields.items():
        object.__setattr__(fact, name, value)


class LeftProcess(Process):
    """A process with some of the fields; what `_whole` gives has the others, `_whole_supervision` those of its supervision.

    What kind of program it is, most rules ask first: that is kept when it is known.
    """

    __slots__ = ("_kind",)

    __setattr__ = __delattr__ = refuse
    visited_as = Process
    manager: ClassVar[SupervisorKind]
    _kind: Any

    def __init__(self, **kept: object) -> None:
        fill(self, _kind=_NOT_ASKED, **kept)

    def _whole(self) -> Any:
        raise NotImplementedError

    def _whole_supervision(self) -> Any:
        raise NotImplementedError

    @property
    def kind(self) -> Kind | None:
        if self._kind is _NOT_ASKED:
            fill(self, _kind=super().kind)
        kind: Kind | None = self._kind
        return kind

    if not TYPE_CHECKING:

        @property
        def supervision(self) -> Supervision:
            return _LeftSupervision(self)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._whole(), name)


class _LeftSupervision(Supervision):
    __slots__ = ("_process",)

    def __init__(self, process: LeftProcess) -> None:
        fill(self, kind=process.manager, service_type="", _process=process)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            return getattr(self._process._whole_supervision(), name)  # noqa: SLF001  they are one
