"""Reads fact files and writes vocabulary modules; shared by the `vocabulary_*` scripts.

Facts (`scripts/facts/*.json.gz`) hold what took many releases of a program to find out. A vocabulary module
(`linter/deploylint/vocabulary/data/*.py`) is made from them and from nothing else, so that it can be made again
anywhere, and so that a test can tell when it is stale.
"""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parent / "facts"
DATA = Path(__file__).parent.parent / "linter" / "deploylint" / "vocabulary" / "data"


def read_facts(name: str) -> Any:
    """The value held by `scripts/facts/NAME.json.gz`."""
    return json.loads(gzip.decompress((FACTS / f"{name}.json.gz").read_bytes()))


def write_facts(name: str, facts: object) -> None:
    """Write one value, the same bytes for the same value."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (FACTS / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def module_text(docstring: str, tables: Mapping[str, tuple[str, object]], types: Mapping[str, str]) -> str:
    """Python text of a module with one annotated literal per table: name -> (annotation, value).

    `types` are the names that the annotations use, such as `Row`.

    Dictionaries of one or two levels get a line per entry, so that a change of one fact changes one line.
    """
    parts = [f'"""{docstring}"""\n']
    parts += [f"{name} = {meaning}\n" for name, meaning in types.items()]
    parts += [f"{name}: {annotation} = {_literal(value)}\n" for name, (annotation, value) in tables.items()]
    return "\n".join(parts)


def _literal(value: object, depth: int = 0) -> str:
    if isinstance(value, dict) and value and depth < 2:
        indent = "    " * (depth + 1)
        entries = (f"{indent}{key!r}: {_literal(entry, depth + 1)},\n" for key, entry in value.items())
        return "{\n" + "".join(entries) + "    " * depth + "}"
    if isinstance(value, tuple) and depth == 0 and len(value) > 8:
        return "(\n" + "".join(f"    {entry!r},\n" for entry in value) + ")"
    if isinstance(value, frozenset):
        return f"frozenset({tuple(sorted(value))!r})" if value else "frozenset()"
    return repr(value)


def write_module(name: str, text: str) -> None:
    """Write `vocabulary/data/NAME.py`."""
    (DATA / f"{name}.py").write_text(text, encoding="utf-8")
