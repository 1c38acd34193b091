from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.programs import Program, supervisord_user
from deploylint.project import Project
from deploylint.values.errors import printable

_ROOT = frozenset({"root", "0"})


@rule(
    Severity.ERROR,
    group=Group.CORRECTNESS,
    symptoms=("*couldn't setuid to *: Can't drop privilege as nonroot user*",),
)
def supervisor_user_cannot_change(project: Project) -> Findings:
    """A program's user that supervisord, which is not root any more, cannot change to.

    ## Why is this bad?
    With `user` in `[supervisord]` supervisord gives up root when it starts. After that no program can be started as
    somebody else: "Can't drop privilege as nonroot user".

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]
    user=shop

    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    user=www-data
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]
    user=root

    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    user=www-data
    ```

    ## When it is fine
    When both are names of one user.

    ## References
    https://supervisord.org/configuration.html#supervisord-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        if configuration.main is None:
            continue
        own = supervisord_user(configuration)
        if not isinstance(own, Known) or own.value is None or own.value in _ROOT or own.value.isdigit():
            continue
        for section in configuration.programs():
            program = Program(configuration, section)
            user = program.text("user", program.names())
            if user is None or not isinstance(user, Known) or user.at is None:
                continue
            if user.value != own.value and not user.value.isdigit():
                yield Finding(
                    user.at,
                    printable(f"Can't drop privilege as nonroot user: supervisord runs as {own.value}"),
                    related=() if own.at is None else (Label(own.at, "supervisord gives up root here"),),
                    help="let supervisord keep root, or leave the program's user out",
                )
