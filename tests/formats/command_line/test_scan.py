"""Option scanning against the parsers it stands for, and properties that hold for every text."""

import contextlib
import getopt
import io

import pytest
from deploylint.formats.command_line.defaults import DEFAULTS, default_bind
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.command_line.lines import main_program, read, read_all, read_shell
from deploylint.formats.command_line.options import Style, Takes, scan, table
from deploylint.formats.command_line.reading import read_gunicorn_arguments
from deploylint.formats.command_line.scripts import read_script
from deploylint.source import Span
from deploylint.values.address import tcp
from deploylint.values.words import Operator, Word, scan_shell, split_shlex
from hypothesis import example, given, settings
from hypothesis import strategies as st

PIECES = [
    "gunicorn", "uwsgi", "uvicorn", "celery", "flask", "worker", "run", "python", "-m", "manage.py", "runserver",
    "sh", "-c", "'cd x && exec gunicorn -b :$P a'", "env", "A=b", "gosu", "www", "tini", "--", "-", "--bind", "-b", ":80",
    "--bind=:80", "-w4", "-Dw", "$X", "${A:-b}", '"$@"', "{{ x }}", "&&", "||", ";", "|", "&", ">", "if", "then", "fi",
    "case", "in", "esac", "a)", ";;", "(", ")", "{", "}", "\n", "export", "su", "flock", "coverage", "--ini", "a.ini",
    "'", '"', "$(", "nginx", "http.server", "0.0.0.0:80", "-p", "--port", "exec", "wait-for-it", "poetry", "nice", "-n",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))


def words_of(invocation):
    yield from invocation.words
    yield from invocation.command
    yield from invocation.positionals
    yield from invocation.unknown
    yield from (option.value for option in invocation.options if option.value)
    yield from (word for bind in invocation.binds for word in bind.words)
    yield from (made.value for made in (*invocation.wrapping.assignments, *invocation.environment))
    if invocation.target:
        yield invocation.target.word
    for name in ("workers", "timeout", "user", "chdir", "script", "subcommand"):
        if getattr(invocation, name):
            yield getattr(invocation, name)


def check(invocation, text):
    for word in words_of(invocation):
        assert 0 <= word.span.start <= word.span.end <= len(text)
        for piece in word.pieces:
            if piece.verbatim:
                assert text[piece.span.start : piece.span.end] == piece.value
    for option in invocation.options:
        assert option.span.start <= option.span.end
        if option.value:
            assert option.span.start <= option.value.span.start
            assert option.value.span.end <= option.span.end


@settings(max_examples=400)
@given(TEXTS)
def test_every_text_can_be_read_and_spans_point_into_it(text):
    for invocation in read_shell(text):
        check(invocation, text)
    words = [token for token in scan_shell(text)[0] if not isinstance(token, Operator)]
    started = read_all(words)
    assert (main_program(started) is None) == (not words)
    for invocation in started:
        check(invocation, text)
    read_gunicorn_arguments(words)


def test_spans_point_at_the_text():
    line = """env A=1 sh -c 'cd /srv && exec gunicorn -w4 --bind="0.0.0.0:80" -k gevent app:app'"""
    invocation = read(split_shlex(line))

    def at(span):
        return line[span.start : span.end]

    assert at(invocation.binds[0].span) == "0.0.0.0:80"
    assert at(invocation.workers.span) == "4"
    assert at(invocation.target.span) == "app:app"
    assert at(invocation.last("worker_class").span) == "-k gevent"
    assert at(invocation.executable.span) == "gunicorn"
    assert at(invocation.wrapping.directory.span) == "/srv"
    assert at(invocation.wrapping.assignments[0].span) == "A=1"
    assert at(invocation.span) == """gunicorn -w4 --bind="0.0.0.0:80" -k gevent app:app"""


def test_where_the_inner_text_is_not_verbatim_spans_cover_it():
    line = r'sh -c "gunicorn -b \"127.0.0.1:80\" a"'
    bind = read(split_shlex(line)).binds[0]
    assert bind.address == tcp("127.0.0.1", 80)
    assert line[bind.span.start : bind.span.end].strip('\\"') == "127.0.0.1:80"


