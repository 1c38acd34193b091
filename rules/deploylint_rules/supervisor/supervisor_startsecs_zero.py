from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.programs import Program
from deploylint.project import Project

_ALWAYS = frozenset({"true", "yes", "on", "1"})


@rule(Severity.WARNING, group=Group.RELIABILITY)
def supervisor_startsecs_zero(project: Project) -> Findings:
    """A program that fails at once is restarted for ever, as fast as the machine can.

    ## Why is this bad?
    `startsecs=0` counts every start as a success, however soon the program ends. Together with `autorestart=true`
    nothing ever counts as a failed start: no pause between attempts, no FATAL, one processor busy with it.

    ## Example
    ```supervisor
    [program:sync]
    command=/srv/shop/venv/bin/python sync.py
    startsecs=0
    autorestart=true
    ```

    ## Use instead
    ```supervisor
    [program:sync]
    command=/srv/shop/venv/bin/python sync.py
    startsecs=0
    autorestart=false
    ```

    ## When it is fine
    When the command waits before it ends, as `sh -c "sync; sleep 60"` does; a command with sleep silences the rule.

    ## References
    https://supervisord.org/subprocess.html#process-states
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.programs():
            program = Program(configuration, section)
            seconds, restart = program.integer("startsecs", default=1), program.get("autorestart")
            command = program.get("command")
            if not isinstance(seconds, Known) or seconds.value > 0 or seconds.at is None or restart is None:
                continue
            if restart.value.lower() not in _ALWAYS or (command is not None and "sleep" in command.value):
                continue
            yield Finding(
                seconds.at,
                f"[{section.title}]: with startsecs=0 and autorestart=true it is restarted without a pause for ever",
                related=(Label(restart.value_at, "restarted whatever its exit status is"),),
                help="set startsecs to 1 or more, or autorestart=false for a job that ends",
            )
