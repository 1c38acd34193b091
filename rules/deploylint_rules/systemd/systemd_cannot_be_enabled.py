from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.template_marks import has_marks
from deploylint.source import Location
from deploylint.values.errors import InvalidValue, printable
from deploylint.values.specifiers import plausible_texts
from deploylint.values.systemd_words import split_quoted
from deploylint.values.unit_names import UnitName, parse_unit_name

# Types of units that cannot have other names (src/shared/install.c, `config_parse_alias`).
_WITHOUT_ALIAS = frozenset({"mount", "slice", "swap", "automount"})


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    named=("Alias", "DefaultInstance"),
    symptoms=(
        "Failed to enable unit, cannot alias * as *",
        "DefaultInstance= only makes sense for template units, ignoring.",
        "Alias= is not allowed for * units, ignoring.",
        "Invalid DefaultInstance= value*",
    ),
)
def systemd_cannot_be_enabled(assignment: Assignment, context: Context) -> Findings:
    """An alias or instance in `[Install]` that `systemctl enable` does not take.

    ## Why is this bad?
    An alias must be of the unit's own type, and a template's alias a template or an instance of one.
    `systemctl enable` fails otherwise, so that the unit does not start at boot. `systemd-analyze verify` does not
    look at `[Install]`.

    ## Example
    ```systemd title="systemd/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    Alias=web.socket
    DefaultInstance=main
    WantedBy=multi-user.target
    ```

    ## Use instead
    ```systemd title="systemd/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    Alias=web.service
    WantedBy=multi-user.target
    ```

    ## When it is fine
    Never: the line does nothing, or keeps the unit from being enabled.

    ## Fix safety
    Safe: a `DefaultInstance=` of a unit that is no template is ignored, and goes.

    ## References
    systemd.unit(5), "[INSTALL] SECTION OPTIONS"
    """
    unit = context.document
    if not isinstance(unit, UnitFile) or assignment.section != "Install" or assignment.opaque:
        return
    name = unit.unit_name
    if name is None or not assignment.value or unit.is_drop_in or has_marks(unit.unit, variables=True):
        return
    if assignment.name == "Alias":
        yield from _alias(assignment, name)
    elif name.instance is None:
        yield Finding(
            assignment.at,
            "DefaultInstance= only makes sense for template units, so that it is ignored",
            help="leave the line out",
            fix=Fix("take the line out", (Edit(Location(assignment.source, assignment.line_span), ""),)),
        )
    elif not any(_is_instance(text) for text in plausible_texts(assignment.value)):
        yield Finding(
            assignment.value_at,
            printable(f'Invalid DefaultInstance= value "{assignment.value}"'),
            label="systemctl enable fails here",
            help="an instance has letters, digits and :-_.\\@",
        )


def _alias(assignment: Assignment, unit: UnitName) -> Findings:
    if unit.type in _WITHOUT_ALIAS:
        yield Finding(
            assignment.at,
            f"Alias= is not allowed for {unit.type} units, so that it is ignored",
            help="leave the line out",
            fix=Fix("take the line out", (Edit(Location(assignment.source, assignment.line_span), ""),)),
        )
        return
    for word in split_quoted(assignment.value).words:
        folder, _, text = word.text.rpartition("/")
        alias = None if "%" in text else _name(text)
        if alias is None:  # what is no name at all is another rule's matter
            continue
        if folder and not (folder.endswith((".wants", ".requires")) and text != str(unit)):
            continue
        if folder or not _may_stand_for(alias, unit):
            yield Finding(
                assignment.value_location(word.start, word.end),
                f"cannot alias {unit} as {word.text}",
                label="systemctl enable fails here",
                help=_help(alias, unit),
            )


def _may_stand_for(alias: UnitName, unit: UnitName) -> bool:
    """The rules of `unit_validate_alias_symlink_and_warn` (src/shared/install.c)."""
    if alias.type != unit.type:
        return False
    if unit.instance is None:
        return alias.instance is None
    if alias.instance is None:
        return False
    return unit.is_template or alias.instance in ("", unit.instance)


def _help(alias: UnitName, unit: UnitName) -> str:
    if alias.type != unit.type:
        return f"an alias of {unit} ends in .{unit.type}"
    if unit.instance is None:
        return "a plain unit has plain aliases, without @"
    return "the alias of a template is a template, or an instance of one"


def _name(text: str) -> UnitName | None:
    try:
        return parse_unit_name(text)
    except InvalidValue:
        return None


def _is_instance(text: str) -> bool:
    return _name(f"x@{text}.service") is not None