GUNICORN_WORDS = st.one_of(
    st.sampled_from(
        [
            "-b",
            ":80",
            "--bind",
            "--bind=:80",
            "-w",
            "4",
            "-w4",
            "-w=4",
            "--workers",
            "--work",
            "--worker-c",
            "sync",
            "-k",
            "gevent",
            "-D",
            "-R",
            "-DR",
            "-Dw4",
            "-DwR",
            "-Z",
            "--bogus",
            "-c",
            "c.py",
            "--config=c.py",
            "--timeout",
            "-1",
            "-5",
            "-",
            "--",
            "--log-level",
            "--access-logfile",
            "app:app",
            "x",
            "--proxy-protocol",
            "--preload",
            "--preload=x",
            "--no-control-sock",
            "--env",
            "A=b",
            "-e",
            "--keep-alive=2",
            "--threads=",
        ]
    ),
    st.text(alphabet="-bwDx=4 ", min_size=1, max_size=5),
)


@pytest.mark.oracle("gunicorn")
@settings(max_examples=600)
@example(["-b", ":80", ":80", "-b", ":80", "--"])
@example(["-b--"])
@given(st.lists(GUNICORN_WORDS, max_size=7))
def test_gunicorn_options_are_what_its_own_parser_takes(argv):
    from gunicorn.config import Config

    parser = Config(prog="gunicorn").parser()
    for action in parser._actions:
        action.type = None
        action.choices = None
    ours = read_gunicorn_arguments([Word(text, Span(0, 1)) for text in argv])
    # It takes positionals that stand together only.
    refused = bool(ours.unknown or ours.missing_value) or len(ours.positionals) > 1
    if any(option.name in {"h", "help", "v", "version"} for option in ours.options):
        return
    # Python before 3.13 takes it for what ends the options also where it is a value: `-b--`.
    if any(option.value is not None and option.value.value == "--" for option in ours.options):
        return
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            theirs = vars(parser.parse_args(argv))
    except SystemExit:
        # Flags of older releases are no errors here. Python before 3.13 refuses a last `--` behind `shop:app -w 4`.
        older = any(option.name in {"debug", "django_settings"} for option in ours.options)
        assert refused or older or said.getvalue().endswith("unrecognized arguments: --\n")
        return
    assert (ours.unknown, ours.missing_value) == ((), ())
    assert [word.value for word in ours.positionals] == theirs.pop("args")
    expected = {name: value for name, value in theirs.items() if value is not None}
    found = {}
    for option in ours.options:
        value = option.value.value if option.value else expected[option.name]
        if isinstance(expected[option.name], list):
            found.setdefault(option.name, []).append(value)
        else:
            found[option.name] = value
    assert found == expected


GETOPT = table(
    Style.GETOPT,
    [
        ("--listen", Takes.VALUE),
        ("--port", Takes.VALUE),
        ("--ipv4", Takes.NOTHING),
        ("-x", Takes.VALUE),
        ("-v", Takes.NOTHING),
    ],
)


@given(
    st.lists(
        st.sampled_from(
            [
                "--listen",
                "--listen=a",
                "--lis=b",
                "--ipv4",
                "--ipv",
                "-v",
                "-x",
                "-vx",
                "-vxa",
                "-xa",
                "a",
                "--",
                "-",
                "--port=",
                "--i=3",
            ]
        ),
        max_size=6,
    )
)
def test_getopt(argv):
    found = scan([Word(text, Span(0, 1)) for text in argv], GETOPT)
    try:
        options, rest = getopt.getopt(argv, "x:v", ["listen=", "port=", "ipv4"])
    except getopt.GetoptError:
        assert found.unknown or found.missing_value
        return
    assert [(option.name, option.value.value if option.value else "") for option in found.options] == [
        (flag.lstrip("-"), value) for flag, value in options
    ]
    assert [word.value for word in [*found.positionals, *found.rest]] == rest


def test_getopt_long_mixes_options_and_arguments():
    known = table(
        Style.GETOPT_LONG,
        [("-s, --socket", Takes.VALUE), ("--stats", Takes.OPTIONAL), ("-M, --master", Takes.NOTHING)],
    )
    found = scan(split_shlex("a.ini --stats x --soc :1 -Ms:2 --stats=:3"), known)
    assert [(option.name, option.value and option.value.value) for option in found.options] == [
        ("stats", None),
        ("socket", ":1"),
        ("master", None),
        ("socket", ":2"),
        ("stats", ":3"),
    ]
    assert [word.value for word in found.positionals] == ["a.ini", "x"]


def test_flags_with_several_letters_behind_one_dash():
    known = table(
        Style.CLICK,
        [
            ("-d, --disable", Takes.NOTHING),
            ("-ds, --dequeue-strategy", Takes.VALUE),
            ("-s, --sched", Takes.NOTHING),
        ],
    )
    found = scan(split_shlex("-ds random -s -d"), known)
    assert [option.name for option in found.options] == ["dequeue-strategy", "sched", "disable"]


