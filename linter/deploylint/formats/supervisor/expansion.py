"""The `%(name)s` expansions of one program, and its command as words with their places."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from deploylint.dataclass import dataclass
from deploylint.formats.supervisor.nodes import Option
from deploylint.source import Span
from deploylint.values.errors import InvalidValue
from deploylint.values.supervisor_expansion import expand_supervisor
from deploylint.values.words import Word, split_shlex

# `here` is the folder of the file on the server, which nobody can tell from the project.
UNKNOWN_NAMES = {"here": "", "host_node_name": ""}
# What supervisor reads for each process, when it knows the process's number (supervisor/options.py,
# `_processes_from_section`).
_LOGS = tuple(
    f"{stream}_logfile{rest}" for stream in ("stdout", "stderr") for rest in ("", "_maxbytes", "_backups")
)
PER_PROCESS = frozenset(
    {"command", "directory", "environment", "process_name", "stdout_syslog", "stderr_syslog", *_LOGS}
)
EXPANDED_TWICE = ("stdout_logfile", "stderr_logfile")


Known = Mapping[str, str | int]


class Names:
    """What a value may refer to: `known` names with their values, and variables of the environment.

    Few values refer to any: `known` may also be what works them out.
    """

    __slots__ = ("_known",)

    def __init__(self, known: Known | Callable[[], Known] = MappingProxyType({})) -> None:
        self._known = known

    @property
    def known(self) -> Known:
        if not isinstance(self._known, Mapping):
            self._known = self._known()
        return self._known

    def text(self, option: Option) -> str | None:
        """The value with its names put in; None when one is unknown, or the value is malformed or a template."""
        return None if option.opaque else self.expand(option.value, option.name)

    def expand(self, value: str, name: str) -> str | None:
        """Likewise, for a value that is known to hold no template."""
        if "%" not in value:
            return value
        try:
            expansion = expand_supervisor(value, {**UNKNOWN_NAMES, **self.known}, name)
        except InvalidValue:
            return None
        hidden = any(placeholder.name in UNKNOWN_NAMES for placeholder in expansion.placeholders)
        return None if hidden else expansion.text

    def words(self, option: Option) -> list[Word] | None:
        """The command as `shlex.split` makes words of it, with their places in the file; None when it cannot.

        An unknown name is an opaque piece, a variable of that name (`here`, or `PORT` for `ENV_PORT`).
        """
        expanded = self._pieces(option)
        if expanded is None:
            return None
        text, origins = expanded
        try:
            words = split_shlex(text)
        except InvalidValue:
            return None

        def locate(start: int, end: int) -> Span:
            return Span(
                _origin(origins, option, start, at_end=False), _origin(origins, option, end, at_end=True)
            )

        return [word.moved(locate) for word in words]

    def _pieces(self, option: Option) -> "tuple[str, list[_Origin]] | None":
        """The expanded text and, in order, where its parts come from."""
        value = option.value
        if "%" not in value:
            return value, [_Origin(0, 0, len(value), verbatim=True)]
        try:
            placeholders = expand_supervisor(value, {**UNKNOWN_NAMES, **self.known}, option.name).placeholders
        except InvalidValue:
            return None
        parts: list[str] = []
        origins: list[_Origin] = []
        length = at = 0
        for start, end, text in [
            *(
                (item.start, item.end, self._substitute(item.name, value[item.start : item.end]))
                for item in placeholders
            ),
            (len(value), len(value), ""),
        ]:
            for literal_start, literal_end in _literals(value, at, start):
                origins.append(_Origin(length, literal_start, literal_end, verbatim=True))
                parts.append(value[literal_start:literal_end])
                length += literal_end - literal_start
            if text:
                origins.append(_Origin(length, start, end, verbatim=False))
                parts.append(text)
                length += len(text)
            at = end
        origins.append(_Origin(length, len(value), len(value), verbatim=True))
        return "".join(parts), origins

    def _substitute(self, name: str, placeholder: str) -> str:
        text = self.expand(placeholder, "command")
        return f"${{{name.removeprefix('ENV_')}}}" if text is None else text


@dataclass(frozen=True, slots=True)
class _Origin:
    """From `at` of the expanded text on: `value[start:end]`, letter for letter or as a whole."""

    at: int
    start: int
    end: int
    verbatim: bool


def _literals(value: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans between placeholders; of each `%%` only the second sign."""
    spans = []
    while (double := value.find("%%", start, end)) >= 0:
        if start < double:
            spans.append((start, double))
        spans.append((double + 1, double + 2))
        start = double + 2
    if start < end:
        spans.append((start, end))
    return spans


def _origin(origins: list[_Origin], option: Option, offset: int, *, at_end: bool) -> int:
    """Where in the source an offset of the expanded text comes from."""
    low, high = 0, len(origins)
    while high - low > 1:
        middle = (low + high) // 2
        # The end of a span belongs to the part before it.
        if origins[middle].at < offset or (origins[middle].at == offset and not at_end):
            low = middle
        else:
            high = middle
    origin = origins[low]
    if origin.verbatim:
        return option.offset(min(origin.start + offset - origin.at, origin.end))
    return option.offset(origin.end if at_end and offset > origin.at else origin.start)
