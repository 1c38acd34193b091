"""How the cost of one deployment grows with the number of deployments in a run.

    python benchmarks/deployments.py [--short]

Generates 100, 1,000 and 10,000 deployments (nginx, a systemd unit, a gunicorn configuration, a wsgi
module each, every tenth with a port that nobody listens on), and as many compose projects (every tenth with a misspelt
key), lints each set in a process of its own, checks that exactly the made faults are found, and prints time and peak
memory per deployment.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZES = (100, 1_000, 10_000)
SHORT = (100, 1_000)
RULE, COMPOSE_RULE = "proxy-target-not-listening", "compose-unknown-key"


def generate(root: Path, count: int) -> int:
    """Write the deployments; the result is the number of faults in them."""
    faults = 0
    for number in range(count):
        folder = root / f"shop{number:05d}"
        (folder / "deploy").mkdir(parents=True)
        port = 1024 + number % 60_000
        broken = number % 10 == 0
        faults += broken
        target = port + 1 if broken else port
        (folder / "deploy" / "site.conf").write_text(
            f"server {{\n    listen 80;\n    server_name shop{number}.example.org;\n"
            f"    location / {{\n        proxy_set_header Host $host;\n        proxy_pass http://127.0.0.1:{target};\n    }}\n}}\n"
        )
        (folder / "deploy" / "shop.service").write_text(
            "[Unit]\nAfter=network.target\n\n[Service]\nUser=shop\nWorkingDirectory=/srv/shop\nRestart=on-failure\n"
            "ExecStart=/srv/shop/venv/bin/gunicorn -c /srv/shop/deploy/gunicorn.conf.py wsgi:app\n"
        )
        (folder / "deploy" / "gunicorn.conf.py").write_text(f'bind = "127.0.0.1:{port}"\nworkers = 2\n')
        (folder / "wsgi.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    return faults


def generate_compose(root: Path, count: int) -> int:
    """The same for compose projects."""
    faults = 0
    for number in range(count):
        folder = root / f"shop{number:05d}"
        folder.mkdir(parents=True)
        broken = number % 10 == 0
        faults += broken
        (folder / "compose.yaml").write_text(
            f"services:\n  web:\n    image: registry.example.com/shop{number}:1.4\n"
            f"    command: gunicorn -b 0.0.0.0:8000 shop.wsgi\n    {'restrat' if broken else 'restart'}: unless-stopped\n"
            "    networks: [back]\n  db:\n    image: postgres:16.4\n    networks: [back]\nnetworks:\n  back:\n"
        )
    return faults


def measure(root: Path, rule: str) -> tuple[float, float, int]:
    """(seconds, MiB, findings of the rule) of one run in a new process."""
    command = [
        sys.executable,
        "-m",
        "deploylint",
        "--isolated",
        "--output-format",
        "json",
        "--root",
        ".",
        ".",
    ]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=root, stdout=output)
        _, _, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        output.seek(0)
        report = json.load(output)
    assert not report["problems"], report["problems"][:3]
    found = sum(finding["rule"] == rule for finding in report["findings"])
    return seconds, usage.ru_maxrss / 1024, found


def show(what: str, make: Callable[[Path, int], int], rule: str, sizes: tuple[int, ...]) -> None:
    base = None
    print(f"{what:>16}   seconds   ms each   peak MiB   each against the smallest set")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            faults = make(Path(folder), size)
            seconds, memory, found = measure(Path(folder), rule)
        assert found == faults, f"{found} findings, {faults} faults"
        each = seconds / size
        base = base or each
        print(f"{size:16,}   {seconds:7.2f}   {each * 1000:7.2f}   {memory:8.0f}   {each / base:.2f}")


def main() -> None:
    sizes = SHORT if "--short" in sys.argv else SIZES
    show("deployments", generate, RULE, sizes)
    show("compose projects", generate_compose, COMPOSE_RULE, sizes)


if __name__ == "__main__":
    main()
