"""What rules say of a supervisord that starts, asked of one."""

import contextlib
import resource
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from deploylint.source import Source
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("supervisor")
SUPERVISORD = shutil.which("supervisord") or shutil.which(
    "supervisord", path=str(Path(sys.executable).parent)
)
if SUPERVISORD is None:
    pytest.skip("supervisor is not installed", allow_module_level=True)
STARTED = "supervisord started with pid"


@contextlib.contextmanager
def running(folder, lines, **how):
    """supervisord with these lines of `[supervisord]`; gives the process and a function that tells what it has logged."""
    text = f"[supervisord]\nnodaemon=true\nsilent=false\nlogfile=NONE\npidfile={folder}/pid\n{lines}\n"
    (folder / "supervisord.conf").write_text(text, encoding="utf-8")
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [SUPERVISORD, "-c", str(folder / "supervisord.conf")],
            cwd=folder,
            stdout=output,
            stderr=output,
            **how,
        )
    try:
        yield process, log.read_text
    finally:
        process.kill()
        process.wait(timeout=60)


def waited(happened):
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def limited():
    resource.setrlimit(resource.RLIMIT_NOFILE, (500, 500))


def may_raise_limits():
    """Whether this process has CAP_SYS_RESOURCE, number 24, which root in a container has not."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return bool(int(status.partition("CapEff:")[2].split()[0], 16) >> 24 & 1)


@pytest.mark.parametrize(("wanted", "starts"), [(400, True), (600, False)])
def test_more_files_than_it_may_open(tmp_path, wanted, starts):
    if may_raise_limits():
        pytest.skip("supervisord could raise any limit")
    with running(tmp_path, f"minfds={wanted}", preexec_fn=limited) as (process, log):
        waited(lambda: STARTED in log() or process.poll() is not None)
        assert (STARTED in log()) is starts
        assert ("The minimum number of file descriptors required" in log()) is not starts
    sources = [
        Source("supervisord.conf", f"[supervisord]\nnodaemon=true\nminfds={wanted}\n"),
        Source(
            "supervisord.service",
            "[Service]\nUser=shop\nLimitNOFILE=500\nExecStart=/usr/bin/supervisord -c /srv/shop/supervisord.conf\n",
        ),
    ]
    assert bool(check_sources(sources, [all_rules()["minfds-above-limit"]])) is not starts


def test_somebody_else_has_made_the_socket(tmp_path):
    """It connects to whoever listens there and waits, for as long as that one likes; its own socket comes after."""
    path = tmp_path / "s.sock"
    lines = f"[unix_http_server]\nfile={path}\n[rpcinterface:supervisor]\n"
    lines += "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        other.settimeout(60)
        with running(tmp_path, lines) as (process, log):
            client, _ = other.accept()
            assert STARTED not in log()
            client.close()
            other.close()
            waited(lambda: STARTED in log() or process.poll() is not None)
            assert STARTED in log()
    text = f"[supervisord]\n[unix_http_server]\nfile=/tmp/{path.name}\n"
    assert check_sources([Source("supervisord.conf", text)], [all_rules()["supervisor-socket-in-tmp"]])
