from deploylint import Edit, Finding, Findings, Fix, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.programs import Program
from deploylint.project import Project


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("Cannot set stopasgroup=true and killasgroup=false*",),
)
def supervisor_stopasgroup_without_killasgroup(project: Project) -> Findings:
    """`stopasgroup=true` with `killasgroup=false` is refused.

    ## Why is this bad?
    supervisord does not start: whom it stops as a group it must be able to kill as a group.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/flask run
    stopasgroup=true
    killasgroup=false
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/flask run
    stopasgroup=true
    killasgroup=true
    ```

    ## Fix safety
    Safe: supervisord does not start as it stands.

    ## References
    https://supervisord.org/configuration.html#program-x-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.programs():
            program = Program(configuration, section)
            stop, kill = (
                program.boolean("stopasgroup", default=False),
                program.boolean("killasgroup", default=True),
            )
            if not (isinstance(stop, Known) and isinstance(kill, Known)) or not stop.value or kill.value:
                continue
            if stop.at is None or kill.at is None:
                continue
            yield Finding(
                kill.at,
                f"Cannot set stopasgroup=true and killasgroup=false in [{section.title}]",
                related=(Label(stop.at, "stopped as a group"),),
                help="set killasgroup=true, or leave it out",
                fix=Fix("set killasgroup=true", (Edit(kill.at, "true"),)),
            )
