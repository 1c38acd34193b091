"""How long one cold run on one small file takes, as a multiple of `python -c pass`.

    python benchmarks/cold_start.py [--short]

Installs this checkout into a temporary environment, so that everything is compiled as it is for users,
then runs all commands by turns and prints the ratios of the medians of their processor time, for a unit,
an nginx file of 60 lines, a supervisor program and a compose file, and for the nginx file those to both gixys. All
default rules are on. Fails when a run does not report the fault that its file has.
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

from _side_by_side import installed

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
NGINX = """\
user www-data;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log warn;

events {
    worker_connections 1024;
}

http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 65;
    server_tokens off;
    gzip on;
    gzip_types text/css application/json application/javascript;
    log_format main '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent';
    access_log /var/log/nginx/access.log main;

    upstream shop {
        server 127.0.0.1:8000 fail_timeout=0;
        keepalive 16;
    }

    server {
        listen 80 default_server;
        server_name shop.example.com;
        return 301 https://shop.example.com$request_uri;
    }

    server {
        listen 443 ssl;
        server_name shop.example.com;
        ssl_certificate /etc/ssl/certs/shop.pem;
        ssl_certificate_key /etc/ssl/private/shop.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        client_max_body_size 10m;
        root /srv/shop/public;

        location /static/ {
            alias /srv/shop/static/;
            expires 30d;
            autoindex on;
        }

        location / {
            proxy_pass http://shop;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_connect_timeout 5s;
            proxy_send_timeout 60s;
            proxy_read_timeout 60s;
        }
    }
}
"""
SUPERVISOR = """\
[program:shop]
command=/srv/shop/venv/bin/gunicorn shop.wsgi --bind 127.0.0.1:8000
directory=/srv/shop
user=shop
autostart=true
autorestart=true
stopwaittimeout=60
stdout_logfile=/var/log/shop.log
redirect_stderr=true
"""
COMPOSE = """\
services:
  web:
    image: shop
    command: gunicorn shop.wsgi --bind 0.0.0.0:8000 --frob
    ports:
      - "127.0.0.1:8000:8000"
"""
# Each file with its text and the rule that finds its fault.
FILES = {
    "shop.service": (UNIT, "systemd-unknown-key"),
    "nginx.conf": (NGINX, "nginx-autoindex-on"),
    "supervisor.conf": (SUPERVISOR, "supervisor-unknown-option"),
    "compose.yml": (COMPOSE, "command-line-unknown-flag"),
}


def install(folder: Path) -> Path:
    """An environment with the program in it; the result is its `bin`.

    Its pip is of today: older ones write scripts that import `re`, which is a tenth of a run.
    """
    venv.create(folder, with_pip=True, upgrade_deps=True)
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
        for file, (text, _) in FILES.items():
            (folder / file).write_text(text)
        peers = {
            name: bin_ for name in ("gixy-ng", "gixy-next") if (bin_ := installed(folder, name)) is not None
        }
        slower: dict[str, list[float]] = {name: [] for name in peers}
        bare: list[float] = []
        times: dict[str, list[float]] = {file: [] for file in FILES}
        for _ in range(runs):
            bare.append(seconds([str(programs / "python"), "-c", "pass"], folder)[0])
            for file, (_, expected) in FILES.items():
                taken, output = seconds([str(programs / "deploylint"), "--isolated", file], folder)
                if f"[{expected}]" not in output:
                    sys.exit(f"the run on {file} did not find {expected}:\n{output}")
                times[file].append(taken)
            for peer, bin_ in peers.items():
                taken, output = seconds([str(bin_ / "gixy"), "--format", "json", "nginx.conf"], folder)
                if not output.startswith("["):
                    sys.exit(f"{peer} did not check nginx.conf:\n{output}")
                slower[peer].append(taken)
    start = median(bare)
    print(f"python -c pass {start * 1000:.1f} ms")
    for file, taken in times.items():
        run = median(taken)
        print(f"deploylint {file} {run * 1000:.1f} ms: {run / start:.1f} times")
    for name, taken in slower.items():
        run = median(taken)
        print(
            f"{name} nginx.conf {run * 1000:.1f} ms: {run / median(times['nginx.conf']):.1f} times deploylint's"
        )


if __name__ == "__main__":
    main()
