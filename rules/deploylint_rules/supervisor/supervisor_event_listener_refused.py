from deploylint import Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File, Option
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.edits import removed
from deploylint.formats.supervisor.programs import Program
from deploylint.project import Project
from deploylint.values.errors import printable
from deploylint.vocabulary.nearest import nearest
from deploylint.vocabulary.supervisor import event_type, event_types


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        "Unknown event type * in * events*",
        "* section sets redirect_stderr=true but this is not allowed*",
        "* section sets invalid buffer_size *",
    ),
)
def supervisor_event_listener_refused(project: Project) -> Findings:
    """An event listener that supervisor refuses.

    ## Why is this bad?
    supervisord does not start when a listener asks for an event that does not exist, mixes its standard error into
    the protocol that it speaks on standard output, or has no room for a single event.

    ## Example
    ```supervisor
    [eventlistener:crashmail]
    command=/srv/shop/venv/bin/crashmail -a -m root@localhost
    events=PROCESS_STATE_EXIT
    ```

    ## Use instead
    ```supervisor
    [eventlistener:crashmail]
    command=/srv/shop/venv/bin/crashmail -a -m root@localhost
    events=PROCESS_STATE_EXITED
    ```

    ## When it is fine
    When a plug-in registers events of its own, which no file tells; with an `[rpcinterface:x]` section besides
    supervisor's own the rule is silent about unknown events.

    ## Fix safety
    Safe: supervisord does not start as it stands.

    ## References
    https://supervisord.org/events.html#event-types
    """
    for configuration in configurations(project.documents_of(File)):
        plugins = any(
            section.kind == "rpcinterface" and section.name != "supervisor"
            for section in configuration.sections.values()
        )
        for section in configuration.programs():
            if section.kind != "eventlistener":
                continue
            program = Program(configuration, section)
            events = program.get("events")
            if events is not None and not events.opaque and not plugins:
                yield from _unknown_events(events, section.title)
            merged = program.boolean("redirect_stderr", default=False)
            option = program.get("redirect_stderr")
            if option is not None and isinstance(merged, Known) and merged.value:
                yield Finding(
                    option.at,
                    f"[{section.title}] section sets redirect_stderr=true but this is not allowed because it will "
                    "interfere with the eventlistener protocol",
                    help="leave the option out",
                    fix=Fix("leave the option out", (removed(option),)),
                )
            size = program.integer("buffer_size", default=10)
            if isinstance(size, Known) and size.value < 1 and size.at is not None:
                yield Finding(
                    size.at,
                    f"[{section.title}] section sets invalid buffer_size ({size.value})",
                    help="write 1 or more",
                )


def _unknown_events(option: Option, title: str) -> Findings:
    offset = 0
    for part in option.value.split(","):
        name = part.strip()
        start = offset + len(part) - len(part.lstrip())
        offset += len(part) + 1
        if not option.value or event_type(name) or "%" in name:
            continue
        at = option.location(start, start + len(name)) if name else option.value_at
        meant = nearest(name.upper(), event_types()) if name else None
        yield Finding(
            at,
            printable(f"Unknown event type {name.upper()} in [{title}] events"),
            label="supervisord does not start with this",
            help=f"did you mean {meant}?" if meant else "write event types with commas between them",
            fix=Fix(f"write {meant}", (Edit(at, meant),)) if meant else None,
        )
