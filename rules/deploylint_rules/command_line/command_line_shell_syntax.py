from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Process, SupervisorKind
from deploylint.pattern import DOTALL, pattern
from deploylint.values.words import Word

# Who starts programs without a shell, and what they call the place for what a shell would do.
_WITHOUT_SHELL = {
    SupervisorKind.SYSTEMD: "systemd",
    SupervisorKind.SYSTEMD_USER: "systemd",
    SupervisorKind.SUPERVISOR: "supervisor",
    SupervisorKind.COMPOSE: "docker compose",
    SupervisorKind.DOCKERFILE: "docker",
}
_OPERATOR = pattern(r"&&|\|\|?|&|[0-9]?>>?|<|[0-9]?>&[0-9]|&>|[0-9]>/\S*+")
_FIRST = frozenset("&|<>0123456789")
# Nobody writes these but for a shell, even between quotes.
_UNMISTAKABLE = frozenset({"&&", "||", "2>&1"})
_BUILTINS = frozenset({"cd", "source", ".", "export", "ulimit", "umask", "exec", "eval", "set", "alias"})
_ASSIGNMENT = pattern(r"[A-Za-z_]\w*+=.*+", DOTALL)
# They hand their arguments to another shell, or look at them as text.
_TAKES_OPERATORS = frozenset({"ssh", "expr", "test", "[", "find", "xargs", "watch", "echo"})


@rule(
    Severity.ERROR,
    given=(Process,),
    group=Group.CORRECTNESS,
    symptoms=(
        "can't find command 'cd'",
        "* spawnerr: can't find command *",
        "ERROR (spawn error)",
    ),
)
def command_line_shell_syntax(process: Process) -> Findings:
    """A command is written for a shell, and no shell reads it.

    ## Why is this bad?
    systemd, supervisor and the list form of container commands start the first word as a program and give
    it all other words as arguments: `&&`, `|`, `>` and `2>&1` reach the program as text, `cd`, `source`
    and `NAME=value` are looked for as programs and not found.

    ## Example
    ```supervisor
    [supervisord]

    [program:shop]
    command=cd /srv/shop && gunicorn shop.wsgi
    ```

    ## Use instead
    ```supervisor
    [supervisord]

    [program:shop]
    directory=/srv/shop
    command=gunicorn shop.wsgi
    ```

    ## When it is fine
    In `sh -c "..."` with the whole script in quotes. Only words that stand alone are reported.

    ## References
    - systemd.service(5), "COMMAND LINES"
    - http://supervisord.org/configuration.html#program-x-section-settings
    - https://docs.docker.com/reference/compose-file/services/#command
    """
    starter = _WITHOUT_SHELL.get(process.supervision.kind)
    invocation = process.invocation
    if starter is None or invocation is None:
        return
    word = _for_a_shell(invocation.words)
    if word is not None:
        yield _finding(process, word, starter, invocation.words)


def _for_a_shell(words: tuple[Word, ...]) -> Word | None:
    """The first word that only a shell understands."""
    first = words[0]
    if not first.opaque and (
        first.value in _BUILTINS or ("=" in first.value and _ASSIGNMENT.fullmatch(first.value))
    ):
        return first
    if first.value.rpartition("/")[2] in _TAKES_OPERATORS:
        return None
    for word in words[1:]:
        if word.opaque or word.value[:1] not in _FIRST or not _OPERATOR.fullmatch(word.value):
            continue
        if not word.quoted or word.value in _UNMISTAKABLE:
            return word
    return None


def _finding(process: Process, word: Word, starter: str, words: tuple[Word, ...]) -> Finding:
    is_first = word is words[0]
    # What follows NAME= may be a secret.
    shown = word.value.partition("=")[0] + "=" if _ASSIGNMENT.fullmatch(word.value) else word.value
    return Finding(
        process.document.source.location(word.span.start, word.span.end),
        f'{starter} starts no shell: "{shown}" is '
        + ("taken for the program" if is_first else f"an argument of {words[0].value}"),
        label="no shell reads this",
        help=_help(word, starter),
    )


def _help(word: Word, starter: str) -> str:
    if word.value == "cd":
        key = {"systemd": "WorkingDirectory=", "supervisor": "directory="}.get(starter, "working_dir")
        return f"set {key}, or put the whole line in quotes behind sh -c"
    if _ASSIGNMENT.fullmatch(word.value):
        key = {"systemd": "Environment=", "supervisor": "environment="}.get(starter, "environment")
        return f"set it in {key}"
    if word.value in {"source", "."}:
        return "start the program by its path within the virtual environment"
    if word.value == "exec":
        return "leave it out"
    return "put the whole line in quotes behind sh -c, or leave this to the program's own options"
