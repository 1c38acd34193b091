"""Make `vocabulary/data/gunicorn.py`: settings and worker names of gunicorn by release.

    python scripts/vocabulary_gunicorn.py                  from the facts alone
    python scripts/vocabulary_gunicorn.py --git DIR        read every release since 19.0 anew; DIR is a clone
    python scripts/vocabulary_gunicorn.py --installed      learn the installed release, newer than the facts

`gunicorn/config.py` is read as text, never imported: a class that derives from Setting is a setting.
"""

import argparse
import ast
import importlib.metadata
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vocabulary_files import module_text, read_facts, write_facts, write_module

OLDEST = (19, 0)
COLUMNS = ("cli", "action", "nargs", "const", "type", "validator", "default")

# config.py, validate_*: the kind of value.
KINDS = {
    "validate_bool": "boolean",
    "validate_chdir": "directory",
    "validate_class": "class",
    "validate_dict": "dictionary",
    "validate_group": "group",
    "validate_hostport": "host-port",
    "validate_list_of_existing_files": "strings",
    "validate_list_of_files_or_patterns": "strings",
    "validate_list_string": "strings",
    "validate_pos_int": "integer",
    "validate_post_request": "hook",
    "validate_http2_frame_size": "integer",
    "validate_http2_stream_limit": "integer",
    "validate_http2_window_size": "integer",
    "validate_statsd_address": "host-port",
    "validate_string": "string",
    "validate_string_to_addr_list": "addresses",
    "validate_string_to_list": "addresses",
    "validate_user": "user",
}
CHOICES = {
    "validate_asgi_lifespan": ("auto", "on", "off"),
    "validate_asgi_loop": ("auto", "asyncio", "uvloop"),
    "validate_header_map_behaviour": ("drop", "refuse", "dangerous"),
    "validate_http2_cleartext": ("off", "prior-knowledge", "upgrade", "both"),
    "validate_http_parser": ("auto", "fast", "python"),
    "validate_http_protocols": ("h1", "h2"),
    "validate_proxy_protocol": ("off", "false", "0", "none", "auto", "true", "1", "v1", "v2"),
    "validate_reload_engine": ("auto", "poll", "inotify"),
}
# config.py: defaults that come from the environment.
FROM_ENVIRONMENT = {
    "bind": "PORT",
    "control_socket": "XDG_RUNTIME_DIR",
    "forwarded_allow_ips": "FORWARDED_ALLOW_IPS",
    "sendfile": "SENDFILE",
    "workers": "WEB_CONCURRENCY",
}
# config.py, arbiter.py, systemd.py, http/wsgi.py: all that is read from the environment.
ENVIRONMENT = (
    "FORWARDED_ALLOW_IPS",
    "GUNICORN_CMD_ARGS",
    "GUNICORN_FD",
    "GUNICORN_PID",
    "HOME",
    "LISTEN_FDS",
    "LISTEN_PID",
    "NOTIFY_SOCKET",
    "PORT",
    "SCRIPT_NAME",
    "SENDFILE",
    "WEB_CONCURRENCY",
    "XDG_RUNTIME_DIR",
)
# Documented as without effect from that release on.
DEPRECATED = {"ssl_version": (21, 0)}

Facts = dict[str, Any]


def read_settings(text: str) -> dict[str, list[Any]]:
    """Setting -> the columns, each as Python text or None where the class does not say."""
    found = {}
    for node in ast.parse(text).body:
        if not (isinstance(node, ast.ClassDef) and "Setting" in map(ast.unparse, node.bases)):
            continue
        said = dict(_assignments(node.body))
        if "name" in said:
            # Text that is a literal; what the class computes is for `default_of`.
            found[ast.literal_eval(said["name"])] = [said.get(column) for column in COLUMNS]
    return found


