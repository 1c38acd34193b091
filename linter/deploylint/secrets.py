"""Secrets written in text: passwords, keys, tokens. One detector for the rule and for every report.

    find(text)    the secrets in the order of the text; what is left of them never belongs in a report

A secret has a name that says so (`SECRET_KEY`, `db_password`), stands in a URL between colon and `@`, has the form
of a well-known token, or is a private key. References to variables and files, empty values, placeholders and
values that everybody would guess are none. Linear in the text.
"""

from deploylint.dataclass import dataclass
from deploylint.pattern import pattern
from deploylint.source import Span


@dataclass(frozen=True, slots=True)
class Secret:
    """`span` covers the value alone. `name` says what it is: a variable's name or words such as `a private key`.

    `certain`: its form alone tells, whatever it is called and wherever it stands.
    """

    name: str
    span: Span
    certain: bool = False


_HINTS = "pwd secret akia glpat sg.".split()
# Hints of which none is there without what they have in common.
_ALIKE = {
    "z": ("authorization", "aiza"),
    "_": ("dop_v1", "npm_", "hf_", "_pat_"),
    "gh": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    "xox": ("xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-"),
    "sk": ("sk-", "sk_"),
}
_TOKEN = pattern(r"token(?!s)")
_PASS = pattern(r"pass(?:w|phrase|(?<=requirepass)|[\"']?\]?[ \t]*+[=:])")
_KEY = pattern(r"(?:api|access|private|encryption|signing|auth|fernet|master|account|storage)[ _-]?\Z")
_CREDENTIALS = pattern(r":[^\s@/:]{1,256}+@")
_WINDOW, _LONGEST_HINT = 1 << 20, 512
# In shorter texts the words are found sooner than the lines; of longer ones too much would be kept.
_SHORT, _LONG = 1 << 10, 1 << 14
# Lines without a hint.
_HARMLESS: set[str] = set()
_MOST_HARMLESS = 4096

_WEAK = frozenset(
    "admin changeme django guest letmein master mongo mysql pass passwd password postgres postgresql qwerty redis root "
    "secret test user welcome rabbitmq minio minioadmin changeit toor 1234 12345 123456 12345678 123456789".split()
)
_CHANGE_ME = pattern(
    r"\A(?:please[-_ ]?)?(?:change|replace)[-_ ]?(?:me|this|it|in)|\Ayour[-_ ]|\A(?:super)?[-_]?secret[-_]?(?:key)?\Z"
)


def find(text: str) -> tuple[Secret, ...]:
    """The secrets of a text in order, without overlaps."""
    if not _may_hold_one(text):
        return ()
    from deploylint.secret_forms import scan  # noqa: PLC0415  its patterns take longer to compile than most files to check

    return scan(text)


def _may_hold_one(text: str) -> bool:
    """False where no form can match. A large text is looked at in windows, since a copy in small letters would be as large."""
    if len(text) < _SHORT:
        return _hints_at_one(text)
    if len(text) <= _LONG:
        return _new_lines_hint_at_one(text)
    return any(_hints_at_one(text[at : at + _WINDOW + _LONGEST_HINT]) for at in range(0, len(text), _WINDOW))


def _new_lines_hint_at_one(text: str) -> bool:
    """The same for a text of the usual length. Configurations repeat themselves, and no hint goes over several lines."""
    lines = set(text.split("\n")) - _HARMLESS
    if _hints_at_one("\n".join(lines)):
        return True
    if len(_HARMLESS) + len(lines) > _MOST_HARMLESS:
        _HARMLESS.clear()
    _HARMLESS.update(lines)
    return False


def _hints_at_one(text: str) -> bool:
    """Searches for fixed words, which a text has behind it in no time."""
    folded = text.lower() if text.isascii() else text.casefold()
    for hint in _HINTS:
        if hint in folded:
            return True
    for common, hints in _ALIKE.items():
        if common in folded:
            for hint in hints:
                if hint in folded:
                    return True
    if "token" in folded and _TOKEN.search(folded):
        return True
    if "pass" in folded and _PASS.search(folded):
        return True
    at = folded.find("key")
    while at >= 0:
        if _KEY.search(folded, max(0, at - 12), at):
            return True
        at = folded.find("key", at + 3)
    return "@" in folded and _CREDENTIALS.search(folded) is not None


def is_weak(value: str) -> bool:
    """Whether a value is a password that everybody tries first, or a placeholder that was meant to be replaced."""
    folded = value.casefold()
    return folded in _WEAK or folded.startswith("django-insecure-") or bool(_CHANGE_ME.search(folded))
