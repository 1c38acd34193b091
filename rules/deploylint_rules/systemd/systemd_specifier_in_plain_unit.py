from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.target_version import target_version
from deploylint.formats.systemd.template_marks import has_marks
from deploylint.values.errors import InvalidValue
from deploylint.values.exec_line import parse_exec_line
from deploylint.values.specifiers import Specifier, find_specifiers, plausible_texts
from deploylint.values.systemd_types import check
from deploylint.vocabulary.systemd import choices, key

# An empty value resets these, and one that is empty only when its specifiers are resolved is refused.
_NEVER_EMPTY = frozenset(
    {
        "config_parse_bind_paths",
        "config_parse_bus_name",
        "config_parse_colon_separated_paths",
        "config_parse_exec",
        "config_parse_exec_directories",
        "config_parse_extension_images",
        "config_parse_load_credential",
        "config_parse_log_namespace",
        "config_parse_namespace_path_strv",
        "config_parse_pass_environ",
        "config_parse_path_spec",
        "config_parse_socket_listen",
        "config_parse_temporary_filesystems",
        "config_parse_timer",
        "config_parse_unit_condition_path",
        "config_parse_unit_env_file",
        "config_parse_unit_path_strv_printf",
        "config_parse_unit_requires_mounts_for",
        "config_parse_unit_slice",
        "config_parse_unset_environ",
        "config_parse_user_group_compat",
        "config_parse_user_group_strv_compat",
        "config_parse_working_directory",
    }
)


# Names that say what a file is and not what it starts: `cp systemd.service /etc/systemd/system/shop@.service`.
_KINDS = frozenset({"systemd", "service", "unit", "template", "socket", "timer"})


@rule(Severity.WARNING, mentions=("%",), group=Group.CORRECTNESS)
def systemd_specifier_in_plain_unit(file: UnitFile, context: Context) -> Findings:
    """`%i` and `%I` are empty in a unit that is no template.

    ## Why is this bad?
    They stand for what follows the `@` in the name of the unit. In `shop.service` there is nothing, so that
    `--bind unix:/run/shop-%i.sock` becomes `/run/shop-.sock` and `8%i` becomes `8`, without a word.

    ## Example
    ```systemd title="systemd/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi --bind unix:/run/shop/%i.sock
    ```

    ## Use instead
    ```systemd title="systemd/shop@.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi --bind unix:/run/shop/%i.sock
    ```

    ## When it is fine
    `OnFailure=report@%i.service` and its like: of a template without instance systemd starts the one that has the
    unit's own name. celery has `%i` and `%I` of its own in names of logs and nodes. They need `%%` here, in a template too.

    ## References
    systemd.unit(5), "SPECIFIERS"
    """
    if "%" not in file.source.text or _may_have_instances(file):
        return
    for line in file.lines:
        if '""' in line.value:
            continue  # compares with an empty text: the author knows
        if "%" in line.value and key(line.section, line.name) is not None:
            yield from _empty(line, file, target_version(context.project))


def _empty(assignment: Assignment, unit: UnitFile, version: int) -> Findings:
    refused = None
    for specifier in find_specifiers(assignment.value):
        if specifier.letter in "iI" and not _is_own_instance(assignment, specifier, version):
            refused = _is_refused(assignment, version) if refused is None else refused
            yield Finding(
                assignment.value_location(specifier.start, specifier.end),
                f"%{specifier.letter} is empty here, because {unit.unit} is no template",
                help=f"rename the unit to {_template(unit)}, or write %%{specifier.letter} if a program is meant to get it",
                label="what is left, systemd refuses" if refused else "",
                severity=Severity.ERROR if refused else None,
            )


def _is_own_instance(assignment: Assignment, specifier: Specifier, version: int) -> bool:
    """Whether the specifier is all of an instance's name in a list of units: a template alone stands for the unit's own."""
    known = key(assignment.section, assignment.name)
    return (
        known is not None
        and known.parser_in(version) == "config_parse_unit_deps"
        and assignment.value[: specifier.start].endswith("@")
        and assignment.value[specifier.end :].startswith(".")
    )


def _may_have_instances(unit: UnitFile) -> bool:
    """Templates, instances, drop-ins of a whole type or prefix, and files that get their unit's name when installed."""
    return (
        not unit.unit
        or unit.unit.rpartition(".")[0] in _KINDS
        or unit.is_template
        or unit.unit.rpartition(".")[0].endswith("-")
        or has_marks(unit.unit)
    )


def _is_refused(assignment: Assignment, version: int) -> bool:
    """Whether systemd takes the value as it is written in a template, and not what is left of it here."""
    left = assignment.value
    for specifier in reversed(find_specifiers(left)):
        if specifier.letter in "iI":
            left = left[: specifier.start] + left[specifier.end :]
    known = key(assignment.section, assignment.name)
    if not left and known is not None and known.parser_in(version) in _NEVER_EMPTY:
        return True
    return _is_taken(assignment, assignment.value, version) and not _is_taken(assignment, left, version)


def _is_taken(assignment: Assignment, value: str, version: int) -> bool:
    known = key(assignment.section, assignment.name)
    if known is None or assignment.opaque:
        return True
    parser = known.parser_in(version)
    if parser == "config_parse_exec":
        return not parse_exec_line(value, version=version).problems
    if parser == "config_parse_working_directory":
        return any(text.startswith("/") for text in plausible_texts(value.removeprefix("-")))
    taken = choices(parser, version)
    try:
        words = taken.words if taken else frozenset[str]()
        check(parser, value, directive=assignment.name, words=words, version=version)
    except InvalidValue:
        return False
    return True


def _template(unit: UnitFile) -> str:
    stem, _, suffix = unit.unit.rpartition(".")
    return f"{stem}@.{suffix}"
