import re

from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import Option, Section, UwsgiConfig
from deploylint.formats.uwsgi.settings import Settings
from deploylint.values.errors import printable
from deploylint.vocabulary import uwsgi

_KINDS = frozenset({"integer", "integer16", "megabytes"})
_NUMBER = re.compile(r"\+?\d++")
_FRACTION = re.compile(r"\d++\.\d*+")
_COMMENT = re.compile(r"[ \t]++[;#]")
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
    if known.kind == "integer" and value.startswith("-") and value[1:].isdigit():
        yield _finding(option, "a negative number, with which uWSGI does not start")
    elif not _NUMBER.fullmatch(value) and not (known.kind == "megabytes" and _FRACTION.fullmatch(value)):
        yield _finding(option, f"uWSGI reads this as {digits[0] if digits else 0}", Severity.WARNING)
    elif known.kind == "integer16" and int(value[:9]) > _LARGEST_16:
        yield _finding(option, f"uWSGI takes {_LARGEST_16}, the most that is possible here", Severity.WARNING)
    elif option.name == "cheaper" and _too_many(Settings(config, section.name), int(value[:9])):
        yield _finding(option, "invalid cheaper value: must be lower than processes")


def _too_many(settings: Settings, cheaper: int) -> bool:
    processes = settings.processes
    return isinstance(processes, Known) and cheaper >= processes.value


def _finding(option: Option, why: str, severity: Severity = Severity.ERROR) -> Finding:
    message = printable(f"{option.name} = {option.value}: {why}")
    return Finding(option.value_at, message, help="write a whole number", severity=severity)
