from collections.abc import Mapping

from deploylint import Finding, Findings, Label, Severity, rule
from deploylint.dataclass import replace
from deploylint.facts import Known, Process, Value
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer
from deploylint.model.gunicorn import ARGUMENTS
from deploylint.model.links import ConfigFile
from deploylint.typed import Any


@rule(Severity.NOTE, given=(Process,))
def command_line_overrides_file(server: AppServer) -> Findings:
    """gunicorn's command line and its configuration file give a setting two values.

    ## Why is this bad?
    The command line wins, as does GUNICORN_CMD_ARGS, and the application named there wins over `wsgi_app`. Whoever
    changes the value in the file sees no effect, and looks for the reason in the wrong place.

    ## Example
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn -c /srv/shop/gunicorn.conf.py --timeout 30 shop.wsgi
    ```
    ```gunicorn
    bind = "127.0.0.1:8000"
    timeout = 120
    ```

    ## Use instead
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn -c /srv/shop/gunicorn.conf.py shop.wsgi
    ```
    ```gunicorn
    bind = "127.0.0.1:8000"
    timeout = 120
    ```

    ## When it is fine
    When the file holds common values and one process is meant to have another one.

    ## References
    - https://docs.gunicorn.org/en/stable/configure.html
    """
    process, config = server.process, server.config
    invocation = process.invocation
    if server.kind != Kind.GUNICORN.value or config is None or config.document is None or invocation is None:
        return
    from deploylint.formats.gunicorn.effective import effective_settings  # noqa: PLC0415  there is a file, so it is loaded

    variables = {**process.environment.variables}
    arguments = variables.pop(ARGUMENTS, None)
    in_file = effective_settings(None, config.document, replace(process.environment, variables=variables))
    for option in invocation.options:
        if option.name not in in_file or option is not invocation.last(option.name):
            continue
        written, holds = in_file[option.name], server.settings[option.name]
        if not isinstance(written, Known) or not isinstance(holds, Known) or written.default:
            continue
        if written.at is not None and written.value != holds.value:
            yield Finding(
                process.document.source.location(option.span.start, option.span.end),
                f"{option.flag} overrides {option.name} of {config.document.path}",
                label="this holds",
                related=(Label(written.at, "this has no effect"),),
                help="keep one of the two",
            )
    if arguments is not None:
        yield from _by_variable(server, in_file, config)
    yield from _application(server, in_file["wsgi_app"], config)


def _by_variable(server: AppServer, in_file: Mapping[str, Value[Any]], config: ConfigFile) -> Findings:
    for name, written in in_file.items():
        holds = server.settings[name]
        if not isinstance(written, Known) or not isinstance(holds, Known) or written.default:
            continue
        if holds.why != ARGUMENTS or holds.at is None or written.at is None or written.value == holds.value:
            continue
        yield Finding(
            holds.at,
            f"{ARGUMENTS} overrides {name} of {config.document.path}",
            label="this holds",
            related=(Label(written.at, "this has no effect"),),
            help="keep one of the two",
        )


def _application(server: AppServer, written: Value[Any], config: ConfigFile) -> Findings:
    invocation = server.process.invocation
    target = invocation.target if invocation else None
    if target is None or target.word.known is None or not isinstance(written, Known) or written.at is None:
        return
    named = target.word.known
    if not written.default and isinstance(written.value, str) and _full(written.value) != _full(named):
        yield Finding(
            server.process.document.source.location(target.span.start, target.span.end),
            f"the command line overrides wsgi_app of {config.document.path}",
            label="this application is loaded",
            related=(Label(written.at, "this has no effect"),),
            help="keep one of the two",
        )


def _full(application: str) -> str:
    return application if ":" in application else f"{application}:application"
