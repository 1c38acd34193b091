from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.uwsgi import Option, Section, UwsgiConfig

_SOCKETS = (
    *(
        "socket",
        "uwsgi-socket",
        "suwsgi-socket",
        "http-socket",
        "http11-socket",
        "https-socket",
        "ssl-socket",
    ),
    *("fastcgi-socket", "fastcgi-nph-socket", "scgi-socket", "scgi-nph-socket", "raw-socket"),
)
_MAPS = ("static-map", "static-map2")
_CRON = ("cron", "unique-cron")
_CRON_WORDS = 6


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    named=(*_SOCKETS, *_MAPS, *_CRON),
    symptoms=(
        "invalid/empty uwsgi socket name",
        "invalid document root in static map, syntax mountpoint=docroot",
        "invalid cron syntax",
    ),
)
def uwsgi_invalid_value(option: Option, context: Context) -> Findings:
    """A socket, a static map or a cron line that uWSGI refuses.

    ## Why is this bad?
    uWSGI does not start.

    ## Example
    ```uwsgi
    [uwsgi]
    http-socket = :8080
    static-map = /srv/shop/static
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    http-socket = :8080
    static-map = /static=/srv/shop/static
    ```

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Options.html
    """
    section, value = context.parent, option.value
    if not isinstance(context.document, UwsgiConfig) or not isinstance(section, Section):
        return
    if section.name != "uwsgi" or option.opaque or any(mark in value for mark in ("%", "$(", "@(")):
        return
    found = _refused(option.name, value)
    if found is not None:
        message, form = found
        yield Finding(
            option.value_at if value else option.name_at,
            message,
            label="uWSGI does not start with this",
            help=f"write {option.name} = {form}",
        )


def _refused(name: str, value: str) -> tuple[str, str] | None:
    """uWSGI's words, and the form that it wants."""
    if name in _SOCKETS and not value:
        return "invalid/empty uwsgi socket name", "127.0.0.1:3031"
    if name in _MAPS and "=" not in value:
        return "invalid document root in static map, syntax mountpoint=docroot", "/static=/srv/static"
    if name in _CRON and len(value.split()) < _CRON_WORDS:
        return "invalid cron syntax", "minute hour day month weekday command"
    return None
