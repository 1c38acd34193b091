"""The options of supervisor are those that its own reader asks for."""

import importlib.metadata

import pytest
from deploylint.vocabulary import supervisor

pytestmark = pytest.mark.oracle("supervisor")
options = pytest.importorskip("supervisor.options")

CONFIGURATION = """
[supervisord]
[unix_http_server]
file=%(here)s/s.sock
chown=0:0
username=a
password=b
[inet_http_server]
port=127.0.0.1:9001
username=a
password=b
[supervisorctl]
[rpcinterface:x]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:p]
command=true
[fcgi-program:f]
command=true
socket=unix:///run/f.sock
socket_owner=0:0
[eventlistener:e]
command=true
events=TICK_5
[group:g]
programs=p
[include]
files=nothing/*.conf
"""


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Kind of section -> the options that are looked up in such a section."""
    found = {}
    original = options.UnhosedConfigParser.get

    def get(parser, section, option, *args, **kwargs):
        found.setdefault(supervisor.section_kind(section), set()).add(option)
        return original(parser, section, option, *args, **kwargs)

    monkeypatch.setattr(options.UnhosedConfigParser, "get", get)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "supervisord.conf"
    path.write_text(CONFIGURATION)
    server = options.ServerOptions()
    server.configfile = str(path)
    try:
        server.process_config(do_usage=False)
    finally:
        server.poller.close()
    client = options.ClientOptions()
    client.configfile = str(path)
    client.process_config(do_usage=False)
    return found


def test_options(asked):
    version = tuple(map(int, importlib.metadata.version("supervisor").split(".")[:3]))
    known = {
        kind: {
            name
            for name in supervisor.options(kind)
            if (since := supervisor.option(kind, name).since) is None or since <= version
        }
        for kind in asked
    }
    assert known == asked


def test_every_kind_of_section_was_asked(asked):
    assert set(asked) == set(supervisor.section_kinds()) - {"ctlplugin"}


def test_defaults(tmp_path):
    """What a program gets that says nothing but its command, as our table writes it."""
    path = tmp_path / "supervisord.conf"
    path.write_text("[supervisord]\n[program:p]\ncommand=true\n")
    server = options.ServerOptions()
    server.configfile = str(path)
    try:
        server.process_config(do_usage=False)
    finally:
        server.poller.close()
    (group,) = server.process_group_configs
    (program,) = group.process_configs
    said = {name: supervisor.option("program", name).default for name in supervisor.options("program")}
    booleans = (
        "autostart",
        "redirect_stderr",
        "stopasgroup",
        "stdout_syslog",
        "stderr_syslog",
        "stdout_events_enabled",
    )
    numbers = (
        "priority",
        "startsecs",
        "startretries",
        "stopwaitsecs",
        "stdout_logfile_backups",
        "stdout_capture_maxbytes",
    )
    assert {name: getattr(program, name) for name in booleans} == {
        name: said[name] == "true" for name in booleans
    }
    assert {name: getattr(program, name) for name in numbers} == {name: int(said[name]) for name in numbers}
    assert program.exitcodes == [int(said["exitcodes"])]
    assert program.stopsignal == options.signal_number(said["stopsignal"])
    assert program.stdout_logfile_maxbytes == options.byte_size(said["stdout_logfile_maxbytes"])
    assert program.stdout_logfile is options.Automatic
    assert program.autorestart is options.auto_restart(said["autorestart"])


@pytest.mark.parametrize("name", sorted(supervisor.event_types()))
def test_event_types(name):
    events = pytest.importorskip("supervisor.events")
    assert getattr(events.EventTypes, name, None) is not None


def test_all_event_types():
    events = pytest.importorskip("supervisor.events")
    real = {name for name in vars(events.EventTypes) if name.isupper()}
    assert real == set(supervisor.event_types())
