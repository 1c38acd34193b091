from deploylint import Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import Assignment
from deploylint.source import Location

_NAMES = (
    "After", "Before", "Wants", "Requires", "Requisite", "BindsTo", "PartOf", "Upholds", "Conflicts", "OnFailure",
    "OnSuccess", "PropagatesReloadTo", "ReloadPropagatedFrom", "PropagatesStopTo", "StopPropagatedFrom",
    "JoinsNamespaceOf", "RequiresMountsFor",
)  # fmt: skip


def _is_empty(value: str) -> bool:
    return not value


@rule(Severity.WARNING, group=Group.CORRECTNESS, named=_NAMES, when=_is_empty)
def systemd_empty_dependency(assignment: Assignment) -> Findings:
    """An empty dependency does not take the others back.

    ## Why is this bad?
    `ExecStart=` with nothing behind it empties the list, `After=` and its kin do not: the line does nothing, and a
    drop-in that is to take a dependency away leaves it in place. systemd says nothing.

    ## Example
    ```systemd
    [Unit]
    After=postgresql.service
    After=

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Unit]
    After=postgresql.service

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    Never: to take a dependency away, the unit file itself must be replaced by one in /etc/systemd/system.

    ## Fix safety
    Safe: the line does nothing.

    ## References
    systemd.unit(5)
    """
    if assignment.section != "Unit":
        return
    span = assignment.line_span
    yield Finding(
        assignment.at,
        f"an empty {assignment.name}= does nothing: dependencies cannot be taken back",
        help="replace the whole unit file to take a dependency away",
        fix=Fix("take the line out", (Edit(Location(assignment.source, span), ""),)),
    )
