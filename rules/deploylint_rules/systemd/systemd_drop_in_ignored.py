from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import UnitFile
from deploylint.values.errors import printable
from deploylint.values.unit_names import UNIT_TYPES


@rule(Severity.ERROR, group=Group.VALIDITY)
def systemd_drop_in_ignored(file: UnitFile) -> Findings:
    """A drop-in whose name does not end in `.conf`.

    ## Why is this bad?
    In `shop.service.d/` systemd reads only files whose names end in `.conf`, and says nothing of others.

    ## Example
    ```systemd title="systemd/shop.service.d/override"
    [Service]
    Environment=DEBUG=0
    ```

    ## Use instead
    ```systemd title="systemd/shop.service.d/override.conf"
    [Service]
    Environment=DEBUG=0
    ```

    ## When it is fine
    The file gets its ending when it is installed.

    ## References
    systemd.unit(5)
    """
    folder, _, name = file.path.rpartition("/")
    unit, ending, rest = folder.rpartition("/")[2].rpartition(".d")
    if not ending or rest or file.is_drop_in or file.name.has_template_ending:
        return
    if unit.rpartition(".")[2] in UNIT_TYPES and file.sections:
        yield Finding(
            file.sections[0].at,
            printable(f"systemd does not read {name}: in {unit}.d it looks for names that end in .conf only"),
            help=f"rename it to {name}.conf" if "{" not in name else None,
        )
