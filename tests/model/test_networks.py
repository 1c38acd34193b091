"""Who can be reached from where: container networks, published ports, names and shared socket files."""

import pytest
from deploylint.facts import HOST, Known, Namespace
from deploylint.model import Verdict
from deploylint.source import Source
from support import project_of

NGINX = "  nginx:\n    image: nginx:1.27\n    volumes: [{volumes}]\n"


def compose(*services):
    return Source("compose.yaml", "services:\n" + "".join(services))


def service(name, command, *lines):
    return f"  {name}:\n    build: .\n    command: {command}\n" + "".join(f"    {line}\n" for line in lines)


def nginx(target, volumes="'./nginx:/etc/nginx/conf.d'"):
    return NGINX.format(volumes=volumes), Source(
        "nginx/site.conf", f"server {{\n    location / {{ proxy_pass http://{target}; }}\n}}\n"
    )


def connection(*sources):
    (found,) = [c for d in project_of(sources).deployments for c in d.connections]
    return found


def reached(*sources):
    found = connection(*sources)
    return found.verdict, sorted(listener.owner for listener in found.listeners)


@pytest.mark.parametrize(
    ("target", "lines"),
    [
        ("web:8000", ()),
        ("WEB:8000", ()),
        ("shop:8000", ("container_name: shop",)),
        ("alias:8000", ("networks: {default: {aliases: [alias]}}",)),
    ],
)
def test_a_service_is_reached_by_all_its_names(target, lines):
    proxy, site = nginx(target)
    web = service("web", "gunicorn -b 0.0.0.0:8000 wsgi:app", *lines)
    assert reached(compose(web, proxy), site) == (Verdict.REACHED, ["service web"])


def test_localhost_is_the_container_that_connects():
    proxy, site = nginx("127.0.0.1:8000")
    web = service("web", "gunicorn -b 0.0.0.0:8000 wsgi:app")
    found = connection(compose(web, proxy), site)
    assert found.verdict is Verdict.NOBODY
    assert found.namespace == Namespace(".", "nginx")
    assert [listener.owner for listener in found.elsewhere] == ["service web"]


def test_network_mode_service_shares_the_network():
    proxy, site = nginx("127.0.0.1:8000")
    web = service("web", "gunicorn -b 127.0.0.1:8000 wsgi:app", "network_mode: service:nginx")
    assert reached(compose(web, proxy), site) == (Verdict.REACHED, ["service web"])


def test_network_mode_host_is_the_host():
    web = service("web", "gunicorn -b 127.0.0.1:8000 wsgi:app", "network_mode: host")
    _, site = nginx("127.0.0.1:8000")
    assert reached(compose(web), site) == (Verdict.REACHED, ["service web"])


def test_a_circle_of_network_modes_ends():
    one = service("one", "gunicorn -b 0.0.0.0:8000 wsgi:app", "network_mode: service:two")
    two = service("two", "gunicorn -b 0.0.0.0:8001 wsgi:app", "network_mode: service:one")
    project = project_of([compose(one, two)])
    assert [len(deployment.servers) for deployment in project.deployments] == [2]


def test_a_published_port_answers_on_the_host_under_its_own_number():
    _, site = nginx("127.0.0.1:8080")
    web = service("web", "gunicorn -b 0.0.0.0:8000 wsgi:app", "ports: ['8080:8000']")
    assert reached(compose(web), site) == (Verdict.REACHED, ["service web"])
    _, site = nginx("127.0.0.1:8000")
    assert reached(compose(web), site)[0] is Verdict.NOBODY


def test_host_docker_internal_is_the_host():
    proxy, site = nginx("host.docker.internal:8000")
    unit = Source(
        "systemd/app.service", "[Service]\nExecStart=/srv/app/bin/gunicorn -b 0.0.0.0:8000 wsgi:app\n"
    )
    assert reached(compose(proxy), site, unit) == (Verdict.REACHED, ["app.service"])


def test_socket_files_are_shared_through_volumes():
    volumes = "'./nginx:/etc/nginx/conf.d', 'sockets:/sockets'"
    proxy, site = nginx("unix:/sockets/web.sock", volumes)
    command = "gunicorn -b unix:/app/run/web.sock wsgi:app"
    shared = service("web", command, "volumes: ['sockets:/app/run']")
    top = Source("compose.yaml", "services:\n" + shared + proxy + "volumes:\n  sockets:\n")
    assert reached(top, site) == (Verdict.REACHED, ["service web"])
    other = Source(
        "compose.yaml",
        "services:\n"
        + service("web", command, "volumes: ['other:/app/run']")
        + proxy
        + "volumes:\n  sockets:\n  other:\n",
    )
    assert reached(other, site)[0] is Verdict.NOBODY


