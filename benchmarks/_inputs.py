"""What the benchmarks feed to the programs, always the same for the same number."""

from collections.abc import Callable
from pathlib import Path

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
# A location without a slash at its end before an alias with one: deploylint and the gixys report it.
FAULT = """\
    server {
        listen 81;
        location /static {
            alias /srv/static/;
        }
    }
"""
NGINX_RULE, GIXY_CHECK = "nginx-alias-traversal", "alias_traversal"

UNIT_RULE, UNIT_FAULT = "systemd-unknown-key", "Restrat=always\n"
_UNITS = {
    "web{n}.service": """\
[Unit]
Description=Shop {n}
After=network-online.target postgresql.service
Wants=network-online.target

[Service]
Type=notify
User=shop{n}
Group=www-data
RuntimeDirectory=shop{n}
WorkingDirectory=/srv/shop{n}
Environment=DJANGO_SETTINGS_MODULE=shop{n}.settings PYTHONUNBUFFERED=1
ExecStart=/srv/shop{n}/venv/bin/gunicorn shop{n}.wsgi:application --bind unix:/run/shop{n}/web.sock --workers {few}
ExecReload=/bin/kill -s HUP $MAINPID
KillMode=mixed
TimeoutStopSec={few}5
PrivateTmp=true
Restart=on-failure

[Install]
WantedBy=multi-user.target
""",
    "worker{n}.service": """\
# The queue of shop {n}.
[Unit]
Description=Queue of shop {n}
After=network-online.target redis.service
Wants=network-online.target

[Service]
User=shop{n}
WorkingDirectory=/srv/shop{n}
ExecStart=/srv/shop{n}/venv/bin/celery --app shop{n} worker --concurrency {few} \\
    --loglevel INFO
Restart=always
RestartSec={few}
LimitNOFILE={n}

[Install]
WantedBy=multi-user.target
""",
    "clean{n}.service": """\
[Unit]
Description=Clear the sessions of shop {n}

[Service]
Type=oneshot
User=shop{n}
WorkingDirectory=/srv/shop{n}
Nice={few}
ExecStart=/srv/shop{n}/venv/bin/python manage.py clearsessions
""",
    "clean{n}.timer": """\
[Unit]
Description=Clear the sessions of shop {n} every night

[Timer]
OnCalendar=*-*-* 0{few}:{minute}:00
RandomizedDelaySec={n}
Persistent=true

[Install]
WantedBy=timers.target
""",
    "api{n}.service": """\
[Unit]
Description=API {n}
After=network-online.target
Wants=network-online.target

[Service]
User=api{n}
EnvironmentFile=/etc/default/api{n}
WorkingDirectory=/opt/api{n}
ExecStart=/opt/api{n}/bin/uvicorn api{n}.main:app --host 127.0.0.1 --port {port}
Restart=always
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=/var/lib/api{n}
MemoryMax={n}M

[Install]
WantedBy=multi-user.target
""",
}


