"""How long deploylint takes for an nginx file of 5,000 lines, whole processes, side by side with gixy-next.

    python benchmarks/nginx_validator.py [--short]

gixy-next (https://pypi.org/project/gixy-next/) is installed into an environment of its own in a temporary folder. Both
programs get the same file, in which both have the same one thing to find, so that a run that did nothing is noticed.
Prints the medians of the processor time and their ratio, or that gixy-next could not be had.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

LINES = 5_000
HEAD = """\
user www-data;
worker_processes auto;
events {
    worker_connections 1024;
}
http {
    server_tokens off;
    log_format main '$remote_addr [$time_local] "$request" $status $upstream_response_time';
    access_log /var/log/nginx/access.log main;
    limit_req_zone $binary_remote_addr zone=perip:10m rate=10r/s;
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
    }
"""
SERVER = """\
    upstream app{number} {{
        server 127.0.0.1:{port} max_fails=3 fail_timeout=30s;
        server unix:/run/app{number}.sock backup;
        keepalive 16;
    }}
    server {{
        listen 80;
        server_name site{number}.example.com;
        client_max_body_size 20m;
        root /srv/site{number};
        location / {{
            try_files $uri @app;
        }}
        location @app {{
            limit_req zone=perip burst=20 nodelay;
            proxy_pass http://app{number};
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_read_timeout 120s;
        }}
        location ~* \\.(?:css|js|png)$ {{
            expires 30d;
            add_header Cache-Control "public";
        }}
    }}
"""
# Both report it: a location without a slash at its end before an alias with one.
FAULT = """\
    server {
        listen 81;
        location /static {
            alias /srv/static/;
        }
    }
}
"""


def configuration() -> str:
    """A valid main file of at least `LINES` lines."""
    size = SERVER.count("\n")
    count = (LINES - HEAD.count("\n") - FAULT.count("\n")) // size + 1
    servers = (SERVER.format(number=number, port=8000 + number) for number in range(count))
    return HEAD + "".join(servers) + FAULT


def seconds(command: list[str]) -> tuple[float, str]:
    """Processor time of a process and what it prints; wall time says more about the other processes."""
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output = subprocess.run(command, capture_output=True, text=True, check=False, env=environment).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, output


def main() -> None:
    """Measure, print, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="three runs instead of eleven")
    runs = 3 if parser.parse_args().short else 11
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv/bin/python"
        install = [str(python), "-m", "pip", "install", "--quiet", "gixy-next"]
        if subprocess.run(install, check=False).returncode:
            print("gixy-next could not be installed, so there is nothing to compare with")
            return
        target = folder / "nginx.conf"
        target.write_text(configuration(), encoding="utf-8")
        commands = (
            [sys.executable, "-m", "deploylint", "--isolated", "--output-format", "json", str(target)],
            [str(folder / "venv/bin/gixy"), "--format", "json", "--disable-includes", str(target)],
        )
        # By turns, and the first round only warms the caches.
        rounds = [[seconds(command) for command in commands] for _ in range(runs + 1)]
    our_report, their_report = (report for _, report in rounds[-1])
    ours, theirs = (statistics.median(one[at][0] for one in rounds[1:]) for at in (0, 1))
    rules = {finding["rule"] for finding in json.loads(our_report)["findings"]}
    checks = {finding["plugin"] for finding in json.loads(their_report)}
    assert "nginx-alias-traversal" in rules, rules
    assert "alias_traversal" in checks, checks
    lines = configuration().count("\n")
    print(
        f"{lines} lines: deploylint {ours * 1000:.0f} ms, gixy-next {theirs * 1000:.0f} ms, ratio {theirs / ours:.2f}"
    )


if __name__ == "__main__":
    main()
