from collections.abc import Callable
from functools import lru_cache

from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.dependencies import names_units
from deploylint.formats.systemd.nodes import Place
from deploylint.formats.systemd.target_version import target_version
from deploylint.formats.systemd.trailing_comments import trailing_comment
from deploylint.pattern import pattern
from deploylint.values.errors import InvalidValue, printable
from deploylint.values.specifiers import check_specifiers
from deploylint.values.systemd_types import checker_of
from deploylint.vocabulary.nearest import nearest
from deploylint.vocabulary.systemd import Key, choices, key, word_since

# Values that rules of their own look at.
_ELSEWHERE = frozenset({"config_parse_exec", "config_parse_environ"})
_CRON = pattern(r"@\w+\Z|(?:[\d*,/-]+[ \t]+){4}[\w*,/-]+\Z")


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        "Failed to parse * value, ignoring: *",
        "Failed to parse service restart specifier, ignoring: *",
        "Failed to parse output specifier, ignoring: *",
        "Failed to parse signal name, ignoring: *",
        "Failed to parse calendar specification, ignoring: *",
    ),
)
def systemd_invalid_value(file: UnitFile, context: Context) -> Findings:
    """A value that systemd does not take for its key.

    ## Why is this bad?
    Nearly always systemd ignores the line, tells the journal, and goes on with the default: `Restart=allways`
    restarts nothing, `TimeoutStopSec=5 mins` waits for 90 seconds. A wrong `User=` makes it refuse the unit.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    Restart=allways
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    Restart=always
    ```

    ## When it is fine
    Words that came with a newer systemd than the one the unit runs on are fine there: see `--target`.

    ## Fix safety
    Unsafe: the nearest word may not be the one that was meant.

    ## References
    systemd.service(5), systemd.exec(5), systemd.time(7)
    """
    version = target_version(context.project)
    checked = _checked(file.places, version)
    for line in file.lines:
        if (line.section, line.name) not in checked:
            continue
        if (error := _refusal(line.section, line.name, line.value, version)) is None:
            continue
        known = key(line.section, line.name)
        if known is None or line.opaque or trailing_comment(line) is not None:
            continue
        taken = choices(known.parser_in(version), version)
        yield _finding(line, known, error, taken.words if taken else frozenset(), version)


@lru_cache(maxsize=4096)
def _refusal(section: str, name: str, value: str, version: int) -> InvalidValue | None:
    """What is wrong with a value; None for one that is another rule's matter. The same lines stand in many units."""
    checker = _checker(section, name, version)
    try:
        if checker is not None:
            checker(value)
    except InvalidValue as error:
        return error.with_traceback(None)
    return None


@lru_cache(maxsize=1024)
def _checked(places: frozenset[Place], version: int) -> frozenset[Place]:
    """Of the sections and keys of a unit, those that may have a wrong value."""
    return frozenset(place for place in places if _checker(*place, version) is not None)


@lru_cache(maxsize=1024)
def _checker(section: str, name: str, version: int) -> Callable[[str], None] | None:
    """What raises at a wrong value of a key; None where no value can be wrong here."""
    known = key(section, name)
    if known is None or not known.works_in(version) or names_units(section, name):
        return None
    parser = known.parser_in(version)
    if parser in _ELSEWHERE:
        return None
    if parser == "config_parse_working_directory":  # whether it is absolute is another rule's matter
        return lambda value: check_specifiers(value, version=version)
    taken = choices(parser, version)
    return checker_of(parser, name, taken.words if taken else frozenset(), version)


def _finding(
    line: Assignment, known: Key, error: InvalidValue, words: frozenset[str], version: int
) -> Finding:
    since = word_since(known.parser_in(version), line.value)
    if since is not None and since > version:
        return Finding(
            line.value_at,
            printable(f"{line.name}={line.value} is known since systemd {since}, not to {version}"),
            label="systemd ignores the line",
        )
    meant = nearest(line.value, words)
    at = line.value_at
    if 0 < error.offset < len(line.value):
        at = line.value_location(error.offset, len(line.value))
    return Finding(
        at,
        f"Failed to parse {line.name}=: {error.message}",
        help=_help(line, meant),
        fix=Fix(f"write {meant}", (Edit(line.value_at, meant),), Safety.UNSAFE) if meant else None,
    )


def _help(line: Assignment, meant: str | None) -> str | None:
    if meant is not None:
        return f"did you mean {meant}?"
    if not line.value:
        return "leave the line out: an empty value is no default here"
    if line.name == "OnCalendar" and _CRON.match(line.value):
        return "this is the syntax of cron; systemd writes daily, or Mon..Fri *-*-* 06:00:00"
    if line.name in ("StandardOutput", "StandardError") and line.value.startswith("/"):
        return f"write append:{line.value}" if "{" not in line.value else None
    return None
