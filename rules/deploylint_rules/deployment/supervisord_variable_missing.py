from collections.abc import Iterator

from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.facts import Process, SupervisorKind
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.supervisor.checked_values import kind_of
from deploylint.formats.supervisor.configuration import Configuration, configurations
from deploylint.formats.supervisor.nodes import Option, Section
from deploylint.model import Deployment
from deploylint.model.configurations import named
from deploylint.pattern import pattern
from deploylint_rules.deployment._variables import may_get_more

_MANAGERS = {SupervisorKind.SYSTEMD, SupervisorKind.COMPOSE}
_NAMED = pattern(r"(?<!%)(?:%%)*+%\(ENV_(?P<name>\w++)\)")
# What a shell, an image of Python or docker itself sets without saying so.
_OF_THE_IMAGE = pattern(
    r"PATH|HOME|HOSTNAME|LANG|LC_\w++|PWD|SHLVL|TERM|USER|LOGNAME|SHELL|GPG_KEY|PYTHON_\w++|\w+_VERSION|container|_"
)


@rule(
    Severity.ERROR,
    given=(Process, "supervisor"),
    confidence=Confidence.MEDIUM,
    symptoms=("Format string * contains names * which cannot be expanded",),
)
def supervisord_variable_missing(deployment: Deployment) -> Findings:
    """supervisord is started without a variable that its file names with `ENV_`.

    ## Why is this bad?
    supervisord does not start at all: `contains names ('ENV_SHOP_PORT') which cannot be expanded`. What `environment=`
    sets reaches programs; the variables of `%(ENV_...)s` come from whoever starts supervisord.

    ## Example
    ```systemd title="supervisord.service"
    [Service]
    ExecStart=/usr/bin/supervisord -n -c /srv/shop/supervisord.conf
    ```
    ```supervisor title="supervisord.conf"
    [supervisord]

    [program:web]
    command=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:%(ENV_SHOP_PORT)s wsgi:app
    directory=/srv/shop
    user=shop
    ```

    ## Use instead
    ```systemd title="supervisord.service"
    [Service]
    Environment=SHOP_PORT=8000
    ExecStart=/usr/bin/supervisord -n -c /srv/shop/supervisord.conf
    ```
    ```supervisor title="supervisord.conf"
    [supervisord]

    [program:web]
    command=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:%(ENV_SHOP_PORT)s wsgi:app
    directory=/srv/shop
    user=shop
    ```

    ## When it is fine
    When something outside the repository starts supervisord with the variable.

    ## References
    - https://supervisord.org/configuration.html, "Environment Variables"
    - https://github.com/Supervisor/supervisor/issues/1215
    """
    files = deployment.documents_in("supervisor")
    by_main = {one.main.path: one for one in configurations(files) if one.main is not None}
    scripts = "\n".join(document.source.text for document in deployment.documents_in("shell"))
    for process in deployment.every(Process):
        configuration = _read_by(process, deployment, by_main)
        for name, option, start, end in _names(configuration) if configuration is not None else ():
            if process.environment.get(name) is None and name not in scripts:
                yield Finding(
                    option.location(start, end),
                    f"{process.name} starts supervisord without {name}, which it needs to read this file",
                    label="supervisord does not start with this",
                    related=(Label(process.at, f"starts supervisord, and does not give it {name}"),),
                    help=f"set {name} for {process.name}, or write the value here",
                )


def _read_by(
    process: Process, deployment: Deployment, by_main: dict[str, Configuration]
) -> Configuration | None:
    """What the supervisord reads that a process is, where everything that it gets from outside is known."""
    invocation = process.invocation if process.kind is Kind.SUPERVISORD else None
    if (
        invocation is None
        or not invocation.config_files
        or process.supervision.kind not in _MANAGERS
        or may_get_more(process)
    ):
        return None
    config, _ = named(invocation.config_files[-1], process, deployment, "supervisor")
    return by_main.get(config.path or "") if not config.elsewhere else None


def _names(configuration: Configuration) -> Iterator[tuple[str, Option, int, int]]:
    """The variables that supervisord looks for, each at its first place; those that the file sets are there."""
    own = "\n".join(
        option.value
        for section in configuration.sections.values()
        if (option := section.get("environment")) is not None
    )
    seen: set[str] = set()
    for section in (place for merged in configuration.sections.values() for place in merged.places):
        for option in section.options if _is_read(section) else ():
            if "%(ENV_" not in option.value or kind_of(option, section) is None:
                continue
            for match in _NAMED.finditer(option.value):
                name = match["name"]
                if name not in seen and not _OF_THE_IMAGE.fullmatch(name) and f"{name}=" not in own:
                    seen.add(name)
                    yield name, option, match.start("name") - len("%(ENV_"), match.end()


def _is_read(section: Section) -> bool:
    """supervisorctl's own section is no matter of supervisord."""
    return section.kind != "supervisorctl"
