"""Make `vocabulary/data/uwsgi.py`: the options of uWSGI 2.0.

    python scripts/vocabulary_uwsgi.py                       from the facts alone
    python scripts/vocabulary_uwsgi.py --git DIR             learn newer releases, and when each option came
    python scripts/vocabulary_uwsgi.py --dump [PROGRAM]      compare with `uwsgi --dump-options`, write nothing

The options are the entries of the `struct uwsgi_option` tables in core/ and plugins/; DIR is a clone with its tags.
"""

import argparse
import re
import subprocess
from typing import Any

from vocabulary_files import module_text, read_facts, write_facts, write_module

OLDEST = (2, 0)

# Function that stores the value (core/config.c, core/uwsgi.c) -> kind; others are `special`.
KINDS = {
    "uwsgi_opt_true": "boolean",
    "uwsgi_opt_false": "boolean",
    "uwsgi_opt_set_str": "string",
    "uwsgi_opt_add_string_list": "string",
    "uwsgi_opt_set_int": "integer",
    "uwsgi_opt_set_rawint": "integer",
    "uwsgi_opt_set_64bit": "integer",
    "uwsgi_opt_set_16bit": "integer16",
    "uwsgi_opt_set_megabytes": "megabytes",
    "uwsgi_opt_add_socket": "address",
    "uwsgi_opt_chmod_socket": "mode",
    "uwsgi_opt_logic": "logic",
    "uwsgi_opt_noop": "logic",
    "uwsgi_opt_add_route": "route-rule",
}
ADDING = ("uwsgi_opt_add_", "uwsgi_opt_logic", "uwsgi_opt_noop")
IMPLIES = {
    "UWSGI_OPT_MASTER": "master",
    "UWSGI_OPT_LOG_MASTER": "log_master",
    "UWSGI_OPT_REQ_LOG_MASTER": "req_log_master",
    "UWSGI_OPT_THREADS": "threads",
    "UWSGI_OPT_CHEAPER": "cheaper",
    "UWSGI_OPT_POST_BUFFERING": "post_buffering",
    "UWSGI_OPT_VHOST": "vhost",
    "UWSGI_OPT_PROCNAME": "procname",
}
# core/init.c, uwsgi_setup: what holds when nothing is said.
DEFAULTS = {
    "backtrace-depth": 64,
    "buffer-size": 4096,
    "emperor-freq": 3,
    "forkbomb-delay": 2,
    "listen": 100,
    "log-master-bufsize": 8192,
    "max-apps": 64,
    "max-vars": 64,
    "min-worker-lifetime": 10,
    "mule-reload-mercy": 60,
    "processes": 1,
    "rpc-max": 64,
    "socket-timeout": 4,
    "spooler-frequency": 30,
    "threads": 1,
    "worker-reload-mercy": 60,
    "workers": 1,
}
# Turned on by default in a later release (core/init.c).
ON_SINCE = {"enable-threads": (2, 0, 27)}

ENTRY = re.compile(
    r'\{\s*"([\w-]+)"\s*,\s*(required|optional|no)_argument\s*,\s*(0|\'.\')\s*,\s*"(?:[^"\\]|\\.)*"\s*,'
    r"\s*(?:\(.*?\)\s*)?(\w+)\s*,\s*(.*?)\s*,\s*([\w| ]+)\s*\}"
)


def options_of(text: str, plugin: str) -> dict[str, dict[str, Any]]:
    """Option -> facts of the `struct uwsgi_option` entries of one file."""
    found = {}
    for name, argument, short, setter, _, flags in ENTRY.findall(text):
        found[name] = {
            "arg": argument,
            "short": short.strip("'") if short != "0" else "",
            "kind": KINDS.get(setter, "special"),
            "repeatable": setter.startswith(ADDING),
            "plugin": plugin,
            "implies": [IMPLIES[flag] for flag in re.findall(r"\w+", flags) if flag in IMPLIES],
            "immediate": "UWSGI_OPT_IMMEDIATE" in flags,
            "conditions": [],
            "aliases": [],
        }
    return found


def learn(facts: dict[str, Any], directory: str) -> None:
    """Note when each option came, and add the options of releases newer than the facts."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", directory, *arguments]
        return subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stdout

    tags = sorted(
        (tuple(map(int, tag.split("."))), tag)
        for tag in git("tag").split()
        if re.fullmatch(r"\d+(\.\d+)+", tag)
    )
    for option in facts["options"].values():
        option["since"] = None
    for version, tag in tags:
        if version < OLDEST:
            continue
        paths = git("ls-tree", "-r", "--name-only", tag, "core", "plugins").split()
        for path in (path for path in paths if path.endswith((".c", ".h", ".cc", ".m", ".go"))):
            plugin = path.split("/")[1] if path.startswith("plugins/") else ""
            for name, option in options_of(git("show", f"{tag}:{path}"), plugin).items():
                if name not in facts["options"] and list(version) > facts["newest"]:
                    facts["options"][name] = option
                if name in facts["options"]:
                    facts["options"][name]["since"] = facts["options"][name].get("since") or list(version)
        facts["newest"] = max(facts["newest"], list(version))


def build(facts: dict[str, Any]) -> str:
    """The text of the module."""
    options = {
        name: (
            option["arg"],
            option["short"],
            option["kind"],
            bool(option["repeatable"]),
            option["plugin"],
            tuple(option["implies"]),
            option["immediate"],
            tuple(option["conditions"]),
            tuple(option["aliases"]),
            # The table of some old plug-in is written differently; those options are older than 2.0.
            tuple(option["since"]) if option["since"] and tuple(option["since"]) > OLDEST else None,
        )
        for name, option in sorted(facts["options"].items())
    }
    newest = ".".join(map(str, facts["newest"]))
    return module_text(
        f"""What uWSGI 2.0 to {newest} knows.

Made by scripts/vocabulary_uwsgi.py from the uwsgi_option tables of every release; do not edit.
`deploylint.vocabulary.uwsgi` says what the columns mean.
""",
        {
            "NEWEST": ("tuple[int, ...]", tuple(facts["newest"])),
            "OPTIONS": ("dict[str, Row]", options),
            "DEVELOPMENT": ("frozenset[str]", frozenset(facts["development"])),
            "DEFAULTS": ("dict[str, int]", DEFAULTS),
            "ON_SINCE": ("dict[str, tuple[int, ...]]", ON_SINCE),
        },
        types={
            "Row": "tuple[\n    str, str, str, bool, str, tuple[str, ...], bool, tuple[str, ...], tuple[str, ...],"
            " tuple[int, ...] | None\n]"
        },
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--git", metavar="DIR")
    parser.add_argument("--dump", metavar="PROGRAM", nargs="?", const="uwsgi")
    arguments = parser.parse_args()
    facts = read_facts("uwsgi")
    if arguments.dump:
        dumped = subprocess.run(
            [arguments.dump, "--dump-options"], capture_output=True, text=True, check=True
        )
        for name in sorted(set(dumped.stdout.split()) - facts["options"].keys()):
            print(f"{name} is not in the facts")
        return
    if arguments.git:
        learn(facts, arguments.git)
        write_facts("uwsgi", facts)
    write_module("uwsgi", build(facts))


if __name__ == "__main__":
    main()
