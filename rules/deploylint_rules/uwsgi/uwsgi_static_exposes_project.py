from functools import lru_cache
from posixpath import normpath

from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import ASKED, Option, Section, UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint.values.errors import printable


@rule(
    Severity.WARNING,
    group=Group.SECURITY,
    confidence=Confidence.MEDIUM,
    named=("static-map", "static-map2", "check-static"),
)
def uwsgi_static_exposes_project(option: Option, context: Context) -> Findings:
    """Static files are served from the folder of the application.

    ## Why is this bad?
    uWSGI sends every file below the folder to whoever asks: the source, the settings with their passwords, `.env`
    and `.git`.

    ## Example
    ```uwsgi
    [uwsgi]
    chdir = /srv/shop
    module = shop.wsgi
    check-static = /srv/shop
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    chdir = /srv/shop
    module = shop.wsgi
    check-static = /srv/shop/public
    ```

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/StaticFiles.html
    """
    config, section = context.document, context.parent
    if not isinstance(config, UwsgiConfig) or not isinstance(section, Section) or section.name != ASKED:
        return
    served = option.value.partition("=")[2] if option.name.startswith("static-map") else option.value
    if not served.startswith("/") or any(mark in served for mark in ("%", "$(", "@(", "{{")):
        return
    if normpath(served) in _own_folders(config):
        yield Finding(
            option.at,
            printable(f"{option.name} serves all of {served}, the application's own folder"),
            help="serve a folder that holds nothing but public files",
        )


@lru_cache(maxsize=1)
def _own_folders(config: UwsgiConfig) -> frozenset[str]:
    """Where the application's code lies, as far as it is known."""
    settings = settings_of(config)
    return frozenset(
        normpath(folder.value)
        for folder in (settings.directory, *settings.python_path)
        if isinstance(folder, Known) and folder.value.startswith("/")
    )
