"""An nginx of our own on free loopback ports, an application behind it, and what tests ask of their answers."""

import re
import shutil
import socket
import subprocess
import threading

from deploylint.source import Source
from support import all_rules, check_sources

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") or "nginx"
# Seconds before a silent peer is given up: only a test that fails waits so long.
PATIENCE = 60
MAIN = """\
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log notice;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/b;
    proxy_temp_path {folder}/p;
    fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u;
    scgi_temp_path {folder}/s;
    lingering_timeout 1s;
    {http}
    server {{
        listen 127.0.0.1:{port};
        {server}
    }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _whole_request(connection):
    """The bytes of one request: closing before the body is read would reset the connection."""
    request = connection.recv(65536)
    head, blank, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: (\d+)", head)
    missing = int(length[1]) - len(body) if blank and length else 0
    while missing > 0 and (piece := connection.recv(65536)):
        request += piece
        missing -= len(piece)
    return request


class Echo:
    """An application that answers every request with the bytes it received."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    @staticmethod
    def _answer(connection):
        with connection:
            connection.settimeout(PATIENCE)
            try:
                while request := _whole_request(connection):
                    head = f"HTTP/1.1 200 OK\r\nX-App: yes\r\nContent-Length: {len(request)}\r\n\r\n"
                    connection.sendall(head.encode() + request)
                    if b"\r\nConnection: close" in request:
                        return
            except OSError:
                return


class ClosesOnSecond(Echo):
    """An application that answers the first request of each connection and closes at the second one."""

    @staticmethod
    def _answer(connection):
        with connection:
            connection.settimeout(PATIENCE)
            try:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                connection.recv(65536)
            except OSError:
                return


def found(rule, text):
    """Whether a rule finds something in directives of a server."""
    source = Source("nginx/site.conf", f"server {{ listen 80; {text} }}\n")
    return bool(check_sources([source], [all_rules()[rule]]))


def status(answer):
    return int(answer.split(" ", 2)[1])


def head(answer):
    return answer.split("\r\n\r\n", 1)[0].split("\r\n")


def put(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def checked(folder, http):
    """What `nginx -t` says of directives of http."""
    config = folder / "checked.conf"
    config.write_text(f"events {{}} http {{ {http} }}\n", encoding="utf-8")
    command = [PROGRAM, "-t", "-c", str(config), "-g", f"pid {folder}/pid; error_log stderr;"]
    return subprocess.run(command, capture_output=True, check=False, text=True).stderr
