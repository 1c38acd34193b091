"""Addresses as nginx, systemd and uWSGI take them."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from deploylint.values.address import TcpAddress, UnixAddress
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import nginx_listen, systemd_stream, uwsgi_socket
from deploylint.values.upstream import proxy_pass, server_pass, upstream_server

LISTEN = [
    "8000",
    "*:8000",
    "127.0.0.1",
    ":8000",
    "[::]:8000",
    "unix:/tmp/a",
    "unix:",
    "localhost",
    "0",
    "70000",
    "8000-8002",
    "[::1]",
    "*",
    "unix:a",
    "127.0.0.1:",
    "/a",
    "http://x",
    "8000/",
    "[::]",
    "127.0.0.1:0",
    "080",
    "80-79",
    "127.0.0.1:80-82",
    "80/x:1",
    "80?x",
    "[::1]x",
    "[::1]/",
    "[]",
    "[x]:80",
    "000000000080",
]
PROXY = [
    "http://127.0.0.1",
    "http://127.0.0.1:80/",
    "http://127.0.0.1:",
    "http://127.0.0.1:0",
    "http://127.0.0.1:70000",
    "127.0.0.1:80",
    "http://",
    "http://:80",
    "http://[::1]:80/",
    "http://[::1",
    "http://[::1]x",
    "http://[::1]?a",
    "http://[::1]/",
    "http://[]:80",
    "HTTP://127.0.0.1",
    "http://127.0.0.1?x",
    "http://unix:/a:/u",
    "http://unix:/a",
    "http://unix:",
    "http://UNIX:/a",
    "https://127.0.0.1",
    "http://127.0.0.1/a:b",
    "http://127.0.0.1:80?a/b",
    "http://127.0.0.1:+80",
    "http://[foo]:80",
    "http://127.0.0.1:0000000000080",
]
UWSGI = [
    "127.0.0.1:3031",
    "uwsgi://127.0.0.1:3031",
    "suwsgi://127.0.0.1:3031",
    "127.0.0.1:3031/x",
    "unix:/a",
    "unix:/a:",
    "unix:",
    ":3031",
    "[::1]:3031",
    "127.0.0.1?x:80",
    "/run/a.sock",
    "[::1]/:80",
    "127.0.0.1:x",
    "http://127.0.0.1:80/",
]
SERVER = [
    "127.0.0.1",
    "127.0.0.1:8000",
    "unix:/a",
    "unix:/a:/b",
    "[::1]",
    "[::1]:80",
    ":80",
    "127.0.0.1/x",
    "127.0.0.1:0",
    "http://127.0.0.1",
]
STREAM = [
    "8000",
    "0",
    "65536",
    "0x1F90",
    "010",
    "08",
    "0b11",
    "0o17",
    "127.0.0.1:80",
    "[::1]:80",
    "[::]:80",
    "*:80",
    "localhost:80",
    ":80",
    "127.0.0.1",
    "/run/x",
    "run/x",
    "@x",
    "vsock:2:1",
    "127.0.0.1:",
    "[::1]",
    "::1",
    "127.0.0.1:0",
    "+80",
    "-80",
    "@",
    "/",
    "127.1:80",
    "127.0.0.1:08080",
    "127.0.0.1:0x50",
    "127.0.0.1:+80",
    "80a",
    "256.0.0.1:80",
    "[::1]80",
    "127.0.0.01:80",
    "unix:/a",
    "http://127.0.0.1:80",
    "0000080",
    "0x",
    "1e3",
]


def refused_by_nginx(folder: Path, body: str) -> str | None:
    conf = folder / "nginx.conf"
    conf.write_text(f"pid {folder}/pid; error_log stderr; events {{}} http {{ {body} }}")
    done = subprocess.run(["nginx", "-t", "-c", conf], capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if "[emerg]" in line]
    # A later stage than parsing: creating folders or sockets that this user may not create.
    return lines[0] if lines and "(1" not in lines[0] else None


def refusal(parse, *arguments):
    try:
        parse(*arguments)
    except InvalidValue as error:
        return error.message
    return None


@pytest.mark.oracle("nginx")
@pytest.mark.parametrize(
    ("body", "parse", "arguments"),
    [
        *(("server {{ listen {}; }}", nginx_listen, (text,)) for text in LISTEN),
        *(
            ("server {{ listen 8000; location / {{ proxy_pass {}; }} }}", proxy_pass, (text,))
            for text in PROXY
        ),
        *(
            ("server {{ listen 8000; location / {{ uwsgi_pass {}; }} }}", server_pass, (text, "uwsgi_pass"))
            for text in UWSGI
        ),
        *(("upstream u {{ server {}; }}", upstream_server, (text,)) for text in SERVER),
    ],
)
def test_nginx_refuses_the_same_addresses_in_the_same_words(tmp_path, body, parse, arguments):
    ours = refusal(parse, *arguments)
    theirs = refused_by_nginx(tmp_path, body.format(arguments[0]))
    if ours is None:
        assert theirs is None
    else:
        assert theirs is not None
        assert ours in theirs


@pytest.mark.oracle("systemd-analyze")
def test_systemd_refuses_the_same_streams(tmp_path):
    unit = tmp_path / "t.socket"
    unit.write_text("[Socket]\n" + "".join(f"ListenStream={text}\n" for text in STREAM))
    (tmp_path / "t.service").write_text("[Service]\nExecStart=/bin/true\n")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    theirs = {int(number) - 2 for number in re.findall(r":(\d+): Failed to parse address", done.stderr)}
    ours = {number for number, text in enumerate(STREAM) if refusal(systemd_stream, text) is not None}
    assert [STREAM[number] for number in sorted(ours)] == [STREAM[number] for number in sorted(theirs)]


@pytest.mark.oracle("uwsgi")
@pytest.mark.parametrize(
    "text", [":0", "127.0.0.1:0", "[::1]:0", "localhost:0", "app.sock", "9", "@deploylint", r"\0deploylint"]
)
def test_uwsgi_binds_what_is_read(tmp_path, text):
    program = Path(sys.executable).with_name("uwsgi")
    with subprocess.Popen(
        [program if program.exists() else "uwsgi", "--socket", text],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if bound := re.match(r"uwsgi socket 0 bound to (\S+) address (\S+)", line):
                break
        else:
            pytest.fail("uwsgi did not bind")
        process.send_signal(signal.SIGINT)
        process.stderr.read()
    ours = uwsgi_socket(text)
    assert bound is not None
    if isinstance(ours, UnixAddress):
        assert bound[1] == "UNIX"
    else:
        assert isinstance(ours, TcpAddress)
        assert bound[1].startswith("TCP")
