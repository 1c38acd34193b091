from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import Option, Section, UwsgiConfig
from deploylint.formats.uwsgi.settings import Settings, settings_of
from deploylint.pattern import ASCII, pattern
from deploylint.values.errors import printable
from deploylint.vocabulary import uwsgi

_KINDS = frozenset({"integer", "integer16", "megabytes"})
# 64-bit numbers and those with a handler of their own: uWSGI does not look whether they are negative.
_NEGATIVE_TAKEN = frozenset(
    (
        "alarm-msg-size body-read-warning cache cache-blocksize cheaper-busyness-backlog-multiplier "
        "cheaper-busyness-backlog-nonzero cheaper-busyness-max cheaper-busyness-min "
        "cheaper-busyness-multiplier cheaper-busyness-penalty cheaper-overload cheaper-rss-limit-hard "
        "cheaper-rss-limit-soft chunked-input-limit fastcgi-modifier1 fastcgi-modifier2 "
        "fastrouter-buffer-size fastrouter-post-buffering http-buffer-size http-manage-expect "
        "http-socket-modifier1 http-socket-modifier2 https-socket-modifier1 https-socket-modifier2 "
        "legion-scroll-list-max-size limit-post log-big log-master-bufsize log-maxsize max-requests "
        "max-requests-delta max-worker-lifetime min-worker-lifetime post-buffering "
        "post-buffering-bufsize prio raw-modifier1 raw-modifier2 rawrouter-buffer-size rpc-max "
        "scgi-modifier1 scgi-modifier2 socket-rcvbuf socket-sndbuf sslrouter-buffer-size "
        "websocket-max-size websockets-max-size weight write-errors-tolerance"
    ).split()
)
_NUMBER = pattern(r"\+?\d++")
_WHOLE = pattern(r"[+-]?\d++", ASCII)
_FRACTION = pattern(r"\d++\.\d*+")
_COMMENT = pattern(r"(?<![ \t])[ \t]++[;#]")
_LARGEST_16 = 65535


@rule(Severity.ERROR, group=Group.VALIDITY, symptoms=("invalid value for option *: must be > 0",))
def uwsgi_invalid_number(option: Option, context: Context) -> Findings:
    """A number that uWSGI reads differently.

    ## Why is this bad?
    uWSGI reads digits up to the first other character and takes 0 when there are none: `harakiri = 1m` kills
    requests after one second, `processes = two` starts no worker. Negative numbers it refuses.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    harakiri = 1m
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    harakiri = 60
    ```

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Options.html
    """
    config, section = context.document, context.parent
    known = uwsgi.option(option.name)
    if not isinstance(config, UwsgiConfig) or not isinstance(section, Section) or known is None:
        return
    if known.kind not in _KINDS or not option.value or option.opaque:
        return
    if any(mark in option.value for mark in ("%", "$", "@(")):
        return
    value = option.value[: match.start()] if (match := _COMMENT.search(option.value)) else option.value
    digits = _NUMBER.match(value)
    if known.kind == "integer" and _atoi(value) < 0:
        if option.name not in _NEGATIVE_TAKEN:
            yield _finding(option, f'invalid value for option "{option.name}": must be > 0')
    elif not _NUMBER.fullmatch(value) and not (known.kind == "megabytes" and _FRACTION.fullmatch(value)):
        yield _finding(option, f"uWSGI reads this as {digits[0] if digits else 0}", Severity.WARNING)
    elif known.kind == "integer16" and int(value[:9]) > _LARGEST_16:
        yield _finding(option, f"uWSGI takes {_LARGEST_16}, the most that is possible here", Severity.WARNING)
    elif option.name == "cheaper" and _too_many(settings_of(config, section.name), int(value[:9])):
        yield _finding(option, "invalid cheaper value: must be lower than processes")


def _atoi(text: str) -> int:
    """What atoi(3) makes of a number, as glibc does: cut to 64 bits, of which the lower 32 count; 0 for other text."""
    if not _WHOLE.fullmatch(text):
        return 0
    number = max(-(2**63), min(2**63 - 1, int(text[:25])))
    return (number + 2**31) % 2**32 - 2**31


def _too_many(settings: Settings, cheaper: int) -> bool:
    processes = settings.processes
    return isinstance(processes, Known) and cheaper >= processes.value


def _finding(option: Option, why: str, severity: Severity = Severity.ERROR) -> Finding:
    message = printable(why if why.startswith("invalid") else f"{option.name} = {option.value}: {why}")
    return Finding(option.value_at, message, help="write a whole number", severity=severity)
