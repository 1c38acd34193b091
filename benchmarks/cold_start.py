"""How long one cold run on one small file takes, as a multiple of `python -c pass`.

    python benchmarks/cold_start.py [--short]

Installs this checkout into a temporary environment, so that everything is compiled as it is for users,
then runs both commands alternately and prints the ratio of the medians of their processor time.
Fails when a run does not report the fault that the file has.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
UNIT = """\
[Unit]
Description=Shop
After=network.target

[Service]
User=shop
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi --bind 127.0.0.1:8000
Restrat=always

[Install]
WantedBy=multi-user.target
"""
EXPECTED = "systemd-unknown-key"


def install(folder: Path) -> Path:
    """An environment with the program in it; the result is its `bin`."""
    venv.create(folder, with_pip=True)
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([folder / "bin" / "pip", "install", "-q", ROOT], check=True, env=environment)
    return folder / "bin"


def seconds(command: list[str], folder: Path) -> tuple[float, str]:
    """Processor time of a process and what it prints; wall time says more about the other processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--short", action="store_true", help="five runs instead of twenty")
    runs = 5 if parser.parse_args().short else 20
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = install(folder / "environment")
        (folder / "shop.service").write_text(UNIT)
        bare = [str(programs / "python"), "-c", "pass"]
        lint = [str(programs / "deploylint"), "--isolated", "shop.service"]
        times: dict[str, list[float]] = {"bare": [], "lint": []}
        for _ in range(runs):
            times["bare"].append(seconds(bare, folder)[0])
            taken, output = seconds(lint, folder)
            if f"error[{EXPECTED}]" not in output:
                sys.exit(f"the run did not find {EXPECTED}:\n{output}")
            times["lint"].append(taken)
    start, run = median(times["bare"]), median(times["lint"])
    print(f"python -c pass {start * 1000:.1f} ms, deploylint {run * 1000:.1f} ms: {run / start:.1f} times")


if __name__ == "__main__":
    main()
