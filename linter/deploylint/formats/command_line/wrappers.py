"""Programs that start another program with their last arguments: `env`, `gosu`, `tini`, `poetry run`.

Their options are those of their manual pages; what is not listed takes no value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from deploylint.dataclass import dataclass
from deploylint.formats.command_line.options import OptionTable, Scan, Style, Takes, scan, table
from deploylint.formats.command_line.scripts import assignment, is_assignment
from deploylint.formats.command_line.state import Surroundings
from deploylint.values.words import Word

Words = Sequence[Word]


@dataclass(frozen=True, slots=True)
class Wrapper:
    """`valued` are the options with a value; then come `positionals` words of its own, then the command.

    `user` and `directory` name the options that change them; `user_first`: the first positional is the user.
    """

    valued: str = ""
    positionals: int = 0
    user: tuple[str, ...] = ()
    directory: tuple[str, ...] = ()
    user_first: bool = False
    style: Style = Style.GETOPT


_PLAIN = Wrapper()
_POETRY = Wrapper("-C,--directory -P,--project", directory=("-C", "--directory"))
_CONDA_RUN = Wrapper("-n,--name -p,--prefix --cwd", directory=("--cwd",))

WRAPPERS = {
    "authbind": _PLAIN,
    "catatonit": Wrapper("-e -f -P"),
    "chpst": Wrapper(
        "-u -U -b -e -/ -n -l -L -m -d -o -p -f -c -r -t -C",
        user=("-u",),
        directory=("-C",),
        style=Style.GETOPT,
    ),
    "chronic": _PLAIN,
    "chroot": Wrapper("--userspec --groups", positionals=1),
    "cpulimit": Wrapper("-l,--limit -e -p"),
    "ddtrace-run": _PLAIN,
    "doas": Wrapper("-u -C", user=("-u",)),
    "docker-init": Wrapper("-e -p"),
    "dockerize": Wrapper(
        "-wait -timeout -template -stdout -stderr -wait-http-header -wait-retry-interval -delims -env",
        style=Style.SINGLE_DASH,
    ),
    "dumb-init": Wrapper("-r,--rewrite"),
    "envdir": Wrapper(positionals=1),
    "envuidgid": Wrapper(positionals=1),
    "faketime": Wrapper("-f", positionals=1),
    "gosu": Wrapper(positionals=1, user_first=True),
    "ionice": Wrapper("-c,--class -n,--classdata"),
    "ltrace": Wrapper("-e -o -p -s -u -n"),
    "newrelic-admin": Wrapper(positionals=1),
    "nice": Wrapper("-n,--adjustment"),
    "nohup": _PLAIN,
    "numactl": Wrapper("-i,--interleave -N,--cpunodebind -C,--physcpubind -m,--membind -p,--preferred"),
    "opentelemetry-instrument": Wrapper(
        "--traces_exporter --metrics_exporter --logs_exporter --exporter_otlp_endpoint --service_name --resource_attributes"
    ),
    "s6-envdir": Wrapper(positionals=1),
    "s6-setuidgid": Wrapper(positionals=1, user_first=True),
    "setarch": Wrapper(positionals=1),
    "setpriv": Wrapper(
        "--reuid --regid --ruid --rgid --euid --egid --groups --inh-caps --ambient-caps --bounding-set --securebits --pdeathsig",
        user=("--reuid", "--euid"),
    ),
    "setsid": _PLAIN,
    "setuidgid": Wrapper(positionals=1, user_first=True),
    "softlimit": Wrapper("-a -c -d -f -l -m -n -o -p -r -s -t"),
    "stdbuf": Wrapper("-i,--input -o,--output -e,--error"),
    "strace": Wrapper("-e -o -p -s -u -E -a -O -S -P -I -b -X"),
    "su-exec": Wrapper(positionals=1, user_first=True),
    "sudo": Wrapper(
        "-u,--user -g,--group -C,--close-from -D,--chdir -h,--host -p,--prompt -r,--role -t,--type -T -U,--other-user",
        user=("-u", "--user"),
        directory=("-D", "--chdir"),
    ),
    "systemd-cat": Wrapper("-t,--identifier -p,--priority --stderr-priority"),
    "taskset": Wrapper(positionals=1),
    "time": Wrapper("-f,--format -o,--output"),
    "timeout": Wrapper("-k,--kill-after -s,--signal", positionals=1),
    "tini": Wrapper("-e -p"),
    "tini-static": Wrapper("-e -p"),
    "unbuffer": _PLAIN,
    "with-contenv": _PLAIN,
    "xvfb-run": Wrapper(
        "-n,--server-num -s,--server-args -e,--error-file -f,--auth-file -p,--xauth-protocol"
    ),
}

# `poetry run ...`: the word behind the options tells that a command follows.
_RUNNERS = {
    "conda": _CONDA_RUN,
    "hatch": Wrapper("-e,--env -p,--project"),
    "mamba": _CONDA_RUN,
    "micromamba": _CONDA_RUN,
    "pdm": Wrapper("-p,--project"),
    "pipenv": Wrapper("--python"),
    "pixi": Wrapper("-e,--environment --manifest-path"),
    "poetry": _POETRY,
    "rye": _PLAIN,
    "uv": Wrapper(
        "--with --with-requirements --with-editable --extra --no-extra --group --no-group --only-group -p,--python --env-file"
        " --project --directory --package -i,--index-url --index --extra-index-url -m,--module --cache-dir --config-file",
        directory=("--directory",),
    ),
}
# Programs whose command follows `--`: they wait for something, or fetch secrets.
_BEFORE_DASHES = frozenset(
    {
        "wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh", "wait4x", "wait", "chamber", "doppler", "infisical",
        "dotenv", "op", "aws-vault", "envconsul", "teller", "vault-env", "berglas", "dotenvx",
    }
)  # fmt: skip


def unwrap(words: Words, around: Surroundings) -> Words | None:
    """The command inside one wrapper, whose facts are noted; None when the words start no wrapper."""
    name = words[0].value.rpartition("/")[2]
    special = _SPECIAL.get(name)
    inner: Words | None
    if special is not None:
        inner = special(words, around)
    elif name in _RUNNERS:
        inner = _runner(words, _RUNNERS[name], around)
    elif name in WRAPPERS:
        inner = _wrapped(words, WRAPPERS[name], around)
    elif name in _BEFORE_DASHES:
        inner = _behind_dashes(words)
    else:
        return None
    if inner:
        around.wrappers.append(name)
    return inner or None


def is_wrapper(name: str) -> bool:
    """Does a program of this name start another one?"""
    return name in _SPECIAL or name in _RUNNERS or name in WRAPPERS or name in _BEFORE_DASHES


def _wrapped(words: Words, wrapper: Wrapper, around: Surroundings) -> Words:
    scanned = _scan(words[1:], wrapper)
    _note(scanned, wrapper, around)
    rest = [*scanned.positionals, *scanned.rest]
    if wrapper.user_first and rest:
        around.user = rest[0]
    return rest[wrapper.positionals :]


def _runner(words: Words, wrapper: Wrapper, around: Surroundings) -> Words:
    """`RUNNER [options] run [options] COMMAND`."""
    before = _scan(words[1:], wrapper)
    if not before.rest or before.rest[0].known != "run":
        return []
    scanned = _scan(before.rest[1:], wrapper)
    _note(before, wrapper, around)
    _note(scanned, wrapper, around)
    module = next((option for option in scanned.options if option.name == "module" and option.value), None)
    rest = [*scanned.positionals, *scanned.rest]
    if module is not None and module.value is not None:
        return [*_python_module(words[0], module.value), *rest]
    if words[0].value.endswith("hatch") and rest and ":" in rest[0].prefix:
        rest[0] = rest[0].part(rest[0].prefix.index(":") + 1)
    return rest


def _python_module(place: Word, module: Word) -> Words:
    return [Word("python", place.span), Word("-m", place.span), module]


def _scan(words: Words, wrapper: Wrapper) -> Scan:
    """Unknown options are flags: they do not keep us from the command."""
    return scan(words, _table(wrapper))


_TABLES: dict[str, OptionTable] = {}


def _table(wrapper: Wrapper) -> OptionTable:
    key = f"{wrapper.style.value} {wrapper.valued}"
    if key not in _TABLES:
        _TABLES[key] = table(
            wrapper.style, [(flags, Takes.VALUE) for flags in wrapper.valued.split()], lenient=True
        )
    return _TABLES[key]


def _note(scanned: Scan, wrapper: Wrapper, around: Surroundings) -> None:
    for option in scanned.options:
        if option.value is not None and option.flag in wrapper.user:
            around.user = option.value
        if option.value is not None and option.flag in wrapper.directory:
            around.enter(option.value)


def _behind_dashes(words: Words) -> Words:
    dashes = next((at for at, word in enumerate(words) if word.known == "--"), None)
    if dashes is not None:
        return words[dashes + 1 :]
    run = next((at for at, word in enumerate(words) if word.known in {"run", "exec"}), None)
    return [] if run is None else words[run + 1 :]


def _env(words: Words, around: Surroundings) -> Words:
    """`env [-i] [-u NAME] [-C DIRECTORY] [NAME=VALUE]... COMMAND`."""
    wrapper = Wrapper("-u,--unset -C,--chdir", directory=("-C", "--chdir"))
    scanned = _scan(words[1:], wrapper)
    _note(scanned, wrapper, around)
    return _assignments([*scanned.positionals, *scanned.rest], around)


def _exec(words: Words, around: Surroundings) -> Words:
    """The shell's own `exec [-cl] [-a NAME] COMMAND`."""
    around.execs = around.shell
    return _wrapped(words, Wrapper("-a"), around)


