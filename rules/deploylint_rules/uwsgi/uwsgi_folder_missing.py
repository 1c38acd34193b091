from posixpath import dirname, normpath

from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import Option, UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint.model.made_folders import made_folders

_WRITTEN = (
    "logto",
    "logto2",
    "daemonize",
    "daemonize2",
    "pidfile",
    "pidfile2",
    "safe-pidfile",
    "safe-pidfile2",
)


@rule(
    Severity.WARNING,
    group=Group.RELIABILITY,
    confidence=Confidence.MEDIUM,
    named=_WRITTEN,
    symptoms=('open("*"): No such file or directory [core/logging.c line *]',),
)
def uwsgi_folder_missing(option: Option, context: Context) -> Findings:
    """A log or pid file in a folder that the project does not bring along.

    ## Why is this bad?
    uWSGI makes files but no folders, and ends when it cannot open its log or its pid file. With `daemonize` it has
    told by then that all went well. Folders that version control knows nothing of, such as an empty `logs/`, are
    missing on every new machine.

    ## Example
    ```uwsgi title="uwsgi.ini"
    [uwsgi]
    chdir = /srv/shop
    module = shop.wsgi
    logto = /srv/shop/logs/uwsgi.log
    ```
    ```python title="shop/wsgi.py"
    application = object()
    ```

    ## Use instead
    ```uwsgi title="uwsgi.ini"
    [uwsgi]
    chdir = /srv/shop
    module = shop.wsgi
    logto = /var/log/uwsgi.log
    ```
    ```python title="shop/wsgi.py"
    application = object()
    ```

    ## When it is fine
    When something makes the folder before uWSGI starts. A script or Dockerfile of the project that makes a folder of
    that name silences the rule.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Logging.html
    """
    config, tree = context.document, context.project.tree
    if not isinstance(config, UwsgiConfig) or option.condition is not None:
        return
    directory = settings_of(config).directory
    written = settings_of(config).text(option.name)
    if not isinstance(directory, Known) or not isinstance(written, Known) or written.at != option.value_at:
        return
    if not any(path.endswith(".py") for path in tree.files):
        return
    root, folder = directory.value.rstrip("/") + "/", normpath(dirname(written.value))
    if not root.startswith("/") or not folder.startswith(root):
        return
    inside = folder.removeprefix(root)
    known = any(other == inside or other.endswith(f"/{inside}") for other in tree.folders)
    if not known and inside.rpartition("/")[2] not in made_folders(context.project, UwsgiConfig):
        yield Finding(
            option.value_at,
            f"{folder} is not in the project, and uWSGI does not make folders",
            label="uWSGI ends where it cannot open this",
            help="make the folder before uWSGI starts, or write to one that is always there",
        )
