from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.expressions import Strings
from deploylint.formats.python.nodes import Assignment
from deploylint.targets import target
from deploylint.vocabulary import gunicorn
from deploylint.vocabulary.gunicorn import NEWEST
from deploylint.vocabulary.nearest import nearest
from deploylint_rules.gunicorn._settings import severity_of


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    confidence=Confidence.HIGH,
    symptoms=("class uri * invalid or not found", "Error: class uri *"),
)
def gunicorn_unknown_worker_class(config: GunicornConfig, context: Context) -> Findings:
    """`worker_class` names no worker that gunicorn has.

    ## Why is this bad?
    A name without a dot must be one of gunicorn's own workers; with any other gunicorn prints
    `class uri ... invalid or not found` and does not start. The eventlet worker is gone since 26.0.

    ## Example
    ```gunicorn
    worker_class = "gthreads"
    ```

    ## Use instead
    ```gunicorn
    worker_class = "gthread"
    ```

    ## Fix safety
    Safe: gunicorn does not start as it is.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#worker-class
    """
    bindings = config.outcome.names.get("worker_class", ())
    stated = target(context.project, "gunicorn", config) if bindings else None
    version = stated.version if stated else NEWEST
    for binding in bindings:
        node, value = binding.node, binding.value
        if not isinstance(node, Assignment) or value is None or not value.known:
            continue
        name = value.value
        if not isinstance(name, str) or not name.strip() or "." in name or ":" in name:
            continue
        if gunicorn.worker_known(name.strip(), version):
            continue
        severity = severity_of(config, "worker_class", context.project)
        if severity is None:
            return
        removed = gunicorn.worker_known(name.strip())
        meant = nearest(name.strip(), gunicorn.workers(version))
        yield Finding(
            node.value_at,
            f'class uri "{name}" invalid or not found',
            label=f"gunicorn {'.'.join(map(str, version))} has no such worker",
            help=f"did you mean {meant}?"
            if meant
            else f"choose one of {', '.join(sorted(gunicorn.workers(version)))}",
            fix=_fix(node, name, meant),
            # Without a stated version it may be an older gunicorn, which has the worker.
            severity=Severity.WARNING if removed and not stated else severity,
            confidence=Confidence.MEDIUM if removed and not stated else None,
        )


def _fix(node: Assignment, name: str, meant: str | None) -> Fix | None:
    """Only a name that stands in one plain literal can be replaced."""
    text = node.value_at.text
    if meant is None or not isinstance(node.value, Strings) or text.count(name) != 1 or text[1:-1] != name:
        return None
    return Fix(f"write {meant}", (Edit(node.value_at, text.replace(name, meant)),), Safety.SAFE)
