from deploylint import Confidence, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment
from deploylint.vocabulary import gunicorn


@rule(Severity.ERROR, group=Group.CORRECTNESS, confidence=Confidence.MEDIUM)
def gunicorn_miscased_setting(config: GunicornConfig) -> Findings:
    """A setting written in capitals sets nothing.

    ## Why is this bad?
    Names are case-sensitive: gunicorn ignores `Workers` and `WORKERS`, and its default holds.

    ## Example
    ```gunicorn
    bind = "127.0.0.1:8000"
    WORKERS = 4
    ```

    ## Use instead
    ```gunicorn
    bind = "127.0.0.1:8000"
    workers = 4
    ```

    ## When it is fine
    A constant that the file uses, or that another module imports from it.

    ## Fix safety
    Unsafe: the value was without effect so far, and takes effect with the right name.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html
    """
    bound = config.outcome.names
    for node, _ in config.walk():
        if not isinstance(node, Assignment) or node.name.islower() or node.name in config.used:
            continue
        meant = node.name.lower()
        if gunicorn.setting(meant) is None or meant in bound:
            continue
        yield Finding(
            node.name_at,
            f"gunicorn ignores {node.name}; the setting is called {meant}",
            label="without effect",
            help=f"call it {meant}",
            fix=Fix(f"call it {meant}", (Edit(node.name_at, meant),), Safety.UNSAFE),
        )
