"""When enough is known to say that nobody listens."""

import pytest
from deploylint.model import Verdict
from deploylint.source import Source
from support import project_of

SITE = Source("nginx/site.conf", "server {\n    location / { proxy_pass http://127.0.0.1:5001; }\n}\n")
WEB = Source("systemd/web.service", "[Service]\nExecStart=/srv/app/bin/gunicorn -b 127.0.0.1:8000 wsgi:app\n")


def unit(command, *lines):
    return Source("systemd/other.service", "\n".join(["[Service]", *lines, f"ExecStart={command}", ""]))


def judged(*sources):
    (connection,) = [c for d in project_of([SITE, *sources]).deployments for c in d.connections]
    return connection


def test_everything_is_known():
    found = judged(WEB)
    assert found.verdict is Verdict.NOBODY
    assert found.certain
    assert [listener.owner for listener in found.orphans] == ["web.service"]


@pytest.mark.parametrize(
    "command",
    [
        "/usr/bin/node server.js",
        "/srv/app/bin/serve",
        "/srv/app/bin/gunicorn -b $BIND other:app",
        "/srv/app/bin/gunicorn $OPTIONS other:app",
        "/srv/app/bin/python /srv/app/listener.py",
        "/bin/sh -c '/srv/app/run.sh'",
    ],
)
def test_a_program_that_may_listen_opens_the_world(command):
    found = judged(
        WEB,
        unit(command, "EnvironmentFile=/etc/shop/env"),
        Source("listener.py", "import socketserver\nsocketserver.serve_forever()\n"),
    )
    assert not found.certain
    assert found.why


@pytest.mark.parametrize(
    "command",
    ["/srv/app/bin/celery -A shop worker", "/usr/bin/redis-server", "/srv/app/bin/python /srv/app/mailer.py"],
)
def test_a_program_that_accepts_no_connections_does_not(command):
    assert judged(WEB, unit(command), Source("mailer.py", "print('mail')\n")).certain


def test_a_variable_that_is_certainly_not_set_opens_nothing():
    assert judged(WEB, unit("/srv/app/bin/gunicorn $OPTIONS other:app")).certain


def test_a_template_opens_the_world():
    found = judged(WEB, Source("supervisor/app.conf", "[program:a]\ncommand={{ command }}\n"))
    assert not found.certain


def test_a_template_for_another_stage_does_not():
    site = Source("nginx/prod.conf", SITE.text)
    template = Source("supervisor/dev.conf", "[program:a]\ncommand={{ command }}\n")
    (connection,) = [c for d in project_of([site, WEB, template]).deployments for c in d.connections]
    assert connection.certain


def test_an_image_on_the_hosts_network_opens_the_world():
    compose = Source("compose.yaml", "services:\n  x:\n    image: example/x\n    network_mode: host\n")
    assert not judged(WEB, compose).certain


def test_without_anybody_to_miss_nothing_is_certain():
    found = judged(unit("/srv/app/bin/celery -A shop worker"))
    assert found.verdict is Verdict.NOBODY
    assert not found.certain


def test_a_server_that_another_route_reaches_is_not_missed():
    site = Source("nginx/two.conf", "server {\n    location / { proxy_pass http://127.0.0.1:8000; }\n}\n")
    found = [c for d in project_of([SITE, site, WEB]).deployments for c in d.connections]
    assert not any(connection.certain for connection in found)


def test_instances_of_a_template_may_listen_on_any_port():
    template = Source(
        "systemd/shop@.service", "[Service]\nExecStart=/srv/bin/gunicorn -b 127.0.0.1:800%i a:b\n"
    )
    found = judged(WEB, template)
    assert not found.certain
    assert found.verdict is Verdict.UNKNOWN


def test_alternatives_of_a_stage_satisfy_a_route_of_none():
    dev = Source("systemd/dev/web.service", "[Service]\nExecStart=/srv/bin/gunicorn -b 127.0.0.1:5001 a:b\n")
    assert judged(dev).verdict is Verdict.REACHED


def test_production_is_not_reached_by_development():
    site = Source("nginx/prod.conf", SITE.text)
    dev = Source("systemd/dev.service", "[Service]\nExecStart=/srv/bin/gunicorn -b 127.0.0.1:5001 a:b\n")
    (found,) = [c for d in project_of([site, dev]).deployments for c in d.connections]
    assert found.verdict is Verdict.NOBODY
