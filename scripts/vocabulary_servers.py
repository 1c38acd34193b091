"""Make `vocabulary/data/servers.py`: the command lines of Python application servers and workers.

    python scripts/vocabulary_servers.py              from the facts alone
    python scripts/vocabulary_servers.py --learn      ask the programs installed beside this interpreter first

What a program's own option parser (click, argparse, getopt) declares is a fact; only the options are read, nothing
is started. To learn all: pip install celery daphne django flask granian hypercorn rq uvicorn waitress
"""

import argparse
import importlib
import importlib.metadata
from collections.abc import Callable
from typing import Any

from vocabulary_files import module_text, read_facts, write_facts, write_module

# Where the server listens when nothing is said.
BINDS = {
    "daphne": "127.0.0.1:8000",
    "flask run": "127.0.0.1:5000",
    "granian": "127.0.0.1:8000",
    "hypercorn": "127.0.0.1:8000",
    "manage.py runserver": "127.0.0.1:8000",
    "uvicorn": "127.0.0.1:8000",
    "waitress-serve": "0.0.0.0:8080",
}
# Options may be given in the environment: PREFIX_OPTION_NAME.
ENVIRONMENT = {"flask run": "FLASK_RUN", "flask": "FLASK", "granian": "GRANIAN", "uvicorn": "UVICORN"}
# click and argparse take unambiguous beginnings of long options only in argparse; getopt does as well.
ABBREVIATING = ("daphne", "hypercorn", "manage.py runserver", "waitress-serve")

Option = dict[str, Any]
Command = dict[str, Any]


def of_click(command: Any) -> Command:
    """Options and positional arguments of a click command."""
    found: Command = {"options": [], "arguments": []}
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            found["arguments"].append([parameter.name, parameter.nargs, parameter.required])
            continue
        flag = bool(parameter.is_flag or parameter.count)
        found["options"].append(
            {
                "flags": sorted(parameter.opts),
                "negations": sorted(parameter.secondary_opts),
                "takes_value": not flag,
                "repeatable": bool(parameter.multiple),
                "default": _plain(parameter.default),
                "choices": _words(getattr(parameter.type, "choices", ())),
            }
        )
    found["options"].append(_flag("--help"))
    return found


def of_argparse(parser: argparse.ArgumentParser) -> Command:
    """Options and positional arguments of an argparse parser."""
    found: Command = {"options": [], "arguments": []}
    for action in parser._actions:  # noqa: SLF001  (argparse has no other way to list them)
        if not action.option_strings:
            found["arguments"].append(
                [action.dest, -1 if action.nargs == "*" else 1, action.nargs not in ("?", "*")]
            )
            continue
        found["options"].append(
            {
                "flags": sorted(action.option_strings),
                "negations": [],
                "takes_value": action.nargs != 0,
                "repeatable": type(action).__name__ == "_AppendAction",
                "default": _plain(action.default),
                "choices": _words(action.choices),
            }
        )
    return found


def of_waitress(adjustments: Any) -> Command:
    """Options of waitress-serve: booleans have a negation, the rest take a value (adjustments.py, parse_args)."""
    found: Command = {"options": [], "arguments": [["application", 1, False]]}
    for name, cast in adjustments._params:  # noqa: SLF001
        option = name.replace("_", "-")
        boolean = cast.__name__ == "asbool"
        found["options"].append(
            {
                "flags": [f"--{option}"],
                "negations": [f"--no-{option}"] if boolean else [],
                "takes_value": not boolean,
                "repeatable": name == "listen",
                "default": _plain(getattr(adjustments, name, None)),
                "choices": [],
            }
        )
    found["options"] += [_flag("--help"), _flag("--call")]
    found["options"].append({**_flag("--app"), "takes_value": True})
    return found


def of_hypercorn() -> Command:
    """Its parser is made inside its main function: let that function ask for help, and look at who is asked."""
    caught: list[argparse.ArgumentParser] = []

    class Caught(Exception):  # noqa: N818
        pass

    def catch(parser: argparse.ArgumentParser, *_: object) -> None:
        caught.append(parser)
        raise Caught

    original = argparse.ArgumentParser.parse_args
    argparse.ArgumentParser.parse_args = catch  # type: ignore[method-assign,assignment]
    try:
        importlib.import_module("hypercorn.__main__").main([])
    except Caught:
        pass
    finally:
        argparse.ArgumentParser.parse_args = original  # type: ignore[method-assign]
    return of_argparse(caught[0])


