"""Which values gunicorn's settings take: our checks and gunicorn's validators on the same values."""

from pathlib import Path

import pytest
from deploylint.formats.gunicorn.settings import RefusedError, checked
from deploylint.source import Source
from deploylint.vocabulary import gunicorn
from oracles.gunicorn_configuration import settings_of
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("gunicorn")
config = pytest.importorskip("gunicorn.config")

VALUES = [
    None,
    True,
    False,
    0,
    1,
    -1,
    70000,
    2.0,
    "",
    "1",
    " 0x10 ",
    "08",
    "1_0",
    "2.5",
    "-3",
    "true",
    "False ",
    "yes",
    "auto",
    "On",
    "off",
    "h1",
    "h1,h2",
    "h2,h2",
    "h3",
    "drop",
    "Refuse",
    "poll",
    "v1",
    "uvloop",
    "python",
    "both",
    "hook",
    "127.0.0.1",
    "10.0.0.0/8, *",
    "10.0.0.1/8",
    "localhost",
    "127.0.0.1 10.0.0.1",
    b"3",
    1j,
    [],
    ["a", " b "],
    ["a", 1],
    ("a",),
    {"a": 1},
    {1, 2},
    {"a"},
]
# What these take depends on the machine.
SKIPPED = {"user", "group", "chdir", "reload_extra_files", "statsd_host", "ssl_version", "config"}


def gunicorn_says(name, value):
    settings = config.Config()
    try:
        settings.set(name, value)
    except Exception as error:  # noqa: BLE001  any way to refuse
        return "refused", error
    return "taken", settings.settings[name].get()


@pytest.mark.parametrize("name", sorted(set(gunicorn.settings(gunicorn.NEWEST)) - SKIPPED))
def test_same_values_are_refused(name):
    setting = gunicorn.setting(name, gunicorn.NEWEST)
    for value in VALUES:
        verdict, real = gunicorn_says(name, value)
        try:
            ours = checked(setting, value)
        except RefusedError:
            assert verdict == "refused", (value, real)
            continue
        if setting.kind == "hook":
            continue
        assert verdict == "taken", (value, real)
        if not isinstance(value, bool) and not (setting.words and value is None):
            assert ours == real


STATEMENTS = [
    "import timeout",
    "import threading as threads",
    "def umask(): pass",
    "def worker_class(): pass",
    "def post_fork(server): pass",
    "def post_fork(server, worker): pass",
    "def when_ready(server, extra=None): pass",
    "def on_starting(*args): pass",
    "def on_reload(server, *, quiet=False): pass",
    "def post_request(worker, req): pass",
    "def post_request(worker): pass",
    "def pre_fork(server, /, worker, **more): pass",
    "on_exit = 3",
    "def on_exit(server): pass\non_exit = on_exit",
    "class logger_class: pass",
    "when_ready = lambda server: None",
    "import os\nworkers = os.cpu_count() / 2",
    "import multiprocessing\ntimeout = multiprocessing.cpu_count",
    "import os\nproc_name = os",
    "from pathlib import Path\nchdir = Path('.').resolve()",
    "from pathlib import Path\nchdir = str(Path('.').resolve())",
    "import pathlib\npidfile = pathlib.Path(__file__).parent / 'gunicorn.pid'",
    "import pathlib\npidfile = f'{pathlib.Path(__file__).parent}/gunicorn.pid'",
    "import os\nworkers = os.cpu_count() // 2",
    "raw_env = {'A': '1'}",
    "bind = ''",
    "bind = None",
    "bind = 8000",
    "daemon = 'yes'",
]


@pytest.mark.parametrize("text", STATEMENTS)
def test_the_rule_speaks_where_gunicorn_refuses(tmp_path, text):
    (tmp_path / "gunicorn.conf.py").write_text(text + "\n")
    # A module to import; gunicorn puts its folder on the path.
    (tmp_path / "timeout.py").write_text("")
    real, errors = settings_of(tmp_path, ["shop:app"], {"PYTHONPATH": str(tmp_path)})
    findings = check_sources([Source("gunicorn.conf.py", text)], [all_rules()["gunicorn-invalid-value"]])
    assert bool(findings) == (real is None), errors


@pytest.mark.parametrize("name", sorted(gunicorn.settings(gunicorn.NEWEST)))
def test_paths_of_pathlib_are_refused(name):
    text = f"from pathlib import Path\n{name} = Path('/srv')\n"
    findings = check_sources([Source("gunicorn.conf.py", text)], [all_rules()["gunicorn-invalid-value"]])
    if findings:
        assert gunicorn_says(name, Path("/srv"))[0] == "refused"


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        ("http://127.0.0.1:8000", True),
        ("127.0.0.1:8000,127.0.0.1:8001", True),
        ("127.0.0.1:eight", True),
        ("unix:/run/shop.sock", False),
        ("[::1]:80", False),
        (":8000", False),
    ],
)
def test_addresses_that_gunicorn_cannot_parse(address, refused):
    settings = config.Config()
    settings.set("bind", address)
    findings = check_sources(
        [Source("gunicorn.conf.py", f"bind = {address!r}\n")], [all_rules()["gunicorn-invalid-value"]]
    )
    try:
        assert settings.address
    except (RuntimeError, ValueError):
        assert refused
    else:
        assert not refused
    assert bool(findings) == refused
