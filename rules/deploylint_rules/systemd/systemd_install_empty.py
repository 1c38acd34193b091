from functools import lru_cache

from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Section, UnitFile


@rule(
    Severity.NOTE,
    group=Group.CORRECTNESS,
    pedantic=True,
    symptoms=("The unit files have no installation config*",),
)
def systemd_install_empty(section: Section, context: Context) -> Findings:
    """An `[Install]` section with nothing in it.

    ## Why is this bad?
    `systemctl enable` finds nothing to do, and the unit does not start at boot.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=multi-user.target
    ```

    ## When it is fine
    Something else starts the unit: then the section can go.

    ## References
    systemd.unit(5), "[INSTALL] SECTION OPTIONS"
    """
    file = context.document
    if not isinstance(file, UnitFile) or section.name != "Install" or file.open_ended or section.assignments:
        return
    if _installs_nothing(file):
        yield Finding(
            section.at,
            "[Install] is empty, so that systemctl enable does nothing",
            help="add WantedBy=multi-user.target",
        )


@lru_cache(maxsize=1)
def _installs_nothing(file: UnitFile) -> bool:
    """Whether all sections of that name are empty."""
    return not any(section.assignments for section in file.sections if section.name == "Install")
