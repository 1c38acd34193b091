from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import Configuration, Merged, configurations
from deploylint.formats.supervisor.programs import Program
from deploylint.project import Project
from deploylint.values.errors import printable
from deploylint.vocabulary.supervisor import option, options, section_kind

_REFUSED = {
    "command": "program section {title} does not specify a command",
    "events": '[{title}] section requires an "events" line',
    "socket": '[{title}] section requires a "socket" line',
    "port": "section [{title}] has no port value",
    "file": "section [{title}] has no file value",
    "files": ".ini file has [include] section, but no files setting",
    "supervisor.rpcinterface_factory": "section [{title}] does not specify a supervisor.rpcinterface_factory",
}


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        "program section * does not specify a command*",
        '* section requires a "socket" line*',
        '* section requires an "events" line*',
        ".ini file has * section, but no files setting*",
        "section * has no port value*",
        "section * has no file value*",
    ),
)
def supervisor_missing_option(project: Project) -> Findings:
    """A section without the option that it cannot do without.

    ## Why is this bad?
    supervisord refuses the whole configuration and starts nothing.

    ## Example
    ```supervisor
    [program:web]
    comand=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    When another file, which the project does not have, adds the option to a section of the same name.

    ## References
    https://supervisord.org/configuration.html
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.sections.values():
            kind = section_kind(section.title)
            if kind is None or kind == "supervisorctl" or section.templated:
                continue
            for name in _missing(configuration, section, kind):
                yield Finding(
                    section.places[-1].at,
                    printable(_REFUSED[name].format(title=section.title)),
                    label=f"there is no {name} in this section",
                    help=f"add {name}=...",
                    confidence=Confidence.HIGH if configuration.complete else Confidence.MEDIUM,
                )


def _missing(configuration: Configuration, section: Merged, kind: str) -> list[str]:
    """The required options that are not there. Of a program with no processes supervisor asks for no command."""
    absent = [
        name
        for name in options(kind)
        if name in _REFUSED
        and (known := option(kind, name)) is not None
        and known.required
        and ((given := section.get(name)) is None or (name in ("events", "socket") and not given.value))
    ]
    if "command" in absent:
        count = Program(configuration, section).integer("numprocs", default=1)
        if not isinstance(count, Known) or count.value < 1:
            absent.remove("command")
    return absent
