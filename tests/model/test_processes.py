"""Facts of which most is worked out when somebody asks: they say what whole ones say, and little of them is kept."""

import gc
from dataclasses import FrozenInstanceError, fields
from importlib import import_module

import pytest
from deploylint.dataclass import replace
from deploylint.facts import Known, Namespace, Process, Service, Supervision, SupervisorKind, Unknown
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.formats.compose.processes import process as process_of_service
from deploylint.formats.compose.services import ServiceProcess
from deploylint.formats.supervisor.programs import ProgramProcess
from deploylint.model import AppServer
from deploylint.processes import MANY, StatedProcess
from deploylint.source import Source
from support import check_sources, project_of

COMPOSE = """\
services:
  web:
    build: .
    command: gunicorn shop.wsgi --bind 0.0.0.0:8000
    working_dir: /srv/shop
    user: "33:44"
    restart: always
    stop_grace_period: 1m30s
    stop_signal: SIGQUIT
    scale: 3
    env_file: [web.env, missing.env]
    environment:
      DEBUG: "0"
  worker:
    image: shop/worker
"""
SUPERVISOR = """\
[supervisord]
environment=STAGE="live"

[program:web]
command=gunicorn shop.wsgi --bind unix:/run/%(program_name)s.sock
directory=/srv/shop
user=shop
umask=027
numprocs=2
autorestart=true
stopwaitsecs=60
stopsignal=QUIT
killasgroup=true
startsecs=5
environment=DEBUG="0"
"""


def processes(*sources):
    project = project_of(sources)
    return project, project.every(Process)


def said(fact):
    """What a fact says, that of its supervision, too, whose instances are others each time."""
    found = {one.name: getattr(fact, one.name) for one in fields(StatedProcess)}
    supervision = found.pop("supervision")
    return found, {one.name: getattr(supervision, one.name) for one in fields(Supervision)}


def test_a_service_says_what_its_settings_come_to():
    _, found = processes(
        Source("compose.yaml", COMPOSE),
        Source("Dockerfile", "FROM python:3.12\nENV HOME=/srv\n"),
        Source("web.env", "STAGE=live\n"),
    )
    assert [type(one) for one in found] == [ServiceProcess, ServiceProcess]
    for one in found:
        service = one.service
        whole = process_of_service(
            service.settings, one.namespace, service.origin, service.merged_in, one.environment
        )
        assert type(whole) is StatedProcess
        assert said(one) == said(whole)
        assert (one.kind, one.head, one.full_name) == (whole.kind, whole.head, whole.full_name)
    web = found[0]
    assert web.namespace == Namespace(".", "web")
    assert web.directory.value == "/srv/shop"
    assert (web.user.value, web.group.value) == ("33", "44")
    assert web.supervision.stop_timeout.value == 90
    assert web.instances.value == 3
    assert {name: value.value for name, value in web.environment.variables.items()} == {
        "HOME": "/srv",
        "STAGE": "live",
        "DEBUG": "0",
    }
    assert [one.path for one in web.env_files] == ["web.env", "missing.env"]


@pytest.mark.parametrize(
    ("base", "override", "document"),
    [
        ("command: run", "", "compose.yaml"),
        ("command: run", "command: walk", "compose.override.yaml"),
        ("entrypoint: run", "command: fast", "compose.override.yaml"),
        ("entrypoint: run", 'command: ""', "compose.yaml"),
        ("command: fast", "entrypoint: run", "compose.yaml"),
        ("command: {not: known}", "entrypoint: run", "compose.override.yaml"),
        ("image: shop", "", "compose.yaml"),
        ("build: .", "command: run", "compose.override.yaml"),
        ("build: .", "command: []", "compose.override.yaml"),
    ],
)
def test_its_document_is_known_before_its_command_is_read(base, override, document):
    _, found = processes(
        Source("compose.yaml", f"services:\n  web:\n    {base}\n"),
        Source("compose.override.yaml", f"services:\n  web:\n    tty: true\n    {override}\n"),
        Source("Dockerfile", 'FROM python:3.12\nCMD ["gunicorn", "shop.wsgi"]\n'),
    )
    (web,) = [one for one in found if isinstance(one, ServiceProcess)]
    assert web.document.path == document
    service = web.service
    whole = process_of_service(
        service.settings, web.namespace, service.origin, service.merged_in, web.environment
    )
    assert said(web) == said(whole)


def test_a_command_of_an_image_is_written_in_its_dockerfile():
    _, found = processes(
        Source("compose.yaml", "services:\n  web:\n    build: .\n"),
        Source("Dockerfile", 'FROM python:3.12\nCMD ["gunicorn", "shop.wsgi"]\n'),
    )
    assert [(one.name, one.document.path, one.kind) for one in found] == [
        ("service web", "Dockerfile", Kind.GUNICORN)
    ]


