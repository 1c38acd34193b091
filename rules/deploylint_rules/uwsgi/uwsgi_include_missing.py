from functools import lru_cache
from posixpath import basename

from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.uwsgi import ASKED, Option, Section, UwsgiConfig
from deploylint.project import Project
from deploylint.values.errors import printable
from deploylint.vocabulary.nearest import nearest_of_few

_NAMES = ("ini", "include", "yaml", "yml", "xml", "json", "js", "inherit")
_COMPUTED = ("%", "$(", "@(", "://")


@rule(
    Severity.WARNING,
    group=Group.CORRECTNESS,
    confidence=Confidence.MEDIUM,
    named=_NAMES,
    symptoms=("realpath() of * failed: No such file or directory*",),
)
def uwsgi_include_missing(option: Option, context: Context) -> Findings:
    """A file that is to be read as well is not in the project.

    ## Why is this bad?
    uWSGI ends at once when it cannot open a file that another one includes. It looks in the folder that it is started
    in, not in the one of the file.

    ## Example
    ```uwsgi title="deploy/shop.ini"
    [uwsgi]
    ini = comon.ini
    module = shop.wsgi
    ```
    ```uwsgi title="deploy/common.ini"
    [uwsgi]
    master = true
    ```

    ## Use instead
    ```uwsgi title="deploy/shop.ini"
    [uwsgi]
    ini = common.ini
    module = shop.wsgi
    ```
    ```uwsgi title="deploy/common.ini"
    [uwsgi]
    master = true
    ```

    ## When it is fine
    When the file comes to the server in another way. Absolute paths and names with placeholders are not looked at, nor
    are files of a project that has no other configuration of uWSGI.

    ## References
    - https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html
    """
    section, value = context.parent, option.value
    if (
        not isinstance(context.document, UwsgiConfig)
        or not isinstance(section, Section)
        or section.name != ASKED
        or option.opaque
        or option.condition is not None
    ):
        return
    if not value or value.startswith(("/", "~")) or any(mark in value for mark in _COMPUTED):
        return
    name = basename(value.partition(":")[0])
    if not name or len(context.project.documents_of(UwsgiConfig)) < 2 or context.project.tree.named(name):
        return
    others = _names(context.project) - {basename(context.document.path)}
    meant = nearest_of_few(name, others)
    yield Finding(
        option.value_at,
        printable(f"no file of the project is called {name[:60]}"),
        label="uWSGI ends when it cannot open it",
        help=f"did you mean {meant}?" if meant else None,
    )


@lru_cache(maxsize=1)
def _names(project: Project) -> frozenset[str]:
    return frozenset(basename(document.path) for document in project.documents_of(UwsgiConfig))
