from functools import lru_cache
from posixpath import basename

from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import fragments
from deploylint.project import Project
from deploylint.source import Location

# Only a main file has these: supervisord reads them from fragments, too, but nobody splits them off.
_OF_MAIN_FILES = ("include", "supervisorctl")
_NAME = "supervisord.conf"


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(".ini file does not include supervisord section*",),
)
def supervisor_no_supervisord_section(file: File, context: Context) -> Findings:
    """A main file without `[supervisord]`.

    ## Why is this bad?
    supervisord does not start: the section must be there, even if it is empty.

    ## Example
    ```supervisor title="supervisord.conf"
    [include]
    files = programs/*.conf

    [supervisorctl]
    serverurl = unix:///run/supervisor.sock
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]

    [include]
    files = programs/*.conf

    [supervisorctl]
    serverurl = unix:///run/supervisor.sock
    ```

    ## When it is fine
    In a file that a main file includes. The rule reports files that a command starts supervisord with, and files
    called supervisord.conf with sections that belong into a main file.

    ## References
    https://supervisord.org/configuration.html#supervisord-section-settings
    """
    if file.is_main or file.templated or file.problems or not file.sections:
        return
    if file in fragments(context.project):
        return
    # As far as the path's last two parts tell.
    started = _starts(context.project).get("/".join(file.path.split("/")[-2:]))
    belongs = any(section.title in _OF_MAIN_FILES for section in file.sections)
    if started is None and not (belongs and basename(file.path) == _NAME):
        return
    yield Finding(
        file.sections[0].at,
        ".ini file does not include supervisord section",
        label="the file begins here, and has no [supervisord]",
        help="add [supervisord]",
    )


@lru_cache(maxsize=1)
def _starts(project: Project) -> dict[str, Location]:
    """The commands that start supervisord, by the last two parts of the path that they give it."""
    found: dict[str, Location] = {}
    for process in project.every(Process):
        invocation = process.invocation if process.kind is Kind.SUPERVISORD else None
        if invocation is not None:
            for word in invocation.config_files:
                if word.known is not None:
                    found.setdefault("/".join(word.known.split("/")[-2:]), process.at)
    return found