def of_runserver() -> Command:
    """The command of django.contrib.staticfiles, which nearly every project has."""
    _module("django.conf").settings.configure()
    commands = _module("django.contrib.staticfiles.management.commands.runserver")
    return of_argparse(commands.Command().create_parser("manage.py", "runserver"))


def _module(name: str) -> Any:
    return importlib.import_module(name)


# Command -> distribution, and how to ask it.
LEARNERS: dict[str, tuple[str, Callable[[], Command]]] = {
    "celery": ("celery", lambda: of_click(_module("celery.bin.celery").celery)),
    "celery beat": ("celery", lambda: of_click(_module("celery.bin.beat").beat)),
    "celery worker": ("celery", lambda: of_click(_module("celery.bin.worker").worker)),
    "daphne": ("daphne", lambda: of_argparse(_module("daphne.cli").CommandLineInterface().parser)),
    "flask": ("flask", lambda: of_click(_module("flask.cli").cli)),
    "flask run": ("flask", lambda: of_click(_module("flask.cli").run_command)),
    "granian": ("granian", lambda: of_click(_module("granian.cli").cli)),
    "hypercorn": ("hypercorn", of_hypercorn),
    "manage.py runserver": ("django", of_runserver),
    "rq worker": ("rq", lambda: of_click(_module("rq.cli").main.commands["worker"])),
    "uvicorn": ("uvicorn", lambda: of_click(_module("uvicorn.main").main)),
    "waitress-serve": ("waitress", lambda: of_waitress(_module("waitress.adjustments").Adjustments)),
}
GROUPS = {"celery": ("celery.bin.celery", "celery"), "rq": ("rq.cli", "main")}


def learn(facts: dict[str, Any]) -> None:
    """Ask every program that is installed."""
    for name, (distribution, ask) in LEARNERS.items():
        try:
            version = importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            print(f"{name}: not installed")
            continue
        facts["commands"][name] = {**ask(), "version": version}
    for name, (module, group) in GROUPS.items():
        try:
            facts["subcommands"][name] = sorted(getattr(_module(module), group).commands)
        except ImportError:
            print(f"{name}: not installed")


def _flag(flag: str) -> Option:
    empty: Option = {"negations": [], "repeatable": False, "default": None, "choices": []}
    return {"flags": [flag], "takes_value": False, **empty}


def _plain(value: object) -> object:
    """A default that is the same everywhere; others (functions, folders, the host name) are None."""
    value = getattr(value, "value", value)
    if isinstance(value, list | tuple):
        return [item for item in value if isinstance(item, str | int)]
    if isinstance(value, str) and ("@" in value or value.startswith(("/", "==")) or "Sentinel" in value):
        return None
    return value if isinstance(value, str | int | float | bool) else None


def _words(choices: object) -> list[str]:
    return [str(getattr(choice, "value", choice)) for choice in choices or ()]  # type: ignore[attr-defined]


def build(facts: dict[str, Any]) -> str:
    """The text of the module."""
    commands = {
        name: (
            command["version"],
            tuple(tuple(argument) for argument in command["arguments"]),
            tuple(
                (
                    tuple(option["flags"]),
                    tuple(option["negations"]),
                    option["takes_value"],
                    option["repeatable"],
                    tuple(option["default"]) if isinstance(option["default"], list) else option["default"],
                    tuple(option["choices"]),
                )
                for option in command["options"]
            ),
        )
        for name, command in sorted(facts["commands"].items())
    }
    versions = ", ".join(f"{name} {command[0]}" for name, command in commands.items() if " " not in name)
    return module_text(
        f"""The command lines of application servers and workers.

Made by scripts/vocabulary_servers.py from their own option parsers ({versions});
do not edit. `deploylint.vocabulary.servers` says what the columns mean.
""",
        {
            "COMMANDS": ("dict[str, Row]", commands),
            "SUBCOMMANDS": (
                "dict[str, tuple[str, ...]]",
                {name: tuple(known) for name, known in sorted(facts["subcommands"].items())},
            ),
            "BINDS": ("dict[str, str]", BINDS),
            "ENVIRONMENT": ("dict[str, str]", ENVIRONMENT),
            "ABBREVIATING": ("tuple[str, ...]", ABBREVIATING),
        },
        types={
            "Option": "tuple[tuple[str, ...], tuple[str, ...], bool, bool, object, tuple[str, ...]]",
            "Row": "tuple[str, tuple[tuple[str, int, bool], ...], tuple[Option, ...]]",
        },
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learn", action="store_true")
    arguments = parser.parse_args()
    facts = read_facts("servers")
    if arguments.learn:
        learn(facts)
        write_facts("servers", facts)
    write_module("servers", build(facts))


if __name__ == "__main__":
    main()
