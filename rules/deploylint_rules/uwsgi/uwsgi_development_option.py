from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.uwsgi import ASKED, Option, Section, UwsgiConfig
from deploylint.values.booleans import parse_uwsgi_boolean
from deploylint.values.errors import printable

_WHAT = {
    "py-autoreload": "looks for changed files all the time, and reloads the application",
    "python-autoreload": "looks for changed files all the time, and reloads the application",
    "py-auto-reload": "looks for changed files all the time, and reloads the application",
    "python-auto-reload": "looks for changed files all the time, and reloads the application",
    "catch-exceptions": "shows the traceback of an exception to whoever sent the request",
    "honour-stdin": "keeps standard input open for a debugger",
}
_DEVELOPMENT = ("dev", "local", "debug", "test")
# Homes on macOS, where people write applications and nobody serves them.
_HOMES_OF_DEVELOPERS = "/Users/"


@rule(Severity.WARNING, group=Group.SECURITY, named=tuple(_WHAT))
def uwsgi_development_option(option: Option, context: Context) -> Findings:
    """An option for development in a configuration that serves users.

    ## Why is this bad?
    `catch-exceptions` sends tracebacks with paths and values to the browser. `py-autoreload` restarts the application
    in the middle of a deployment, with half of the new files.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    py-autoreload = 1
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    ```

    ## When it is fine
    In a configuration for development. A path with dev, local, debug or test in it silences the rule,
    and so does a path below `/Users/` in the file.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Options.html
    """
    section = context.parent
    if (
        not isinstance(context.document, UwsgiConfig)
        or not isinstance(section, Section)
        or section.name != ASKED
    ):
        return
    if (
        option.condition is not None
        or option.opaque
        or any(mark in option.value for mark in ("%", "$(", "@("))
    ):
        return
    if not parse_uwsgi_boolean(option.value) or any(
        word in option.source.path.lower() for word in _DEVELOPMENT
    ):
        return
    if _HOMES_OF_DEVELOPERS in option.source.text:
        return
    yield Finding(
        option.at,
        printable(f"{option.name} {_WHAT[option.name]}"),
        help="leave it out where users are served",
    )
