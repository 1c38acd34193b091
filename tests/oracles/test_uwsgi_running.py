"""What rules say of a running uWSGI, asked of one."""

import contextlib
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from deploylint.source import Source
from oracles.nginx_server import PATIENCE, free_port
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("uwsgi")
UWSGI = shutil.which("uwsgi") or shutil.which("uwsgi", path=str(Path(sys.executable).parent))
if UWSGI is None:
    pytest.skip("uwsgi is not installed", allow_module_level=True)
APP = """
served = []
def application(environ, start):
    served.append(environ['PATH_INFO'])
    start('200 OK', [])
    return [','.join(served).encode()]
"""


@contextlib.contextmanager
def running(folder, lines):
    """uWSGI with these options; gives a function that tells what it has logged.

    A worker that has been told to stop may miss it: the master then waits for it, a minute unless told otherwise.
    """
    (folder / "app.py").write_text(APP, encoding="utf-8")
    text = f"[uwsgi]\nmodule = app\nmaster = true\ndie-on-term = true\nworker-reload-mercy = 5\n{lines}\n"
    (folder / "app.ini").write_text(text, encoding="utf-8")
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen([UWSGI, "--ini", "app.ini"], cwd=folder, stdout=output, stderr=output)
    try:
        waited(lambda: "spawned uWSGI worker 1 " in log.read_text() or process.poll() is not None)
        yield log.read_text
    finally:
        process.terminate()
        process.wait(timeout=60)


def waited(happened):
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def found(name, lines):
    text = f"[uwsgi]\nmodule = app\nmaster = true\n{lines}\n"
    return check_sources([Source("app.ini", text)], [all_rules()[name]])