def test_a_program_says_what_its_section_says():
    _, (web,) = processes(Source("supervisord.conf", SUPERVISOR))
    assert type(web) is ProgramProcess
    assert web.name == "[program:web]"
    assert web.kind is Kind.GUNICORN
    assert web.head == (SupervisorKind.SUPERVISOR, "", Kind.GUNICORN)
    assert web.at.text == "gunicorn shop.wsgi --bind unix:/run/%(program_name)s.sock"
    assert web.invocation.binds[0].text == "unix:/run/web.sock"
    assert (web.directory.value, web.user.value, web.umask.value) == ("/srv/shop", "shop", 0o027)
    assert isinstance(web.instances, Known)
    assert web.instances.value == 2
    assert {name: value.value for name, value in web.environment.variables.items()} == {
        "STAGE": "live",
        "DEBUG": "0",
    }
    held = web.supervision
    assert (held.kind, held.service_type) == (SupervisorKind.SUPERVISOR, "")
    assert [value.value for value in (held.restart, held.stop_timeout, held.stop_signal)] == [
        "true",
        60.0,
        "QUIT",
    ]
    assert (held.kills_group.value, held.start_seconds.value) == (True, 5.0)


@pytest.mark.parametrize(
    "source", [Source("compose.yaml", COMPOSE), Source("supervisord.conf", SUPERVISOR)], ids=lambda x: x.path
)
def test_one_with_another_field_is_a_whole_one(source):
    _, found = processes(source)
    for one in found:
        other = replace(one.whole, directory=Unknown("nobody knows"))
        assert type(other) is StatedProcess
        assert said(other) == ({**said(one)[0], "directory": other.directory}, said(one)[1])
        assert other.kind is one.kind


@pytest.mark.parametrize(
    "source", [Source("compose.yaml", COMPOSE), Source("supervisord.conf", SUPERVISOR)], ids=lambda x: x.path
)
def test_nobody_changes_what_files_say(source):
    project, (process, *_) = processes(source)
    (listener,) = next(server.listeners for one in project.deployments for server in one.servers)
    for fact, name in [
        (process, "user"),
        (listener, "at"),
        *((one, "image") for one in project.every(Service)),
    ]:
        with pytest.raises(FrozenInstanceError):
            setattr(fact, name, None)
        with pytest.raises(FrozenInstanceError):
            delattr(fact, name)


def test_the_settings_of_a_server_are_there_though_nobody_keeps_them():
    project, _ = processes(Source("supervisord.conf", SUPERVISOR))
    ((server,),) = [one.servers for one in project.deployments]
    assert isinstance(server, AppServer)
    assert server.setting("workers").value == 1
    assert server.setting("nonsense") is None
    assert (server.target.module, server.target_at.text) == ("shop.wsgi", "shop.wsgi")
    other = replace(server, handed=server.listeners)
    assert type(other) is AppServer
    assert other.setting("workers") == server.setting("workers")


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("supervisord.conf", "deploylint.formats.supervisor.programs"),
        ("compose.yaml", "deploylint.formats.compose.processes"),
    ],
)
def test_in_a_file_for_people_each_command_is_read_once(path, module, monkeypatch):
    texts = {
        "supervisord.conf": "[supervisord]\n"
        + "".join(f"[program:w{n}]\ncommand=gunicorn once{n}:app\n" for n in range(50)),
        "compose.yaml": "services:\n"
        + "".join(f"  w{n}:\n    image: shop\n    command: gunicorn once{n}:app\n" for n in range(50)),
    }
    own, asked = import_module(module), []

    def read(words, **around):
        asked.append(words[1].value)
        return understood(words, **around)

    understood = own.read
    monkeypatch.setattr(own, "read", read)
    check_sources([Source(path, texts[path])])
    assert sorted(asked) == sorted(f"once{n}:app" for n in range(50))


@pytest.mark.parametrize(
    "source",
    [
        Source(
            "supervisord.conf",
            "[supervisord]\n"
            + "".join(
                f"[program:web{n}]\ncommand=gunicorn programs:app -b unix:/run/{n}\n" for n in range(3 * MANY)
            ),
        ),
        Source(
            "compose.yaml",
            "services:\n"
            + "".join(
                f"  web{n}:\n    image: shop\n    command: gunicorn services:app -b :{n}\n"
                for n in range(3 * MANY)
            ),
        ),
    ],
    ids=lambda source: source.path,
)
def test_most_command_lines_are_let_go(source):
    project, found = processes(source)
    assert len(found) == 3 * MANY
    assert sum(len(one.servers) for one in project.deployments) == 3 * MANY
    assert all(one.invocation.kind is Kind.GUNICORN for one in found)
    # So many are at hand, and those of which rules have asked for settings.
    module = found[0].invocation.target.module
    kept = [one for one in gc.get_objects() if isinstance(one, Invocation)]
    assert sum(one.target is not None and one.target.module == module for one in kept) < 2 * MANY
