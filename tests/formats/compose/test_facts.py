"""What services, ports, mounts and processes say."""

import pytest
from deploylint.facts import Known, Mount, Namespace, Process, PublishedPort, Service, Unknown
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.compose import facts, parse
from deploylint.source import Source
from deploylint.tree import MemoryTree


def stated(text, kind, **files):
    sources = [Source("app/compose.yaml", text), *(Source(path, content) for path, content in files.items())]
    return [fact for fact in facts([parse(sources[0])], MemoryTree(sources)) if isinstance(fact, kind)]


def service(body, kind=Service, files=None):
    text = "services:\n  web:\n" + "".join(f"    {line}\n" for line in body.splitlines())
    return stated(text, kind, **(files or {}))


def shown(value):
    return value.value if isinstance(value, Known) else "?"


@pytest.mark.parametrize(
    ("written", "ports"),
    [
        ("8000", [("", None, 8000, False)]),
        ('"80:8000"', [("", 80, 8000, False)]),
        ('"127.0.0.1:80:8000"', [("127.0.0.1", 80, 8000, False)]),
        ('"[::1]:80:8000/udp"', [("::1", 80, 8000, True)]),
        ('"127.0.0.1::8000"', [("127.0.0.1", None, 8000, False)]),
        ('"80-81:90-91"', [("", 80, 90, False), ("", 81, 91, False)]),
        ('"80-89:90"', [("", "?", 90, False)]),
        ('"${PORT:-8000}:8000"', [("", 8000, 8000, False)]),
        ('"${PORT}:8000"', [("", "?", 8000, False)]),
        ('"${PORT:?set it}:8000"', [("", "?", 8000, False)]),
        ("{target: 8000, published: '80', host_ip: 127.0.0.1}", [("127.0.0.1", 80, 8000, False)]),
        ("{target: 53, protocol: udp}", [("", None, 53, True)]),
    ],
)
def test_ports(written, ports):
    found = service(f"image: x\nports:\n  - {written}", PublishedPort)
    assert [(p.host_ip, shown(p.host_port), shown(p.container_port), p.udp) for p in found] == ports


@pytest.mark.parametrize(
    ("written", "mount"),
    [
        ("./nginx.conf:/etc/nginx/nginx.conf:ro", ("bind", "app/nginx.conf", "/etc/nginx/nginx.conf", True)),
        (".:/srv/", ("bind", "app", "/srv", False)),
        ("../x:/x", ("bind", "x", "/x", False)),
        ("/etc/hosts:/h", ("host", "/etc/hosts", "/h", False)),
        ("data:/data:rw,z", ("volume", "data", "/data", False)),
        ("/cache", ("volume", "web /cache", "/cache", False)),
        ("{type: bind, source: ./a, target: /a, read_only: true}", ("bind", "app/a", "/a", True)),
        ("{type: volume, source: v, target: /v}", ("volume", "v", "/v", False)),
        ("{type: tmpfs, target: /t}", None),
    ],
)
def test_mounts(written, mount):
    found = [
        (m.kind, m.source, m.target, m.read_only)
        for m in service(f"image: x\nvolumes:\n  - {written}", Mount)
    ]
    assert found == ([mount] if mount else [])


def test_configs_are_files_of_the_repository():
    text = (
        "services:\n  web:\n    image: nginx\n    configs:\n      - {source: site, target: /etc/nginx/nginx.conf}\n"
        "configs:\n  site:\n    file: ./nginx.conf\n"
    )
    (mount,) = stated(text, Mount)
    assert (mount.kind, mount.source, mount.target) == ("bind", "app/nginx.conf", "/etc/nginx/nginx.conf")


def test_copies_of_the_image_count_as_mounts():
    files = {
        "app/api/Dockerfile": "FROM node AS js\nCOPY x /y\nFROM python:3.12\nWORKDIR /srv\nCOPY --from=js /y /y\n"
        "COPY . .\nCOPY a.conf b.conf /etc/\nADD conf /etc/conf\n",
        "app/api/conf/site": "",
    }
    found = [(m.kind, m.source, m.target) for m in service("build: ./api", Mount, files)]
    assert found == [
        ("copy", "app/api", "/srv"),
        ("copy", "app/api/a.conf", "/etc/a.conf"),
        ("copy", "app/api/b.conf", "/etc/b.conf"),
        ("copy", "app/api/conf", "/etc/conf"),
    ]