def connected(port):
    def attempt():
        with contextlib.suppress(OSError):
            opened.append(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
        return opened

    opened = []
    waited(attempt)
    return opened[0]


def answer(client):
    return b"".join(iter(lambda: client.recv(4096), b""))


def test_a_slow_client_keeps_a_worker(tmp_path):
    """The second client has its answer only after the first one has finished its request."""
    port = free_port()
    lines = f"http-socket = 127.0.0.1:{port}\nsocket-timeout = 60"
    with running(tmp_path, lines), connected(port) as slow, connected(port) as quick:
        slow.sendall(b"GET /slow HTTP/1.0\r\n")
        quick.sendall(b"GET /quick HTTP/1.0\r\n\r\n")
        slow.sendall(b"\r\n")
        assert answer(slow).endswith(b"/slow")
        assert answer(quick).endswith(b"/slow,/quick")


def test_the_router_keeps_slow_clients_for_itself(tmp_path):
    port = free_port()
    with running(tmp_path, f"http = 127.0.0.1:{port}") as log:
        with connected(port) as slow, connected(port) as quick:
            slow.sendall(b"GET /slow HTTP/1.0\r\n")
            quick.sendall(b"GET /quick HTTP/1.0\r\n\r\n")
            assert answer(quick).endswith(b"/quick")
        assert "spawned uWSGI http 1" in log()


def test_workers_that_reach_their_lifetime(tmp_path):
    lines = (
        "socket = s.sock\nprocesses = 3\nlazy-apps = true\nmin-worker-lifetime = 1\nmax-worker-lifetime = 2"
    )
    with running(tmp_path, lines) as log:
        waited(lambda: "Respawned uWSGI worker" in log())
        assert len(re.findall("worker . lifetime reached", log().partition("Respawned")[0])) == 3
    assert found("uwsgi-restarts-together", lines)


def test_workers_with_lifetimes_of_their_own(tmp_path):
    lines = (
        "socket = s.sock\nprocesses = 3\nlazy-apps = true\nmin-worker-lifetime = 1\nmax-worker-lifetime = 2"
    )
    lines += "\nmax-worker-lifetime-delta = 20"
    with running(tmp_path, lines) as log:
        waited(lambda: "Respawned uWSGI worker" in log())
        assert len(re.findall("worker . lifetime reached", log().partition("Respawned")[0])) == 1
    assert not found("uwsgi-restarts-together", lines)


def test_workers_that_wait_for_one_socket(tmp_path):
    """How often all workers wake up for the same requests."""
    woken = {}
    for lock in (False, True):
        port = free_port()
        lines = f"http-socket = 127.0.0.1:{port}\nprocesses = 8\nthunder-lock = {str(lock).lower()}"
        with running(tmp_path, lines) as log:
            waited(lambda read=log: "spawned uWSGI worker 8 " in read())
            pids = re.findall(r"spawned uWSGI worker \d+ \(pid: (\d+)", log())
            before = wakes(pids)
            for _ in range(400):
                with connected(port) as client:
                    client.sendall(b"GET / HTTP/1.0\r\n\r\n")
                    answer(client)
            woken[lock] = wakes(pids) - before
        assert bool(found("uwsgi-no-thunder-lock", lines)) is not lock
    assert woken[False] > woken[True]


def wakes(pids):
    texts = [Path(f"/proc/{pid}/status").read_text(encoding="ascii") for pid in pids]
    return sum(int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", text, re.MULTILINE)[1]) for text in texts)


@pytest.mark.parametrize("name", ["logto", "pidfile"])
@pytest.mark.parametrize("made", [False, True])
def test_uwsgi_makes_no_folders(tmp_path, name, made):
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    lines = f"chdir = {tmp_path}\n{name} = {tmp_path}/made/file"
    text = f"[uwsgi]\nmodule = app\nsocket = s.sock\n{lines}\n"
    (tmp_path / "app.ini").write_text(text, encoding="utf-8")
    if made:
        (tmp_path / "made").mkdir()
    run = subprocess.run(
        [UWSGI, "--hook-post-app", "exit:0", "--ini", "app.ini"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode == 0) is made
    assert (b'made/file"): No such file or directory' in run.stdout + run.stderr) is not made
    sources = [Source("app.ini", text), Source("app.py", APP)]
    if made:
        sources.append(Source("made/.gitkeep", ""))
    assert bool(check_sources(sources, [all_rules()["uwsgi-folder-missing"]])) is not made


@pytest.mark.parametrize("name", ["home", "virtualenv"])
def test_a_home_that_is_none(tmp_path, name):
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    run = subprocess.run(
        [
            UWSGI,
            "--hook-post-app",
            "exit:0",
            "--socket",
            "s.sock",
            "--module",
            "app",
            f"--{name}={tmp_path}/none",
        ],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert run.returncode != 0
    assert b"init_fs_encoding" in run.stdout + run.stderr


def test_a_pid_file_that_is_written_late(tmp_path):
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    run = subprocess.run(
        [
            UWSGI,
            "--master",
            "--socket",
            "s.sock",
            "--module",
            "app",
            "--safe-pidfile",
            f"{tmp_path}/none/pid",
        ],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert run.returncode != 0
    assert b'none/pid"): No such file or directory' in run.stdout + run.stderr


@pytest.mark.parametrize(("own", "threads"), [(False, 1), (True, 2)])
def test_threads_of_the_master_are_not_in_the_workers(tmp_path, own, threads):
    lines = f"socket = s.sock\nprocesses = 2\nenable-threads = true\nlazy-apps = {str(own).lower()}\nimport = ticks"
    (tmp_path / "ticks.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n",
        encoding="utf-8",
    )
    with running(tmp_path, lines) as log:
        waited(lambda: "spawned uWSGI worker 2 " in log())
        pid = re.search(r"spawned uWSGI worker 2 \(pid: (\d+)", log())[1]
        if own:
            waited(lambda: log().count("WSGI app 0") >= 2)
            waited(lambda: len(list(Path(f"/proc/{pid}/task").iterdir())) == threads)
        assert len(list(Path(f"/proc/{pid}/task").iterdir())) == threads


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("plugins = python3", 0, "UNABLE to load uWSGI plugin: ./python3_plugin.so"),
        ("need-plugin = python3", 1, 'unable to load plugin "python3"'),
        ("", 0, ""),
    ],
)
def test_plugins_of_a_uwsgi_from_pip(tmp_path, line, status, said):
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    text = f"[uwsgi]\n{line}\nmodule = app\nsocket = s.sock\n"
    (tmp_path / "app.ini").write_text(text, encoding="utf-8")
    run = subprocess.run(
        [UWSGI, "--hook-post-app", "exit:0", "--ini", "app.ini"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == status
    assert said in run.stdout + run.stderr
    unit = "[Service]\nExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/app.ini\n"
    sources = [Source("app.ini", text), Source("shop.service", unit)]
    assert bool(check_sources(sources, [all_rules()["uwsgi-plugin-built-in"]])) is bool(line)
