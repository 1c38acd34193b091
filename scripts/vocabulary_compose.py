"""Make `vocabulary/data/compose.py`: which keys docker compose takes where.

    python scripts/vocabulary_compose.py                                        from the facts alone
    python scripts/vocabulary_compose.py --schema compose-spec.json --commit ID learn them again

The schema is `schema/compose-spec.json` of github.com/compose-spec/compose-spec, the one that compose-go checks
files against; `--commit` is the commit it was taken from.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from vocabulary_files import module_text, read_facts, write_facts, write_module

_DEEPEST = 12


def learn(schema: dict[str, Any], commit: str) -> dict[str, Any]:
    """The closed objects of the schema by their path: `services.*.build`, with `*` for a name and `[]` for an item."""
    keys: dict[str, list[str]] = {}
    waiting: list[tuple[str, dict[str, Any]]] = [("", schema)]
    while waiting:
        path, part = waiting.pop()
        if "$ref" in part:
            part = schema["definitions"][part["$ref"].rpartition("/")[2]]
        if path.count(".") > _DEEPEST:
            continue
        properties = part.get("properties", {})
        if properties and part.get("additionalProperties") is False:
            keys[path] = sorted({*keys.get(path, ()), *properties})
        waiting += [(_below(path, name), inner) for name, inner in properties.items()]
        waiting += [
            (_below(path, "*"), inner) for inner in part.get("patternProperties", {}).values() if inner
        ]
        waiting += [(path, inner) for inner in (*part.get("oneOf", ()), *part.get("anyOf", ()))]
        if isinstance(items := part.get("items"), dict):
            waiting.append((f"{path}[]", items))
    return {"commit": commit, "keys": keys}


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def build(facts: dict[str, Any]) -> str:
    """The text of the module."""
    keys = {path: frozenset(names) for path, names in sorted(facts["keys"].items())}
    return module_text(
        f"""Which keys docker compose takes where.

Made by scripts/vocabulary_compose.py from schema/compose-spec.json of the compose specification,
commit {facts["commit"][:12]}; do not edit. `deploylint.vocabulary.compose` says what the paths mean.
""",
        {"KEYS": ("dict[str, frozenset[str]]", keys)},
        types={},
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--schema", type=Path, metavar="FILE")
    parser.add_argument("--commit", default="", metavar="ID")
    arguments = parser.parse_args()
    if arguments.schema:
        schema = json.loads(arguments.schema.read_text(encoding="utf-8"))
        write_facts("compose", learn(schema, arguments.commit))
    write_module("compose", build(read_facts("compose")))


if __name__ == "__main__":
    main()
