import re
from functools import lru_cache

from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.uwsgi import ASKED, Option, Section, UwsgiConfig
from deploylint.templates import is_template
from deploylint.values.errors import printable
from deploylint.vocabulary import uwsgi
from deploylint.vocabulary.nearest import nearest

_REFERENCE = re.compile(r"%\(([^()]*+)\)")
# Options that name placeholders or define options.
_NAMING = frozenset(
    {
        "set-placeholder",
        "set-ph",
        "if-opt",
        "if-not-opt",
        "declare-option",
        "custom-option",
        "declare-option2",
    }
)
# Plug-ins that are not part of uWSGI; their options begin with their names.
_FOREIGN = ("bonjour-", "avahi-", "zeroconf-")
# Placeholders have short names: `app` is not meant to be `pp`.
_SHORTEST_MISTAKE = 5
_NAME = re.compile(r"[a-zA-Z][\w-]*+", re.ASCII)


@rule(Severity.ERROR, group=Group.VALIDITY, symptoms=("[strict-mode] unknown config directive: *",))
def uwsgi_unknown_option(option: Option, context: Context) -> Findings:
    """An option that uWSGI does not know is ignored without a word.

    ## Why is this bad?
    Any unknown name becomes a placeholder, a variable for use in other values. A misspelt option keeps its default.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    process = 4
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    processes = 4
    ```

    ## When it is fine
    When it is meant as a placeholder: refer to it as `%(name)`, or define it with `set-placeholder`, which
    says so. With `strict = true` uWSGI refuses unknown options itself.

    ## Fix safety
    Safe: uWSGI ignores the line as it stands.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Options.html
    """
    section, config = context.parent, context.document
    name = option.name
    if not isinstance(config, UwsgiConfig) or not isinstance(section, Section) or section.name != ASKED:
        return
    if not name or uwsgi.option(name) is not None or uwsgi.only_in_development(name) or _is_variable(name):
        return
    configs = tuple(context.project.documents_of(UwsgiConfig))
    if name in _placeholders(configs) or name.lower().startswith((*_FOREIGN, *_loaded(config))):
        return
    divided = _divided_by_colon(option, config)
    if divided is not None:
        yield divided
        return
    bare = name.lstrip("-").replace("_", "-").lower()
    meant = bare if uwsgi.option(bare) is not None else None
    if meant is None and len(bare) >= _SHORTEST_MISTAKE:
        meant = nearest(bare, uwsgi.names())
    yield Finding(
        option.name_at,
        printable(f'Unknown option "{name}", which uWSGI takes for a placeholder'),
        help=f"did you mean {meant}?" if meant else "if it is a placeholder, define it with set-placeholder",
        fix=Fix(f"rename it to {meant}", (Edit(option.name_at, meant),)) if meant else None,
        severity=Severity.ERROR if meant else Severity.WARNING,
        confidence=Confidence.HIGH if meant else Confidence.MEDIUM,
    )


def _is_variable(name: str) -> bool:
    """A name with placeholders of its own, or one that a template fills in."""
    return "%" in name or "$" in name or is_template(name)


def _divided_by_colon(option: Option, config: UwsgiConfig) -> Finding | None:
    """`name: value` in an ini file, where only the first `=` divides."""
    name, colon, _ = option.name.partition(":")
    name = name.rstrip()
    if config.syntax != "ini" or not colon or uwsgi.option(name) is None:
        return None
    start = option.name_span.start + len(option.name.partition(":")[0])
    at = option.source.location(start, start + 1)
    return Finding(
        option.at,
        f'"{name}:" is no option: in ini files only "=" stands between a name and its value',
        help=f"write {name} = value",
        fix=Fix('write "=" instead of ":"', (Edit(at, " ="),)),
    )


@lru_cache(maxsize=1)
def _loaded(config: UwsgiConfig) -> tuple[str, ...]:
    """What the options of those plug-ins begin with that the file loads and uWSGI itself does not bring."""
    prefixes = {
        f"{name.strip()}-"
        for section in config.sections
        for option in section.options
        if option.name in ("plugin", "plugins", "need-plugin", "need-plugins")
        for name in option.value.split(",")
        if name.strip()
    }
    return tuple(
        prefix for prefix in prefixes if not any(known.startswith(prefix) for known in uwsgi.names())
    )


@lru_cache(maxsize=1)
def _placeholders(configs: tuple[UwsgiConfig, ...]) -> frozenset[str]:
    """The names that any of the files uses as placeholders."""
    found: set[str] = set()
    for config in configs:
        for match in _REFERENCE.finditer(config.source.text):
            found.update(match[1].split())
        for section in config.sections:
            for option in section.options:
                if option.name in _NAMING:
                    found.update(_NAME.findall(option.value))
    return frozenset(found)
