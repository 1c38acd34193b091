from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.templates import is_template


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("Failed to read config file: *", "NameError: name * is not defined"),
)
def gunicorn_file_raises(config: GunicornConfig) -> Findings:
    """The configuration file fails when gunicorn runs it.

    ## Why is this bad?
    The file is Python, run from top to bottom. At a name that nobody has defined so far, or an operation
    that cannot work, gunicorn prints `Failed to read config file` with the traceback and does not start.

    ## Example
    ```gunicorn
    bind = "127.0.0.1:8000"
    workers = multiprocessing.cpu_count() * 2
    ```

    ## Use instead
    ```gunicorn
    import multiprocessing

    bind = "127.0.0.1:8000"
    workers = multiprocessing.cpu_count() * 2
    ```

    ## When it is fine
    Code in functions and in branches that may not run is not looked at, nor is that in `try` blocks, apart from an
    undefined name with which one begins and that no `except` catches.

    ## References
    https://docs.gunicorn.org/en/latest/configure.html#configuration-file
    """
    failure = config.outcome.failure
    if failure is None or config.problems or is_template(config.source.text):
        return
    yield Finding(
        config.source.location(failure.start, failure.end),
        failure.message,
        label="gunicorn does not start",
        help="define or import it first" if failure.message.startswith("NameError") else None,
    )
