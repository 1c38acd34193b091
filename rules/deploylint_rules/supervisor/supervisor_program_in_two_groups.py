from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.supervisor import File, Option
from deploylint.formats.supervisor.configuration import configurations
from deploylint.project import Project
from deploylint.values.errors import printable


@rule(Severity.WARNING, group=Group.CORRECTNESS)
def supervisor_program_in_two_groups(project: Project) -> Findings:
    """A program that two groups name runs twice.

    ## Why is this bad?
    supervisor starts the program once for each group: two servers want the same port, two schedulers send every mail
    twice.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]

    [program:beat]
    command=/srv/shop/venv/bin/celery -A shop beat

    [group:shop]
    programs=beat

    [group:background]
    programs=beat
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]

    [program:beat]
    command=/srv/shop/venv/bin/celery -A shop beat

    [group:background]
    programs=beat
    ```

    ## When it is fine
    When two copies are wanted; `numprocs` says that more clearly.

    ## References
    https://supervisord.org/configuration.html#group-x-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        taken: dict[str, tuple[str, Option]] = {}
        for section in configuration.sections.values():
            option = section.get("programs")
            if not section.title.startswith("group:") or option is None or option.opaque:
                continue
            for name in option.value.split(","):
                program = name.strip()
                if not program:
                    continue
                if program in taken:
                    other, place = taken[program]
                    again = section.title if other != section.title else "the same group"
                    yield Finding(
                        option.value_at,
                        printable(f"{program} is in [{other}] and again in {again}, and runs once for each"),
                        related=() if place == option else (Label(place.value_at, "named here before"),),
                        help="name it in one group",
                    )
                taken[program] = (section.title, option)