def test_names_of_a_service():
    body = "image: x\ncontainer_name: shop\nhostname: host\nnetworks:\n  app:\n    aliases: [www]\n"
    (found,) = service(body)
    assert found.names == {"web", "shop", "host", "www"}
    assert found.networks == {"app"}


def words(process):
    source = process.document.source
    return [source.text[word.span.start : word.span.end] for word in process.invocation.words]


def test_a_command_in_a_string_is_split_and_each_word_has_its_place():
    (process,) = service("image: x\ncommand: gunicorn -b 'unix:/run/x' \"shop:app\"", Process)
    assert process.invocation.kind is Kind.GUNICORN
    assert words(process) == ["gunicorn", "-b", "'unix:/run/x'", '"shop:app"']


def test_a_folded_command_has_places_across_lines():
    (process,) = service("image: x\ncommand: >\n  gunicorn\n  -b 0.0.0.0:9000\n  shop", Process)
    bind = process.invocation.binds[0]
    assert process.document.source.text[bind.span.start : bind.span.end] == "0.0.0.0:9000"


def test_a_list_holds_exact_words():
    (process,) = service(
        'image: x\nentrypoint: [sh, -c]\ncommand: ["exec gunicorn -b :$$PORT shop"]', Process
    )
    assert process.invocation.kind is Kind.GUNICORN
    assert process.invocation.wrapping.execs
    assert process.invocation.binds[0].text == ":$PORT"


def test_the_image_says_what_starts_where_compose_is_silent():
    files = {
        "app/Dockerfile": "FROM python:3.12\nENV PORT=9000\nWORKDIR /srv\nUSER shop\nEXPOSE 9000\n"
        'STOPSIGNAL SIGINT\nENTRYPOINT ["gunicorn"]\nCMD ["shop"]\n'
    }
    (process,) = service("build: .\nenvironment: {DEBUG: '0'}", Process, files)
    assert (process.document.path, process.invocation.kind) == ("app/Dockerfile", Kind.GUNICORN)
    assert words(process) == ["gunicorn", "shop"]
    assert (shown(process.directory), shown(process.user)) == ("/srv", "shop")
    assert shown(process.supervision.stop_signal) == "INT"
    assert {name: shown(value) for name, value in process.environment.variables.items()} == {
        "PORT": "9000",
        "DEBUG": "0",
    }
    assert process.environment.complete
    assert service("build: .", Service, files)[0].exposed == (9000,)


def test_a_command_of_compose_follows_the_entrypoint_of_the_image():
    files = {"app/Dockerfile": 'FROM python:3.12\nENTRYPOINT ["gunicorn", "-w", "2"]\nCMD ["old"]\n'}
    (process,) = service("build: .\ncommand: new", Process, files)
    assert [word.value for word in process.invocation.words] == ["gunicorn", "-w", "2", "new"]
    assert process.document.path == "app/compose.yaml"


def test_a_foreign_image_keeps_its_secrets():
    (process,) = service("image: ghcr.io/shop/shop:1", Process)
    assert process.invocation is None
    assert isinstance(process.user, Unknown)
    assert isinstance(process.directory, Unknown)
    assert not process.environment.complete


def test_the_official_nginx_image_starts_nginx_in_the_foreground():
    (process,) = service("image: nginx:1.27-alpine", Process)
    assert process.invocation.kind is Kind.NGINX
    assert [word.value for word in process.invocation.words] == ["nginx", "-g", "daemon off;"]
    assert process.at.text == "nginx:1.27-alpine"


