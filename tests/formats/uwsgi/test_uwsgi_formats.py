"""uWSGI's four formats give the same options, with their places."""

import pytest
from deploylint.facts import Known, Process, Protocol, Unknown
from deploylint.formats.uwsgi import parse
from deploylint.formats.uwsgi.settings import Settings
from deploylint.source import Source
from hypothesis import given
from hypothesis import strategies as st
from support import project_of

SAME = {
    "uwsgi.ini": "[uwsgi]\nsocket = 127.0.0.1:3031\nmaster = true\nenv = A=1\nenv = B=2\nmodule = shop:app\n",
    "uwsgi.yaml": "uwsgi:\n  socket: 127.0.0.1:3031 # c\n  master: true\n  env:\n    - A=1\n    - B=2\n  module: 'shop:app'\n",
    "uwsgi.json": '{"uwsgi": {"socket": "127.0.0.1:3031", "master": "true", "env": ["A=1", "B=2"], "module": "shop:app"}}',
    "uwsgi.xml": "<?xml version='1.0'?><!-- c --><uwsgi><socket>127.0.0.1:3031</socket><master>true</master>"
    "<env>A=1</env><env>B=2</env><module>shop:app</module></uwsgi>",
}


@pytest.mark.parametrize("path", SAME)
def test_each_format_says_the_same(path):
    config = parse(Source(path, SAME[path]))
    assert [(option.name, option.value) for option in config.options()] == [
        ("socket", "127.0.0.1:3031"),
        ("master", "true"),
        ("env", "A=1"),
        ("env", "B=2"),
        ("module", "shop:app"),
    ]
    assert not config.problems
    for option in config.options():
        assert option.value_at.text.strip("'") == option.value
        assert option.name_at.text.strip('"') == option.name
    settings = Settings(config)
    (socket,) = settings.sockets()
    assert (str(socket.address.value), socket.protocol) == ("127.0.0.1:3031", Protocol.UWSGI)
    (application,) = settings.applications()
    assert (application.module.value, application.callable.value) == ("shop", "app")


MARKS = st.sampled_from(
    [
        "<uwsgi>",
        "</uwsgi>",
        "<a",
        "/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "&#x41;",
        "{",
        "}",
        "[",
        "]",
        '"uwsgi"',
        ":",
        ",",
        "uwsgi:\n",
        "  a: b\n",
        "- c\n",
        "'",
        '"',
        "\n",
        "[uwsgi]\n",
        "if-env = A\n",
        "endif =\n",
        "%",
        "%(a)",
        "a = %(a)\n",
    ]
)


@given(st.sampled_from(list(SAME)), st.one_of(st.text(), st.lists(MARKS).map("".join)))
def test_no_text_is_too_strange(path, text):
    config = parse(Source(path, text))
    for _, _ in config.walk():
        pass
    for section in config.sections:
        settings = Settings(config, section.name)
        list(settings.sockets()), list(settings.applications())
        assert settings.master is not None
    for problem in config.problems:
        assert 0 <= problem.at.span.start <= problem.at.span.end <= len(text)


@pytest.mark.parametrize(
    "text", ["<uwsgi>" * 20_000, '{"uwsgi":' * 20_000, "[" * 20_000, "uwsgi: " + "[" * 2_000]
)
@pytest.mark.parametrize("path", SAME)
def test_depth_is_no_matter(path, text):
    parse(Source(path, text))


def test_placeholders_cannot_blow_up():
    lines = "".join(f"a{number} = {f'%(a{number + 1})' * 50}\n" for number in range(40))
    assert isinstance(Settings(parse(Source("a.ini", f"[uwsgi]\n{lines}a40 = x\n"))).text("a0"), Unknown)


def test_blocks_make_values_uncertain():
    text = "[uwsgi]\nif-env = PORT\nhttp-socket = :80\nendif =\nfor = a b\nsocket = /run/%(_)\nendfor =\nprocesses = 2\n"
    settings = Settings(parse(Source("uwsgi.ini", text)))
    assert all(isinstance(socket.address, Unknown) for socket in settings.sockets())
    assert settings.processes.value == 2


@pytest.mark.parametrize(
    ("line", "mode"),
    [
        ("chmod-socket = 660", 0o660),
        ("chmod-socket = 1", 0o666),
        ("chmod-socket", None),
        ("chmod-socket = 0660", None),
    ],
)
def test_socket_modes(line, mode):
    found = Settings(parse(Source("uwsgi.ini", f"[uwsgi]\n{line}\n"))).socket_mode
    assert (found.value if isinstance(found, Known) else None) == mode


def test_a_tab_may_stand_between_a_key_and_its_value():
    config = parse(Source("app.yml", "uwsgi:\n  socket:\t:3031\n"))
    assert not config.problems
    assert [(option.name, option.value) for option in config.options()] == [("socket", ":3031")]


def test_debian_starts_a_process_for_each_enabled_file():
    project = project_of([Source("etc/uwsgi/apps-enabled/shop.ini", "[uwsgi]\nmodule = shop.wsgi\n")])
    (process,) = project.every(Process)
    assert process.name == "uwsgi shop"
    assert process.user.value == "www-data"
    assert process.supervision.stop_signal.value == "QUIT"
    (server,) = project.deployments[0].servers
    assert [str(listener.address.value) for listener in server.listeners] == ["/run/uwsgi/app/shop/socket"]
    assert server.target.module == "shop.wsgi"


def test_what_the_file_says_replaces_debians_defaults():
    text = "[uwsgi]\nmodule = shop.wsgi\nsocket = 127.0.0.1:3031\nuid = shop\n"
    project = project_of(
        [Source("etc/uwsgi/apps-enabled/shop.ini", text), Source("etc/uwsgi/apps-available/other.ini", text)]
    )
    (process,) = project.every(Process)
    assert process.user.value == "shop"
    assert [str(one.address.value) for one in project.deployments[0].servers[0].listeners] == [
        "127.0.0.1:3031"
    ]
