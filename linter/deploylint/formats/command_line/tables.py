"""The option tables of the programs, made from the vocabulary on first use: it is large, and few files need it."""

from functools import cache

from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.command_line.options import OptionSpec, OptionTable, Style, Takes, table

_COMMANDS = {
    Kind.UVICORN: ("uvicorn", Style.CLICK),
    Kind.GRANIAN: ("granian", Style.CLICK),
    Kind.FLASK_RUN: ("flask run", Style.CLICK),
    Kind.CELERY_WORKER: ("celery worker", Style.CLICK),
    Kind.CELERY_BEAT: ("celery beat", Style.CLICK),
    Kind.RQ_WORKER: ("rq worker", Style.CLICK),
    Kind.RQ_WORKER_POOL: ("rq worker-pool", Style.CLICK),
    Kind.HYPERCORN: ("hypercorn", Style.ARGPARSE),
    Kind.DAPHNE: ("daphne", Style.ARGPARSE),
    Kind.RUNSERVER: ("manage.py runserver", Style.ARGPARSE),
    Kind.WAITRESS: ("waitress-serve", Style.GETOPT),
}
# The options before a subcommand.
_GROUPS = {
    Kind.FLASK_RUN: "flask",
    Kind.CELERY_WORKER: "celery",
    Kind.CELERY_BEAT: "celery",
    Kind.CELERY_FLOWER: "celery",
    Kind.CELERY_MULTI: "celery",
    Kind.CELERY: "celery",
}
_UWSGI_ARGUMENT = {"required": Takes.VALUE, "optional": Takes.OPTIONAL, "no": Takes.NOTHING}


@cache
def option_table(kind: Kind) -> OptionTable | None:
    """All options that a program knows; None where no table tells."""
    if kind is Kind.GUNICORN:
        return _gunicorn()
    if kind is Kind.UWSGI:
        return _uwsgi()
    if kind is Kind.SUPERVISORD:
        return _supervisord()
    if kind is Kind.NGINX:
        # nginx(8).
        valued = [(f"-{letter}", Takes.VALUE) for letter in "cegps"]
        return table(Style.GETOPT_LONG, [*valued, *((f"-{letter}", Takes.NOTHING) for letter in "?hqtTvV")])
    if kind is Kind.HTTP_SERVER:
        # http/server.py of Python 3.11.
        valued = [(flags, Takes.VALUE) for flags in ("-b, --bind", "-d, --directory", "-p, --protocol")]
        return table(Style.ARGPARSE, [*valued, ("--cgi", Takes.NOTHING), ("-h, --help", Takes.NOTHING)])
    name, style = _COMMANDS.get(kind, ("", Style.CLICK))
    known = _server(name, style)
    if not known.specs:
        return None
    group = group_table(kind)
    if group is None:
        return known
    # Before Celery 5 the global options could stand behind the subcommand.
    behind = tuple(spec for spec in group.specs if not any(flag in known.by_flag for flag in spec.flags))
    return OptionTable(style, known.specs + behind)


@cache
def group_table(kind: Kind) -> OptionTable | None:
    """The options between the program's name and its subcommand."""
    name = _GROUPS.get(kind)
    return None if name is None else _server(name, Style.CLICK_GROUP)


def _gunicorn() -> OptionTable:
    """The flags of every release: which of them the target has is another question."""
    from deploylint.vocabulary import gunicorn  # noqa: PLC0415

    specs = [OptionSpec(flag.lstrip("-"), (flag,)) for flag in gunicorn.OTHER_FLAGS]
    for name in gunicorn.settings():
        setting = gunicorn.setting(name)
        if setting is not None and setting.flags:
            takes = Takes.VALUE if setting.takes_value else Takes.NOTHING
            specs.append(OptionSpec(name, setting.flags, Takes.OPTIONAL if setting.optional_value else takes))
    return OptionTable(Style.ARGPARSE, tuple(specs))


def _uwsgi() -> OptionTable:
    from deploylint.vocabulary import uwsgi  # noqa: PLC0415

    specs = []
    shorts = set[str]()
    for name in uwsgi.names():
        option = uwsgi.option(name)
        if option is not None:
            short = (f"-{option.short}",) if option.short and option.short not in shorts else ()
            shorts.add(option.short)
            specs.append(OptionSpec(name, (*short, f"--{name}"), _UWSGI_ARGUMENT[option.argument]))
    return OptionTable(Style.GETOPT_LONG, tuple(specs))


def _supervisord() -> OptionTable:
    """supervisor/options.py of 4.3.0, the options of ServerOptions; Python's getopt reads them."""
    valued = (
        "-c,--configuration -u,--user -m,--umask -d,--directory -l,--logfile -y,--logfile_maxbytes"
        " -z,--logfile_backups -e,--loglevel -j,--pidfile -i,--identifier -q,--childlogdir -a,--minfds"
        " --minprocs --profile_options"
    )
    flags = "-n,--nodaemon -s,--silent -k,--nocleanup -t,--strip_ansi -v,--version -h,--help"
    return table(
        Style.GETOPT,
        [
            *((each, Takes.VALUE) for each in valued.split()),
            *((each, Takes.NOTHING) for each in flags.split()),
        ],
    )


def _server(name: str, style: Style) -> OptionTable:
    from deploylint.vocabulary import servers  # noqa: PLC0415

    specs = []
    for option in servers.options(name):
        long = next((flag for flag in option.flags if flag.startswith("--")), option.flags[0])
        takes = Takes.VALUE if option.takes_value else Takes.NOTHING
        specs.append(OptionSpec(long.lstrip("-"), option.flags, takes, option.negations))
    return OptionTable(style, tuple(specs))
