"""Template units: instances that the project names run, those that only a route needs may run."""

import pytest
from deploylint.facts import Known, Process, Unknown
from deploylint.model import Verdict
from deploylint.source import Source
from support import project_of

GUNICORN = "[Service]\nExecStart=/srv/app/bin/gunicorn --bind 127.0.0.1:800%i wsgi:app\n"
TEMPLATE = Source("systemd/web@.service", GUNICORN)
SITE = Source("nginx/site.conf", "server {\n    location / { proxy_pass http://127.0.0.1:8001; }\n}\n")


def processes(*sources):
    (deployment,) = project_of([SITE, *sources]).deployments
    return {process.full_name: process for process in deployment.every(Process)}


def connection(*sources):
    (found,) = [c for d in project_of([SITE, *sources]).deployments for c in d.connections]
    return found


@pytest.mark.parametrize(
    "naming",
    [
        Source("systemd/shop.target", "[Unit]\nWants=web@1.service web@2.service\n"),
        Source("systemd/shop.target", "[Unit]\nRequires=web@1.service\nUpholds=web@2.service\n"),
        Source("systemd/shop@x.target", "[Unit]\nWants=web@1.service web@2.service\n"),
        Source(
            "systemd/shop.service",
            "[Service]\nExecStart=/bin/true\n[Install]\nAlso=web@1.service web@2.service\n",
        ),
        Source("install.sh", "systemctl enable --now web@{1,2}.service\n"),
        Source("install.sh", "sudo systemctl restart web@{1..2}\n"),
        Source("install.sh", "for i in a b; do true; done\nsystemctl start web@1 web@2\n"),
    ],
    ids=lambda source: source.text,
)
def test_instances_that_something_starts_replace_the_template(naming):
    found = processes(TEMPLATE, naming)
    assert {name for name in found if "web" in name} == {"web@1.service", "web@2.service"}
    assert found["web@1.service"].instances.at.path == naming.path
    reached = connection(TEMPLATE, naming)
    assert reached.verdict is Verdict.REACHED
    assert [server.process.full_name for server in reached.servers] == ["web@1.service"]


@pytest.mark.parametrize(
    "naming",
    [
        Source("systemd/web@.service", GUNICORN + "[Install]\nDefaultInstance=1\n"),
        Source("systemd/web@1.service.d/env.conf", "[Service]\nEnvironment=A=b\n"),
        Source("install.sh", "systemctl start web@1 web@$i\n"),
    ],
    ids=lambda source: source.text,
)
def test_where_others_may_be_started_the_template_stays(naming):
    template = () if naming.path == TEMPLATE.path else (TEMPLATE,)
    assert set(processes(*template, naming)) == {"web@.service", "web@1.service"}
    assert connection(*template, naming).verdict is Verdict.REACHED


def test_a_link_in_a_wants_folder_starts_an_instance():
    link = Source("systemd/multi-user.target.wants/web@1.service", GUNICORN)
    found = processes(TEMPLATE, link)
    assert isinstance(found["web@1.service"].instances, Known)


def test_the_start_of_another_template_says_nothing():
    naming = Source("systemd/shop.target", "[Unit]\nWants=api@1.service\n")
    assert not isinstance(processes(TEMPLATE, naming)["web@.service"].instances, Known)


def test_an_instance_that_only_a_route_needs_is_presumed():
    found = processes(TEMPLATE)
    assert set(found) == {"web@.service", "web@1.service"}
    assert found["web@1.service"].is_presumed
    assert isinstance(found["web@1.service"].instances, Unknown)
    reached = connection(TEMPLATE)
    assert reached.verdict is Verdict.UNKNOWN
    assert not reached.certain
    assert reached.why == "web@1.service listens there, if somebody starts it"
    assert [server.process.full_name for server in reached.servers] == ["web@1.service"]


@pytest.mark.parametrize("bind", ["127.0.0.1:%i", "127.0.0.1:900%i", "--timeout 800%i --bind 127.0.0.1:9000"])
def test_nothing_is_presumed_where_the_address_does_not_tell(bind):
    template = Source(TEMPLATE.path, f"[Service]\nExecStart=/srv/app/bin/gunicorn --bind {bind} wsgi:app\n")
    assert set(processes(template)) == {"web@.service"}


