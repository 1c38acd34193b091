"""Bodies by context, and how a fault is stated."""

from collections.abc import Sequence

from deploylint.dataclass import dataclass
from deploylint.formats.nginx.configuration import Body
from deploylint.formats.nginx.includes import includes_of
from deploylint.formats.nginx.nodes import File
from deploylint.formats.nginx.placing import Placing
from deploylint.source import Location
from deploylint.values.errors import printable


@dataclass(frozen=True, slots=True)
class Fault:
    """`sure` is False when something outside of what can be read here may make it right."""

    at: Location
    message: str
    help: str | None = None
    first: Location | None = None
    sure: bool = True


def fault(
    at: Location, message: str, help_: str | None = None, *, first: Location | None = None, sure: bool = True
) -> Fault:
    """A fault whose message can stand in any report."""
    return Fault(at, printable(message), help_, first, sure)


def bodies(file: File, found: Placing, context: str) -> Sequence[Body]:
    """The blocks of a file whose inside has this context, and the file itself if nothing includes it.

    None of a file that a template completes: what stands there twice may be two branches of it.
    """
    if file.generated:
        return ()
    blocks = found.blocks.get(context, ())
    return [file, *blocks] if found.top == context else blocks


def is_closed(file: File, found: Placing) -> bool:
    """Whether all of the configuration that a file belongs to is at hand: a main file, and every include."""
    known = found.known
    root = known.root(file)
    kept = root.memo.get("closed")
    if isinstance(kept, tuple) and kept[0] is known:
        return bool(kept[1])
    closed = known.contexts(root)[0] == "main" and not root.templated and _all_known(root, found)
    root.memo["closed"] = (known, closed)
    return closed


def _all_known(root: File, found: Placing) -> bool:
    if not any(found.known.level(root).get(name) for name in ("http", "stream", "mail")):
        return False
    seen: set[int] = set()
    pending = [root]
    while pending:
        file = pending.pop()
        if id(file) in seen:
            continue
        seen.add(id(file))
        if file.templated:
            return False
        for include, _ in includes_of(file):
            included = found.known.included(include)
            if not included.known:
                return False
            pending += included.files
    return True