def test_the_user_is_root_only_for_images_known_to_have_no_other():
    plain = {"app/Dockerfile": "FROM docker.io/library/debian:12\nCMD x\n"}
    foreign = {"app/Dockerfile": "FROM bitnami/python:3\nCMD x\n"}
    assert shown(service("build: .", Process, plain)[0].user) == "root"
    assert shown(service("build: .", Process, foreign)[0].user) == "?"
    assert shown(service("build: .\nuser: '1000:33'", Process, foreign)[0].user) == "1000"


def test_how_long_compose_waits():
    (process,) = service("image: x\nstop_grace_period: 1m30s\nrestart: always\nstop_signal: SIGQUIT", Process)
    supervision = process.supervision
    assert [shown(v) for v in (supervision.stop_timeout, supervision.restart, supervision.stop_signal)] == [
        90,
        "always",
        "QUIT",
    ]
    default = service("image: x", Process)[0].supervision
    assert (default.stop_timeout.value, default.stop_timeout.why) == (10.0, "compose default")


def test_env_files_are_read_as_compose_reads_them():
    files = {"app/web.env": "A=1 # one\nB='x y'\nC=$OTHER\n"}
    (process,) = service("image: x\nenv_file: web.env\nenvironment: [A=2, HANDED]", Process, files)
    assert {name: shown(value) for name, value in process.environment.variables.items()} == {
        "A": "2", "B": "x y", "C": "?", "HANDED": "?",
    }  # fmt: skip


def test_a_service_tells_everything_that_a_service_has():
    (told,) = service(
        "{image: shop:1, container_name: Shop, hostname: front, network_mode: host, init: true, stdin_open: true,"
        " command: run, profiles: [live], depends_on: [db], expose: [8000, 9000-9001], tmpfs: /tmp,"
        ' extra_hosts: ["mail:10.0.0.1"], networks: {inner: {aliases: [shop.local]}}}'
    )
    said = {name: getattr(told, name) for name in Service.__annotations__ if name not in {"document", "at"}}
    assert said == {
        "namespace": Namespace("app", "web"),
        "other_names": {"Shop", "front", "shop.local"},
        "image": "shop:1",
        "build": None,
        "dockerfile": None,
        "network_mode": "host",
        "networks": {"inner"},
        "external_networks": False,
        "exposed": (8000, 9000, 9001),
        "profiles": {"live"},
        "depends_on": {"db"},
        "extra_hosts": {"mail"},
        "init": True,
        "tty": True,
        "commanded": True,
        "sees_more": True,
    }
    assert (told.document.path, told.at.text) == ("app/compose.yaml", "web")
    assert told.names == {"web", "Shop", "front", "shop.local"}
    with pytest.raises(AttributeError, match="nonsense"):
        _ = told.nonsense


def test_a_plain_service_has_the_defaults():
    (told,) = service("{image: shop}")
    assert (told.networks, told.network_mode, told.exposed) == ({"default"}, "", ())
    assert (told.init, told.tty, told.commanded, told.sees_more) == (False, False, False, False)


@pytest.mark.parametrize(
    ("written", "networks"),
    [
        ("{image: shop}", {"default"}),
        ("{image: shop, network_mode: host}", set()),
        ("{image: shop, networks: [inner]}", {"inner"}),
    ],
)
def test_the_networks_of_a_service(written, networks):
    (told,) = service(written)
    assert told.networks == networks


@pytest.mark.parametrize(
    ("written", "declared", "external"),
    [
        ("{image: shop}", "{default: {external: true}}", True),
        ("{image: shop}", "{default: {name: shop}}", False),
        ("{image: shop, networks: [inner]}", "{default: {external: true}, inner: {}}", False),
        ("{image: shop, networks: [inner]}", "{inner: {external: {name: shop}}}", True),
        ("{image: shop, networks: [inner]}", "{inner: {external: $SHARED}}", True),
        ("{image: shop, networks: [inner]}", "{inner: {external: false}}", False),
    ],
)
def test_networks_that_others_may_join(written, declared, external):
    (told,) = stated(f"services:\n  web: {written}\nnetworks: {declared}\n", Service)
    assert told.external_networks is external
