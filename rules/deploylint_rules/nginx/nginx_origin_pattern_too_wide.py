from collections.abc import Iterator

from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import File, Statement, Word
from deploylint.formats.nginx.variables import regex_condition

_SUBJECTS = frozenset({"$http_origin", "$http_referer"})
# A pattern that names a host: `example\.com`. Other patterns check something else.
_DOMAIN = ("\\.", "localhost")


@rule(Severity.WARNING, given=(("if", "map"),), group=Group.SECURITY, confidence=Confidence.MEDIUM)
def nginx_origin_pattern_too_wide(file: File) -> Findings:
    r"""A pattern for the origin of a request fits hosts of strangers.

    ## Why is this bad?
    Without `$` at its end the pattern fits `https://example.com.attacker.net`, without a beginning it fits
    `https://notexample.com`. Pages of strangers then pass as your own, with the user's cookies.

    ## Example
    ```nginx
    map $http_origin $allowed_origin {
        default "";
        ~^https://([a-z]+\.)?example\.com $http_origin;
    }
    ```

    ## Use instead
    ```nginx
    map $http_origin $allowed_origin {
        default "";
        ~^https://([a-z]+\.)?example\.com$ $http_origin;
    }
    ```

    ## References
    - https://github.com/yandex/gixy/blob/master/docs/en/plugins/origins.md
    - https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Origin
    """
    for statement, chain in file.walk():
        for word, pattern, subject in _patterns(statement, chain[0] if chain else None):
            wide = None if word.opaque else _width(pattern, subject)
            if wide is not None:
                yield Finding(
                    word.at,
                    f"this pattern fits strangers' hosts, such as {wide}",
                    label="the origin of the request",
                    help="let the pattern begin with ^https:// and end with $",
                )


def _patterns(statement: Statement, parent: object) -> Iterator[tuple[Word, str, str]]:
    """The patterns that let an origin pass with the words that hold them."""
    if statement.name == "if":
        condition = regex_condition(statement)
        if condition is not None and condition[0].lower() in _SUBJECTS:
            positive = any(value in {"~", "~*"} for value in statement.values)
            word = next((one for one in reversed(statement.args) if len(one.value) > 1), None)
            if positive and word is not None:
                yield word, condition[1], condition[0].lower()
    elif isinstance(parent, Statement) and parent.name == "map" and statement.name.startswith("~"):
        values = parent.values
        if values and values[0].lower() in _SUBJECTS and statement.values[:1] not in ((), ("",), ("0",)):
            yield statement.words[0], statement.name.lstrip("~").removeprefix("*"), values[0].lower()


def _width(pattern: str, subject: str) -> str | None:
    """A host that the pattern lets pass by mistake."""
    if not any(mark in pattern for mark in _DOMAIN) or "|$" in pattern or len(pattern) > 1000:
        return None
    ends = pattern.rstrip(")").endswith(("$", "/", "/)", "\\z")) or "$" in pattern or "(/|" in pattern
    if not ends and not pattern.endswith((".*", "/.*")) and (subject == "$http_origin" or "://" in pattern):
        return "https://example.com.attacker.net" if "://" in pattern else "https://attacker.net"
    if not pattern.startswith(("^", "(^", "(?:^")) and subject == "$http_origin" and "://" not in pattern:
        head = pattern.lstrip("(?:")
        if head[:1].isalnum():
            return "https://notexample.com"
    return None
