"""Files that are alternatives of each other: development and production, container and host.

A route is satisfied when any alternative satisfies it; two things conflict only when they can be
active at the same time.
"""

from functools import lru_cache

from deploylint.pattern import pattern

_STAGES = {
    "dev": "development",
    "devel": "development",
    "development": "development",
    "local": "development",
    "test": "test",
    "tests": "test",
    "testing": "test",
    "ci": "test",
    "stage": "staging",
    "staging": "staging",
    "qa": "staging",
    "prod": "production",
    "production": "production",
    "live": "production",
}
_EXAMPLES = frozenset({"example", "examples", "sample", "samples", "template", "templates", "skel", "demo"})
# Without one of these in it, a path holds none of the words.
_STAGE_STEMS = ("dev", "local", "test", "ci", "stag", "qa", "prod", "live")
_EXAMPLE_STEMS = ("example", "sample", "template", "skel", "demo")
_WORD = pattern(r"[a-z0-9]+")


@lru_cache(maxsize=4096)
def stage(path: str) -> str | None:
    """`development`, `test`, `staging`, `production`, or None where the path says nothing. The last word counts."""
    folded = path.lower()
    for stem in _STAGE_STEMS:
        if stem in folded:
            found = [_STAGES[word] for word in _WORD.findall(folded) if word in _STAGES]
            return found[-1] if found else None
    return None


def is_development(path: str) -> bool:
    """Whether a path says that the file is not for production."""
    return stage(path) in {"development", "test"}


@lru_cache(maxsize=4096)
def is_example(path: str) -> bool:
    """Whether a path says that the file is a sample to copy from."""
    folded = path.lower()
    for stem in _EXAMPLE_STEMS:
        if stem in folded:
            return any(word in _EXAMPLES for word in _WORD.findall(folded))
    return False


def together(first: str, second: str) -> bool:
    """Whether two files can be in use at the same time."""
    one, other = stage(first), stage(second)
    return one is None or other is None or one == other
