from deploylint import Edit, Finding, Findings, Fix, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File, Option
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.programs import Program
from deploylint.project import Project

_NUMBER = "%(process_num)"


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("%(process_num) must be present within process_name when numprocs > 1*",),
)
def supervisor_process_num_missing(project: Project) -> Findings:
    """Several processes of a program with one name.

    ## Why is this bad?
    With `numprocs` above 1 supervisor wants `%(process_num)` in `process_name` and refuses the whole configuration
    without it.

    ## Example
    ```supervisor
    [program:worker]
    command=/srv/shop/venv/bin/celery -A shop worker
    numprocs=4
    ```

    ## Use instead
    ```supervisor
    [program:worker]
    command=/srv/shop/venv/bin/celery -A shop worker
    numprocs=4
    process_name=%(program_name)s_%(process_num)02d
    ```

    ## Fix safety
    Safe: supervisord does not start as it stands.

    ## References
    https://supervisord.org/configuration.html#program-x-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.programs():
            program = Program(configuration, section)
            numbers, name = program.get("numprocs"), program.get("process_name")
            count = program.integer("numprocs", default=1)
            if numbers is None or not isinstance(count, Known) or count.value <= 1:
                continue
            if name is not None and (_NUMBER in name.value or name.opaque):
                continue
            if name is None and section.templated:
                continue
            yield Finding(
                numbers.value_at if name is None else name.value_at,
                f"%(process_num) must be present within process_name when numprocs > 1: [{section.title}]",
                label="" if name else f"{count.value} processes would have one name",
                related=(Label(numbers.value_at, f"{count.value} processes would have one name"),)
                if name
                else (),
                help="add process_name=%(program_name)s_%(process_num)02d",
                fix=_fix(numbers, name),
            )


def _fix(numbers: Option, name: Option | None) -> Fix:
    title = "put %(process_num) into process_name"
    source = numbers.source
    if name is not None:
        end = name.value_at.span.end
        addition = "_%(process_num)02d" if name.value else "%(program_name)s_%(process_num)02d"
        return Fix(title, (Edit(name.source.location(end, end), addition),))
    start = source.line_starts[numbers.at.start.line - 1]
    line = source.line(numbers.at.end.line)
    end = source.line_starts[numbers.at.end.line - 1] + len(line)
    indentation = source.text[start : numbers.name_span.start]
    addition = f"\n{indentation}process_name=%(program_name)s_%(process_num)02d"
    return Fix(title, (Edit(source.location(end, end), addition),))