def test_who_certainly_listens_comes_before_who_may():
    web = Source("systemd/api.service", GUNICORN.replace("%i", "1"))
    found = connection(TEMPLATE, web)
    assert found.verdict is Verdict.REACHED
    assert [server.name for server in found.servers] == ["api.service"]


def test_a_file_for_each_instance():
    template = Source(
        TEMPLATE.path,
        "[Service]\nEnvironmentFile=/etc/shop/%i.env\nExecStart=/srv/bin/gunicorn -b 127.0.0.1:${PORT} a:b\n",
    )
    files = [Source("etc/shop/blue.env", "PORT=8001\n"), Source("etc/shop/green.env", "PORT=8002\n")]
    naming = Source("systemd/shop.target", "[Unit]\nWants=web@blue.service web@green.service\n")
    found = connection(template, naming, *files)
    assert [server.process.full_name for server in found.servers] == ["web@blue.service"]


def test_a_drop_in_of_one_instance():
    naming = Source("systemd/shop.target", "[Unit]\nWants=web@1.service web@2.service\n")
    drop_in = Source("systemd/web@2.service.d/user.conf", "[Service]\nUser=other\n")
    found = processes(TEMPLATE, naming, drop_in)
    assert found["web@1.service"].user == Known(None, default=True)
    assert found["web@2.service"].user.value == "other"


def test_an_instance_with_a_unit_file_of_its_own():
    naming = Source("systemd/shop.target", "[Unit]\nWants=web@1.service web@2.service\n")
    own = Source("systemd/web@1.service", GUNICORN.replace("800%i", "8001"))
    assert set(processes(TEMPLATE, naming, own)) == {"web@1.service", "web@2.service"}


def test_instances_of_a_socket_are_instances_of_its_service():
    socket = Source("systemd/web@.socket", "[Socket]\nListenStream=/run/shop-%i.sock\n")
    service = Source("systemd/web@.service", "[Service]\nExecStart=/srv/bin/gunicorn a:b\n")
    naming = Source("systemd/shop.target", "[Unit]\nWants=web@blue.socket\n")
    site = Source(
        "nginx/site.conf", "server {\n    location / { proxy_pass http://unix:/run/shop-blue.sock; }\n}\n"
    )
    (found,) = [c for d in project_of([site, socket, service, naming]).deployments for c in d.connections]
    assert found.verdict is Verdict.REACHED
    assert [server.process.full_name for server in found.servers] == ["web@blue.service"]


def test_a_rule_that_looks_at_the_template_finds_the_server():
    naming = Source("systemd/shop.target", "[Unit]\nWants=web@1.service\n")
    project = project_of([TEMPLATE, naming])
    (process,) = [process for process in project.every(Process) if process.name == "web@.service"]
    assert project.deployments[0].server_of(process) is not None


SOCKET = Source("systemd/web@.socket", "[Socket]\nListenStream=/run/web/%i.sock\n")
WEB = Source(
    "systemd/web@.service", "[Unit]\nRequires=web@%i.socket\n[Service]\nExecStart=/srv/bin/gunicorn a:b\n"
)
UNIX_SITE = Source(
    "nginx/site.conf", "server {\n    location / { proxy_pass http://unix:/run/web/shop.sock; }\n}\n"
)


def test_an_instance_of_a_socket_that_only_a_route_needs_is_presumed():
    (found,) = [c for d in project_of([UNIX_SITE, SOCKET, WEB]).deployments for c in d.connections]
    assert found.verdict is Verdict.UNKNOWN
    assert found.why == "web@shop.socket listens there, if somebody starts it"
    assert [server.process.full_name for server in found.servers] == ["web@shop.service"]
    assert found.servers[0].process.is_presumed


def test_what_a_template_wants_has_its_instances():
    naming = Source("systemd/shop.target", "[Unit]\nWants=web@shop.service\n")
    (found,) = [c for d in project_of([UNIX_SITE, SOCKET, WEB, naming]).deployments for c in d.connections]
    assert found.verdict is Verdict.REACHED
    assert [server.process.full_name for server in found.servers] == ["web@shop.service"]
