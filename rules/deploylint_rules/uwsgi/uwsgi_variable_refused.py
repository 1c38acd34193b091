from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint.vocabulary import uwsgi
from deploylint.vocabulary.nearest import nearest
from deploylint_rules.uwsgi._starts import starting

_PREFIX = "UWSGI_"
_PLUGINS = ("plugin", "plugins", "need-plugin", "need-plugins")
# What uWSGI hands to processes that it starts, and does not read as options (core/config.c).
_OWN = frozenset(
    {
        "RELOADS", "VASSALS_DIR", "EMPEROR_FD", "BROODLORD_NUM", "EMPEROR_FD_CONFIG", "EMPEROR_PROXY", "JAIL_PID",
        "ORIGINAL_PROC_NAME",
    }
)  # fmt: skip


@rule(Severity.ERROR, group=Group.VALIDITY, symptoms=("[strict-mode] unknown config directive: *",))
def uwsgi_variable_refused(config: UwsgiConfig, context: Context) -> Findings:
    """With `strict`, a variable `UWSGI_...` that is no option stops uWSGI.

    ## Why is this bad?
    uWSGI takes every environment variable with that prefix for an option: `UWSGI_APP_ENV` is `app-env`. With
    `strict` it refuses options that it does not know, and ends.

    ## Example
    ```uwsgi title="deploy/uwsgi.ini"
    [uwsgi]
    strict = true
    module = shop.wsgi
    ```
    ```systemd title="deploy/shop.service"
    [Service]
    Environment=UWSGI_APP_ENV=production
    ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
    ```

    ## Use instead
    ```uwsgi title="deploy/uwsgi.ini"
    [uwsgi]
    strict = true
    module = shop.wsgi
    ```
    ```systemd title="deploy/shop.service"
    [Service]
    Environment=SHOP_ENV=production
    ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
    ```

    ## When it is fine
    Without `strict`, where the variable does nothing in uWSGI itself and the application may read it.

    ## References
    - https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html#environment-variables
    - https://github.com/unbit/uwsgi/issues/2276
    """
    strict = settings_of(config).boolean("strict")
    plugins = settings_of(config).all(*_PLUGINS)
    in_file = isinstance(strict, Known) and strict.value
    for server in starting(context.project, config):
        invocation = server.process.invocation
        flag = invocation.last("strict") if invocation is not None else None
        if not in_file and flag is None:
            continue
        for variable, value in server.process.environment.variables.items():
            name = variable.removeprefix(_PREFIX)
            option = name.lower().replace("_", "-")
            if name == variable or name in _OWN or uwsgi.option(option) is not None:
                continue
            meant = nearest(option, uwsgi.names())
            yield Finding(
                value.at or server.process.at,
                f"uWSGI does not start: {variable} is the option {option}, which it does not know",
                related=(Label(strict.at, "strict refuses it"),) if in_file and strict.at else (),
                help=f"did you mean {_PREFIX}{meant.upper().replace('-', '_')}?"
                if meant
                else f"give the variable a name that does not begin with {_PREFIX}",
                # A plugin may bring the option.
                severity=Severity.WARNING if plugins and not meant else None,
            )
