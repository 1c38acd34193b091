from bisect import bisect_left

from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.supervisor import Option, Section
from deploylint.templates import is_template
from deploylint.values.errors import printable
from deploylint.vocabulary.nearest import nearest
from deploylint.vocabulary.supervisor import (
    free_options,
    kinds_with,
    option,
    options,
    section_kind,
    supervisor_2,
)

# What people write that no small typing error leads to.
_MEANT = {
    "stopwaittimeout": "stopwaitsecs",
    "stoptimeout": "stopwaitsecs",
    "stopsecs": "stopwaitsecs",
    "stopwait": "stopwaitsecs",
    "startwaitsecs": "startsecs",
    "retries": "startretries",
    "numprocess": "numprocs",
    "numprocesses": "numprocs",
    "processes": "numprocs",
    "env": "environment",
    "cwd": "directory",
    "chdir": "directory",
    "workdir": "directory",
    "working_directory": "directory",
    "cmd": "command",
    "stdout": "stdout_logfile",
    "stderr": "stderr_logfile",
    "stdout_maxbytes": "stdout_logfile_maxbytes",
    "stderr_maxbytes": "stderr_logfile_maxbytes",
    "stdout_backups": "stdout_logfile_backups",
    "stderr_backups": "stderr_logfile_backups",
    "restart": "autorestart",
    "autoreload": "autorestart",
    "redirect_stdout": "redirect_stderr",
}
# Options of the plug-in supervisord-dependent-startup, which reads the sections by itself.
_OF_PLUGINS = ("dependent_startup",)


@rule(Severity.ERROR, group=Group.VALIDITY)
def supervisor_unknown_option(option_: Option, context: Context) -> Findings:
    """An option that supervisor does not know is ignored without a word.

    ## Why is this bad?
    supervisor reads the options it knows and never looks at others: what the line should have set keeps its default.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    startretires=10
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    startretries=10
    ```

    ## When it is fine
    Plug-ins may read options of their own. An option that resembles none of supervisor's is a warning only.

    ## Fix safety
    Safe: supervisor ignores the line as it stands.

    ## References
    https://supervisord.org/configuration.html
    """
    section = context.parent
    kind = section_kind(section.title) if isinstance(section, Section) else None
    name = option_.name
    if (
        kind is None
        or free_options(kind)
        or option(kind, name) is not None
        or supervisor_2(kind, name) is not None
    ):
        return
    if name.startswith(_OF_PLUGINS) or is_template(name) or "}}" in name:
        return
    meant = _MEANT.get(name) or nearest(name, options(kind))
    if meant is not None and option(kind, meant) is None:
        meant = None
    taken = meant is not None and section.get(meant) is not None
    places = kinds_with(name)
    yield Finding(
        option_.name_at,
        printable(f'Unknown option "{name}" in [{section.title}], which supervisor ignores'),
        help=f"did you mean {meant}?" if meant else _help(option_, section, places),
        fix=Fix(f"rename it to {meant}", (Edit(option_.name_at, meant),)) if meant and not taken else None,
        severity=Severity.ERROR if meant or places else Severity.WARNING,
        confidence=Confidence.HIGH if meant or places else Confidence.MEDIUM,
    )


def _help(option_: Option, section: Section, places: tuple[str, ...]) -> str | None:
    index = bisect_left(section.options, option_.start, key=lambda other: other.start)
    above = section.options[index - 1] if index else None
    if above is not None and (option_.name.startswith("-") or above.value.endswith((",", "\\"))):
        return f"if this continues {above.name} above, indent it"
    if option_.name == "group" and section.is_program:
        return "a program runs with the groups of its user; groups of programs are [group:x] sections"
    if places:
        return "it is an option of " + " and ".join(f"[{place}]" for place in places)
    return None
