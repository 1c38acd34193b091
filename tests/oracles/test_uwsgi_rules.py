"""What rules say that uWSGI does, asked of uWSGI; it ends before it serves anything."""

import contextlib
import shutil
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from deploylint.source import Source
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("uwsgi")
UWSGI = shutil.which("uwsgi") or shutil.which("uwsgi", path=str(Path(sys.executable).parent))
if UWSGI is None:
    pytest.skip("uwsgi is not installed", allow_module_level=True)


def says(folder, text, *arguments, **variables):
    """Its exit status and what it prints."""
    (folder / "app.ini").write_text(text, encoding="utf-8")
    run = subprocess.run(
        [UWSGI, *arguments, "--hook-post-app", "exit:0", "--ini", "app.ini"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": "/", **variables},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return run.returncode, (run.stdout + run.stderr).decode("utf-8", "replace")


CASES = [
    ("uwsgi-module-is-file", "module = app.py", "No module named 'app.py'"),
    ("uwsgi-module-is-file", "wsgi-file = app.py:application", "failed to open python file"),
    ("uwsgi-module-is-file", "module = app", None),
    ("uwsgi-module-is-file", "wsgi-file = app.py", None),
    ("uwsgi-no-master", "module = app", "running uWSGI without its master process manager"),
    ("uwsgi-no-master", "module = app\nmaster = true", None),
    ("uwsgi-no-master", "module = app\ntouch-reload = app.py", None),
    (
        "uwsgi-cheaper-out-of-range",
        "processes = 4\ncheaper = 2\ncheaper-initial = 9",
        "invalid cheaper-initial value",
    ),
    (
        "uwsgi-cheaper-out-of-range",
        "processes = 4\ncheaper = 2\ncheaper-initial = 1",
        "invalid cheaper-initial value",
    ),
    ("uwsgi-cheaper-out-of-range", "processes = 4\ncheaper = 2\ncheaper-initial = 4", None),
    ("uwsgi-invalid-value", "static-map = /x", "invalid document root in static map"),
    ("uwsgi-invalid-value", "socket =", "invalid/empty uwsgi socket name"),
    ("uwsgi-invalid-value", "cron = 1 2 3", "invalid cron syntax"),
    ("uwsgi-invalid-value", "cron = 1 2 3 -1 -1 true", None),
    ("uwsgi-invalid-placeholder", "set-placeholder = x", "invalid placeholder/--set value"),
    (
        "uwsgi-unclosed-block",
        "for = a b\nif-env = HOME\nendif =",
        "recursive logic in options is not supported",
    ),
    ("uwsgi-inline-comment", "chmod-socket = 660 ; x", "invalid chmod value"),
    ("uwsgi-inline-comment", "processes = 2 ; x", None),
]
SAID = {name: {text for rule, _, text in CASES if rule == name and text} for name, _, _ in CASES}


@pytest.mark.parametrize(("name", "lines", "expected"), CASES)
def test_uwsgi_says_what_the_rule_says(tmp_path, name, lines, expected):
    (tmp_path / "app.py").write_text("def application(environ, start):\n    return []\n", encoding="utf-8")
    text = f"[uwsgi]\nhttp-socket = 127.0.0.1:0\n{lines}\n"
    _, output = says(tmp_path, text)
    found = check_sources(
        [Source("app.ini", text), Source("app.py", "application = 1\n")], [all_rules()[name]]
    )
    if expected is None:
        assert not any(said in output for said in SAID[name])
        assert not found
    else:
        assert expected in output
        assert found


def test_a_file_that_includes_itself_crashes(tmp_path):
    text = "[uwsgi]\nini = app.ini\n"
    status, _ = says(tmp_path, text)
    assert status in (-11, 139)
    assert check_sources([Source("app.ini", text)], [all_rules()["uwsgi-includes-itself"]])


def test_env_without_a_value_removes_the_variable(tmp_path):
    (tmp_path / "app.py").write_text("import os\nprint('home:', os.environ.get('HOME'))\n", encoding="utf-8")
    _, output = says(tmp_path, "[uwsgi]\nhttp-socket = 127.0.0.1:0\nenv = HOME\nwsgi-file = app.py\n")
    assert "home: None" in output


def test_percent_signs_vanish(tmp_path):
    _, output = says(tmp_path, "[uwsgi]\nenv = P=p%90ss\nlogx = %Y-x\n", "--show-config")
    assert "env = P=p0ss" in output
    assert "logx = -x" in output


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    ("name", "known"), [("UWSGI_APP_ENV", False), ("UWSGI_HTTP_TIMEOUT", True), ("UWSGI_JAIL_PID", True)]
)
def test_variables_are_options(tmp_path, name, known, strict):
    (tmp_path / "app.py").write_text("application = print\n", encoding="utf-8")
    text = f"[uwsgi]\nmodule = app\nsocket = app.sock\nmaster = true\nstrict = {strict}\n"
    status, said = says(tmp_path, text, **{name: "1"})
    refused = strict and not known
    assert (status != 0) is refused
    assert ("[strict-mode] unknown config directive" in said) is refused
    unit = f"[Service]\nWorkingDirectory=/srv\nEnvironment={name}=1\nExecStart=/srv/bin/uwsgi --ini app.ini\n"
    sources = [Source("app.ini", text), Source("shop.service", unit)]
    assert bool(check_sources(sources, [all_rules()["uwsgi-variable-refused"]])) is refused


@pytest.mark.parametrize(
    ("size", "option", "refused"), [(4000, "", False), (5000, "", True), (5000, "buffer-size = 8192", False)]
)
def test_headers_that_are_longer_than_the_buffer(tmp_path, size, option, refused):
    """A packet of the uwsgi protocol as nginx sends it: modifier, length, modifier, then names and values."""
    (tmp_path / "app.py").write_text(
        "def application(environ, start):\n    start('200 OK', [])\n    return [b'ok']\n", encoding="utf-8"
    )
    (tmp_path / "app.ini").write_text(
        f"[uwsgi]\nsocket = s.sock\nmodule = app\nlogto = log\n{option}\n", encoding="utf-8"
    )
    process = subprocess.Popen(
        [UWSGI, "--ini", "app.ini", "--die-on-term"], cwd=tmp_path, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(1200):
            if (tmp_path / "log").exists() and "spawned uWSGI" in (tmp_path / "log").read_text():
                break
            time.sleep(0.05)
        name, value = b"HTTP_COOKIE", b"x" * (size - 15)
        body = struct.pack("<H", len(name)) + name + struct.pack("<H", len(value)) + value
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(tmp_path / "s.sock"))
            client.sendall(struct.pack("<BHB", 0, len(body), 0) + body)
            answer = b""
            with contextlib.suppress(ConnectionResetError):  # it closes without having read the packet
                answer = b"".join(iter(lambda: client.recv(4096), b""))
    finally:
        process.terminate()
        process.wait(timeout=60)
    assert (f"invalid request block size: {size}" in (tmp_path / "log").read_text()) is refused
    assert (answer == b"") is refused
