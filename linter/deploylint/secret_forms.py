"""The forms of secrets: names that say so, URLs, well-known tokens, private keys."""

from functools import lru_cache
from math import log2

from deploylint.pattern import ASCII, IGNORECASE, VERBOSE, Match, pattern
from deploylint.secrets import Secret
from deploylint.source import Span

_LONGEST_NAME = 60
_LONGEST_VALUE = 512
_LONGEST_KEY = 20_000
_FEWEST = 8
_ONE_CLASS = 20
_LEAST_BITS = 2.5

_VALUE = rf"""(?:"(?P<double>(?:[^"\\\n]|\\.){{1,{_LONGEST_VALUE}}})"|'(?P<single>[^'\n]{{1,{_LONGEST_VALUE}}})'|["']?(?P<plain>[^\s"'][^\s"']{{0,{_LONGEST_VALUE}}}))"""
# Written in small letters, and so that each alternative begins with a letter: of a text in small letters, the engine
# then passes over what begins none of them.
_NAMED_FORM = (
    r"""(?:secret(?:[_-]?(?:access[_-]?)?key)?|passw(?:or)?d|passphrase|pass(?<=_pass)|pwd(?<![a-z]pwd)|token|requirepass
    |api[_-]?key|access[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|auth[_-]?key|fernet[_-]?key
    |master[_-]?key|account[_-]?key|storage[_-]?key)(?:[_-]?[0-9]{1,3})?
    (?: ["']?\]?[ \t]{0,9}(?:=|:(?![/:?+=-]))[ \t]{0,9} | (?<=requirepass)[ \t]{1,9} )"""
    + _VALUE
)
_SPACED_FORM = (
    r"""(?:env(?<!\wenv)|proxy_set_header(?<!\wproxy_set_header)|uwsgi_param(?<!\wuwsgi_param)
    |fastcgi_param(?<!\wfastcgi_param)|scgi_param(?<!\wscgi_param)|set(?<!\wset))[ \t]{1,9}\$?(?P<name>[\w-]{0,60}?
    (?:secret(?:_?key)?|passw(?:or)?d|token|api[_-]?key))[ \t]{1,9}"""
    + _VALUE
)
_NAMED, _SPACED = pattern(_NAMED_FORM, VERBOSE), pattern(_SPACED_FORM, VERBOSE)
_CASELESS = (
    pattern(_NAMED_FORM, IGNORECASE | VERBOSE),
    pattern(_SPACED_FORM, IGNORECASE | VERBOSE),
)
_OPTION = pattern(
    r"""(?P<name>--[a-z-]{0,40}?(?:password|passwd|token|secret|api-key|secret-key))["']?(?:[ \t]{1,9}|,[ \t]{0,9})
    (?!["']?--?[A-Za-z])"""  # the next option, after one without a value
    + _VALUE,
    VERBOSE,
)
_AUTHORIZATION = pattern(
    r"""Authorization["']?[ \t:=]{1,9}["']?(?:Bearer|Basic|Token)[ \t]{1,9}(?P<plain>[^\s"';]{8,4096})""",
    IGNORECASE,
)
_URL = pattern(r"""://[^\s:/@"'<>]{0,128}:(?P<plain>[^\s@/"'<>]{1,256})@""")
# In small letters; without one there is no token.
_TOKEN_BEGINNINGS = (
    "akia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "k_live_", "sk-", "aiza", "sg.", "npm_",
    "hf_", "dop_v1_",
)  # fmt: skip
_TOKEN = pattern(
    r"""(?<![A-Za-z0-9_-])(?P<plain>AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,90}|glpat-[\w-]{20}
    |xox[abprs]-[A-Za-z0-9-]{10,80}|[sr]k_live_[0-9A-Za-z]{20,80}|sk-[A-Za-z0-9_-]{32,160}|AIza[\w-]{35}
    |SG\.[\w-]{22}\.[\w-]{43}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z]{34}|dop_v1_[0-9a-f]{64})(?![A-Za-z0-9_-])""",
    VERBOSE,
)
_KEY_BEGINS = pattern(r"-----BEGIN (?:[A-Z]{2,12} )?(?:ENCRYPTED )?PRIVATE KEY-----")
_KEY_ENDS = "PRIVATE KEY-----"
_NAME_CHARACTERS = pattern(r"[\w-]{0,60}\Z", ASCII)

