"""What gunicorn makes of worker classes, log levels and socket paths that are not what they seem."""

import os
import subprocess
import sys

import pytest
from deploylint.source import Source
from deploylint.vocabulary import gunicorn
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("gunicorn")
config = pytest.importorskip("gunicorn.config")
glogging = pytest.importorskip("gunicorn.glogging")
util = pytest.importorskip("gunicorn.util")


def found(rule, text):
    return bool(check_sources([Source("gunicorn.conf.py", text)], [all_rules()[rule]]))


@pytest.mark.parametrize(
    "name", ["gevnet", "eventlet", "gthreads", "Sync", "gaiohttp", "sync", "gthread", "asgi"]
)
def test_worker_classes(name):
    try:
        util.load_class(name)
    except RuntimeError as error:
        refused = f"class uri {name!r} invalid or not found" in str(error)
    else:
        refused = False
    assert found("gunicorn-unknown-worker-class", f"worker_class = {name!r}\n") == refused


@pytest.mark.parametrize(
    "level", ["warn", "trace", "fatal", "notset", "debug", "INFO", " error ", "critical", "warning"]
)
def test_log_levels(level):
    settings = config.Config()
    settings.set("loglevel", level)
    known = settings.loglevel.lower() in glogging.Logger.LOG_LEVELS
    assert found("gunicorn-unknown-log-level", f"loglevel = {level!r}\n") != known


@pytest.mark.parametrize("address", ["unix://run/a.sock", "unix:///run/a.sock", "unix:/run/a.sock"])
def test_socket_paths(address):
    relative = not util.parse_address(address).startswith("/")
    assert found("gunicorn-relative-socket-path", f"bind = {address!r}\n") == relative


@pytest.mark.parametrize("name", sorted(gunicorn.settings()))
def test_settings_that_are_gone(name):
    gone = name not in config.Config().settings
    assert found("gunicorn-setting-not-in-version", f"{name} = 1\n") == gone


@pytest.mark.parametrize(
    "text", ["control_socket = None", "control_socket = None\ncontrol_socket_disable = True"]
)
def test_no_control_socket(tmp_path, text):
    (tmp_path / "shop.py").write_text("def application(environ, start_response): ...\n")
    stop = "\ndef post_worker_init(worker):\n    import os, signal, time\n    time.sleep(1)\n    os.kill(worker.ppid, signal.SIGTERM)\n"
    (tmp_path / "gunicorn.conf.py").write_text(text + stop)
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--bind", "unix:shop.sock", "shop"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    crashed = "TypeError: expected str, bytes or os.PathLike object, not NoneType" in done.stderr
    assert found("gunicorn-control-socket-none", text) == crashed
