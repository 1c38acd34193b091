from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment, FunctionDefinition
from deploylint.vocabulary import gunicorn
from deploylint.vocabulary.gunicorn import NEWEST, Setting, Version


@rule(Severity.WARNING, group=Group.VALIDITY, confidence=Confidence.HIGH)
def gunicorn_setting_not_in_version(config: GunicornConfig, context: Context) -> Findings:
    """The gunicorn that runs here does not have the setting: it was removed, or is newer.

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
    target = context.project.targets.get("gunicorn", NEWEST)
    for node, _ in config.walk():
        if not isinstance(node, (Assignment, FunctionDefinition)) or node.name in config.used:
            continue
        setting = gunicorn.setting(node.name)
        if setting is None or gunicorn.setting(node.name, target) is not None:
            continue
        yield Finding(
            node.name_at,
            f"gunicorn {_written(target)} has no setting {node.name}",
            label="without effect",
            help=_help(setting, target),
        )


def _help(setting: Setting, target: Version) -> str:
    if setting.removed is not None and target >= setting.removed:
        return f"it was removed in {_written(setting.removed)}; delete the line"
    return f"it came with {_written(setting.since)}"


def _written(version: Version) -> str:
    return ".".join(map(str, version))
