"""The JSON Schema (draft 7, which editors read) of the settings file, made from the table of keys."""

from collections.abc import Mapping, Sequence

from deploylint.homepage import HOMEPAGE
from deploylint.settings import SEVERITIES, Settings
from deploylint.settings.keys import (
    KEYS,
    BySeverity,
    Choice,
    Count,
    Flag,
    Key,
    Kind,
    Patterns,
    RuleWords,
    Table,
    Tables,
    Text,
    Words,
)
from deploylint.typed import Any

Json = dict[str, Any]


def schema(rules: Sequence[str], families: Sequence[str]) -> Json:
    """The schema. `rules` are all names of rules, former ones too, `families` the words that stand for several."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of deploylint",
        "description": f"deploylint.toml, or [tool.deploylint] in pyproject.toml. {HOMEPAGE}",
        **_object(KEYS, ()),
        "definitions": {
            "rule": {"type": "string", "enum": sorted(rules)},
            "rules": {"type": "string", "enum": sorted({*rules, *families})},
        },
    }


def _object(keys: Mapping[str, Key], required: Sequence[str]) -> Json:
    properties = {
        name: {"description": key.about, **_default(name, required), **_kind(key.kind)}
        for name, key in keys.items()
    }
    return {
        "type": "object",
        "properties": properties,
        **({"required": list(required)} if required else {}),
        "additionalProperties": False,
    }


def _default(name: str, required: Sequence[str]) -> Json:
    """The default of a key at the top, where it is a plain value."""
    value = None if required else getattr(Settings(), name.replace("-", "_"))
    return {"default": value} if isinstance(value, str | bool | int) else {}


def _kind(kind: Kind) -> Json:
    match kind:
        case Flag():
            return {"type": "boolean"}
        case Choice(options):
            return {"type": "string", "enum": list(options)}
        case Count():
            return {"type": "integer", "minimum": 1}
        case Text(form, _):
            return {"type": "string", **({"pattern": f"^({form})$"} if form else {})}
        case Words() | Patterns():
            return {"type": "array", "items": {"type": "string"}}
        case RuleWords():
            return {"type": "array", "items": {"$ref": "#/definitions/rules"}}
        case BySeverity():
            return {
                "type": "object",
                "propertyNames": {"$ref": "#/definitions/rule"},
                "additionalProperties": _kind(Choice(SEVERITIES)),
            }
        case Table(values, None):
            return {"type": "object", "additionalProperties": _kind(values)}
        case Table(values, names):
            return {
                "type": "object",
                "properties": {name: _kind(values) for name in names or ()},
                "additionalProperties": False,
            }
        case Tables(keys, required):
            return {"type": "array", "items": _object(keys, required)}
