from deploylint import Confidence, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment, FunctionDefinition
from deploylint.vocabulary import gunicorn
from deploylint.vocabulary.nearest import nearest

_OTHER_PROGRAMS = frozenset(
    {
        "autorestart",
        "autostart",
        "numprocs",
        "redirect_stderr",
        "startretries",
        "startsecs",
        "stderr_logfile",
        "stdout_logfile",
        "stopasgroup",
        "killasgroup",
        "stopsignal",
        "stopwaitsecs",
    }
)
# Names of flags that are ordinary words, too: variables are called so more often than not.
_ORDINARY = frozenset({"config", "name", "env", "pid", "preload", "user", "version"})
_HOOK_PARAMETERS = frozenset({"server", "worker", "arbiter", "req", "environ", "resp", "config"})


@rule(Severity.ERROR, group=Group.CORRECTNESS, confidence=Confidence.HIGH)
def gunicorn_unknown_setting(config: GunicornConfig) -> Findings:
    """A name that gunicorn does not know sets nothing.

    ## Why is this bad?
    gunicorn takes from the file the variables whose names are settings, and ignores all others without
    a word: the default holds. A misspelt name, a flag's name (`--access-logfile` sets `accesslog`) and
    a setting of supervisor all look as if they worked.

    Names that the file itself uses, private names and names in capitals are taken for variables.

    ## Example
    ```gunicorn
    bind = "127.0.0.1:8000"
    access_logfile = "-"
    worker_clas = "gthread"
    ```

    ## Use instead
    ```gunicorn
    bind = "127.0.0.1:8000"
    accesslog = "-"
    worker_class = "gthread"
    ```

    ## When it is fine
    A variable that another module imports from the configuration file.

    ## Fix safety
    Unsafe: the value was without effect so far, and takes effect with the right name.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html
    """
    known = gunicorn.settings()
    nodes = [node for node, _ in config.walk() if isinstance(node, (Assignment, FunctionDefinition))]
    bound = {name for node in nodes if (name := node.name) in known}
    functions = {node.name for node in nodes if isinstance(node, FunctionDefinition)}
    seen: set[str] = set()
    for node in nodes:
        name = node.name
        if name in known or name in seen or name in config.used or name.startswith("_") or not name.islower():
            continue
        finding = _variable(node, bound) if isinstance(node, Assignment) else _hook(node, bound)
        if finding is not None:
            yield finding
        # Of a file's many names only these may get another answer the next time, or the same one again.
        if finding is not None or name in functions:
            seen.add(name)


def _variable(node: Assignment, bound: set[str]) -> Finding | None:
    name = node.name
    if name in _OTHER_PROGRAMS:
        return Finding(
            node.name_at,
            f"gunicorn ignores {name}, a setting of supervisor",
            label="no setting of gunicorn",
            help="set it in the supervisor program's section",
        )
    meant = gunicorn.cli_spelling(name)
    if meant is not None:
        if name in _ORDINARY or meant in bound:
            return None
        return _misnamed(node, meant, f"gunicorn ignores {name}: --{name.replace('_', '-')} sets {meant}")
    meant = nearest(name, gunicorn.settings())
    if meant is None or meant in bound or _is_plain_variation(name, meant):
        return None
    return _misnamed(node, meant, f"gunicorn knows no setting {name}")


def _is_plain_variation(name: str, meant: str) -> bool:
    """Short words are near each other by chance: `port` and `pidfile` are not, `host` and `post` are."""
    return len(name) <= 4 or (len(name) <= 6 and abs(len(name) - len(meant)) > 1)


def _hook(node: FunctionDefinition, bound: set[str]) -> Finding | None:
    """A function is a misspelt hook when it also takes what a hook takes."""
    if not any(parameter.name in _HOOK_PARAMETERS for parameter in node.parameters):
        return None
    hooks = [
        name for name in gunicorn.settings() if (known := gunicorn.setting(name)) and known.kind == "hook"
    ]
    meant = nearest(node.name, hooks)
    if meant is None or meant in bound:
        return None
    return _misnamed(node, meant, f"gunicorn knows no hook {node.name}")


def _misnamed(node: Assignment | FunctionDefinition, meant: str, message: str) -> Finding:
    return Finding(
        node.name_at,
        message,
        label="without effect",
        help=f"call it {meant}",
        fix=Fix(f"call it {meant}", (Edit(node.name_at, meant),), Safety.UNSAFE),
    )
