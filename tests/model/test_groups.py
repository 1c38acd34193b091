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
    kinds = [(s, recognise(s.path, s.text)) for s in sources]
    documents = [formats.load(kind).parse(source) for source, kind in kinds if kind is not None]
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


def worker(path, directory="/srv/shopfront", module="tasks"):
    command = f"ExecStart=/srv/venv/bin/celery -A {module} worker"
    return Source(path, f"[Service]\nWorkingDirectory={directory}\n{command}\n")


def web(path, directory="/srv/shopfront", module="wsgi:app", port=8000):
    command = f"ExecStart=/srv/venv/bin/gunicorn -b 127.0.0.1:{port} {module}"
    return Source(path, f"[Service]\nWorkingDirectory={directory}\n{command}\n")


def static_nginx(path, folder, port=8000):
    return Source(
        path,
        f"server {{\n    location /static {{ alias {folder}; }}\n"
        f"    location / {{ proxy_pass http://127.0.0.1:{port}; }}\n}}\n",
    )


def test_a_file_that_one_nginx_alone_includes_belongs_to_it():
    main = Source("edge/nginx.conf", "events {}\nhttp {\n    include ../vhosts/shop/*.conf;\n}\n")
    assert len(groups(main, nginx("vhosts/shop/site.conf", 8000))) == 1


def test_what_two_projects_include_joins_neither():
    shared = Source("shared/headers.conf", "proxy_set_header Host $host;\n")
    sites = [
        Source(
            f"{name}/nginx/site.conf",
            "server {\n    include ../../shared/headers.conf;\n"
            "    location / { proxy_pass http://127.0.0.1:8000; }\n}\n",
        )
        for name in ("one", "two")
    ]
    assert len(groups(shared, sites[0])) == 1
    assert len(groups(shared, *sites)) == 3


def test_an_env_file_that_one_project_alone_reads_belongs_to_it():
    compose = Source("stack/compose.yaml", COMPOSE + "    env_file: ../secrets/web.env\n")
    env = Source("secrets/web.env", "A=b\n")
    assert len(groups(compose, env)) == 1
    other = Source("other/compose.yaml", compose.text)
    assert len(groups(compose, other, env)) == 3


def test_an_env_file_that_a_unit_names_by_a_telling_folder():
    env = Source("settings/storefront/web.env", "A=b\n")
    line = "EnvironmentFile={}\n"
    for path, count in (("/etc/storefront/web.env", 1), ("/etc/default/web.env", 2), ("web.env", 2)):
        unit = Source("machines/web.service", UNIT.format(port=8000) + line.format(path))
        assert len(groups(unit, env)) == count


def test_an_env_file_in_the_folder_of_another_project_stays_there():
    compose = Source("stack/compose.yaml", COMPOSE + "    env_file: ../other/.env\n")
    assert len(groups(compose, nginx("other/site.conf", 8000), Source("other/.env", "A=b\n"))) == 2


def test_a_relative_include_of_supervisor_joins():
    main = Source("supervision/supervisord.conf", "[supervisord]\n[include]\nfiles = ../programs/*.ini\n")
    program = Source("programs/web.ini", "[program:web]\ncommand=/srv/bin/gunicorn wsgi:app\n")
    assert len(groups(main, program)) == 1


def test_processes_of_one_server_folder_belong_together():
    assert len(groups(web("machines/web/a.service"), worker("machines/jobs/b.service"))) == 1


@pytest.mark.parametrize("directory", ["/srv/app", "/var/www/html", "/home/ubuntu", "/", "/opt/backend"])
def test_a_server_folder_that_any_project_may_have_joins_nothing(directory):
    directory = directory.replace("html", "project")
    found = groups(web("machines/web/a.service", directory), worker("machines/jobs/b.service", directory))
    assert len(found) == 2


def test_projects_with_code_of_their_own_are_not_joined_by_a_server_folder():
    found = groups(
        web("one/deploy/a.service"),
        worker("two/deploy/b.service"),
        Source("one/wsgi.py", "app = 1\n"),
        Source("two/tasks.py", "app = 1\n"),
    )
    assert len([group for group in found if any(path.endswith(".service") for path in group)]) == 2


def test_two_projects_with_proxies_are_not_joined_by_a_server_folder():
    found = groups(
        web("one/a.service"), nginx("one/site.conf", 8000), web("two/a.service"), nginx("two/site.conf", 8000)
    )
    assert len(found) == 2


def test_static_files_lead_to_the_processes_of_their_folder():
    site = static_nginx("edge/site.conf", "/srv/shopfront/static/")
    assert len(groups(site, web("machines/a.service"))) == 1
    assert len(groups(site, web("machines/a.service", "/srv/other"))) == 2
    assert len(groups(site, web("machines/a.service"), Source("machines/wsgi.py", ""))) == 1
    code = [Source("edge/x.py", ""), Source("machines/wsgi.py", "")]
    assert len(groups(site, web("machines/a.service"), *code)) == 2


def test_processes_that_import_the_same_code_belong_together():
    units = (
        web("machines/web/a.service", "/srv/x", "shopfront.wsgi"),
        worker("machines/jobs/b.service", "/srv/y", "shopfront"),
    )
    code = Source("src/shopfront/__init__.py", "")
    assert len([g for g in groups(*units, code) if "src" not in g[0]]) == 1
    twice = Source("old/shopfront/__init__.py", "")
    assert len([g for g in groups(*units, code, twice) if "machines" in g[0]]) == 2
    assert len(groups(*units)) == 2


def test_a_telling_port_in_one_tree():
    assert len(groups(nginx("stack/edge/site.conf", 8017), unit("stack/billing/a.service", 8017))) == 1
    assert len(groups(nginx("edge/site.conf", 8017), unit("billing/a.service", 8017))) == 2
    assert len(groups(nginx("stack/edge/site.conf", 8000), unit("stack/billing/a.service", 8000))) == 2


def test_two_compose_projects_are_apart():
    found = groups(
        Source("one/compose.yaml", COMPOSE_NGINX.format(folder="./nginx")),
        nginx("one/nginx/site.conf", 8000),
        Source("two/compose.yaml", COMPOSE_NGINX.format(folder="./nginx")),
        nginx("two/nginx/site.conf", 9000),
    )
    assert len(found) == 2


def test_compose_files_that_a_command_puts_together_are_one_deployment():
    first = Source("shop/stack.yml", COMPOSE)
    over = Source("tracing/stack.yml", "services:\n  web:\n    command: gunicorn -b 0.0.0.0:9000 wsgi:app\n")
    other = Source("billing/stack.yml", COMPOSE)
    together = Source("Makefile", "up:\n\tdocker compose -f shop/stack.yml -f tracing/stack.yml up\n")
    assert len(groups(first, over, other)) == 3
    assert groups(first, over, other, together) == [
        ["billing/stack.yml"],
        ["shop/stack.yml", "tracing/stack.yml"],
    ]


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


def test_settings_part_files_of_one_folder():
    named = (NamedDeployment("a", files=("a.*",)), NamedDeployment("b", files=("b.*",)))
    sources = nginx("a.conf", 8000), nginx("b.conf", 9000), unit("a.service", 8000), unit("b.service", 9000)
    assert groups(*sources) == [["a.conf", "a.service", "b.conf", "b.service"]]
    assert groups(*sources, settings=Settings(deployment=named)) == [
        ["a.conf", "a.service"],
        ["b.conf", "b.service"],
    ]


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
