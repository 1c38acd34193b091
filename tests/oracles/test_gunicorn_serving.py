"""What a running gunicorn does with requests, folders and settings from several places."""

import contextlib
import os
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

import pytest
from deploylint.source import Source
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("gunicorn")
PLAIN = "def app(environ, start_response):\n    start_response('200 OK', [('Content-Length', '2')])\n    return [b'ok']\n"
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}


@contextlib.contextmanager
def serving(folder, *arguments, app="shop:app", bind="unix:s.sock", at="s.sock", **variables):
    """gunicorn, once its socket is there; gives the socket's path."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--no-control-socket", "-b", bind, *arguments, app],
        cwd=folder,
        env=ENVIRONMENT | variables,
        stderr=subprocess.DEVNULL,
    )
    path = folder / at
    try:
        for _ in range(1200):
            if path.exists():
                break
            time.sleep(0.05)
        yield path
    finally:
        process.terminate()
        process.wait(timeout=60)


def connected(path):
    """A connection; between the moments at which a socket is bound and listened on it is refused."""
    end = time.monotonic() + 60
    while True:
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(60)
        try:
            client.connect(str(path))
        except ConnectionRefusedError:
            client.close()
            assert time.monotonic() < end, "nobody listens"
            time.sleep(0.05)
        else:
            return client


def asked(path, headers=b""):
    """The answer to one request."""
    with connected(path) as client:
        client.sendall(b"GET / HTTP/1.0\r\n" + headers + b"\r\n")
        return b"".join(iter(lambda: client.recv(4096), b""))


@pytest.mark.parametrize(("arguments", "passed"), [([], False), (["--header-map", "dangerous"], True)])
def test_headers_with_underscores_are_dropped(tmp_path, arguments, passed):
    (tmp_path / "shop.py").write_text(
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [])\n"
        "    return [environ.get('HTTP_REMOTE_USER', 'nobody').encode()]\n"
    )
    with serving(tmp_path, *arguments) as path:
        answer = asked(path, b"REMOTE_USER: anna\r\n")
    assert answer.endswith(b"anna" if passed else b"nobody")


def test_an_asgi_application_in_a_wsgi_worker(tmp_path):
    (tmp_path / "shop.py").write_text("async def app(scope, receive, send):\n    pass\n")
    with serving(tmp_path) as path:
        assert b" 500 " in asked(path).partition(b"\r\n")[0]


@pytest.mark.parametrize(
    ("arguments", "closed"),
    [
        (["--keep-alive", "30"], True),  # the sync worker knows none
        (["--threads", "2", "--keep-alive", "30"], False),
        (["--threads", "2", "--keep-alive", "1"], True),
    ],
)
def test_who_closes_a_connection_that_nobody_uses(tmp_path, arguments, closed):
    (tmp_path / "shop.py").write_text(PLAIN)
    with serving(tmp_path, *arguments) as path, connected(path) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = b""
        while not answer.endswith(b"\r\n\r\nok"):
            answer += client.recv(4096)
        client.settimeout(60 if closed else 5)
        try:
            assert client.recv(1) == b""
            ended = True
        except TimeoutError:
            ended = False
    assert ended is closed


@pytest.mark.parametrize(
    ("arguments", "seconds", "most"),
    [([], 2, 1), (["--threads", "2"], 20, 2), (["--workers", "2"], 20, 2)],
)
def test_how_many_requests_are_worked_on(tmp_path, arguments, seconds, most):
    """Each request marks itself and waits until another one has, too, or its time is over."""
    (tmp_path / "shop.py").write_text(
        "import os, time\n"
        "def app(environ, start_response):\n"
        "    name = f'{time.monotonic_ns()}.mark'\n"
        "    open(name, 'w').close()\n"
        "    count = lambda: sum(one.endswith('.mark') for one in os.listdir('.'))\n"
        f"    for _ in range({seconds * 20}):\n"
        "        seen = count()\n"
        "        if seen == 2:\n"
        "            break\n"
        "        time.sleep(0.05)\n"
        "    time.sleep(0.2)\n"
        "    os.unlink(name)\n"
        "    start_response('200 OK', [])\n"
        "    return [str(seen).encode()]\n"
    )
    answers = []
    with serving(tmp_path, *arguments) as path:
        threads = [threading.Thread(target=lambda: answers.append(asked(path))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert max(int(answer[-1:]) for answer in answers) == most


@pytest.mark.parametrize(
    ("trusted", "scheme"), [("*", b"https"), ("10.0.0.1", b"http"), ("127.0.0.1", b"https")]
)
def test_whose_forwarded_headers_are_believed(tmp_path, trusted, scheme):
    (tmp_path / "shop.py").write_text(
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [])\n"
        "    return [environ['wsgi.url_scheme'].encode()]\n"
    )
    (tmp_path / "gunicorn.conf.py").write_text(
        "import os\n"
        "def when_ready(server):\n"
        "    open('new', 'w').write(str(server.LISTENERS[0].getsockname()[1]))\n"
        "    os.rename('new', 'port')\n"
    )
    arguments = ["--forwarded-allow-ips", trusted]
    with (
        serving(tmp_path, *arguments, bind="127.0.0.1:0", at="port") as port,
        socket.create_connection(("127.0.0.1", int(port.read_text())), timeout=60) as client,
    ):
        client.sendall(b"GET / HTTP/1.0\r\nX-Forwarded-Proto: https\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(4096), b""))
    assert answer.rpartition(b"\r\n")[2] == scheme


@pytest.mark.parametrize(("arguments", "place"), [([], "s.sock"), (["--chdir", "sub"], "sub/s.sock")])
def test_a_relative_socket_lies_in_the_folder_that_gunicorn_changes_to(tmp_path, arguments, place):
    for folder in (tmp_path, tmp_path / "sub"):
        folder.mkdir(exist_ok=True)
        (folder / "shop.py").write_text(PLAIN)
    with serving(tmp_path, *arguments, at=place) as path:
        assert asked(path).endswith(b"ok")


@pytest.mark.parametrize(
    ("file", "variable", "arguments", "expected"),
    [
        ("timeout = 11\n", "", [], "11"),
        ("timeout = 11\n", "--timeout 12", [], "12"),
        ("timeout = 11\n", "--timeout 12", ["--timeout", "13"], "13"),
        ("", "--timeout 12", [], "12"),
    ],
)
def test_what_wins(tmp_path, file, variable, arguments, expected):
    (tmp_path / "shop.py").write_text(PLAIN)
    (tmp_path / "gunicorn.conf.py").write_text(file)
    run = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--print-config", *arguments, "shop:app"],
        cwd=tmp_path, env=ENVIRONMENT | {"GUNICORN_CMD_ARGS": variable}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert re.search(r"^timeout += (\d+)$", run.stdout, re.MULTILINE)[1] == expected


@pytest.mark.parametrize(("app", "expected"), [(["shop:app"], b"shop"), ([], b"other")])
def test_the_application_of_the_command_wins(tmp_path, app, expected):
    for name in ("shop", "other"):
        (tmp_path / f"{name}.py").write_text(
            PLAIN.replace("b'ok'", f"b'{name}'").replace("'2'", f"'{len(name)}'")
        )
    (tmp_path / "gunicorn.conf.py").write_text("wsgi_app = 'other:app'\n")
    with serving(tmp_path, app=app[0] if app else "--log-level=error") as path:
        assert asked(path).endswith(expected)


def test_preload_imports_the_application_before_gevent_patches(tmp_path):
    """With a stand-in for gevent that only tells when it is asked to patch."""
    package = tmp_path / "gevent"
    package.mkdir()
    (package / "__init__.py").write_text(
        "__version__ = '99.0'\ndef sleep(*_): pass\nclass Timeout(Exception): pass\n"
    )
    (package / "monkey.py").write_text("def patch_all(*_, **__): print('patched', flush=True)\n")
    for name, names in {
        "pool": "Pool",
        "server": "StreamServer",
        "pywsgi": "WSGIServer, WSGIHandler",
    }.items():
        classes = "".join(f"class {one.strip()}: pass\n" for one in names.split(","))
        (package / f"{name}.py").write_text(classes)
    (package / "hub.py").write_text("def get_hub(): pass\n")
    (package / "socket.py").write_text("")
    (tmp_path / "shop.py").write_text(f"print('imported', flush=True)\n{PLAIN}")
    said = {}
    for preload in (True, False):
        run = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--no-control-socket", "-b", "unix:s.sock", "-k", "gevent"),
                *(["--preload"] if preload else []),
                "shop:app",
            ],
            cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        time.sleep(3)
        run.terminate()
        said[preload] = re.findall(r"^(imported|patched)$", run.communicate(timeout=60)[0], re.MULTILINE)[:2]
    assert said[True] == ["imported", "patched"]
    assert said[False][:1] == ["patched"]


@contextlib.contextmanager
def logging(folder, *arguments, name="log", **variables):
    """gunicorn with its control socket; gives the process and a function that tells what it has logged."""
    (folder / "shop.py").write_text(PLAIN)
    log = folder / name
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-b", f"unix:{name}.sock", *arguments, "shop:app"],
            cwd=folder,
            env=ENVIRONMENT | variables,
            stdout=output,
            stderr=output,
        )
    try:
        yield process, log.read_text
    finally:
        process.terminate()
        process.wait(timeout=60)


def waited(happened):
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def test_a_control_socket_that_cannot_be_made(tmp_path):
    """/proc stands for a home that is read-only: gunicorn complains and serves."""
    with logging(tmp_path, HOME="/proc/none") as (_, log):
        waited(lambda: "Control server error" in log() and (tmp_path / "log.sock").exists())
        assert asked(tmp_path / "log.sock").endswith(b"ok")


def test_the_later_one_has_the_control_socket(tmp_path):
    line = f"Control socket listening at {tmp_path}/.gunicorn/gunicorn.ctl"
    with logging(tmp_path, HOME=str(tmp_path)) as (_, log):
        waited(lambda: line in log())
        with logging(tmp_path, name="other", HOME=str(tmp_path)) as (later, other):
            waited(lambda: line in other())
            code = "from gunicorn.ctl.cli import main; main()"
            arguments = ["-s", f"{tmp_path}/.gunicorn/gunicorn.ctl", "-c", "show all"]
            shown = subprocess.run(
                [sys.executable, "-c", code, *arguments],
                capture_output=True,
                text=True,
                timeout=60,
                check=True,
            )
    assert re.search(r"PID: (\d+)", shown.stdout)[1] == str(later.pid)


@pytest.mark.parametrize(("arguments", "logged"), [([], False), (["--access-logfile", "-"], True)])
def test_requests_are_not_logged_by_default(tmp_path, arguments, logged):
    with logging(tmp_path, "--no-control-socket", *arguments) as (_, log):
        waited((tmp_path / "log.sock").exists)
        asked(tmp_path / "log.sock")
        if logged:
            waited(lambda: "GET /" in log())
    assert ("GET /" in log()) is logged


@pytest.mark.parametrize("mode", ["v1", "v2", "auto"])
def test_proxy_protocol_takes_requests_without_it(tmp_path, mode):
    """So that `proxy_protocol` behind a plain `proxy_pass` breaks nothing, and no rule speaks of it."""
    (tmp_path / "shop.py").write_text(PLAIN)
    with serving(tmp_path, "--proxy-protocol", mode) as path:
        assert asked(path).endswith(b"ok")


def certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "c.pem", "-subj", "/CN=x"],
        cwd=folder, stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip


def shaken(path):
    """Whether TLS is spoken on the socket."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with connected(path) as client:
        try:
            context.wrap_socket(client).close()
        except (ssl.SSLError, ConnectionError):
            return False
    return True


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize(
    ("arguments", "tls", "answer"),
    [
        (["--keyfile", "k.pem"], False, b"Internal Server Error"),
        (["--keyfile", "k.pem", "--certfile", "c.pem"], True, b""),
        ([], False, b"ok"),
    ],
)
def test_keys_and_certificates(tmp_path, arguments, tls, answer):
    (tmp_path / "shop.py").write_text(PLAIN)
    certificate(tmp_path)
    with serving(tmp_path, *arguments) as path:
        assert shaken(path) is tls
        said = asked(path)
        assert answer in said if answer else not said