def _sudo(words: Words, around: Surroundings) -> Words:
    return _assignments(_wrapped(words, WRAPPERS["sudo"], around), around)


def _assignments(words: Words, around: Surroundings) -> Words:
    at = 0
    while at < len(words) and (is_assignment(words[at]) or words[at].known == "-"):
        if words[at].known != "-":
            around.assign(assignment(words[at]))
        at += 1
    return words[at:]


def _coverage(words: Words, around: Surroundings) -> Words:  # noqa: ARG001
    """`coverage run [options] -m MODULE | SCRIPT`."""
    if len(words) < 2 or words[1].known != "run":
        return []
    wrapper = Wrapper("-m --source --omit --include --rcfile --data-file --concurrency --context")
    scanned = _scan(words[2:], wrapper)
    module = next((option.value for option in scanned.options if option.flag == "-m"), None)
    rest = [*scanned.positionals, *scanned.rest]
    return [*_python_module(words[0], module), *rest] if module else [Word("python", words[0].span), *rest]


def _flock(words: Words, around: Surroundings) -> Words:
    """`flock [options] FILE COMMAND` or `flock [options] FILE -c 'COMMAND'`."""
    rest = _wrapped(words, Wrapper("-E -w,--wait,--timeout", positionals=1), around)
    if rest and rest[0].known in {"-c", "--command"}:
        return [Word("sh", words[0].span), Word("-c", rest[0].span), *rest[1:]]
    return rest


def _su(words: Words, around: Surroundings) -> Words:
    """`su [options] [-] [USER] -c COMMAND`, and `runuser -u USER COMMAND`."""
    valued = "-c,--command -s,--shell -g,--group -G,--supp-group -w,--whitelist-environment -u,--user"
    scanned = scan(words[1:], table(Style.GETOPT_LONG, [(flags, Takes.VALUE) for flags in valued.split()]))
    users = [word for word in scanned.positionals if word.known != "-"]
    command = next((option.value for option in scanned.options if option.name == "command"), None)
    user = next((option.value for option in scanned.options if option.name == "user"), None)
    if user is not None:
        around.user = user
        return _wrapped(words, Wrapper("-u,--user -g,--group -G,--supp-group"), around)
    if users:
        around.user = users[0]
    if command is None:
        return []
    return [Word("sh", words[0].span), Word("-c", command.span), command]


_SPECIAL: dict[str, Callable[[Words, Surroundings], Words]] = {
    "coverage": _coverage,
    "env": _env,
    "exec": _exec,
    "flock": _flock,
    "runuser": _su,
    "su": _su,
    "sudo": _sudo,
}
