"""What a command line starts: the common form of all servers' command lines."""

from __future__ import annotations

from deploylint.dataclass import dataclass
from deploylint.enumeration import Enum
from deploylint.source import Span
from deploylint.values.address import Address
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import SharedSocket
from deploylint.values.words import Word


class Kind(Enum):
    """The program that runs in the end."""

    # Tables of programs are asked all the time, and the hash of Enum is a function in Python.
    __hash__ = object.__hash__

    GUNICORN = "gunicorn"
    UWSGI = "uWSGI"
    UVICORN = "uvicorn"
    HYPERCORN = "hypercorn"
    DAPHNE = "daphne"
    WAITRESS = "waitress"
    GRANIAN = "granian"
    FLASK_RUN = "flask run"
    RUNSERVER = "manage.py runserver"
    HTTP_SERVER = "python -m http.server"
    DJANGO = "django command"
    CELERY_WORKER = "celery worker"
    CELERY_BEAT = "celery beat"
    CELERY_FLOWER = "celery flower"
    CELERY_MULTI = "celery multi"
    CELERY = "celery command"
    RQ_WORKER = "rq worker"
    RQ_WORKER_POOL = "rq worker-pool"
    RQ_SCHEDULER = "rqscheduler"
    NGINX = "nginx"
    SUPERVISORD = "supervisord"
    PYTHON = "python"
    NODE = "node"
    SHELL = "shell script"
    OTHER = "other"

    @property
    def is_development_server(self) -> bool:
        """Do its authors say that it is not for production?"""
        return self is Kind.FLASK_RUN or self is Kind.RUNSERVER or self is Kind.HTTP_SERVER


@dataclass(frozen=True, slots=True)
class Option:
    """One option as it stands on the command line.

    `name` is the setting for gunicorn, the option's long name without dashes for all others; `flag`
    is what was written. `span` covers the flag and its value. `negated` is `--no-...`. `value` is
    None for a flag, and for an option whose value is missing.
    """

    name: str
    flag: str
    value: Word | None
    span: Span
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """`NAME=value` before a command, or of `env` and `export`."""

    name: str
    value: Word
    span: Span


@dataclass(frozen=True, slots=True)
class Bind:
    """Where the program is told to listen.

    `address` is None when it is unknown, or refused (`problem` says why then). `assumed` is the
    address if every `${A:-b}` in it is its default. `protocol` is http, uwsgi, fastcgi, scgi or raw.
    `words` are the one or two words it is written in.
    """

    address: Address | SharedSocket | None
    words: tuple[Word, ...]
    protocol: str = "http"
    tls: bool = False
    assumed: Address | SharedSocket | None = None
    problem: InvalidValue | None = None

    @property
    def span(self) -> Span:
        return self.words[0].span

    @property
    def text(self) -> str:
        return " ".join(word.value for word in self.words)


@dataclass(frozen=True, slots=True)
class AppTarget:
    """The application: `module:attribute`, `module:factory()`, or a file.

    Everything is None when `word` is opaque. `attribute` None means the server's default. `factory`:
    the attribute is called to get the application. `problem` is set when the word has no valid form.
    """

    word: Word
    module: str | None = None
    attribute: str | None = None
    factory: bool = False
    file: str | None = None
    problem: str | None = None

    @property
    def span(self) -> Span:
        return self.word.span


@dataclass(frozen=True, slots=True)
class Wrapping:
    """What stands around the program.

    `wrappers` are the names of the programs that start it, outermost first. `shell`: it runs under a
    shell; `execs`: by `exec`, so that the shell is gone and signals reach the program. `user` is
    whom a wrapper changes to (`user:group` as written). `directory` is where `cd` and the like lead,
    joined to the directory before; opaque when unknown. `unbuffered`: Python writes its output at
    once. `conditional`: it stands in an `if`, a loop, or behind `||`. `background`: the shell goes on.
    `activated` is the `.../bin/activate` of a virtual environment that the shell has sourced.
    """

    wrappers: tuple[str, ...] = ()
    shell: bool = False
    execs: bool = False
    user: Word | None = None
    directory: Word | None = None
    assignments: tuple[Assignment, ...] = ()
    unbuffered: bool = False
    conditional: bool = False
    background: bool = False
    activated: Word | None = None


@dataclass(frozen=True, slots=True)
class Invocation:
    """A program with its arguments, understood as far as its option table goes.

    `program` is its name without folder (`python -m gunicorn` is gunicorn); `executable` the word
    that names it; `words` the whole command line, `command` the program's own part of it.
    `unknown` are flags that the program does not know, `missing_value` options at whose end the
    value lacks. `complete` is False when a word may stand for any number of options (`$OPTIONS`,
    `"$@"`): then nothing follows from the absence of an option. Words may be opaque; what is absent
    is None. Defaults are not filled in.
    """

    kind: Kind
    program: str
    executable: Word
    words: tuple[Word, ...]
    command: tuple[Word, ...]
    wrapping: Wrapping = Wrapping()
    subcommand: Word | None = None
    options: tuple[Option, ...] = ()
    positionals: tuple[Word, ...] = ()
    unknown: tuple[Word, ...] = ()
    missing_value: tuple[Option, ...] = ()
    complete: bool = True
    target: AppTarget | None = None
    binds: tuple[Bind, ...] = ()
    config_files: tuple[Word, ...] = ()
    script: Word | None = None
    chdir: Word | None = None
    pythonpath: tuple[Word, ...] = ()
    workers: Word | None = None
    threads: Word | None = None
    worker_class: Word | None = None
    timeout: Word | None = None
    graceful_timeout: Word | None = None
    keepalive: Word | None = None
    daemon: Option | None = None
    reload: Option | None = None
    debug: Option | None = None
    pidfile: Word | None = None
    user: Word | None = None
    group: Word | None = None
    access_log: Word | None = None
    error_log: Word | None = None
    forwarded_allow_ips: Word | None = None
    environment: tuple[Assignment, ...] = ()

    def all(self, name: str) -> tuple[Option, ...]:
        """Every occurrence of an option."""
        return tuple([option for option in self.options if option.name == name])

    def last(self, name: str) -> Option | None:
        """The occurrence that holds for an option that is no list: the last one."""
        for option in reversed(self.options):
            if option.name == name:
                return option
        return None

    @property
    def span(self) -> Span:
        """From the program's name to its last argument."""
        return Span(
            self.executable.span.start, max(word.span.end for word in (self.executable, *self.command))
        )
