from collections.abc import Iterator

from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Block, Word
from deploylint.formats.nginx.variables import regex_condition

_SUBJECTS = frozenset({"$http_origin", "$http_referer"})
# A pattern that names a host: `example\.com`. Other patterns check something else.
_DOMAIN = ("\\.", "localhost")


@rule(Severity.WARNING, group=Group.SECURITY, confidence=Confidence.MEDIUM, named=("if", "map"))
def nginx_origin_pattern_too_wide(block: Block) -> Findings:
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
    for word, pattern, subject in _in_condition(block) if block.name == "if" else _in_map(block):
        wide = None if word.opaque else _width(pattern, subject)
        if wide is not None:
            yield Finding(
                word.at,
                f"this pattern fits strangers' hosts, such as {wide}",
                label="the origin of the request",
                help="let the pattern begin with ^https:// and end with $",
            )


def _in_condition(block: Block) -> Iterator[tuple[Word, str, str]]:
    """The pattern that lets an origin pass with the word that holds it."""
    condition = regex_condition(block)
    if condition is not None and condition[0].lower() in _SUBJECTS:
        positive = any(value in {"~", "~*"} for value in block.values)
        word = next((one for one in reversed(block.args) if len(one.value) > 1), None)
        if positive and word is not None:
            yield word, condition[1], condition[0].lower()


def _in_map(block: Block) -> Iterator[tuple[Word, str, str]]:
    subject = block.values[0].lower() if block.values else ""
    if subject not in _SUBJECTS:
        return
    for entry in block.children:
        if entry.name.startswith("~") and entry.values[:1] not in ((), ("",), ("0",)):
            yield entry.words[0], entry.name.lstrip("~").removeprefix("*"), subject


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
