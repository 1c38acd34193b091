from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.supervisor import Option, Section
from deploylint.formats.supervisor.expansion import Names
from deploylint.values.errors import InvalidValue
from deploylint.values.words import split_shlex


@rule(
    Severity.ERROR,
    group=Group.CORRECTNESS,
    named=("command",),
    symptoms=("*can't parse command *",),
)
def supervisor_unparsable_command(option: Option, context: Context) -> Findings:
    """A command with a quote that is never closed.

    ## Why is this bad?
    supervisord starts, the program does not. Often a comment is to blame: supervisor cuts a line at the first `;` or
    `#` behind a blank, between quotes, too.

    ## Example
    ```supervisor
    [program:web]
    command=/bin/sh -c "cd /srv/shop ; exec venv/bin/gunicorn shop.wsgi"
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/bin/sh -c "cd /srv/shop && exec venv/bin/gunicorn shop.wsgi"
    ```

    ## References
    https://github.com/Supervisor/supervisor/issues/1034
    """
    section = context.parent
    if not isinstance(section, Section) or not section.is_program or section.get("command") != option:
        return
    text = None if option.opaque else option.value if "%" not in option.value else _expanded(option)
    if text is None:
        return
    try:
        split_shlex(text)
    except InvalidValue as error:
        cut = option.cuts[0] if option.cuts else None
        yield Finding(
            option.value_at if cut is None else option.source.location(cut.start, cut.end),
            f"can't parse command: {error.message}",
            label="supervisor takes this for a comment" if cut else "the program is never started",
            help="put no blank before the ; or #" if cut else "close the quote",
        )


def _expanded(option: Option) -> str | None:
    """The command with its names put in; None when one is unknown, which may hold a quote."""
    return Names().text(option)
