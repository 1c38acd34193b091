"""How the cost of one deployment grows with the number of deployments in a run.

    python benchmarks/deployments.py [--short]

Generates 100, 1,000 and 10,000 deployments (nginx, a systemd unit, a gunicorn configuration, a wsgi
module each, every tenth with a port that nobody listens on), lints each set in a process of its own,
checks that exactly the made faults are found, and prints time and peak memory per deployment.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (100, 1_000, 10_000)
SHORT = (100, 1_000)
RULE = "proxy-target-not-listening"


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


def measure(root: Path) -> tuple[float, float, int]:
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
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    started = time.perf_counter()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    report = json.loads(done.stdout)
    assert not report["problems"], report["problems"][:3]
    found = sum(finding["rule"] == RULE for finding in report["findings"])
    return seconds, max(before, after) / 1024, found


def main() -> None:
    base = None
    print("deployments   seconds   ms each   peak MiB   each against the smallest set")
    for size in SHORT if "--short" in sys.argv else SIZES:
        with tempfile.TemporaryDirectory() as folder:
            faults = generate(Path(folder), size)
            seconds, memory, found = measure(Path(folder))
        assert found == faults, f"{found} findings, {faults} faults"
        each = seconds / size
        base = base or each
        print(f"{size:11,}   {seconds:7.2f}   {each * 1000:7.2f}   {memory:8.0f}   {each / base:.2f}")


if __name__ == "__main__":
    main()
