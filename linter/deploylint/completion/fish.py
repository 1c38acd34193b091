"""Completion for fish: a `complete` for every option of every command."""

from collections.abc import Iterable, Sequence

from deploylint.completion import Command, Kind, Option, Value, Vocabulary

_HEAD = """\
# Completion of deploylint for fish. In ~/.config/fish/config.fish: deploylint completion fish | source
# or as ~/.config/fish/completions/deploylint.fish.

function __deploylint_first
    test (count (commandline -opc)) -eq 1
end

function __deploylint_argument
    # Whether the word is the argument of this number, as long as no option stands before it.
    test (count (commandline -opc)) -eq (math $argv[1] + 1)
end

function __deploylint_list
    # Candidates for the last of some names with commas between them.
    set -l before (commandline -ct | string replace -r '^--[a-z-]+=' '' | string replace -r '[^,]*$' '')
    printf '%s\\n' "$before"$argv
end

function __deploylint_report
    # FORMAT=, and behind it files.
    set -l word (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $word
        set -l parts (string split -m 1 = -- $word)
        printf '%s\\n' $parts[1]=(__fish_complete_path $parts[2] | string replace -r '\\t.*' '')
    else
        printf '%s=\\n' $argv
    end
end
"""


def script(commands: Sequence[Command], vocabulary: Vocabulary) -> str:
    """The script."""
    names = " ".join(command.name for command in commands)
    rows = [
        "",
        "function __deploylint_is",
        "    set -l words (commandline -opc)",
        f'    contains -- "$words[2]" {names}; or set words[2] check',
        "    test $words[2] = $argv[1]",
        "end",
        "",
        f"set -g __deploylint_rules {' '.join(vocabulary.rules)}",
        f"set -g __deploylint_families {' '.join(vocabulary.families)}",
        "",
    ]
    rows += [
        f"complete -c deploylint -n __deploylint_first -a {command.name} -d {_quoted(command.about)}"
        for command in commands
    ]
    for command in commands:
        rows += [_option(command, option, vocabulary) for option in command.options]
        rows += _arguments(command, vocabulary)
    return _HEAD + "\n".join(rows) + "\n"


def _option(command: Command, option: Option, vocabulary: Vocabulary) -> str:
    names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
    row = f"complete -c deploylint -n '__deploylint_is {command.name}' {names} -d {_quoted(option.about)}"
    return f"{row}{_takes(option.value, vocabulary)}"


def _takes(value: Value, vocabulary: Vocabulary) -> str:
    match value.kind:
        case Kind.NOTHING:
            return ""
        case Kind.OTHER:
            return " -x"
        case Kind.FILE:
            return " -r -F"
        case Kind.FOLDER:
            return " -x -a '(__fish_complete_directories)'"
        case Kind.CHOICE:
            return f" -x -a '{' '.join(value.choices)}'"
        case Kind.RULE:
            return " -x -a '$__deploylint_rules'"
        case Kind.RULES:
            return " -x -a '(__deploylint_list $__deploylint_families $__deploylint_rules)'"
        case Kind.TARGET:
            return f" -x -a '{' '.join(f'{program}=' for program in vocabulary.programs)}'"
        case Kind.REPORT:
            return f" -x -a '(__deploylint_report {' '.join(vocabulary.formats)})'"


def _arguments(command: Command, vocabulary: Vocabulary) -> Iterable[str]:
    """Files are what fish offers by itself."""
    if not any(value.kind is Kind.FILE for value in command.arguments):
        yield f"complete -c deploylint -n '__deploylint_is {command.name}' -f"
    for number, value in enumerate(command.arguments, 1):
        if value.kind is not Kind.FILE:
            condition = f"'__deploylint_is {command.name}; and __deploylint_argument {number}'"
            yield f"complete -c deploylint -n {condition}{_takes(value, vocabulary)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
