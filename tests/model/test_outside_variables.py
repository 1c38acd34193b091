"""A file of variables that is not in the project may bring GUNICORN_CMD_ARGS: no error where that overrules a value."""

import pytest
from deploylint import Severity
from deploylint.source import Source
from support import all_rules, check_sources

NGINX = Source("site.conf", "server {\n    location / { proxy_pass http://127.0.0.1:8000; }\n}\n")


def unit(*lines, options="-c /srv/app/gunicorn.conf.py"):
    text = "\n".join(("[Service]", "WorkingDirectory=/srv/app", "User=app", *lines))
    return Source("app.service", f"{text}\nExecStart=/srv/app/venv/bin/gunicorn {options} app:app\n")


def settings(text):
    return Source("gunicorn.conf.py", text)


CASES = {
    "server-user-cannot-change": [unit(), settings('user = "other"\n')],
    "unprivileged-cannot-create": [unit(), settings('bind = "0.0.0.0:80"\n')],
    "daemonized-under-supervisor": [unit(), settings("daemon = True\n")],
    "systemd-forking-server": [unit("Type=forking"), settings("workers = 2\n")],
    "notify-without-notification": [unit("Type=notify"), settings("daemon = True\n")],
    "proxy-protocol-mismatch": [
        Source("site.conf", NGINX.text.replace("proxy_pass http://", "uwsgi_pass ")),
        unit(options="--bind 127.0.0.1:8000"),
        settings("workers = 2\n"),
    ],
    "proxy-target-not-listening": [NGINX, unit(), settings('bind = "127.0.0.1:9000"\n')],
    "socket-hidden-by-private-tmp": [
        Source("site.conf", NGINX.text.replace("127.0.0.1:8000", "unix:/tmp/app.sock")),
        unit("PrivateTmp=yes"),
        settings('bind = "unix:/tmp/app.sock"\n'),
    ],
    "app-interface-mismatch": [
        unit(),
        settings('worker_class = "gthread"\n'),
        Source("app.py", "from fastapi import FastAPI\napp = FastAPI()\n"),
    ],
    "gunicorn-no-workers": [unit(), settings("workers = 0\n")],
    "gunicorn-control-socket-none": [unit(), settings("control_socket = None\n")],
    "gunicorn-unknown-worker-class": [unit(), settings('worker_class = "gevnet"\n')],
    "gunicorn-invalid-log-configuration": [unit(), settings('logconfig_dict = {"version": 2}\n')],
    "gunicorn-log-part-missing": [unit(), settings('logconfig_dict = {"handlers": {}}\n')],
    "module-hidden-by-file": [
        Source(
            "app.service",
            "[Service]\nWorkingDirectory=/srv/app\nUser=app\nExecStart=/usr/bin/python3 -m gunicorn app:app\n",
        ),
        Source("app/gunicorn.py", ""),
        Source("app/app.py", "app = print\n"),
    ],
    "uwsgi-socket-public": [unit(), settings('bind = "0.0.0.0:8000"\nprotocol = "uwsgi"\n')],
}


def found(name, sources):
    return [(item.rule, item.severity) for item in check_sources(sources, [all_rules()[name]])]


def with_file(sources, line="EnvironmentFile=/etc/default/app"):
    return [
        Source(one.path, one.text.replace("User=app", f"User=app\n{line}")) if "Service" in one.text else one
        for one in sources
    ]


@pytest.mark.parametrize("name", CASES)
def test_a_file_from_outside(name):
    sources = CASES[name]
    assert found(name, sources) == [(name, Severity.ERROR)]
    assert found(name, with_file(sources)) == [(name, Severity.WARNING)]


@pytest.mark.parametrize("name", CASES)
def test_a_file_of_the_project(name):
    variables = Source("default/app", "SHOP_KEY=1\n")
    assert found(name, [*with_file(CASES[name]), variables]) == [(name, Severity.ERROR)]


def test_the_command_line_wins():
    sources = with_file([unit(options="--bind 0.0.0.0:80")])
    assert found("unprivileged-cannot-create", sources) == [("unprivileged-cannot-create", Severity.ERROR)]


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("gunicorn-no-workers", "--workers 2"),
        ("gunicorn-control-socket-none", "--no-control-socket"),
        ("gunicorn-control-socket-none", "--control-socket /run/a.ctl"),
        ("gunicorn-unknown-worker-class", "-k gevent"),
        ("gunicorn-log-part-missing", "--logger-class shop.Logger"),
    ],
)
def test_the_command_line_overrules_the_file(name, option):
    sources = [unit(options=f"-c /srv/app/gunicorn.conf.py {option}"), CASES[name][1]]
    assert found(name, sources) == []
    other = Source("other.service", CASES[name][0].text)
    assert found(name, [*sources, other]) == [(name, Severity.WARNING)]


@pytest.mark.parametrize(
    ("name", "ports"), [("container-binds-loopback", "8000:8000"), ("proxy-uses-host-port", "8080:8000")]
)
def test_a_missing_env_file_of_compose(name, ports):
    nginx = Source("site.conf", NGINX.text.replace("127.0.0.1:8000", "web:8080"))
    compose = f"""services:
  web:
    build: .
    command: gunicorn %s app:app
    ports: ["{ports}"]
    env_file: .env
  proxy:
    image: nginx:1.28
    volumes: [./site.conf:/etc/nginx/conf.d/default.conf]
"""
    bind = "" if name == "container-binds-loopback" else "--log-level info"
    config = settings('bind = "127.0.0.1:8000"\n' if not bind else 'bind = "0.0.0.0:8000"\n')
    compose %= f"-c gunicorn.conf.py {bind}"
    dockerfile = Source("Dockerfile", "FROM python:3.12\nWORKDIR /app\nCOPY . /app\n")
    sources = [nginx, Source("compose.yaml", compose), config, dockerfile]
    assert found(name, sources) == [(name, Severity.WARNING)]
    assert found(name, [*sources, Source(".env", "KEY=1\n")]) == [(name, Severity.ERROR)]
