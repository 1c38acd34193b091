from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.uwsgi import ASKED, Option, UwsgiConfig
from deploylint.values.errors import printable
from deploylint.vocabulary import uwsgi

# Kinds of which one value holds.
_SCALARS = frozenset({"boolean", "integer", "integer16", "megabytes", "mode", "user", "group"})
_NAMES = frozenset({"chdir", "callable", "home", "pidfile", "protocol", "procname-prefix", "log-format"})
_SAME = {
    "workers": "processes",
    "virtualenv": "home",
    "venv": "home",
    "pyhome": "home",
    "logformat": "log-format",
}


@rule(Severity.WARNING, group=Group.CORRECTNESS)
def uwsgi_overridden_option(config: UwsgiConfig) -> Findings:
    """Of two options for one thing only the last one holds.

    ## Why is this bad?
    The first line looks as if it did something. `processes` and `workers` are one option, as are `home`,
    `virtualenv`, `venv` and `pyhome`.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    processes = 4
    workers = 2
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    workers = 2
    ```

    ## When it is fine
    When the first one is used as a placeholder, which the rule sees, or stands in an `if` block.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Options.html
    """
    if config.templated:
        return
    held: dict[str, Option] = {}
    for option in config.options(ASKED):
        known, name = uwsgi.option(option.name), _SAME.get(option.name, option.name)
        if known is None or known.repeatable or (known.kind not in _SCALARS and name not in _NAMES):
            continue
        if option.condition is not None:
            held.pop(name, None)
            continue
        before = held.get(name)
        held[name] = option
        if before is None or before.value == option.value or f"%({before.name})" in config.source.text:
            continue
        yield Finding(
            before.at,
            printable(f"{before.name} is set again further down, so that this does nothing"),
            related=(Label(option.at, f"{option.name} holds"),),
            help="leave one of them out",
        )
