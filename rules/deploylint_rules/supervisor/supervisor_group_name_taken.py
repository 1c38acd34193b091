from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import Configuration, Merged, configurations
from deploylint.formats.supervisor.expansion import Names
from deploylint.formats.supervisor.programs import parsed
from deploylint.project import Project
from deploylint.values.errors import printable
from deploylint.values.integers import parse_supervisor_integer

_DEFAULT = {"eventlistener": -1}
_PRIORITY = 999


@rule(Severity.ERROR, group=Group.CORRECTNESS)
def supervisor_group_name_taken(project: Project) -> Findings:
    """Of two groups with one name supervisor starts only one.

    ## Why is this bad?
    Every program, FastCGI program and event listener is a group of its own name, unless a `[group:x]` names it.
    When two groups have one name, supervisord keeps the first by priority and drops the other without a message.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]

    [program:mail]
    command=/srv/shop/venv/bin/python send_mail.py

    [eventlistener:mail]
    command=/srv/shop/venv/bin/crashmail -a -m root@localhost
    events=PROCESS_STATE_EXITED
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]

    [program:mail]
    command=/srv/shop/venv/bin/python send_mail.py

    [eventlistener:crashmail]
    command=/srv/shop/venv/bin/crashmail -a -m root@localhost
    events=PROCESS_STATE_EXITED
    ```

    ## When it is fine
    A program may have the name of the group that it is in.

    ## References
    https://github.com/Supervisor/supervisor/blob/main/supervisor/supervisord.py
    """
    for configuration in configurations(project.documents_of(File)):
        taken: dict[str, Merged] = {}
        for section in sorted(_groups(configuration), key=_priority):
            name = section.name.strip()
            if name not in taken:
                taken[name] = section
                continue
            kept = taken[name]
            yield Finding(
                section.places[-1].at,
                printable(
                    f"[{section.title}] is never started: [{kept.title}] has the same name, and comes first"
                ),
                related=(Label(kept.places[-1].at, "this one is started"),),
                help="give one of them another name",
            )


def _groups(configuration: Configuration) -> list[Merged]:
    """The sections that become process groups, in the order in which supervisor reads them."""
    kinds = ("group", "program", "eventlistener", "fcgi-program")
    return [
        section
        for kind in kinds
        for section in configuration.sections.values()
        if section.title.startswith(f"{kind}:")
        and not (kind in ("program", "fcgi-program") and section.name in configuration.groups)
    ]


def _priority(section: Merged) -> int:
    option = section.get("priority")
    default = _DEFAULT.get(section.kind, _PRIORITY)
    if option is None:
        return default
    found = parsed(option, Names({"program_name": section.name}), parse_supervisor_integer)
    return found.value if isinstance(found, Known) else default
