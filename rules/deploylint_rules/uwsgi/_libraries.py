"""Libraries that send what they have collected from a thread of their own."""

from deploylint.pattern import IGNORECASE, MULTILINE, pattern
from deploylint.source import Location
from deploylint.targets import manifests
from deploylint.tree import Tree

_WITH_THREADS = pattern(
    r"^[ \t\"']*+(?:name = \")?(sentry-sdk|raven|ddtrace|newrelic|elastic-apm|apscheduler|scout-apm)(?![\w-])",
    MULTILINE | IGNORECASE,
)


def library_with_threads(tree: Tree, folder: str) -> Location | None:
    """Where a manifest of the folder names one."""
    inside = {*tree.below(folder)}
    for paths in manifests(tree).values():
        for path in paths:
            source = tree.read(path) if path in inside else None
            match = _WITH_THREADS.search(source.text) if source is not None else None
            if source is not None and match is not None:
                return source.location(match.start(1), match.end(1))
    return None