def nginx_file(lines: int, *, fault: bool = True) -> str:
    """A valid main file of at least so many lines."""
    rest = lines - HEAD.count("\n") - FAULT.count("\n") * fault
    count = max(1, -(-rest // SERVER.count("\n")))
    servers = (SERVER.format(number=number, port=8000 + number % 50_000) for number in range(count))
    return HEAD + "".join(servers) + FAULT * fault + "}\n"


def nginx_files(folder: Path, count: int) -> int:
    """Write main files of one site each, every tenth with the fault; how many have it."""
    for number in range(count):
        site = SERVER.format(number=number, port=1024 + number % 60_000)
        text = HEAD + site + (FAULT if number % 10 == 0 else "") + "}\n"
        path = folder / f"site{number:05}" / "nginx.conf"
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return -(-count // 10)


def units(folder: Path, count: int) -> int:
    """Write services and timers, every tenth service for the web with the fault; how many have it."""
    folder.mkdir(parents=True, exist_ok=True)
    faults = 0
    for at in range(count):
        number, which = divmod(at, len(_UNITS))
        name, text = list(_UNITS.items())[which]
        values = {"n": 100 + number, "few": 2 + number % 4, "minute": 10 + number % 50, "port": 1024 + number}
        text = text.format(**values)
        if which == 0 and number % 10 == 0:
            text = text.replace("Restart=on-failure\n", UNIT_FAULT)
            faults += 1
        (folder / name.format(**values)).write_text(text)
    return faults


def _numbered(piece: str, megabytes: float) -> str:
    """About so many million characters of a piece, with numbers of seven digits for its `{0}`."""
    count = int(megabytes * 1_000_000 / len(piece.format("0000000")))
    return "".join(piece.format(f"{number:07}") for number in range(count))


def map_file(megabytes: float) -> str:
    """One `map` of about so many million characters."""
    body = _numbered("    key{0}.example.com 127.0.0.1:8000;\n", megabytes)
    return "events {\n}\nhttp {\n    map $host $backend {\n" + body + "    }\n}\n"


def servers_file(megabytes: float) -> str:
    """Servers of about so many million characters."""
    lines = megabytes * 1_000_000 / len(SERVER) * SERVER.count("\n")
    return nginx_file(max(60, int(lines)), fault=False)


def unit_file(megabytes: float) -> str:
    """One service with about so many million characters of environment."""
    return "[Service]\nExecStart=/bin/true\n" + _numbered("Environment=NAME{0}=value\n", megabytes)


def nested_file(megabytes: float) -> str:
    """Blocks in blocks: 400,000 of them are 3.6 million characters."""
    depth = int(megabytes * 1_000_000 / len("if (a) {}"))
    return "if (a) {" * depth + "}" * depth


def long_line(megabytes: float) -> str:
    """One directive of about so many million characters, all on one line."""
    names = _numbered(" name{0}.example.com", megabytes)
    return f"events {{\n}}\nhttp {{\n    server {{\n        server_name{names};\n    }}\n}}\n"


def supervisor_file(megabytes: float) -> str:
    """Programs of about so many million characters."""
    program = (
        "[program:web{0}]\ncommand=/srv/shop/venv/bin/gunicorn shop.wsgi --bind unix:/srv/shop/{0}.sock\n"
        "directory=/srv/shop\nuser=shop\nautostart=true\nautorestart=true\nstopasgroup=true\n"
        "killasgroup=true\nstdout_logfile=/var/log/web{0}.log\n\n"
    )
    return "[supervisord]\n\n" + _numbered(program, megabytes)


def compose_file(megabytes: float) -> str:
    """Services of about so many million characters."""
    service = (
        "  web{0}:\n    image: python:3.12\n    command: gunicorn shop.wsgi --bind 0.0.0.0:8000\n"
        "    restart: unless-stopped\n    environment:\n      DJANGO_SETTINGS_MODULE: shop.settings\n"
        "    expose:\n      - 8000\n"
    )
    return "services:\n" + _numbered(service, megabytes)


def env_file(megabytes: float) -> str:
    """Variables of about so many million characters."""
    return _numbered("NAME{0}=value\n", megabytes)


def gunicorn_file(megabytes: float) -> str:
    """Assignments of about so many million characters."""
    return 'bind = "127.0.0.1:8000"\n' + _numbered('name{0} = "value"\n', megabytes)


def uwsgi_file(megabytes: float) -> str:
    """Options of about so many million characters."""
    body = _numbered("env = NAME{0}=value\n", megabytes)
    return "[uwsgi]\nmodule = shop.wsgi\nmaster = true\nhttp-socket = :8000\n" + body


GROWING: dict[str, tuple[str, Callable[[float], str]]] = {
    "map": ("nginx.conf", map_file),
    "servers": ("nginx.conf", servers_file),
    "nested": ("nginx.conf", nested_file),
    "line": ("nginx.conf", long_line),
    "unit": ("large.service", unit_file),
    "supervisor": ("supervisord.conf", supervisor_file),
    "compose": ("compose.yaml", compose_file),
    "env": (".env", env_file),
    "gunicorn": ("gunicorn.conf.py", gunicorn_file),
    "uwsgi": ("uwsgi.ini", uwsgi_file),
}