def test_a_path_in_a_container_is_not_that_path_on_the_host():
    proxy, site = nginx("unix:/run/shop/web.sock")
    unit = Source(
        "systemd/app.service", "[Service]\nExecStart=/srv/app/bin/gunicorn -b unix:/run/shop/web.sock a:b\n"
    )
    assert reached(compose(proxy), site, unit)[0] is Verdict.NOBODY


def test_a_file_that_no_container_reads_is_the_hosts():
    web = service("web", "gunicorn -b 0.0.0.0:8000 wsgi:app", "volumes: ['.:/app']")
    _, site = nginx("127.0.0.1:8000")
    assert connection(compose(web), site).namespace == HOST


def test_one_file_may_be_read_in_two_places():
    proxy, site = nginx("web:8000")
    web = service("web", "gunicorn -b 0.0.0.0:8000 wsgi:app")
    second = NGINX.format(volumes="'./nginx:/etc/nginx/conf.d'").replace("nginx:", "edge:", 1)
    project = project_of([compose(web, proxy, second), site])
    connections = [c for d in project.deployments for c in d.connections]
    assert sorted(c.namespace.service for c in connections) == ["edge", "nginx"]


def test_listeners_of_mounted_nginx_files_are_in_the_container():
    proxy, site = nginx("web:8000")
    web = service("web", "gunicorn -b 0.0.0.0:8000 wsgi:app")
    (deployment,) = project_of([compose(web, proxy), site]).deployments
    homes = {
        listener.namespace.service
        for listener in deployment.listeners()
        if listener.owner == "nginx" and isinstance(listener.address, Known)
    }
    assert homes == {"nginx"}


def test_of_very_many_listeners_on_one_address_some_are_enough():
    proxy, site = nginx("web:8000")
    crowd = [
        service(f"web{number}", "gunicorn -b 0.0.0.0:8000 wsgi:app", "network_mode: 'service:web'")
        for number in range(90)
    ]
    verdict, owners = reached(
        compose(service("web", "gunicorn -b 0.0.0.0:8000 wsgi:app"), *crowd, proxy), site
    )
    assert verdict is Verdict.REACHED
    assert len(owners) == 64


@pytest.mark.parametrize(("count", "seen"), [(3, 3), (40, 16)])
def test_of_very_many_containers_that_read_a_file_some_are_enough(count, seen):
    _, site = nginx("web:8000")
    proxies = [
        NGINX.replace("nginx:", f"proxy{number}:", 1).format(volumes="'./nginx:/etc/nginx/conf.d'")
        for number in range(count)
    ]
    web = service("web", "gunicorn -b 0.0.0.0:8000 wsgi:app")
    (deployment,) = project_of([compose(web, *proxies), site]).deployments
    found = [one.namespace.service for one in deployment.connections]
    assert found == [f"proxy{number}" for number in range(seen)]
    assert {one.verdict for one in deployment.connections} == {Verdict.REACHED}


@pytest.mark.parametrize(
    ("socket", "verdict"), [("web.sock", Verdict.UNKNOWN), ("other.sock", Verdict.NOBODY)]
)
def test_a_relative_socket_may_be_the_one_of_its_name(socket, verdict):
    program = Source(
        "app.conf", "[program:app]\ncommand=/srv/venv/bin/gunicorn -b unix:run/web.sock wsgi:app\n"
    )
    site = Source("site.conf", f"server {{\n    location / {{ proxy_pass http://unix:/run/{socket}; }}\n}}\n")
    assert connection(program, site).verdict is verdict


def test_a_mount_of_the_whole_project_makes_a_container_read_its_files():
    proxy, site = nginx("web:8000", "'.:/etc/nginx'")
    web = service("web", "gunicorn -b 0.0.0.0:8000 wsgi:app")
    assert connection(compose(web, proxy), site).namespace == Namespace(".", "nginx")


def test_the_innermost_volume_holds_a_socket():
    proxy, site = nginx("unix:/sock/web.sock", "'./nginx:/etc/nginx/conf.d', 'sockets:/sock'")
    web = service(
        "web", "gunicorn -b unix:/run/app/web.sock wsgi:app", "volumes: ['all:/run', 'sockets:/run/app']"
    )
    assert reached(compose(web, proxy), site) == (Verdict.REACHED, ["service web"])