@pytest.mark.oracle("nginx")
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("tls", [False, True])
def test_nginx_and_gunicorn_have_to_agree_on_tls(nginx, tmp_path, scheme, tls):
    (tmp_path / "shop.py").write_text(PLAIN)
    certificate(tmp_path)
    arguments = ["--keyfile", "k.pem", "--certfile", "c.pem"] if tls else []
    with serving(tmp_path, *arguments) as path:
        connected(path).close()
        send = nginx(f"location / {{ proxy_pass {scheme}://unix:{path}:/; }}")
        agreed = tls is (scheme == "https")
        assert send("/").startswith(f"HTTP/1.1 {200 if agreed else 502} ")
    bind = "127.0.0.1:8000"
    files = "certfile = '/c.pem'\n" if tls else ""
    sources = [
        Source("site.conf", f"server {{ location / {{ proxy_pass {scheme}://{bind}; }} }}\n"),
        Source("gunicorn.conf.py", f"bind = '{bind}'\n{files}"),
    ]
    assert bool(check_sources(sources, [all_rules()["proxy-tls-mismatch"]])) is not agreed


@pytest.mark.parametrize("execs", [False, True])
def test_who_tells_systemd_that_gunicorn_is_ready(tmp_path, execs):
    """The kernel says which process has sent the message; systemd takes it from the one that it has started."""
    (tmp_path / "shop.py").write_text(PLAIN)
    program = f"{sys.executable} -m gunicorn --no-control-socket -b unix:s.sock shop:app"
    (tmp_path / "start.sh").write_text(f"#!/bin/sh\n{'exec ' if execs else ''}{program}\n")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        process = subprocess.Popen(
            ["/bin/sh", "start.sh"], cwd=tmp_path, env=ENVIRONMENT | {"NOTIFY_SOCKET": str(tmp_path / "notify")},
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            message, extra, *_ = manager.recvmsg(4096, socket.CMSG_SPACE(12))
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)
    sender = struct.unpack("3i", extra[0][2][:12])[0]
    assert b"READY=1" in message
    assert (sender == process.pid) is execs
    unit = "[Service]\nType=notify\nExecStart=/srv/start.sh\n"
    script = (tmp_path / "start.sh").read_text()
    found = check_sources(
        [Source("a.service", unit), Source("start.sh", script)], [all_rules()["notification-dropped"]]
    )
    assert bool(found) is not execs
