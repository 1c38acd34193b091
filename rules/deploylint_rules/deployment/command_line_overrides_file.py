from deploylint import Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer


@rule(Severity.NOTE, given=(Process,))
def command_line_overrides_file(server: AppServer) -> Findings:
    """gunicorn's command line and its configuration file give a setting two values.

    ## Why is this bad?
    The command line wins. Whoever changes the value in the file sees no effect, and looks for the reason in
    the wrong place.

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
    if (
        server.kind != Kind.GUNICORN.value
        or config is None
        or config.document is None
        or process.invocation is None
    ):
        return
    from deploylint.formats.gunicorn.effective import effective_settings  # noqa: PLC0415  there is a file, so it is loaded

    in_file = effective_settings(None, config.document, process.environment)
    for option in process.invocation.options:
        if option.name not in in_file or option is not process.invocation.last(option.name):
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
