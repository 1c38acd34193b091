"""The `%` specifiers of systemd units (systemd.unit(5), "SPECIFIERS")."""

from deploylint.dataclass import dataclass
from deploylint.pattern import Match, pattern
from deploylint.values.errors import InvalidValue

LATEST_SYSTEMD = 261

# The release that brought each one; 183 stands for "183 or earlier".
SPECIFIER_SINCE = {
    **dict.fromkeys("bcfhHiImnNpPrRstuUv", 183),
    **dict.fromkeys("CLS", 236),
    **dict.fromkeys("ETVjJ", 239),
    **dict.fromkeys("gG", 240),
    "l": 246,
    **dict.fromkeys("aBowW", 247),
    **dict.fromkeys("AM", 249),
    **dict.fromkeys("dqyY", 251),
    "D": 256,
}
DEPRECATED_SPECIFIERS = frozenset("crR")
# Unit names (After=, Sockets=, WantedBy= ...) resolve only what is safe inside a name (`unit_name_printf`).
NAME_SPECIFIERS = frozenset("ijnNpaAbBHlqmMovwWgGuU")
_DIRECTORIES = frozenset("CdDEhLstSTVyY")
_SPECIFIER = pattern(r"%([%A-Za-z0-9])")
_STAND_INS = ("x", "/x", "1", "")


@dataclass(frozen=True, slots=True)
class Specifier:
    """`%` and its letter at `start`, two code points long. The letter of `%%` is `%`."""

    start: int
    letter: str

    @property
    def end(self) -> int:
        return self.start + 2

    def is_known(self, *, version: int = LATEST_SYSTEMD, in_unit_name: bool = False) -> bool:
        """Whether that release of systemd resolves it there; it refuses the value otherwise."""
        return self.letter == "%" or (
            SPECIFIER_SINCE.get(self.letter, version + 1) <= version
            and (not in_unit_name or self.letter in NAME_SPECIFIERS)
        )


def find_specifiers(text: str) -> tuple[Specifier, ...]:
    """All `%` pairs in order. A `%` before anything but a letter, a digit or `%` is plain text, as is a last one."""
    if "%" not in text:
        return ()
    return tuple(Specifier(match.start(), match[1]) for match in _SPECIFIER.finditer(text))


def check_specifiers(text: str, *, version: int = LATEST_SYSTEMD, in_unit_name: bool = False) -> None:
    """Raise InvalidValue at the first specifier that systemd cannot resolve there."""
    if "%" not in text:
        return
    for specifier in find_specifiers(text):
        if not specifier.is_known(version=version, in_unit_name=in_unit_name):
            raise InvalidValue(_reason(specifier.letter, version), specifier.start)


def _reason(letter: str, version: int) -> str:
    since = SPECIFIER_SINCE.get(letter)
    if since is None:
        return f"%{letter} is no specifier: write %%{letter} for a literal percent sign"
    if since > version:
        return f"%{letter} is a specifier since systemd {since} only"
    return f"%{letter} is not resolved in unit names"


def plausible_texts(text: str) -> tuple[str, ...]:
    """What the value may be once specifiers are resolved: exactly one text if it has none but `%%`.

    What a specifier stands for is known on the running machine only. A value is wrong for certain when it is
    wrong under every stand-in.
    """
    if "%" not in text:
        return (text,)
    if all(specifier.letter == "%" for specifier in find_specifiers(text)):
        return (text.replace("%%", "%"),)
    return tuple(_resolved(text, stand_in) for stand_in in _STAND_INS)


def _resolved(text: str, stand_in: str) -> str:
    def replacement(match: Match[str]) -> str:
        letter = match[1]
        return "%" if letter == "%" else "/x" if letter in _DIRECTORIES else stand_in

    return _SPECIFIER.sub(replacement, text)