SCRIPT = """\
#!/bin/sh
# it's a comment
set -eu
PORT=8000
: "${WORKERS:=3}"
cat > /etc/app.conf <<EOF
don't read "this
EOF
python manage.py migrate --noinput
if [ "$DEBUG" = 1 ]; then
    exec python manage.py runserver 0.0.0.0:$PORT
fi
case "$1" in
    worker) exec celery -A app worker ;;
    *) ;;
esac
start() {
    nginx
}
cd /srv/app
exec gunicorn --bind "0.0.0.0:$PORT" \\
    --workers "$WORKERS" app:app
"""


def test_a_script():
    script = read_script(SCRIPT)
    assert script.exits_on_error
    assert script.problem is None
    started = read_shell(SCRIPT)
    assert [(each.kind, each.wrapping.conditional) for each in started if each.kind is not Kind.OTHER] == [
        (Kind.DJANGO, False),
        (Kind.RUNSERVER, True),
        (Kind.CELERY_WORKER, True),
        (Kind.NGINX, True),
        (Kind.GUNICORN, False),
    ]
    server = main_program(started)
    assert server.binds[0].address == tcp("0.0.0.0", 8000)
    assert SCRIPT[server.binds[0].span.start : server.binds[0].span.end] == '"0.0.0.0:$PORT"'
    assert (server.wrapping.directory.value, server.wrapping.execs, server.workers.opaque) == (
        "/srv/app",
        True,
        True,
    )


def test_a_script_with_an_open_quotation_is_read_up_to_there():
    script = read_script("exec gunicorn app\necho 'x")
    assert script.problem.message == "' is not closed"
    assert [command.name for command in script.commands] == ["exec", "echo"]


def test_offsets_start_where_the_text_stands():
    (invocation,) = read_shell("web", offset=100)
    assert invocation.executable.span == Span(100, 103)


def test_shells_within_shells_end():
    line = "x"
    for _ in range(9):
        line = "sh -c " + "'" + line.replace("'", "'\\''") + "'"
    assert read(split_shlex(line)) is not None


@pytest.mark.parametrize(
    ("kind", "environment", "address", "why"),
    [
        (Kind.GUNICORN, {}, tcp("127.0.0.1", 8000), "gunicorn default"),
        (Kind.GUNICORN, {"PORT": "80"}, tcp("0.0.0.0", 80), "gunicorn's default with PORT set"),
        (Kind.GUNICORN, {"PORT": None}, None, "gunicorn's default with PORT set"),
        (Kind.UVICORN, {"PORT": "80"}, tcp("127.0.0.1", 8000), "uvicorn default"),
        (Kind.UVICORN, {"UVICORN_PORT": "80"}, tcp("127.0.0.1", 80), "UVICORN_PORT"),
        (Kind.HYPERCORN, {}, tcp("127.0.0.1", 8000), "hypercorn default"),
        (Kind.DAPHNE, {}, tcp("127.0.0.1", 8000), "daphne default"),
        (Kind.WAITRESS, {}, tcp("0.0.0.0", 8080), "waitress default"),
        (Kind.GRANIAN, {"GRANIAN_HOST": "::"}, tcp(None, 8000), "GRANIAN_HOST"),
        (Kind.FLASK_RUN, {}, tcp("127.0.0.1", 5000), "flask run default"),
        (Kind.RUNSERVER, {}, tcp("127.0.0.1", 8000), "manage.py runserver default"),
        (Kind.HTTP_SERVER, {}, tcp("0.0.0.0", 8000), "python -m http.server default"),
    ],
)
def test_default_binds(kind, environment, address, why):
    found = default_bind(kind, environment)
    assert (found.address, found.why) == (address, why)


def test_some_programs_listen_nowhere_by_themselves():
    assert default_bind(Kind.UWSGI, {}) is None
    assert default_bind(Kind.CELERY_WORKER, {}) is None


@pytest.mark.oracle("gunicorn")
def test_gunicorn_defaults_are_gunicorns():
    from gunicorn.config import Config

    config, ours = Config(), DEFAULTS[Kind.GUNICORN]
    assert (config.timeout, config.graceful_timeout, config.keepalive) == (
        ours.timeout,
        ours.graceful_timeout,
        ours.keepalive,
    )
