from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.uwsgi import Option, Section, UwsgiConfig
from deploylint.formats.uwsgi.foreign_names import of_other_programs
from deploylint.formats.uwsgi.unknown_names import is_unknown


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    confidence=Confidence.MEDIUM,
    symptoms=("[strict-mode] unknown config directive: *",),
)
def uwsgi_foreign_option(option: Option, context: Context) -> Findings:
    """An option of supervisor or gunicorn in a file that uWSGI reads.

    ## Why is this bad?
    uWSGI does not know the name and takes it for a placeholder: the line does nothing. A `timeout` kills no stuck
    request, a `user` leaves uWSGI running as root.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    directory = /srv/shop
    user = shop
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    chdir = /srv/shop
    uid = shop
    ```

    ## When it is fine
    When it is meant as a placeholder; the rule sees `%(name)` in the files of the project.

    ## Fix safety
    Unsafe: the line takes effect for the first time. None is offered for options of gunicorn, whose values
    often mean something else.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Options.html
    """
    section, config = context.parent, context.document
    theirs = of_other_programs(option.name)
    if theirs is None or not isinstance(config, UwsgiConfig) or not isinstance(section, Section):
        return
    if not is_unknown(option, section, config, context.project.documents_of(UwsgiConfig)):
        return
    program, ours = theirs
    renamed = ours is not None and program == "supervisor"
    yield Finding(
        option.name_at,
        f'"{option.name}" is an option of {program}, which uWSGI takes for a placeholder',
        label="this line does nothing",
        help=f"the option of uWSGI is {ours}" if ours else f"it belongs into {program}'s configuration",
        fix=Fix(f"rename it to {ours}", (Edit(option.name_at, ours),), Safety.UNSAFE)
        if renamed and ours
        else None,
    )
