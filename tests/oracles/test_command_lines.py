"""Command lines that gunicorn and uWSGI refuse, with their own words, and those that they take."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from deploylint.source import Source
from support import all_rules, check_sources

RULES = [rule for rule in all_rules().values() if rule.subject == "command_line"]
APP = "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'']\n"


def ours(line):
    """The messages about a command line without the name of the program."""
    found = check_sources([Source("Procfile", f"web: {line}\n")], RULES)
    return [one.finding.message.partition(": ")[2] for one in found]


def gunicorn_says(folder, line):
    (folder / "shop.py").write_text(APP)
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config", *line.split()],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return None if done.returncode == 0 else done.stderr


@pytest.mark.oracle("gunicorn")
@pytest.mark.parametrize(
    "line",
    [
        "--frob shop:app",
        "--frob=1 shop:app",
        "-Z shop:app",
        "-frob shop:app",
        "--worker shop:app",
        "--host 0.0.0.0 shop:app",
        "--preload=1 shop:app",
        "--suppress-ragged-eofs=1 shop:app",
        "shop:app --bind",
        "-b -w 2 shop:app",
        "--workers --threads 2 shop:app",
        "-w x shop:app",
        "-w 0x3 shop:app",
        "-w2x shop:app",
        "--timeout=1.5 shop:app",
        "--workers=-3 shop:app",
        "--workers -3 shop:app",
        "--umask 7x shop:app",
        "--reload-engine frob shop:app",
        "--forwarded-allow-ips localhost shop:app",
        "--proxy-protocol v3 shop:app",
        "--header-map frob shop:app",
        "--statsd-host x:y shop:app",
        "--http-protocols h4 shop:app",
        "shop:app -w 2 other:app",
    ],
)
def test_gunicorn_refuses_with_these_words(tmp_path, line):
    said = gunicorn_says(tmp_path, line)
    assert said is not None
    found = ours(f"gunicorn {line}")
    assert found
    assert any(message.partition(" could match ")[0] in said for message in found), (found, said)


@pytest.mark.oracle("gunicorn")
@pytest.mark.parametrize(
    "line",
    [
        "-w 4 -b 127.0.0.1:8000 -b unix:/run/shop.sock shop:app",
        "-w4 -b:8000 shop:app",
        "-w=4 shop:app",
        "--worker-cl=gthread shop:app",
        "--umask 022 shop:app",
        "--umask 0o22 --control-socket-mode 0600 shop:app",
        "--workers 08 shop:app",
        "--access-logfil=- shop:app",
        "--log-level warn shop:app",
        "shop:app --proxy-protocol",
        "--timeout 1_0 shop:app",
        "--preload --reload -D shop:app",
        "--access-logformat=-x shop:app",
        "--keep-alive +3 shop:app",
        "--forwarded-allow-ips=* shop:app",
        "--no-control-socket shop:app",
    ],
)
def test_gunicorn_takes_these(tmp_path, line):
    assert gunicorn_says(tmp_path, line) is None
    assert ours(f"gunicorn {line}") == []


@pytest.mark.oracle("gunicorn")
def test_gunicorn_ignores_further_applications(tmp_path):
    assert gunicorn_says(tmp_path, "shop:app nothing:here") is None
    assert gunicorn_says(tmp_path, "nothing:here shop:app") is not None
    found = check_sources([Source("Procfile", "web: gunicorn shop:app nothing:here\n")], RULES)
    assert [one.finding.message for one in found] == ["gunicorn serves shop:app and ignores nothing:here"]


def uwsgi_says(line, end="--version"):
    program = Path(sys.executable).parent / "uwsgi"
    done = subprocess.run(
        [str(program) if program.exists() else "uwsgi", *f"{line} {end}".split()],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return None if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.oracle("uwsgi")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--frob", "unrecognized option '--frob'"),
        ("--frob=1 --master", "unrecognized option '--frob"),
        ("--master=1", "option '--master' doesn't allow an argument"),
        ("--mast", "option '--mast' is ambiguous"),
    ],
)
def test_uwsgi_refuses_with_these_words(line, words):
    assert words in uwsgi_says(line)
    (message,) = ours(f"uwsgi {line}")
    assert message.startswith(words)


@pytest.mark.oracle("uwsgi")
@pytest.mark.parametrize("line", ["--socket", "-s"])
def test_uwsgi_wants_a_value(line):
    (message,) = ours(f"uwsgi {line}")
    assert message in uwsgi_says(line, "")


@pytest.mark.oracle("uwsgi")
@pytest.mark.parametrize(
    "line", ["--master --processes 4", "-M -p 4", "--master-f /tmp/fifo", "-p4", "--harakiri=60"]
)
def test_uwsgi_takes_these(line):
    assert uwsgi_says(line) is None
    assert ours(f"uwsgi {line}") == []


@pytest.mark.oracle("supervisor")
@pytest.mark.parametrize(
    ("command", "outcome"),
    [
        ("sh -c x && y > /dev/null", ["sh", "-c", "x", "&&", "y", ">", "/dev/null"]),
        ("sh a | sh b 2>&1", ["sh", "a", "|", "sh", "b", "2>&1"]),
        ("cd /srv && sh", "can't find command 'cd'"),
        ("source /srv/venv/bin/activate", "can't find command 'source'"),
        ("A=1 sh -c x", "can't find command 'A=1'"),
        ("exec sh -c x", "can't find command 'exec'"),
    ],
)
def test_supervisor_starts_no_shell(command, outcome):
    from supervisor.options import NotFound, ServerOptions
    from supervisor.process import Subprocess

    options = SimpleNamespace(stat=os.stat, check_execv_args=partial(ServerOptions.check_execv_args, None))
    config = SimpleNamespace(
        name="shop", command=command, options=options, get_path=lambda: os.environ["PATH"].split(":")
    )
    try:
        said = Subprocess(config).get_execv_args()[1]
    except NotFound as error:
        said = str(error)
    assert said == outcome
    text = f"[supervisord]\n[program:shop]\ncommand={command}\n"
    rule = [one for one in RULES if one.name == "command-line-shell-syntax"]
    assert check_sources([Source("supervisord.conf", text)], rule)
