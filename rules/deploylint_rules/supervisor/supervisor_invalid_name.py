from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.supervisor import Option, Section
from deploylint.formats.supervisor.checked_values import kind_of
from deploylint.source import Location
from deploylint.templates import is_template
from deploylint.values.errors import printable

_FORBIDDEN = " :/"


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("Invalid name: * because of character: *",),
)
def supervisor_invalid_name(section: Section) -> Findings:
    """A name of a program or group with a blank, a colon or a slash.

    ## Why is this bad?
    supervisord refuses the whole configuration: such a name would break the addresses of its web pages and the
    messages to event listeners.

    ## Example
    ```supervisor
    [program:shop web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```supervisor
    [program:shop-web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## References
    https://supervisord.org/configuration.html#program-x-section-settings
    """
    if not section.is_program and not section.title.startswith("group:"):
        return
    start = section.title_span.end - len(section.name)
    yield from _found(section.name, section.source.location(start, section.title_span.end))
    process = section.get("process_name") if section.is_program else None
    if process is not None and _read(process, section):
        yield from _found(process.value, process.value_at)


def _read(process: Option, section: Section) -> bool:
    return kind_of(process, section) is not None


def _found(name: str, at: Location) -> Findings:
    """supervisor looks at the name before it puts in what `%(x)s` stands for."""
    stripped = name.strip()
    bad = next((character for character in _FORBIDDEN if character in stripped), None)
    if bad is None or is_template(name):
        return
    yield Finding(
        at,
        printable(f"Invalid name: {name!r} because of character: {bad!r}"),
        label="supervisord does not start with this",
        help='write "-" or "_" instead',
    )
