"""Parts of sentences that several rules on nginx use."""

from deploylint import Edit, Fix
from deploylint.formats.nginx import Word
from deploylint.formats.nginx.complaints import Complaint
from deploylint.source import Location, Span
from deploylint.vocabulary.nginx import Variant

_PLACES = {
    "main": "outside of all blocks",
    "if-in-server": "if in a server",
    "if-in-location": "if in a location",
    "stream-server": "server in stream",
    "stream-upstream": "upstream in stream",
    "mail-server": "server in mail",
}


def places(contexts: frozenset[str]) -> str:
    """Where a directive may stand: `http, server, location`."""
    order = ("main", "events", "http", "server", "location", "upstream")
    ranked = sorted(contexts, key=lambda name: (order.index(name) if name in order else len(order), name))
    return ", ".join(_PLACES.get(name, name) for name in ranked)


def version(numbers: tuple[int, ...]) -> str:
    """`1.25.1`."""
    return ".".join(map(str, numbers))


def arguments(variant: Variant) -> str:
    """How many arguments a directive takes: `1 argument`, `1 to 3 arguments`."""
    if variant.at_least is not None:
        counts, last = f"at least {variant.min_args}", variant.min_args
    elif not variant.counts or variant.max_args == 0:
        return "no argument"
    else:
        last = variant.max_args or 0
        whole = list(variant.counts) == list(range(variant.min_args, last + 1))
        counts = f"{variant.min_args} to {last}" if whole else " or ".join(map(str, variant.counts))
        counts = str(last) if len(variant.counts) == 1 else counts
    return (
        f"{counts} argument{'' if last == 1 and counts in {'1', 'at least 1', '0 to 1', '0 or 1'} else 's'}"
    )


def ended_after(word: Word) -> Fix:
    """Put the missing semicolon behind a word."""
    behind = Location(word.source, Span(word.end, word.end))
    return Fix("end the directive here", (Edit(behind, ";"),))


def semicolon_fix(complaint: Complaint) -> Fix | None:
    """The semicolon that makes two directives of one, if the first of them is right then."""
    after, variant = complaint.missing_after, complaint.variant
    if after is None or variant is None:
        return None
    before = sum(word.end <= after.end for word in complaint.directive.args)
    return ended_after(after) if variant.accepts(before) else None
