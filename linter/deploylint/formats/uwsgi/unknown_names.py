"""Names that uWSGI does not know: placeholders that somebody uses, and others.

Any name can be a placeholder (core/uwsgi.c, `uwsgi_parse_ini` keeps what it does not know), so that only the use
of a name tells whether it is meant as one.
"""

from collections.abc import Collection
from functools import lru_cache

from deploylint.formats.uwsgi.nodes import ASKED, Option, Section, UwsgiConfig
from deploylint.pattern import ASCII, pattern
from deploylint.templates import is_template
from deploylint.vocabulary import uwsgi as vocabulary

_REFERENCE = pattern(r"%\(([^()]*+)\)")
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
_PLUGINS = ("plugin", "plugins", "need-plugin", "need-plugins")
# Files that say what to build into uWSGI (uwsgiconfig.py) have a section of the same name.
_BUILD = frozenset({"embedded_plugins", "main_plugin", "plugin_dir", "bin_name", "append_version"})
_NAME = pattern(r"[a-zA-Z][\w-]*+", ASCII)


def is_unknown(
    option: Option, section: Section, config: UwsgiConfig, configs: Collection[UwsgiConfig]
) -> bool:
    """Whether uWSGI ignores the option, and none of the project's files uses its name as a placeholder."""
    name = option.name
    if section.name != ASKED or not name or "%" in name or "$" in name or is_template(name):
        return False
    if vocabulary.option(name) is not None or vocabulary.only_in_development(name):
        return False
    if _is_build(config):
        return False
    return name not in _placeholders(tuple(configs)) and not name.lower().startswith(
        (*_FOREIGN, *_loaded(config))
    )


def reads_others(config: UwsgiConfig) -> bool:
    """Whether the file loads another one, which may use its placeholders."""
    return any(
        known.kind == "include"
        for option in config.options()
        if (known := vocabulary.option(option.name)) is not None
    )


@lru_cache(maxsize=1)
def _is_build(config: UwsgiConfig) -> bool:
    """Whether the file says what to build, and no uWSGI ever reads it."""
    return any(option.name in _BUILD for option in config.options())


@lru_cache(maxsize=1)
def _loaded(config: UwsgiConfig) -> tuple[str, ...]:
    """What the options of those plug-ins begin with that the file loads and uWSGI itself does not bring."""
    prefixes = {
        f"{name.strip()}-"
        for section in config.sections
        for option in section.options
        if option.name in _PLUGINS
        for name in option.value.split(",")
        if name.strip()
    }
    return tuple(
        prefix for prefix in prefixes if not any(known.startswith(prefix) for known in vocabulary.names())
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