_NAME_END = pattern(r"[\w-]*+", ASCII)
_REFERENCE = pattern(
    r"[$`<>(){}\[\]]|%[(sdi]|\A(?:/|\./|~|file:|https?:|arn:|vault:|!|&|\|)|\.(?:pem|key|crt|txt|json)\Z"
)
_PLACEHOLDER = pattern(
    r"""change|your|example|placeholder|replace|insert|dummy|sample|redacted|generate|insecure|password|passwd|secret
    |default|xxx|\*\*\*|\.\.\.|undefined|qwert|letmein|12345
    |(?<![a-z])(?:fake|todo|fixme|test|none|null|foo|admin|root|demo|enter|some|here|my|same|strong)(?![a-z])""",
    IGNORECASE | VERBOSE,
)
_IDENTIFIER = pattern(
    r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z]+(?:[-_.][a-z]+)+|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|[\d.]+[smhdkMGB]*"
)


@lru_cache(maxsize=64)
def scan(text: str) -> tuple[Secret, ...]:
    """The secrets of a text in order, without overlaps."""
    folded = text.lower() if text.isascii() else text.casefold()
    found = [*_keys(text), *_named(text, folded)]
    if any(beginning in folded for beginning in _TOKEN_BEGINNINGS):
        found += _tokens(text)
    found += [
        Secret("the password in a URL", Span(*match.span("plain")))
        for match in _URL.finditer(text)
        if is_secret(match["plain"])
    ]
    if "authorization" in folded or not text.isascii():
        found += [
            Secret("the Authorization header", Span(*match.span("plain")))
            for match in _AUTHORIZATION.finditer(text)
            if not _REFERENCE.search(match["plain"])
        ]
    kept: list[Secret] = []
    for secret in sorted(found, key=lambda one: (one.span.start, -one.span.end)):
        if not kept or secret.span.start >= kept[-1].span.end:
            kept.append(secret)
    return tuple(kept)


def _keys(text: str) -> list[Secret]:
    found, at = [], 0
    while (match := _KEY_BEGINS.search(text, at)) is not None:
        end = text.find(_KEY_ENDS, match.end(), match.end() + _LONGEST_KEY)
        at = match.end() if end < 0 else end
        body = text[match.end() : at]
        if any(character.isalnum() for character in body) and "..." not in body:
            found.append(Secret("a private key", Span(match.end(), at), certain=True))
    return found


def _tokens(text: str) -> list[Secret]:
    return [
        Secret("an access token", Span(*match.span("plain")), certain=True)
        for match in _TOKEN.finditer(text)
        if not _PLACEHOLDER.search(match["plain"])
    ]


def _named(text: str, folded: str) -> list[Secret]:
    """`folded` is the text in small letters. With other letters than ASCII's its places may be others."""
    found = []
    forms, searched = ((_NAMED, _SPACED), folded) if text.isascii() else (_CASELESS, text)
    for form, where in ((forms[0], searched), (forms[1], searched), (_OPTION, text)):
        for match in form.finditer(where):
            span = _value_span(match)
            if is_secret(text[span.start : span.end]):
                found.append(Secret(_name(text, match), span))
    return found


def _value_span(match: Match[str]) -> Span:
    for group in ("double", "single"):
        if match[group] is not None:
            return Span(*match.span(group))
    start, end = match.span("plain")
    # What closes a statement or an item is no part of the value.
    return Span(start, start + len(match["plain"].rstrip(";,")) if end > start else end)


def _name(text: str, match: Match[str]) -> str:
    """The whole name, of which the pattern matched the end."""
    if "name" in match.re.groupindex:
        return text[match.start("name") : match.end("name")]
    start = match.start()
    before = _NAME_CHARACTERS.search(text, max(0, start - _LONGEST_NAME), start)
    first = before.start() if before is not None else start
    end = _NAME_END.match(text, start)
    return text[first : end.end() if end is not None else start].strip("-")


def is_secret(value: str) -> bool:
    """Whether a value is worth hiding: no reference, no placeholder, and not to be guessed."""
    if (
        len(value) < _FEWEST
        or _REFERENCE.search(value)
        or _PLACEHOLDER.search(value)
        or _IDENTIFIER.fullmatch(value)
    ):
        return False
    classes = (
        any(character.islower() for character in value)
        + any(character.isupper() for character in value)
        + any(character.isdigit() for character in value)
        + any(not character.isalnum() and character not in "-_." for character in value)
    )
    return (classes > 1 or len(value) >= _ONE_CLASS) and _bits(value) >= _LEAST_BITS


def _bits(value: str) -> float:
    """Shannon's entropy for each character."""
    counts = [value.count(character) for character in set(value)]
    return -sum(count / len(value) * log2(count / len(value)) for count in counts)
