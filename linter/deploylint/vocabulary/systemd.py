"""What systemd knows of unit files: sections, keys, the parser behind each key, and the words it takes.

    key("Service", "Restart")                 -> Key, or None: no release since 183 knows it there
    key("Service", "NetClass").works_in(252)  -> False: accepted, and without effect
    keys("Timer")                             -> the names of a section, of all releases
    section_known("Target")                   -> is it a section of some unit type
    sections_of("timer")                      -> ("Unit", "Timer", "Install")
    sections_with("Restart", "service")       -> ("Service",): where a misplaced key belongs
    choices("config_parse_kill_mode", 252)    -> Choices: the words, and what else the parser takes
    well_known_unit("nginx.service")          -> shipped by systemd or by a common package

A version is the number of a release. `183` stands for that release or an earlier one. Names are case-sensitive,
as in systemd. The facts come from src/core/load-fragment-gperf.gperf.in and the string tables of every release.
"""

from collections.abc import Collection
from functools import cache, lru_cache

from deploylint.dataclass import dataclass
from deploylint.vocabulary.data.systemd import KEYS, NEWEST, SECTIONS, WORDS, Row

PREFIX_OF_PRIVATE_NAMES = "X-"
"""Sections and keys that begin so are left to other programs: never read, never warned of (systemd.unit(5))."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of one section.

    `parsers`: (first version, name of the C function) in the order of the versions.
    `argument`: what distinguishes keys with the same parser, such as `RLIMIT_NOFILE`, or "".
    `noop_since`: accepted from then on, logged, and without effect, in all units or in this type of unit.
    `removed`: unknown from then on.
    `adds`: a further line adds to the value instead of replacing it.
    `empty`: what an empty value does, `resets` the list, sets the `default`, does `nothing`, is `refused`, or "".
    `replacement`: section and name of the key to write instead. `documented`: in the manual of the newest release.
    `condition`: the build option without which the key is accepted and does nothing (`HAVE_SECCOMP`), or "".
    """

    section: str
    name: str
    parsers: tuple[tuple[int, str], ...]
    argument: str
    since: int
    noop_since: int | None
    removed: int | None
    adds: bool
    empty: str
    replacement: tuple[str, str] | None
    documented: bool
    condition: str

    def known_in(self, version: int) -> bool:
        """Is it accepted, with or without effect?"""
        return self.since <= version and (self.removed is None or version < self.removed)

    def works_in(self, version: int) -> bool:
        """Is it accepted, and does it do something?"""
        return self.known_in(version) and (self.noop_since is None or version < self.noop_since)

    def parser_in(self, version: int) -> str:
        """The C function that read the value, in versions without effect the last one that did."""
        reading = self.parsers[0][1]
        for since, parser in self.parsers:
            if since > version:
                break
            reading = parser
        return reading

    @property
    def parser(self) -> str:
        """The newest C function that reads the value."""
        return self.parsers[-1][1]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a parser of fixed words takes. Words are case-sensitive."""

    words: frozenset[str]
    boolean: bool
    number: bool
    prefixes: tuple[str, ...]


@lru_cache(maxsize=2048)
def key(section: str, name: str) -> Key | None:
    """The key, if any release had it in this section; ask it for versions."""
    row: Row | None = KEYS.get(section, {}).get(name)
    return None if row is None else Key(section, name, *row)


def keys(section: str) -> Collection[str]:
    """The names that any release had in this section."""
    return KEYS.get(section, {}).keys()


def sections() -> frozenset[str]:
    """The sections of all unit types."""
    return frozenset(section for known in SECTIONS.values() for section in known)


def section_known(name: str) -> bool:
    """Is it a section of some unit type?"""
    return any(name in known for known in SECTIONS.values())


def unit_types() -> Collection[str]:
    """`service`, `socket`, and the other suffixes of unit names."""
    return SECTIONS.keys()


def sections_of(unit_type: str) -> tuple[str, ...]:
    """The sections that a unit of this type may have; any other one is ignored as unknown."""
    return SECTIONS.get(unit_type, ())


def sections_with(name: str, unit_type: str = "") -> tuple[str, ...]:
    """The sections, of all types or of one, that have a key of this name in some release."""
    candidates = sections_of(unit_type) if unit_type else tuple(KEYS)
    return tuple(section for section in candidates if name in KEYS.get(section, {}))


@lru_cache(maxsize=256)
def choices(parser: str, version: int = NEWEST) -> Choices | None:
    """What the parser takes in `version`, or None if it is not one of fixed words."""
    known = WORDS.get(parser)
    if known is None:
        return None
    boolean, number, prefixes, words = known
    taken = frozenset(
        word
        for word, (since, last) in words.items()
        if since <= version and (last is None or version <= last)
    )
    return Choices(taken, boolean, number, prefixes)


def word_since(parser: str, word: str) -> int | None:
    """The first version that takes the word, or None if none does."""
    known = WORDS.get(parser)
    return known[3][word][0] if known is not None and word in known[3] else None


def well_known_unit(name: str) -> bool:
    """Is it a unit of systemd (systemd.special(7)) or of a common package, so that it need not be in the tree?"""
    return name in well_known_units()


@cache
def well_known_units() -> frozenset[str]:
    """Names to hold a misspelt one against."""
    from deploylint.vocabulary.unit_names import WELL_KNOWN_UNITS  # noqa: PLC0415  (rarely asked)

    return WELL_KNOWN_UNITS
