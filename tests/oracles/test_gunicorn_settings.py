"""Which settings hold, and why: our answer and gunicorn's."""

import pytest
from deploylint.facts import Environment, Known
from deploylint.formats.command_line.lines import read
from deploylint.formats.gunicorn import parse
from deploylint.formats.gunicorn.effective import config_file, effective_settings
from deploylint.source import Source
from deploylint.tree import MemoryTree
from deploylint.values.words import split_shlex
from oracles.gunicorn_configuration import settings_of

pytestmark = pytest.mark.oracle("gunicorn")

FILE = """\
import multiprocessing
import os

bind = f"127.0.0.1:{os.environ.get('APP_PORT', 8000)}"
workers = int(os.environ.get("WORKERS", "3"))
timeout = 120 if os.environ.get("SLOW") else 40
access_logfile = "-"
loglevel = "%s" % "debug".upper().lower()
raw_env = ["A=1"]
raw_env.append("B=2")
daemon = "False"
Threads = 9
"""

CASES = [
    ("gunicorn shop:app", {}),
    ("gunicorn shop:app", {"PORT": "9000", "WEB_CONCURRENCY": "7", "FORWARDED_ALLOW_IPS": "10.0.0.1"}),
    ("gunicorn -c conf.py shop:app", {}),
    ("gunicorn -c file:conf.py shop:app", {"PORT": "9000", "WEB_CONCURRENCY": "7", "APP_PORT": "81"}),
    ("gunicorn -c python:settings_module shop:app", {"WORKERS": "5", "SLOW": "1"}),
    ("gunicorn -c conf.py -w 2 --bind :1 -b :2 --reload shop:app", {}),
    ("gunicorn shop:app", {"GUNICORN_CMD_ARGS": "-c conf.py --timeout=9 -w 4"}),
    ("gunicorn -w 2 shop:app", {"GUNICORN_CMD_ARGS": "--workers 4 --bind unix:/run/a.sock -D"}),
    ("gunicorn -c conf.py -t 5 --env C=3 shop:app", {"GUNICORN_CMD_ARGS": "-c other.py"}),
]
NAMES = [
    "bind",
    "workers",
    "timeout",
    "accesslog",
    "loglevel",
    "raw_env",
    "daemon",
    "threads",
    "reload",
    "worker_class_str",
]


@pytest.fixture
def folder(tmp_path):
    for name in ("conf.py", "settings_module.py"):
        (tmp_path / name).write_text(FILE)
    (tmp_path / "other.py").write_text("workers = 77\n")
    return tmp_path


def ours(folder, command, variables):
    words = split_shlex(command)
    invocation = read(words)
    tree = MemoryTree([Source(path.name, path.read_text()) for path in folder.glob("*.py")])
    environment = Environment({name: Known(text) for name, text in variables.items()})
    loaded = config_file(invocation, ".", environment, tree)
    config = parse(tree.read(loaded.path)) if loaded else None
    return effective_settings(invocation, config, environment, source=Source("x.service", command)), loaded


@pytest.mark.parametrize(("command", "variables"), CASES)
def test_same_settings(folder, command, variables):
    real, errors = settings_of(folder, command.split()[1:], variables)
    assert real is not None, errors
    found, _ = ours(folder, command, variables)
    for name in NAMES:
        if name in real:
            assert isinstance(found[name], Known), (name, found[name])
            assert found[name].value == real[name], name


def test_the_file_in_the_start_folder_is_loaded_by_itself(folder):
    (folder / "gunicorn.conf.py").write_text("workers = 11\n")
    real, _ = settings_of(folder, ["shop:app"])
    found, loaded = ours(folder, "gunicorn shop:app", {})
    assert real["workers"] == found["workers"].value == 11
    assert (loaded.path, loaded.explicit) == ("gunicorn.conf.py", False)
    real, _ = settings_of(folder, ["-c", "other.py", "shop:app"])
    found, loaded = ours(folder, "gunicorn -c other.py shop:app", {})
    assert real["workers"] == found["workers"].value == 77
    assert (loaded.path, loaded.explicit) == ("other.py", True)


def test_a_relative_file_counts_from_the_start_folder_not_from_chdir(folder):
    (folder / "app").mkdir()
    (folder / "app" / "inside.py").write_text("workers = 11\n")
    real, errors = settings_of(folder, ["--chdir", "app", "-c", "inside.py", "shop:app"])
    assert real is None
    assert "inside.py" in errors


def test_every_default(tmp_path):
    real, _ = settings_of(tmp_path, ["shop:app"])
    found, _ = ours(tmp_path, "gunicorn shop:app", {})
    wrong = {
        name: (value.value, real[name])
        for name, value in found.items()
        if isinstance(value, Known)
        and name in real
        and value.value != real[name]
        and list(value.value or []) != list(real[name] or [])
    }
    assert not wrong


@pytest.mark.parametrize(
    "text",
    [
        "access_logfile = '-'",
        "log_level = 'debug'",
        "worker = 9",
        "Workers = 9",
        "redirect_stderr = True",
        "def post_forks(server, worker): pass",
        "workers: int",
        "if False:\n    workers = 9",
    ],
)
def test_unknown_names_change_nothing(tmp_path, text):
    untouched, _ = settings_of(tmp_path, ["shop:app"])
    (tmp_path / "gunicorn.conf.py").write_text(text + "\n")
    real, errors = settings_of(tmp_path, ["shop:app"])
    assert real is not None, errors
    same = {name for name in real if name not in ("config", "chdir")}
    assert {name: real[name] for name in same} == {name: untouched[name] for name in same}


def test_the_last_assignment_holds(tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text('bind = "127.0.0.1:1"\nbind = "127.0.0.1:2"\n')
    real, _ = settings_of(tmp_path, ["shop:app"])
    assert real["bind"] == ["127.0.0.1:2"]
