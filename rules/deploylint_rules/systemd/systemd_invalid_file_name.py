from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.template_marks import has_marks
from deploylint.values.errors import InvalidValue, printable
from deploylint.values.unit_names import parse_unit_name


@rule(Severity.ERROR, group=Group.VALIDITY, symptoms=("Failed to prepare filename *: Invalid argument",))
def systemd_invalid_file_name(unit: UnitFile) -> Findings:
    r"""A unit file whose name is no name of a unit.

    ## Why is this bad?
    systemd finds a unit by the name of its file, and never looks at a file whose name holds anything but
    letters, digits and `:-_.\@`.

    ## Example
    ```systemd title="systemd/my shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd title="systemd/my-shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    The file gets another name when it is installed.

    ## References
    systemd.unit(5)
    """
    name = unit.unit
    if not name or unit.unit_name is not None or has_marks(name, variables=True) or "$" in name:
        return
    try:
        parse_unit_name(name)
    except InvalidValue as error:
        yield Finding(
            unit.sections[0].at if unit.sections else unit.source.location(0, 0),
            printable(f'"{name}" is not a valid unit name, so that systemd does not find the file'),
            label=error.message,
            help="rename the file",
        )
