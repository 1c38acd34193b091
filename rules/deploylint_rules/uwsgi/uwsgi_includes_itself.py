from posixpath import basename, dirname, join, normpath

from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.uwsgi import ASKED, Option, Section, UwsgiConfig
from deploylint.values.errors import printable

_NAMES = ("ini", "include", "yaml", "yml", "xml", "json", "js", "inherit")
_SELF = ("%p", "%s", "%d%s")


@rule(Severity.ERROR, group=Group.CORRECTNESS, named=_NAMES)
def uwsgi_includes_itself(option: Option, context: Context) -> Findings:
    """A file that includes itself.

    ## Why is this bad?
    uWSGI reads the file again and again until it crashes.

    ## Example
    ```uwsgi title="shop.ini"
    [uwsgi]
    ini = shop.ini
    module = shop.wsgi
    ```

    ## Use instead
    ```uwsgi title="shop.ini"
    [uwsgi]
    module = shop.wsgi
    ```

    ## When it is fine
    With another section behind a colon, `ini = %p:common`, that section is read.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html
    """
    section, value = context.parent, option.value
    if (
        not isinstance(context.document, UwsgiConfig)
        or not isinstance(section, Section)
        or section.name != ASKED
    ):
        return
    if not value or option.opaque or option.condition is not None or ":" in value:
        return
    path = option.source.path
    itself = value in _SELF or normpath(join(dirname(path), value)) == normpath(path)
    if itself and basename(path):
        yield Finding(
            option.at, printable(f"{option.name} = {value} includes the file in itself, until uWSGI crashes")
        )
