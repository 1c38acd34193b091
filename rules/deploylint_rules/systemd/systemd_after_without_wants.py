from functools import lru_cache

from deploylint import Context, Edit, Finding, Findings, Fix, Group, Label, Safety, Severity, rule
from deploylint.document import Document
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.activation import is_started
from deploylint.formats.systemd.unit import Unit, unit_of, units_in, units_named
from deploylint.pattern import pattern
from deploylint.project import Project
from deploylint.values.systemd_words import split_blanks

# Where packages have their units, those of the distribution as well as the links to them.
_OF_PACKAGE = pattern(r"(?:^|/)lib/systemd/(?:system|user)/")


def _names_service(value: str) -> bool:
    return ".service" in value


@rule(Severity.NOTE, group=Group.RELIABILITY, named=("After",), when=_names_service)
def systemd_after_without_wants(assignment: Assignment, context: Context) -> Findings:
    """A unit waits for another one of the project that nothing starts.

    ## Why is this bad?
    `After=` is an order and no wish: where both are started, one comes first. The other unit is not enabled
    (it has no `[Install]`), and no unit wants or requires it, so that it never runs.

    ## Example
    ```systemd title="systemd/shop.service"
    [Unit]
    After=shop-migrate.service

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=multi-user.target
    ```
    ```systemd title="systemd/shop-migrate.service"
    [Service]
    Type=oneshot
    ExecStart=/srv/shop/venv/bin/python manage.py migrate
    ```

    ## Use instead
    ```systemd title="systemd/shop.service"
    [Unit]
    Wants=shop-migrate.service
    After=shop-migrate.service

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=multi-user.target
    ```
    ```systemd title="systemd/shop-migrate.service"
    [Service]
    Type=oneshot
    ExecStart=/srv/shop/venv/bin/python manage.py migrate
    ```

    ## When it is fine
    When somebody starts the other unit by hand, or a script does. Where nothing shows how the waiting unit is
    started, its project starts units elsewhere, and the rule is silent; so it is about units of early boot and
    of packages, which bring links to the units that are started.

    ## Fix safety
    Unsafe: the other unit is started from then on.

    ## References
    systemd.unit(5), "After=", "Wants="
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Unit" or assignment.opaque:
        return
    unit = unit_of(file, context.project)
    awaited = [
        (word, others[0])
        for word in split_blanks(assignment.value)
        if word.text.endswith(".service")
        and len(others := units_named(word.text, context.project)) == 1
        and others[0] is not unit
    ]
    if not awaited or not unit.is_whole or unit.type != "service" or not is_started(unit, context.project):
        return
    # Together with After= it says that the other one is stopped first.
    stopped = {word for word, _ in unit.words("Unit", "Conflicts")}
    for word, other in awaited:
        if (
            other.name in stopped
            or is_started(other, context.project)
            or _may_be_started(other, context.project)
        ):
            continue
        start = assignment.at.span.start
        yield Finding(
            assignment.value_location(word.start, word.end),
            f"{unit.name} waits for {other.name}, which nothing starts",
            label="an order, no wish",
            related=(Label(other.files[0].source.location(0, 0), "it is neither enabled nor wanted"),),
            help=f"add Wants={other.name}",
            fix=Fix(
                f"add Wants={other.name}",
                (Edit(assignment.source.location(start, start), f"Wants={other.name}\n"),),
                Safety.UNSAFE,
            ),
        )


def _may_be_started(unit: Unit, project: Project) -> bool:
    """Whether a script, a package's links or the choice between alternatives may start it, or nobody can tell."""
    if not unit.is_whole or unit.value("Unit", "DefaultDependencies") is not None:
        return True
    if any(word.endswith(".service") for word, _ in unit.words("Unit", "Conflicts")):
        return True
    if any(_OF_PACKAGE.search(file.path) for file in unit.files) or _has_idle_units(
        unit.files[0].path.rpartition("/")[0], project
    ):
        return True
    return any(
        unit.name in document.source.text or unit.name.removesuffix(".service") in document.source.text
        for document in _scripts(project)
    )


@lru_cache(maxsize=1)
def _scripts(project: Project) -> tuple[Document, ...]:
    return tuple(project.documents_in("shell"))


@lru_cache(maxsize=1)
def _has_idle_units(folder: str, project: Project) -> bool:
    """Whether nothing starts a service of the folder that nothing waits for: what starts those is not in the project."""
    units = units_in(folder, project)
    awaited = {word for unit in units for word, _ in unit.words("Unit", "After")}
    return any(
        unit.type == "service"
        and unit.is_whole
        and unit.name not in awaited
        and not is_started(unit, project)
        for unit in units
    )
