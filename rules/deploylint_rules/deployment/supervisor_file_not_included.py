import posixpath
from collections.abc import Iterable
from fnmatch import fnmatchcase

from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.model import Deployment
from deploylint.model.variants import is_example, together
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.formats.supervisor.nodes import File


@rule(
    Severity.WARNING,
    given=("supervisor", "supervisor"),
    confidence=Confidence.MEDIUM,
    symptoms=("*: ERROR (no such process)",),
)
def supervisor_file_not_included(deployment: Deployment) -> Findings:
    """A file with programs has a name that supervisord's include does not match.

    ## Why is this bad?
    supervisord reads the files that `[include] files` matches and no others. Its programs are not
    there, without any message. Debian's pattern is `*.conf`, Red Hat's `*.ini`.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]
    logfile=/var/log/supervisord.log

    [include]
    files=programs/*.ini
    ```
    ```supervisor title="programs/web.conf"
    [program:web]
    command=/srv/app/venv/bin/gunicorn wsgi:app
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]
    logfile=/var/log/supervisord.log

    [include]
    files=programs/*.conf
    ```
    ```supervisor title="programs/web.conf"
    [program:web]
    command=/srv/app/venv/bin/gunicorn wsgi:app
    ```

    ## When it is fine
    When the file gets another name where it is installed.

    ## References
    - http://supervisord.org/configuration.html#include-section-settings
    """
    files = deployment.documents_in("supervisor")
    mains = [file for file in files if file.is_main and not file.templated]
    fragments = tuple(
        file for file in files if not file.is_main and any(section.is_program for section in file.sections)
    )
    if not mains or not fragments:
        return
    from deploylint.formats.supervisor.includes import included  # noqa: PLC0415  only where there are some

    read = {file.path for main in mains for file in included(main, fragments)}
    looked_at = _looked_at(mains)
    for fragment in fragments:
        if fragment.path in read or is_example(fragment.path):
            continue
        there, name = posixpath.split(fragment.path)
        for main, pattern in (*looked_at.get(there, ()), *looked_at.get(_ending(there), ())):
            if not together(main.path, fragment.path) or fnmatchcase(name, posixpath.basename(pattern)):
                continue
            option = next(
                o for s in reversed(main.sections) if s.title == "include" and (o := s.get("files"))
            )
            first = next(section for section in fragment.sections if section.is_program)
            yield Finding(
                option.value_at,
                f"the pattern {pattern} does not match {name}, so supervisord does not read it",
                label="supervisord reads these files",
                related=(Label(first.at, "this program is not started"),),
                help="change the pattern, or rename the file",
            )
            break


def _looked_at(mains: "Iterable[File]") -> "dict[object, list[tuple[File, str]]]":
    """The patterns of main files by the folder that they are for: one of the project, or the end of the server's path."""
    from deploylint.formats.supervisor.includes import patterns  # noqa: PLC0415  only where there are some

    found: dict[object, list[tuple[File, str]]] = {}
    for main in mains:
        for pattern in patterns(main):
            folder = "" if "%(" in pattern else posixpath.dirname(pattern)
            if folder.startswith("/"):
                found.setdefault(_ending(folder), []).append((main, pattern))
            elif folder:
                there = posixpath.normpath(posixpath.join(posixpath.dirname(main.path), folder))
                found.setdefault(there, []).append((main, pattern))
    return found


def _ending(folder: str) -> tuple[str, ...]:
    return tuple(folder.split("/")[-2:])
