"""What application servers accept connections on, also where systemd opens the sockets."""

import pytest
from deploylint.facts import Protocol
from deploylint.model import Verdict
from deploylint.source import Source
from support import project_of

SITE = Source("nginx/site.conf", "server {\n    location / { proxy_pass http://unix:/run/web.sock; }\n}\n")
SOCKET = Source("systemd/web.socket", "[Socket]\nListenStream=/run/web.sock\n")


def service(command, name="web"):
    return Source(f"systemd/{name}.service", f"[Service]\nExecStart=/srv/app/bin/{command}\n")


def only_connection(*sources):
    (found,) = [c for d in project_of(sources).deployments for c in d.connections]
    return found


def test_a_route_to_a_socket_unit_reaches_its_service():
    found = only_connection(SITE, SOCKET, service("gunicorn wsgi:app"))
    assert found.verdict is Verdict.REACHED
    assert [server.name for server in found.servers] == ["web.service"]
    (server,) = found.servers
    (listener,) = found.listeners
    assert not server.listeners, "the default address is not used"
    assert server.handed == (listener,)
    assert server.answers(listener, Protocol.HTTP)
    assert not server.answers(listener, Protocol.UWSGI)


def test_uwsgi_speaks_its_own_protocol_on_a_socket_of_systemd():
    site = Source("nginx/site.conf", "server {\n    location / { uwsgi_pass unix:/run/web.sock; }\n}\n")
    found = only_connection(site, SOCKET, service("uwsgi --socket fd://3 --module wsgi"))
    (server,) = found.servers
    assert server.answers(found.listeners[0], Protocol.UWSGI)


def test_service_names_another_service():
    socket = Source("systemd/door.socket", "[Socket]\nListenStream=/run/web.sock\nService=web.service\n")
    found = only_connection(SITE, socket, service("gunicorn wsgi:app"))
    assert [server.name for server in found.servers] == ["web.service"]


def test_a_socket_without_its_service_is_reached_and_serves_nobody():
    found = only_connection(SITE, SOCKET, service("gunicorn wsgi:app", name="other"))
    assert found.verdict is Verdict.REACHED
    assert found.servers == ()


ENTRY = Source("docker-entrypoint.sh", '#!/bin/sh\nset -e\npython manage.py migrate\nexec "$@"\n')


@pytest.mark.parametrize(
    "dockerfile",
    [
        'ENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["gunicorn", "-b", "0.0.0.0:9000", "wsgi:app"]\n',
        'ENTRYPOINT ["/app/docker-entrypoint.sh"]\nCMD ["gunicorn", "-b", "0.0.0.0:9000", "wsgi:app"]\n',
        'ENTRYPOINT ["sh", "/app/docker-entrypoint.sh"]\nCMD ["gunicorn", "-b", "0.0.0.0:9000", "wsgi:app"]\n',
    ],
)
def test_an_entry_point_passes_its_arguments_on(dockerfile):
    image = Source("Dockerfile", f"FROM python:3.12\nCOPY . /app\n{dockerfile}")
    (deployment,) = project_of([image, ENTRY]).deployments
    (server,) = deployment.servers
    assert str(server.listeners[0].address.value) == "0.0.0.0:9000"
    assert server.process.document.path == "Dockerfile"


def test_the_command_of_compose_takes_the_place_of_the_images():
    image = Source(
        "Dockerfile",
        'FROM python:3.12\nCOPY . /app\nENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["gunicorn", "wsgi:app"]\n',
    )
    compose = Source(
        "compose.yaml",
        "services:\n  web:\n    build: .\n    command: uvicorn --host 0.0.0.0 --port 9001 main:app\n",
    )
    (deployment,) = project_of([image, compose, ENTRY]).deployments
    (server,) = deployment.servers
    assert (server.kind, str(server.listeners[0].address.value)) == ("uvicorn", "0.0.0.0:9001")


@pytest.mark.parametrize("change", ["shift", "set -- sleep"])
def test_a_script_that_changes_its_arguments_starts_nothing_known(change):
    image = Source(
        "Dockerfile",
        'FROM python:3.12\nENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["gunicorn", "wsgi:app"]\n',
    )
    entry = Source("docker-entrypoint.sh", f'#!/bin/sh\n{change}\nexec "$@"\n')
    (deployment,) = project_of([image, entry]).deployments
    assert deployment.servers == []


@pytest.mark.parametrize(("count", "verdict"), [(60, Verdict.REACHED), (80, Verdict.UNKNOWN)])
def test_nobody_is_missed_among_very_many_sockets_of_uwsgi(count, verdict):
    """Of so many only some are looked at, and then nobody can tell."""
    sockets = "".join(f"http-socket = 127.0.0.1:{8000 + number}\n" for number in range(count))
    config = Source("uwsgi.ini", f"[uwsgi]\nmodule = wsgi\n{sockets}")
    unit = Source(
        "web.service", "[Service]\nWorkingDirectory=/srv/app\nExecStart=/srv/venv/bin/uwsgi --ini uwsgi.ini\n"
    )
    last = Source(
        "site.conf", f"server {{\n    location / {{ proxy_pass http://127.0.0.1:{8000 + count - 1}; }}\n}}\n"
    )
    assert only_connection(config, unit, last).verdict is verdict


@pytest.mark.parametrize(("count", "started"), [(3, 3), (200, 0)])
def test_a_script_that_starts_more_than_anybody_writes_is_left_alone(count, started):
    commands = "".join(f"gunicorn -b 127.0.0.1:{8000 + number} wsgi:app &\n" for number in range(count))
    script = Source("start.sh", f"#!/bin/sh\n{commands}wait\n")
    unit = Source(
        "web.service", "[Service]\nWorkingDirectory=/srv/app\nExecStart=/bin/sh /srv/app/start.sh\n"
    )
    (deployment,) = project_of([script, unit]).deployments
    assert len([server for server in deployment.servers if server.kind == "gunicorn"]) == started


@pytest.mark.parametrize(
    ("command", "module", "where"),
    [
        ("gunicorn -c /srv/app/gunicorn.conf.py", "filed", "gunicorn.conf.py"),
        ("gunicorn -c /srv/app/gunicorn.conf.py commanded:app", "commanded", "systemd/web.service"),
        ("uwsgi --ini /srv/app/one.ini --ini /srv/app/two.ini", "one", "one.ini"),
        ("uwsgi --ini /srv/app/one.ini --module commanded", "commanded", "systemd/web.service"),
    ],
)
def test_the_application_that_a_command_names_counts_before_that_of_a_file(command, module, where):
    sources = (
        service(command),
        Source("gunicorn.conf.py", "wsgi_app = 'filed:app'\n"),
        Source("one.ini", "[uwsgi]\nmodule = one\nhttp = :8000\n"),
        Source("two.ini", "[uwsgi]\nmodule = two\nhttp = :8001\n"),
    )
    started = [s for d in project_of(sources).deployments for s in d.servers if s.process.invocation]
    assert [(one.target.module, one.target_at.path) for one in started] == [(module, where)]
    assert module in started[0].target_at.text
