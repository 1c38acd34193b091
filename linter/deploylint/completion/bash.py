"""Completion for bash, without any library: readline splits words at `=`, so the line is taken apart again."""

from collections.abc import Iterable, Sequence
from shlex import quote

from deploylint.completion import Command, Kind, Value, Vocabulary

_HEAD = """\
# Completion of deploylint for bash. In ~/.bashrc: eval "$(deploylint completion bash)"

_deploylint_reply() {  # PREFIX CANDIDATE...: what begins with the word, behind a prefix
    local candidate prefix=$1
    shift
    for candidate; do
        [[ $candidate == "$_deploylint_word"* ]] && COMPREPLY+=("$prefix$candidate")
    done
}

_deploylint_paths() {  # PREFIX -f|-d
    local candidate
    compopt -o filenames 2>/dev/null
    while IFS= read -r candidate; do
        COMPREPLY+=("$1$candidate")
    done < <(compgen "$2" -- "$_deploylint_word")
}

_deploylint_list() {  # CANDIDATE...: names with commas between them
    local before=""
    if [[ $_deploylint_word == *,* ]]; then
        before=${_deploylint_word%,*},
        _deploylint_word=${_deploylint_word##*,}
    fi
    compopt -o nospace 2>/dev/null
    _deploylint_reply "$before" "$@"
}

_deploylint_equals() {  # CANDIDATE...: names before a `=`
    compopt -o nospace 2>/dev/null
    _deploylint_reply "" "${@/%/=}"
}

_deploylint() {
    local line=${COMP_LINE:0:COMP_POINT} words command=check previous inside="" _deploylint_word
    COMPREPLY=()
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    _deploylint_word=${words[${#words[@]} - 1]}
    previous=${words[${#words[@]} - 2]}
    if [[ $_deploylint_word == --*=* ]]; then
        previous=${_deploylint_word%%=*}
        _deploylint_word=${_deploylint_word#*=}
        [[ $COMP_WORDBREAKS == *=* ]] || inside=$previous=
    fi
"""

_TAIL = """\
}

complete -F _deploylint deploylint
"""


def script(commands: Sequence[Command], vocabulary: Vocabulary) -> str:
    """The script. Words before a `=` are left out of the answers where readline counts them as done."""
    names = [command.name for command in commands]
    rows = [
        f"    local rules=({_words(vocabulary.rules)})",
        f"    local families=({_words(vocabulary.families)})",
    ]
    rows += [
        '    case "${words[1]}" in',
        f"        {'|'.join(names)}) [[ ${{#words[@]}} -gt 2 ]] && command=${{words[1]}} ;;",
        "    esac",
        '    case "$command $previous" in',
    ]
    for command in commands:
        for option in command.options:
            if option.value.kind is not Kind.NOTHING:
                patterns = "|".join(quote(f"{command.name} {name}") for name in option.names)
                rows += [f"        {patterns})", *_answer(option.value, vocabulary), "            return ;;"]
    rows += ["    esac", "    if [[ $_deploylint_word == -* ]]; then", '        case "$command" in']
    for command in commands:
        options = _words(name for option in command.options for name in option.names)
        rows.append(f'            {command.name}) _deploylint_reply "" {options} ;;')
    rows += ["        esac", "        return", "    fi"]
    rows.append(f'    [[ ${{#words[@]}} -eq 2 ]] && _deploylint_reply "" {_words(names)}')
    rows += ['    case "$command" in']
    for command in commands:
        if command.arguments:
            rows += [f"        {command.name})", *_positional(command, vocabulary), "            ;;"]
    return _HEAD + "\n".join([*rows, "    esac"]) + "\n" + _TAIL


def _positional(command: Command, vocabulary: Vocabulary) -> Iterable[str]:
    first, last = command.arguments[0], command.arguments[-1]
    if first == last:
        return _answer(first, vocabulary)
    return [
        "            if [[ ${#words[@]} -eq 3 ]]; then",
        *_answer(first, vocabulary),
        "            else",
        *_answer(last, vocabulary),
        "            fi",
    ]


def _answer(value: Value, vocabulary: Vocabulary) -> Iterable[str]:
    match value.kind:
        case Kind.CHOICE:
            yield f'            _deploylint_reply "$inside" {_words(value.choices)}'
        case Kind.FILE:
            yield '            _deploylint_paths "$inside" -f'
        case Kind.FOLDER:
            yield '            _deploylint_paths "$inside" -d'
        case Kind.RULE:
            yield '            _deploylint_reply "$inside" "${rules[@]}"'
        case Kind.RULES:
            yield '            _deploylint_list "${families[@]}" "${rules[@]}"'
        case Kind.TARGET:
            yield f"            _deploylint_equals {_words(vocabulary.programs)}"
        case Kind.REPORT:
            yield "            if [[ $_deploylint_word == *=* ]]; then"
            yield "                [[ $COMP_WORDBREAKS == *=* ]] || inside=${_deploylint_word%%=*}="
            yield "                _deploylint_word=${_deploylint_word#*=}"
            yield '                _deploylint_paths "$inside" -f'
            yield "            else"
            yield f"                _deploylint_equals {_words(vocabulary.formats)}"
            yield "            fi"
        case Kind.NOTHING | Kind.OTHER:
            yield "            :"


def _words(words: Iterable[str]) -> str:
    return " ".join(map(quote, words))
