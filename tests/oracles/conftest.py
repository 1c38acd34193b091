"""Real servers that tests start."""

import socket
import subprocess
import time

import pytest
from oracles.nginx_server import MAIN, PATIENCE, PROGRAM, Echo, free_port


@pytest.fixture
def application():
    echo = Echo()
    yield echo
    echo.listener.close()


@pytest.fixture
def nginx(tmp_path):
    """Start nginx with directives of the server and of http; gives a function that sends a target."""
    started = []

    def start(server, http=""):
        port = free_port()
        config = tmp_path / "nginx.conf"
        text = MAIN.format(folder=tmp_path, port=port, server=server, http=http)
        config.write_text(text, encoding="utf-8")
        process = subprocess.Popen(
            [PROGRAM, "-c", str(config), "-p", str(tmp_path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        for _ in range(1200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, process.stderr.read().decode()
                time.sleep(0.05)

        def send(target, *headers, host="site.example", method="GET", body=""):
            lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", ""]
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
                connection.sendall(("\r\n".join(lines) + body).encode())
                answer = b""
                while piece := connection.recv(65536):
                    answer += piece
            return answer.decode("latin-1")

        return send

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=60)
        process.stderr.close()
