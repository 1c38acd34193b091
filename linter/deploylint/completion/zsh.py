"""Completion for zsh: one function for each command, described to `_arguments`."""

import re
from collections.abc import Iterable, Sequence
from shlex import quote

from deploylint.completion import Command, Kind, Option, Value, Vocabulary

_HEAD = """\
#compdef deploylint
# Completion of deploylint for zsh. In ~/.zshrc, after compinit: eval "$(deploylint completion zsh)"
# or as a file _deploylint in a folder of $fpath.
"""

_FUNCTIONS = """
_deploylint_rule() {
    local expl
    _wanted rules expl rule compadd -a _deploylint_rules
}

_deploylint_list() {
    _values -s , rule $_deploylint_families $_deploylint_rules
}

_deploylint_target() {
    local expl
    _wanted programs expl program compadd -S = -a _deploylint_programs
}

_deploylint_report() {
    local expl
    if compset -P '*='; then
        _files
    else
        _wanted formats expl format compadd -S = -a _deploylint_formats
    fi
}
"""

_TAIL = """
_deploylint() {
    if (( CURRENT == 2 )); then
        _describe -t commands command _deploylint_commands
        _deploylint_check
    elif (( ${_deploylint_commands[(I)$words[2]:*]} )); then
        local command=$words[2]
        shift words
        (( CURRENT-- ))
        _deploylint_$command
    else
        _deploylint_check
    fi
}

if [[ $funcstack[1] == _deploylint ]]; then
    _deploylint "$@"
else
    compdef _deploylint deploylint
fi
"""


def script(commands: Sequence[Command], vocabulary: Vocabulary) -> str:
    """The script."""
    rows = [
        _array("rules", vocabulary.rules),
        _array("families", vocabulary.families),
        _array("programs", vocabulary.programs),
        _array("formats", vocabulary.formats),
        _array("commands", (f"{command.name}:{_escaped(command.about)}" for command in commands)),
    ]
    functions = "".join(_function(command) for command in commands)
    return f"{_HEAD}\n{''.join(rows)}{_FUNCTIONS}{functions}{_TAIL}"


def _array(name: str, words: Iterable[str]) -> str:
    return f"typeset -ga _deploylint_{name}=({' '.join(map(quote, words))})\n"


def _function(command: Command) -> str:
    specs = [spec for option in command.options for spec in _option(option)]
    for number, value in enumerate(command.arguments, 1):
        place = "*" if number == len(command.arguments) and value.kind is Kind.FILE else str(number)
        specs.append(f"{place}:{value.kind.value}:{_action(value)}")
    listed = "".join(f" \\\n        {quote(spec)}" for spec in specs)
    return f"\n_deploylint_{command.name}() {{\n    _arguments -S{listed}\n}}\n"


def _option(option: Option) -> Iterable[str]:
    others = "" if option.repeats else f"({' '.join(option.names)})"
    for name in option.names:
        about = f"[{_escaped(option.about)}]"
        if option.value.kind is Kind.NOTHING:
            yield f"{others}{name}{about}"
        else:
            mark = "=" if name.startswith("--") else "+"
            yield f"{'*' if option.repeats else others}{name}{mark}{about}:{option.value.kind.value}:{_action(option.value)}"


def _action(value: Value) -> str:
    match value.kind:
        case Kind.CHOICE:
            return f"({' '.join(value.choices)})"
        case Kind.FILE:
            return "_files"
        case Kind.FOLDER:
            return "_files -/"
        case Kind.RULE:
            return "_deploylint_rule"
        case Kind.RULES:
            return "_deploylint_list"
        case Kind.TARGET:
            return "_deploylint_target"
        case Kind.REPORT:
            return "_deploylint_report"
        case Kind.NOTHING | Kind.OTHER:
            return " "


def _escaped(text: str) -> str:
    return re.sub(r"([\\:\[\]])", r"\\\1", text)
