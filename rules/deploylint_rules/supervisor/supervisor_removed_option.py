from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.supervisor import Option, Section
from deploylint.vocabulary.supervisor import option, section_kind, supervisor_2

# It said whether to write a log; what it is called now says where to.
_SWITCHES = ("log_stdout",)


@rule(Severity.ERROR, group=Group.VALIDITY)
def supervisor_removed_option(option_: Option, context: Context) -> Findings:
    """An option of supervisor 2, which supervisor 3 and 4 ignore.

    ## Why is this bad?
    The line does nothing: logs go to a file with a made-up name in the folder for temporary files, or the control
    interface is not opened.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    logfile=/var/log/shop.log
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    stdout_logfile=/var/log/shop.log
    ```

    ## Fix safety
    Unsafe: the line takes effect for the first time.

    ## References
    https://github.com/Supervisor/supervisor/blob/main/CHANGES.rst
    """
    section = context.parent
    if not isinstance(section, Section):
        return
    kind = section_kind(section.title)
    replacement = None if kind is None else supervisor_2(kind, option_.name)
    if kind is None or replacement is None or option(kind, option_.name) is not None:
        return
    renamed = (
        option(kind, replacement) is not None
        and section.get(replacement) is None
        and option_.name.lower() not in _SWITCHES
    )
    yield Finding(
        option_.name_at,
        f'"{option_.name}" is an option of supervisor 2, which later versions ignore',
        help=f"write {replacement}",
        fix=Fix(f"rename it to {replacement}", (Edit(option_.name_at, replacement),), Safety.UNSAFE)
        if renamed
        else None,
    )