def _assignments(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Name and text of the values that a class body gives; of an `if`, the last branch holds."""
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield statement.targets[0].id, ast.unparse(statement.value)
        elif isinstance(statement, ast.If):
            yield from _assignments(statement.body)
            yield from _assignments(statement.orelse)
        elif isinstance(statement, ast.FunctionDef):
            # `default = staticmethod(default)` names a function: a hook that does nothing.
            yield statement.name, "None"


def read_workers(text: str) -> list[str]:
    """The names that `-k` knows, from `gunicorn/workers/__init__.py`; some depend on what is installed."""
    nodes = list(ast.walk(ast.parse(text)))
    keys = [key for node in nodes if isinstance(node, ast.Dict) for key in node.keys]
    keys += [node.slice for node in nodes if isinstance(node, ast.Subscript)]
    return sorted({key.value for key in keys if isinstance(key, ast.Constant)})


def learn(facts: Facts, version: tuple[int, ...], settings: dict[str, list[Any]], workers: list[str]) -> None:
    """Add a release newer than those the facts know; each row ends with its first version and the first without."""
    now = list(version)
    for name in facts["settings"].keys() | settings.keys():
        rows = facts["settings"].setdefault(name, [])
        if rows and rows[-1][-1] is None and rows[-1][:-2] != settings.get(name):
            rows[-1][-1] = now
        if name in settings and not (rows and rows[-1][-1] is None):
            rows.append([*settings[name], now, None])
    for name in facts["workers"].keys() | set(workers):
        if name not in workers:
            facts["workers"][name][1] = facts["workers"][name][1] or now
        else:
            facts["workers"].setdefault(name, [now, None])
    facts["newest"] = now


def learn_all(directory: str) -> Facts:
    """Facts of every release since OLDEST."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", directory, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    facts: Facts = {"settings": {}, "workers": {}}
    tags = {version_of(tag): tag for tag in git("tag").split() if re.fullmatch(r"\d+(\.\d+)+", tag)}
    for version, tag in sorted(tags.items()):
        if version >= OLDEST and version[0] < 100:
            settings = read_settings(git("show", f"{tag}:gunicorn/config.py"))
            learn(facts, version, settings, read_workers(git("show", f"{tag}:gunicorn/workers/__init__.py")))
    return facts


def learn_installed(facts: Facts) -> None:
    """Add the release that is installed beside this script."""
    version = version_of(importlib.metadata.version("gunicorn"))
    if list(version) <= facts["newest"]:
        raise SystemExit("the facts know that release already, or a newer one; use --git")
    files = importlib.metadata.files("gunicorn") or []
    text = {
        str(file): Path(str(file.locate())).read_text(encoding="utf-8")
        for file in files
        if file.suffix == ".py"
    }
    learn(
        facts,
        version,
        read_settings(text["gunicorn/config.py"]),
        read_workers(text["gunicorn/workers/__init__.py"]),
    )


def version_of(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def setting_rows(rows: list[list[Any]]) -> tuple[tuple[object, ...], ...]:
    """The rows of one setting; those that differ in their wording only become one."""
    merged: list[tuple[object, ...]] = []
    for row in map(setting_row, rows):
        if merged and merged[-1][:-2] == row[:-2] and merged[-1][-1] == row[-2]:
            merged[-1] = (*merged[-1][:-1], row[-1])
        else:
            merged.append(row)
    return tuple(merged)


def setting_row(row: list[Any]) -> tuple[object, ...]:
    """The columns that `Row` in the module has."""
    said = dict(zip(COLUMNS, row, strict=False))
    action = literal(said["action"]) or "store"
    validator = said["validator"] or ""
    function, _, arguments = validator.partition("(")
    if function in CHOICES:
        kind = "words"
    elif function == "validate_callable":
        kind = "hook"
    else:
        kind = KINDS.get(function, "other")
    # -1 in the source stands for any arity; validate_post_request fills up what is left out.
    arities = (int(arguments.rstrip(")")),) if arguments else (2, 3, 4) if kind == "hook" else ()
    known, default = (True, None) if kind == "hook" else default_of(said["default"])
    constant = {"store_true": True, "store_false": False}.get(action, literal(said["const"]))
    return (
        tuple(literal(said["cli"]) or ()),
        bool(said["cli"]) and action in {"store", "append"},
        action == "append",
        constant,
        literal(said["nargs"]) == "?",
        function.removeprefix("validate_"),
        kind,
        arities,
        CHOICES.get(function, ()),
        _tuples(default),
        known,
        tuple(row[-2]),
        tuple(row[-1]) if row[-1] else None,
    )


def default_of(text: str | None) -> tuple[bool, Any]:
    """Is the default the same everywhere, and which is it; where the environment may give another, the fallback."""
    text = {"ssl.CERT_NONE": "0", "16 * 1024 * 1024": "16777216"}.get(text or "None", text or "None")
    if is_literal(text):
        return True, literal(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "os.environ.get" and len(node.args) == 2:
            return True, literal(ast.unparse(node.args[1]))
    return False, None


def literal(text: str | None) -> Any:
    return ast.literal_eval(text) if text is not None and is_literal(text) else None


def is_literal(text: str | None) -> bool:
    try:
        ast.literal_eval(text or "None")
    except ValueError:
        return False
    return True


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple(sorted(value.items()))
    return tuple(value) if isinstance(value, list) else value


def build(facts: Facts) -> str:
    """The text of the module."""
    settings = {name: setting_rows(rows) for name, rows in sorted(facts["settings"].items())}
    workers = {
        name: (tuple(since), tuple(removed) if removed else None)
        for name, (since, removed) in sorted(facts["workers"].items())
    }
    newest = ".".join(map(str, facts["newest"]))
    return module_text(
        f"""What gunicorn 19.0 to {newest} knows.

Made by scripts/vocabulary_gunicorn.py from gunicorn/config.py and gunicorn/workers/__init__.py of every release; do
not edit. `deploylint.vocabulary.gunicorn` says what the columns mean.
""",
        {
            "NEWEST": ("Version", tuple(facts["newest"])),
            "SETTINGS": ("dict[str, tuple[Row, ...]]", settings),
            "WORKERS": ("dict[str, tuple[Version, Version | None]]", workers),
            "FROM_ENVIRONMENT": ("dict[str, str]", FROM_ENVIRONMENT),
            "ENVIRONMENT": ("tuple[str, ...]", ENVIRONMENT),
            "DEPRECATED": ("dict[str, Version]", DEPRECATED),
        },
        types={
            "Version": "tuple[int, ...]",
            "Row": "tuple[\n    tuple[str, ...], bool, bool, object, bool, str, str, tuple[int, ...], tuple[str, ...], object,"
            " bool, Version,\n    Version | None\n]",
        },
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--git", metavar="DIR")
    parser.add_argument("--installed", action="store_true")
    arguments = parser.parse_args()
    facts = learn_all(arguments.git) if arguments.git else read_facts("gunicorn")
    if arguments.installed:
        learn_installed(facts)
    write_facts("gunicorn", facts)
    write_module("gunicorn", build(facts))


if __name__ == "__main__":
    main()
