"""Texts to begin with: the files of the fixture projects and the examples of the rules' pages."""

import re
from functools import cache
from pathlib import Path

from deploylint import documentation
from deploylint.recognition import recognise
from support import all_rules

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = Path(__file__).parent / "cases"
SETTINGS = """\
select = ["all"]
ignore = ["uwsgi-no-need-app"]
per-file-ignores = { "legacy/*" = ["nginx"] }
severity = { nginx-autoindex-on = "error" }
pedantic = true
fail-on = "error"
max-file-size = "10M"
max-file-seconds = 60
exclude = ["legacy/"]
[target]
nginx = "1.24"
[host-paths]
"/srv/shop" = "."
[[deployment]]
name = "shop"
files = ["deploy/*"]
host-paths = { "/srv" = "." }
"""
VALUES = (
    "127.0.0.1:8000 [::1]:80 unix:/run/a.sock 5min 20s 1.5h Mon..Fri *-*-1/2 10:00 infinity 10M 0755 SIGTERM 9,15 "
    "/usr/bin/a --b=${C} %h %i A='b c' on yes http://a:80/b?c=$d 1-3,5 ~cap_a @chown a@b.service <3 >=4 ^(?<a>b)[c-d]*$"
)


@cache
def projects() -> tuple[tuple[tuple[str, str], ...], ...]:
    """Files with their texts that belong together."""
    found = []
    for folder in sorted(path for path in (FIXTURES / "projects").iterdir()):
        files = [
            (str(path.relative_to(folder)), path) for path in sorted(folder.rglob("*")) if path.is_file()
        ]
        found.append(tuple((name, path.read_text("utf-8", "surrogateescape")) for name, path in files))
    for rule in all_rules().values():
        examples = documentation.read(rule.documentation).example("Example")
        found.append(tuple((source.path, source.text) for source in examples))
    return tuple(found)


@cache
def by_format() -> dict[str, list[str]]:
    texts: dict[str, dict[str, None]] = {}
    for path in sorted((FIXTURES / "valid").rglob("*")):
        if path.is_file() and path.stat().st_size < 5000:
            texts.setdefault(path.parent.name, {})[path.read_text("utf-8", "surrogateescape")] = None
    for files in projects():
        for path, text in files:
            kind = recognise(path, text)
            if kind is not None and len(text) < 5000:
                texts.setdefault(kind, {})[text] = None
    return {kind: list(found) for kind, found in texts.items()}


def seeds(target: str) -> list[str]:
    """Texts for a target, the found inputs among them."""
    kept = [
        path.read_bytes().decode("utf-8", "surrogateescape") for path in sorted((CASES / target).glob("*"))
    ]
    everything = [text for texts in by_format().values() for text in texts]
    if target == "project":
        return kept + ["".join(f"=== {path}\n{text}" for path, text in files) for files in projects()]
    if target in ("report", "recognition"):
        return kept + [f"{path}\n{text[:500]}" for files in projects() for path, text in files]
    if target == "settings":
        return [*kept, SETTINGS]
    if target == "values":
        return [*kept, *VALUES.split(" ")]
    if target.startswith("grammar-"):
        kind = target.removeprefix("grammar-").partition("_")[0]
        return kept + by_format().get({"python": "gunicorn"}.get(kind, kind), VALUES.split(" "))
    return kept + by_format().get(target.partition("-")[0], everything)


@cache
def pieces(target: str) -> list[str]:
    """Words, marks and line ends out of the seeds, to make texts near the grammar of."""
    words = re.findall(r"[\w./%-]+|\s+|[^\w\s]+", "".join(seeds(target)[:300]))
    return sorted(dict.fromkeys(word for word in words if len(word) < 30))
