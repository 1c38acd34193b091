from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.supervisor import Option, Section
from deploylint.formats.supervisor.checked_values import kind_of
from deploylint.pattern import ASCII, pattern
from deploylint.values.errors import printable

_NAMES = (
    "directory",
    "stdout_logfile",
    "stderr_logfile",
    "logfile",
    "pidfile",
    "childlogdir",
    "environment",
    "file",
)
_VARIABLE = pattern(r"\$(?:\{([A-Za-z_]\w*+)\}|([A-Za-z_]\w*+))", ASCII)
# Variables that somebody certainly means to be put in; other dollar signs may stand in passwords.
_MEANT = frozenset(
    "PATH HOME USER PWD PYTHONPATH LD_LIBRARY_PATH VIRTUAL_ENV LOGNAME HOSTNAME LANG TMPDIR NODE_PATH GOPATH".split()
)


@rule(
    Severity.ERROR,
    group=Group.CORRECTNESS,
    named=_NAMES,
    symptoms=(
        "*can't find command *",
        "ERROR (spawn error)",
    ),
)
def supervisor_literal_variable(option: Option, context: Context) -> Findings:
    """A `$NAME` that supervisor does not put in.

    ## Why is this bad?
    supervisor expands `%(ENV_NAME)s` and nothing else: with `PATH="/srv/shop/venv/bin:$PATH"` the program finds
    nothing in /usr/bin, and a folder with a dollar sign does not exist. A program's `directory` knows no `~` either.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    environment=PATH="/srv/shop/venv/bin:$PATH"
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    environment=PATH="/srv/shop/venv/bin:%(ENV_PATH)s"
    ```

    ## When it is fine
    In commands, where a shell may expand it. In `environment` only variables such as PATH and HOME are reported.

    ## Fix safety
    Unsafe: supervisord refuses `%(ENV_NAME)s` where it does not have the variable itself.

    ## References
    https://supervisord.org/configuration.html#environment-variables
    """
    section = context.parent
    if not isinstance(section, Section) or kind_of(option, section) is None or option.opaque:
        return
    for match in _VARIABLE.finditer(option.value):
        name = match[1] or match[2]
        # Without quotes the value ends at the dollar sign, which is the matter of another rule.
        if option.name == "environment" and (name not in _MEANT or not _quoted(option.value, match.start())):
            continue
        at = option.location(match.start(), match.end())
        yield Finding(
            at,
            printable(f"supervisor does not expand {match[0]} in {option.name}"),
            label="the program gets this as it stands",
            help=f"write %(ENV_{name})s",
            fix=Fix(f"write %(ENV_{name})s", (Edit(at, f"%(ENV_{name})s"),), Safety.UNSAFE),
        )
    if option.name == "directory" and section.is_program and option.value.startswith("~"):
        yield Finding(
            option.location(0, 1),
            "supervisor does not expand ~ in a program's directory",
            label="couldn't chdir: there is no such folder",
            help="write the whole path",
        )


def _quoted(value: str, at: int) -> bool:
    return value.count('"', 0, at) % 2 == 1 or value.count("'", 0, at) % 2 == 1
