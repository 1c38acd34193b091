"""Which files make one deployment: unrelated ones are never paired, whatever lies beside them."""

from pathlib import Path

import pytest
from deploylint import formats
from deploylint.project import Project
from deploylint.recognition import recognise
from deploylint.settings import Deployment as NamedDeployment
from deploylint.settings import Settings
from deploylint.source import Source
from deploylint.tree import MemoryTree
from support import all_rules, check_sources

FIXTURES = Path(__file__).parents[2] / "fixtures" / "projects"
NGINX = "server {{\n    location / {{ proxy_pass http://127.0.0.1:{port}; }}\n}}\n"
UNIT = "[Service]\nUser=app\nExecStart=/srv/app/venv/bin/gunicorn -b 127.0.0.1:{port} wsgi:app\n"
COMPOSE = "services:\n  web:\n    build: .\n    command: gunicorn -b 0.0.0.0:8000 wsgi:app\n"
COMPOSE_NGINX = COMPOSE + (
    "  nginx:\n    image: nginx:1.27\n    volumes: ['{folder}:/etc/nginx/conf.d:ro']\n"
)


def nginx(path, port):
    return Source(path, NGINX.format(port=port))


def unit(path, port=8000):
    return Source(path, UNIT.format(port=port))


def groups(*sources, settings=None):
    """The groups of paths that the model makes."""
    documents = [formats.load(recognise(s.path, s.text)).parse(s) for s in sources]
    project = Project(documents, MemoryTree(sources), settings=settings or Settings())
    return sorted(sorted(document.path for document in found.documents) for found in project.deployments)


@pytest.mark.parametrize(
    "folder",
    [
        "deploy",
        "deploy/nginx",
        "conf",
        "etc/nginx/sites-available",
        "ops/prod/nginx",
        "nginx-conf",
        "docker/nginx",
    ],
)
def test_sorting_folders_belong_to_the_project_around_them(folder):
    assert len(groups(nginx(f"{folder}/site.conf", 8000), unit("shop.service"))) == 1


def test_projects_side_by_side_are_apart():
    found = groups(
        nginx("one/nginx/site.conf", 8000),
        unit("one/systemd/app.service"),
        nginx("two/nginx/site.conf", 8000),
        unit("two/systemd/app.service"),
    )
    assert found == [
        ["one/nginx/site.conf", "one/systemd/app.service"],
        ["two/nginx/site.conf", "two/systemd/app.service"],
    ]


def test_a_project_with_an_entry_does_not_adopt_its_neighbour_without_one():
    found = groups(nginx("one/nginx/site.conf", 5001), unit("two/systemd/app.service"))
    assert found == [["one/nginx/site.conf"], ["two/systemd/app.service"]]


def test_the_back_end_folder_belongs_to_the_only_entry_beside_it():
    found = groups(nginx("nginx/site.conf", 8000), unit("backend/app.service"))
    assert len(found) == 1


@pytest.mark.parametrize("name", ["examples", "samples"])
def test_members_of_a_collection_are_apart(name):
    found = groups(
        nginx(f"{name}/flask/site.conf", 8000),
        unit(f"{name}/flask/app.service"),
        nginx(f"{name}/django/site.conf", 9000),
        unit(f"{name}/django/app.service", 8000),
        unit("deploy/app.service"),
    )
    assert len(found) == 3


def test_a_compose_project_joins_the_folders_that_it_builds_and_mounts():
    compose = Source(
        "compose.yaml",
        "services:\n  web:\n    build: services/web\n  nginx:\n    image: nginx\n"
        "    volumes: ['./services/proxy/site.conf:/etc/nginx/conf.d/site.conf']\n",
    )
    dockerfile = Source(
        "services/web/Dockerfile", 'FROM python:3.12\nCMD ["gunicorn", "-b", ":8000", "wsgi:app"]\n'
    )
    found = groups(compose, dockerfile, nginx("services/proxy/site.conf", 8000))
    assert len(found) == 1


def socket_nginx(path, socket):
    return Source(path, f"server {{\n    location / {{ proxy_pass http://unix:{socket}; }}\n}}\n")


def socket_unit(path, socket):
    return Source(path, f"[Service]\nExecStart=/srv/a/venv/bin/gunicorn -b unix:{socket} wsgi:app\n")


def test_a_command_joins_the_configuration_that_it_names():
    command = "[Service]\nExecStart=/srv/bin/gunicorn -c /srv/repo/storefront/{}gunicorn.conf.py a:b\n"
    config = Source("components/storefront/deploy/gunicorn.conf.py", 'bind = "127.0.0.1:8000"\n')
    found = groups(Source("machines/web.service", command.format("deploy/")), config)
    assert len(found) == 1


