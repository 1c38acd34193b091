from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.uwsgi import ASKED, Option, Section, UwsgiConfig
from deploylint.values.errors import printable

_UNKNOWN = ("%", "$(", "@(")


@rule(
    Severity.ERROR,
    group=Group.CORRECTNESS,
    named=("module", "wsgi", "wsgi-file", "file"),
    symptoms=("ModuleNotFoundError: No module named *; * is not a package", "failed to open python file *"),
)
def uwsgi_module_is_file(option: Option, context: Context) -> Findings:
    """A file where uWSGI wants a module, or a module where it wants a file.

    ## Why is this bad?
    `module = app.py` imports a module `py` from a package `app`, which is not there; `wsgi-file = shop.wsgi:app`
    opens a file of that name. uWSGI starts without an application.

    ## Example
    ```uwsgi
    [uwsgi]
    module = app.py
    callable = app
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    wsgi-file = app.py
    callable = app
    ```

    ## When it is fine
    For a package that really has a module `py`.

    ## Fix safety
    Safe: uWSGI finds no application as it stands.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/WSGIquickstart.html
    """
    section, value = context.parent, option.value
    if not isinstance(context.document, UwsgiConfig) or not isinstance(section, Section):
        return
    if section.name != ASKED or option.opaque or any(mark in value for mark in _UNKNOWN):
        return
    if option.name in ("module", "wsgi"):
        path, colon, _ = value.partition(":")
        if not path.endswith(".py") or path.replace(".", "/") + ".py" in context.project.tree.files:
            return
        yield Finding(
            option.value_at,
            printable(f"{option.name} = {value} imports a module, and does not read the file {path}"),
            help=f"write wsgi-file = {value}" if not colon else "write the module's name without .py",
            fix=Fix("write wsgi-file", (Edit(option.name_at, "wsgi-file"),)) if not colon else None,
        )
    elif ":" in value and value.count(":") == 1 and "/" not in value.partition(":")[2]:
        path, _, name = value.partition(":")
        yield Finding(
            option.value_at,
            printable(f"{option.name} = {value}: uWSGI looks for a file of this name"),
            help=f"write {option.name} = {path} and callable = {name}",
        )
