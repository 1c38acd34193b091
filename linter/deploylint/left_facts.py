"""Processes of which little is kept: there may be very many, and most of what they say is asked for once or twice.

Each format that has them says in a class of its own where the rest comes from, whenever somebody asks.
"""

from __future__ import annotations

from deploylint.facts import Process, Supervision, SupervisorKind, fill
from deploylint.typed import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from deploylint.formats.command_line.invocation import Kind

MANY = 512
"""Processes of which more is worth keeping for a while: more than rules look at together, or than a file for people has."""

_NOT_ASKED = object()


class LeftProcess(Process):
    """A process with some of the fields; what `_whole` gives has the others, `_whole_supervision` those of its supervision.

    What kind of program it is, most rules ask first: that is kept when it is known.
    """

    __slots__ = ("_kind",)

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
