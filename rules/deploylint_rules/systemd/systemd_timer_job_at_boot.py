from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.activation import activators_beside
from deploylint.formats.systemd.unit import unit_of
from deploylint.values.systemd_words import split_blanks

_BOOT = frozenset({"multi-user.target", "default.target", "graphical.target"})


@rule(Severity.NOTE, group=Group.CORRECTNESS, pedantic=True, named=("WantedBy", "RequiredBy"))
def systemd_timer_job_at_boot(assignment: Assignment, context: Context) -> Findings:
    """A job that its timer starts, and every boot, too.

    ## Why is this bad?
    When the service is enabled beside its timer, the job runs at each boot, outside of its time, while the machine
    has the most to do.

    ## Example
    ```systemd title="systemd/backup.service"
    [Service]
    Type=oneshot
    ExecStart=/srv/shop/backup

    [Install]
    WantedBy=multi-user.target
    ```
    ```systemd title="systemd/backup.timer"
    [Timer]
    OnCalendar=daily
    ```

    ## Use instead
    ```systemd title="systemd/backup.service"
    [Service]
    Type=oneshot
    ExecStart=/srv/shop/backup
    ```
    ```systemd title="systemd/backup.timer"
    [Timer]
    OnCalendar=daily
    ```

    ## When it is fine
    The job is meant to run at boot.

    ## References
    systemd.timer(5)
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Install" or file.type != "service":
        return
    timers = [
        unit
        for unit in activators_beside(unit_of(file, context.project), context.project)
        if unit.type == "timer" and unit.main is not None
    ]
    words = [word for word in split_blanks(assignment.value) if word.text in _BOOT]
    if timers and words and timers[0].main is not None:
        yield Finding(
            assignment.value_location(words[0].start, words[0].end),
            f"{file.unit} runs at every boot, besides when {timers[0].name} starts it",
            related=(Label(timers[0].main.source.location(0, 0), "the timer"),),
            help="enable the timer only, and leave [Install] out here",
        )
