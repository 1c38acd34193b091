from deploylint import Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import Configuration, configurations
from deploylint.formats.supervisor.nodes import Option
from deploylint.project import Project
from deploylint.values.errors import printable
from deploylint.vocabulary.nearest import nearest_of_few


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        "* names unknown program or fcgi-program *",
        "* is ambiguous (exists as program and fcgi-program)*",
    ),
)
def supervisor_group_unknown_program(project: Project) -> Findings:
    """A group with a program that is not there.

    ## Why is this bad?
    supervisord refuses the whole configuration. `programs` takes names with commas between them; with blanks, or with
    a comma at the end, it asks for a program of another name.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]

    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi

    [program:worker]
    command=/srv/shop/venv/bin/celery -A shop worker

    [group:shop]
    programs=web worker
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]

    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi

    [program:worker]
    command=/srv/shop/venv/bin/celery -A shop worker

    [group:shop]
    programs=web,worker
    ```

    ## When it is fine
    When a file that the project does not have brings the program; the rule is silent where an `[include]` may read
    such files.

    ## Fix safety
    Safe: supervisord does not start as it stands. There is one where all names between blanks are programs.

    ## References
    https://supervisord.org/configuration.html#group-x-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        known = [section.name for section in configuration.programs() if section.kind != "eventlistener"]
        for section in configuration.sections.values():
            option = section.get("programs")
            if section.title.startswith("group:") and option is not None and not option.opaque:
                yield from _found(configuration, known, section.title, option)


def _found(configuration: Configuration, known: list[str], title: str, option: Option) -> Findings:
    offset = 0
    for part in option.value.split(",") if option.value else ():
        name = part.strip()
        start = offset + len(part) - len(part.lstrip())
        offset += len(part) + 1
        message = _refused(configuration, title, name)
        if message is None or "%" in name:
            continue
        at = option.location(start, start + len(name)) if name else option.value_at
        names = name.split()
        apart = len(names) > 1 and all(_refused(configuration, title, one) is None for one in names)
        yield Finding(
            at,
            printable(message),
            label="supervisord does not start with this",
            help=_help(known, name),
            fix=Fix("write commas", (Edit(at, ",".join(names)),)) if apart and at.text == name else None,
        )


def _refused(configuration: Configuration, title: str, name: str) -> str | None:
    sections = configuration.sections
    plain, fastcgi = f"program:{name}" in sections, f"fcgi-program:{name}" in sections
    if plain and fastcgi:
        return f"[{title}] name {name} is ambiguous (exists as program and fcgi-program)"
    if plain or fastcgi or (name and " " not in name and _may_be_elsewhere(configuration)):
        return None
    return f"[{title}] names unknown program or fcgi-program {name}"


def _may_be_elsewhere(configuration: Configuration) -> bool:
    """Whether supervisord may read files that are not here."""
    return not configuration.complete or "include" in configuration.sections


def _help(known: list[str], name: str) -> str:
    if not name:
        return "leave out the comma at the end"
    if len(name.split()) > 1:
        return "write commas between the names"
    meant = nearest_of_few(name, known)
    return f"did you mean {meant}?" if meant else f"define [program:{name}]"
