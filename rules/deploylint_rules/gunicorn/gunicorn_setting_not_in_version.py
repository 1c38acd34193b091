from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment, FunctionDefinition
from deploylint.targets import target
from deploylint.vocabulary import gunicorn
from deploylint.vocabulary.gunicorn import NEWEST, Setting, Version

_OLDEST = (19, 0)


@rule(Severity.WARNING, group=Group.VALIDITY, confidence=Confidence.HIGH)
def gunicorn_setting_not_in_version(config: GunicornConfig, context: Context) -> Findings:
    """The gunicorn that runs here lacks the setting: it was removed, or is newer.

    ## Why is this bad?
    gunicorn ignores variables that are no settings of its release without a word.

    ## Example
    ```gunicorn
    bind = "127.0.0.1:8000"
    django_settings = "shop.settings"
    ```

    ## Use instead
    ```gunicorn
    bind = "127.0.0.1:8000"
    raw_env = ["DJANGO_SETTINGS_MODULE=shop.settings"]
    ```

    ## References
    https://docs.gunicorn.org/en/latest/news.html
    """
    for node, _ in config.walk():
        if not isinstance(node, (Assignment, FunctionDefinition)) or node.name in config.used:
            continue
        setting = gunicorn.setting(node.name)
        if setting is None or (setting.since <= _OLDEST and setting.removed is None):
            continue
        stated = target(context.project, "gunicorn", config)
        version = stated.version if stated else NEWEST
        if gunicorn.setting(node.name, version) is not None:
            continue
        yield Finding(
            node.name_at,
            f"gunicorn {_written(version)} has no setting {node.name}",
            label="without effect",
            help=_help(setting, version) + (f"; {stated.why}" if stated else ""),
        )


def _help(setting: Setting, version: Version) -> str:
    if setting.removed is not None and version >= setting.removed:
        return f"it was removed in {_written(setting.removed)}; delete the line"
    return f"it came with {_written(setting.since)}"


def _written(version: Version) -> str:
    return ".".join(map(str, version))