def test_a_name_that_every_project_has_joins_nothing():
    config = Source("storefront/deploy/gunicorn.conf.py", 'bind = "127.0.0.1:8000"\n')
    for path in ("/srv/x/deploy/gunicorn.conf.py", "/srv/x/backend/gunicorn.conf.py", "gunicorn.conf.py"):
        unit = Source("machines/web.service", f"[Service]\nExecStart=/srv/bin/gunicorn -c {path} a:b\n")
        assert len(groups(unit, config)) == 2


def test_a_socket_that_one_alone_creates_joins():
    found = groups(
        socket_nginx("edge/site.conf", "/run/a.sock"), socket_unit("billing/a.service", "/run/a.sock")
    )
    assert len(found) == 1
    socket = Source("billing/a.socket", "[Socket]\nListenStream=/run/a.sock\n")
    assert len(groups(socket_nginx("edge/site.conf", "/run/a.sock"), socket)) == 1


def test_a_socket_that_two_create_joins_nothing():
    found = groups(
        socket_nginx("edge/site.conf", "/run/a.sock"),
        socket_unit("billing/a.service", "/run/a.sock"),
        socket_unit("orders/a.service", "/run/a.sock"),
    )
    assert len(found) == 3


def test_a_project_with_its_own_socket_stays_by_itself():
    found = groups(
        socket_nginx("billing/site.conf", "/run/a.sock"),
        socket_unit("billing/a.service", "/run/a.sock"),
        socket_nginx("orders/site.conf", "/run/a.sock"),
        socket_unit("orders/a.service", "/run/a.sock"),
    )
    assert len(found) == 2


def test_two_compose_projects_are_apart():
    found = groups(
        Source("one/compose.yaml", COMPOSE_NGINX.format(folder="./nginx")),
        nginx("one/nginx/site.conf", 8000),
        Source("two/compose.yaml", COMPOSE_NGINX.format(folder="./nginx")),
        nginx("two/nginx/site.conf", 9000),
    )
    assert len(found) == 2


def test_settings_win_over_folders():
    settings = Settings(
        deployment=(
            NamedDeployment("a", files=("proxy/a.conf", "units/a.service")),
            NamedDeployment("b", files=("proxy/b.conf", "units/b.service")),
        )
    )
    found = groups(
        nginx("proxy/a.conf", 8000),
        nginx("proxy/b.conf", 9000),
        unit("units/a.service", 8000),
        unit("units/b.service", 9000),
        settings=settings,
    )
    assert found == [["proxy/a.conf", "units/a.service"], ["proxy/b.conf", "units/b.service"]]


def test_host_paths_tell_where_a_configuration_is():
    sources = [
        Source(
            "systemd/app.service",
            "[Service]\nUser=app\nExecStart=/srv/x/venv/bin/gunicorn -c /srv/x/etc/web.py wsgi:app\n",
        ),
        Source("settings/etc/web.py", 'bind = "127.0.0.1:9000"\n'),
        Source("other/etc/web.py", 'bind = "127.0.0.1:7000"\n'),
    ]
    for host_paths, expected in (({"/srv/x": "settings"}, 9000), ({"/srv/x": "other"}, 7000)):
        settings = Settings(host_paths=host_paths)
        documents = [
            formats.load("systemd").parse(sources[0]),
            *(formats.load("gunicorn").parse(source) for source in sources[1:]),
        ]
        named = NamedDeployment("all", files=("*",))
        settings = Settings(host_paths=host_paths, deployment=(named,))
        project = Project(documents, MemoryTree(sources), settings=settings)
        (deployment,) = project.deployments
        server = next(s for s in deployment.servers if s.name == "app.service")
        assert server.listeners[0].address.value.port == expected


def fixture_sources(folder, prefix):
    return [
        Source(f"{prefix}{path.relative_to(folder).as_posix()}", path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "expected.txt"
    ]


def cross_file_findings(sources):
    rules = [rule for rule in all_rules().values() if rule.subject == "deployment"]
    return {
        (d.at.path, d.at.span, d.rule, tuple(sorted(label.at.path for label in d.finding.related)))
        for d in check_sources(sources, rules)
    }


def test_all_fixture_projects_together_give_what_each_gives_alone():
    folders = [folder for folder in sorted(FIXTURES.iterdir()) if folder.is_dir()]
    assert len(folders) >= 6
    alone = set()
    everything = []
    for folder in folders:
        sources = fixture_sources(folder, f"projects/{folder.name}/")
        alone |= cross_file_findings(sources)
        everything += sources
    together = cross_file_findings(everything)
    assert alone
    assert together == alone
    for path, _, _, related in together:
        assert all(other.split("/")[:2] == path.split("/")[:2] for other in related)
