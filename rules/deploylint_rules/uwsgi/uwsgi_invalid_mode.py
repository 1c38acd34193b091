from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.uwsgi import Option, UwsgiConfig
from deploylint.pattern import pattern
from deploylint.values.errors import printable

_MODE = pattern(r"[0-7]{3}")
_COMMENT = pattern(r"[ \t][;#]")
_FOUR = pattern(r"0[0-7]{3}")


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    named=("chmod-socket", "chmod"),
    symptoms=("invalid chmod value: *",),
)
def uwsgi_invalid_mode(option: Option, context: Context) -> Findings:
    """A socket's mode that is not exactly three octal digits.

    ## Why is this bad?
    uWSGI does not start: it takes `660`, and refuses `0660` and `rw-rw----`.

    ## Example
    ```uwsgi
    [uwsgi]
    socket = /run/shop/uwsgi.sock
    chmod-socket = 0660
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    socket = /run/shop/uwsgi.sock
    chmod-socket = 660
    ```

    ## Fix safety
    Safe: uWSGI does not start as it stands.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Options.html#chmod-socket
    """
    value = option.value
    if not isinstance(context.document, UwsgiConfig) or option.opaque:
        return
    # 1 means mode 666 (core/uwsgi.c, `uwsgi_opt_chmod_socket`).
    if value == "1" or _MODE.fullmatch(value) or any(mark in value for mark in ("%", "$(", "@(")):
        return
    # A comment behind the value is the matter of another rule.
    if _COMMENT.search(value):
        return
    short = value[1:] if _FOUR.fullmatch(value) else None
    yield Finding(
        option.value_at if value else option.name_at,
        printable(f"invalid chmod value: {value}"),
        label="uWSGI wants three octal digits",
        help=f"write {short or 660}",
        fix=Fix("leave out the leading zero", (Edit(option.value_at, short),)) if short else None,
    )
