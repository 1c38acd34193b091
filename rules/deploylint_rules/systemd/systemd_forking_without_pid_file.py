from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.unit import unit_of


@rule(
    Severity.NOTE,
    group=Group.RELIABILITY,
    pedantic=True,
    named=("Type",),
    symptoms=("*Can't open PID file*", "*Supervising process * which is not our child."),
)
def systemd_forking_without_pid_file(assignment: Assignment, context: Context) -> Findings:
    """`Type=forking` without `PIDFile=` leaves systemd to guess the main process.

    ## Why is this bad?
    The first process ends, and one of its children is the service. With several children the guess may be wrong or
    fail, so that systemd does not see the service end, and signals the wrong process.

    ## Example
    ```systemd
    [Service]
    Type=forking
    ExecStart=/usr/sbin/shopd
    ```

    ## Use instead
    ```systemd
    [Service]
    Type=forking
    PIDFile=/run/shopd.pid
    ExecStart=/usr/sbin/shopd
    ```

    ## When it is fine
    The program has one process only, and `GuessMainPID=` is as it was.

    ## References
    systemd.service(5), "PIDFile="
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Service" or assignment.value != "forking":
        return
    unit = unit_of(file, context.project)
    if unit.is_whole and unit.last("Service", "Type") is assignment and not unit.all("Service", "PIDFile"):
        yield Finding(
            assignment.at,
            "Type=forking without PIDFile= leaves systemd to guess the main process",
            help="add PIDFile= with the file that the program writes, or keep the program in the foreground",
        )
