"""What units say about the deployment."""

import math

import pytest
from deploylint.facts import Known, Listener, Process, SocketUnit, SupervisorKind, Unknown
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.systemd import facts, parse
from deploylint.source import Source
from deploylint.tree import MemoryTree
from deploylint.values.address import TcpAddress, UnixAddress


def read(files):
    if isinstance(files, str):
        files = {"systemd/app.service": files}
    sources = [Source(path, text) for path, text in files.items()]
    documents = [parse(source) for source in sources if not source.path.endswith(".env")]
    return list(facts(documents, MemoryTree(sources)))


def process(files):
    (found,) = [fact for fact in read(files) if isinstance(fact, Process)]
    return found


def test_a_server_with_everything_that_matters():
    text = (
        "[Service]\nType=notify\nUser=app\nGroup=www-data\nUMask=0027\nWorkingDirectory=-/srv/shop\n"
        "Environment=PORT=8000\nExecStart=-/srv/venv/bin/gunicorn shop.wsgi \\\n  --bind 127.0.0.1:${PORT}\n"
        "Restart=always\nTimeoutStopSec=1min\nKillMode=mixed\nKillSignal=SIGQUIT\n"
    )
    found = process(text)
    assert found.name == "app.service"
    assert found.invocation.kind is Kind.GUNICORN
    assert [bind.address for bind in found.invocation.binds] == [TcpAddress("127.0.0.1", 8000)]
    assert found.at.text == "/srv/venv/bin/gunicorn shop.wsgi \\\n  --bind 127.0.0.1:${PORT}"
    assert (found.user.value, found.group.value, found.umask.value) == ("app", "www-data", 0o027)
    assert found.directory.value == "/srv/shop"
    supervision = found.supervision
    assert supervision.kind is SupervisorKind.SYSTEMD
    assert (supervision.restart.value, supervision.stop_timeout.value) == ("always", 60)
    assert (supervision.stop_signal.value, supervision.service_type) == ("QUIT", "notify")
    assert supervision.kills_group.value is True


def test_defaults():
    found = process("[Service]\nExecStart=/bin/app\n")
    assert found.supervision.stop_timeout == Known(90.0, why="DefaultTimeoutStopSec of systemd", default=True)
    assert found.supervision.restart.value == "no"
    assert found.supervision.service_type == "simple"
    assert found.user == Known(None, default=True)
    assert found.directory.value == "/"
    assert found.environment.get("APP_MODE") is None
    assert isinstance(found.environment.get("PATH"), Unknown)


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ("TimeoutStopSec=5", 5),
        ("TimeoutSec=7", 7),
        ("TimeoutSec=7\nTimeoutStopSec=9", 9),
        ("TimeoutStopSec=9\nTimeoutSec=7", 7),
        ("TimeoutStopSec=0", math.inf),
        ("TimeoutStopSec=infinity", math.inf),
    ],
)
def test_how_long_systemd_waits(lines, seconds):
    assert process(f"[Service]\nExecStart=/bin/a\n{lines}\n").supervision.stop_timeout.value == seconds


def test_refused_values_are_unknown():
    found = process("[Service]\nExecStart=/bin/a\nTimeoutStopSec=soon\nKillMode=all\nUMask=9\n")
    for value in (found.supervision.stop_timeout, found.supervision.kills_group, found.umask):
        assert isinstance(value, Unknown)


def test_only_the_last_command_counts_but_oneshots_run_all():
    lines = "ExecStart=/bin/a\nExecStart=/bin/b\n"
    assert process(f"[Service]\n{lines}").invocation.program == "b"
    programs = [
        fact.invocation.program
        for fact in read(f"[Service]\nType=oneshot\n{lines}ExecStart=/bin/c ; /bin/d\n")
    ]
    assert programs == ["a", "b", "c", "d"]


def test_a_template_has_unknown_instances_and_an_instance_knows_itself():
    text = "[Service]\nExecStart=/bin/gunicorn app -b 127.0.0.1:80%i\n"
    template = process({"app@.service": text})
    assert isinstance(template.instances, Unknown)
    assert template.invocation.binds[0].address is None
    assert process({"app@01.service": text}).invocation.binds[0].address == TcpAddress("127.0.0.1", 8001)


def test_user_units_run_as_somebody_with_an_environment_from_elsewhere():
    found = process({"systemd/user/app.service": "[Service]\nExecStart=%h/bin/gunicorn app\n"})
    assert found.supervision.kind is SupervisorKind.SYSTEMD_USER
    assert isinstance(found.user, Unknown)
    assert not found.environment.complete


def test_variables_as_whole_words_are_split_and_may_vanish():
    found = process(
        '[Service]\nEnvironment="OPTIONS=-b 127.0.0.1:9000 -w 3"\nExecStart=/bin/gunicorn $OPTIONS $NOTHING app $$HOME\n'
    )
    assert [word.value for word in found.invocation.words] == [
        "/bin/gunicorn", "-b", "127.0.0.1:9000", "-w", "3", "app", "$HOME",
    ]  # fmt: skip


def test_an_environment_file_of_the_project_is_read():
    files = {
        "deploy/app.service": "[Service]\nEnvironment=A=1 B=1\nEnvironmentFile=/srv/shop/deploy/app.env\nExecStart=/bin/a\n",
        "deploy/app.env": "B=2\nC='3 4'\n",
    }
    environment = process(files).environment
    assert environment.complete
    assert [environment.get(name).value for name in "ABC"] == ["1", "2", "3 4"]


@pytest.mark.parametrize("extra", [{}, {"one/x.env": "A=2\n", "two/x.env": "A=3\n"}])
def test_an_environment_file_that_nobody_can_tell_makes_all_unknown(extra):
    unit = {"app.service": "[Service]\nEnvironment=A=1\nEnvironmentFile=-/etc/x.env\nExecStart=/bin/a\n"}
    environment = process({**unit, **extra}).environment
    assert isinstance(environment.get("A"), Unknown)
    assert isinstance(environment.get("Z"), Unknown)


@pytest.mark.parametrize(
    ("lines", "own", "reasons"),
    [
        ("", {}, {"HOME": "HOME is set by systemd"}),
        (
            "Environment=A=1 PATH=/bin\nPassEnvironment=B\n",
            {"A": "1", "PATH": "/bin"},
            {"HOME": "HOME is set by systemd", "B": "B is passed on from the manager"},
        ),
        (
            "Environment=A=1 B=2\nUnsetEnvironment=A HOME\n",
            {"B": "2"},
            {"A": None, "HOME": None, "PATH": "PATH is set by systemd"},
        ),
        # An assignment takes away a variable with that very value only.
        (
            "Environment=A=1 B=2 C=3\nUnsetEnvironment=A=1 B=1 HOME=/\nUnsetEnvironment=C\n",
            {"B": "2"},
            {"A": None, "C": None, "HOME": "HOME is set by systemd"},
        ),
        (
            "Environment=A=1\nEnvironmentFile=/etc/x.env\nUnsetEnvironment=HOME\n",
            {},
            {"A": "A may be set in /etc/x.env", "PATH": "PATH may be set in /etc/x.env", "HOME": None},
        ),
        ("Environment=A=1\nEnvironmentFile=/srv/deploy/app.env\n", {"A": "2", "HOME": "/srv"}, {}),
    ],
)
def test_variables_of_lines_stand_above_those_of_systemd(lines, own, reasons):
    files = {
        "deploy/app.service": f"[Service]\n{lines}ExecStart=/bin/a\n",
        "deploy/app.env": "A=2\nHOME=/srv\n",
    }
    variables = process(files).environment.variables
    assert len(variables) == len(list(variables)) == len(set(variables))
    assert {name: one.value for name, one in variables.items() if isinstance(one, Known)} == own
    for name, reason in reasons.items():
        assert (name in variables, name in list(variables)) == (reason is not None,) * 2
        found = variables.get(name)
        assert found is None if reason is None else found.reason == reason
    with pytest.raises(KeyError):
        variables["NOWHERE"]


def test_a_templated_command_is_opaque():
    found = process(
        {
            "app.service.j2": "[Service]\nUser={{ user }}\nExecStart={{ venv }}/bin/gunicorn app -b {{ bind }}\n"
        }
    )
    assert isinstance(found.user, Unknown)
    assert all(bind.address is None for bind in found.invocation.binds)


def test_sockets():
    found = read(
        {
            "app.socket": "[Socket]\nListenStream=/run/app.sock\nListenStream=127.0.0.1:8000\nListenStream=%t/x\nSocketMode=0660\n",
            "echo.socket": "[Socket]\nListenStream=7\nAccept=yes\n",
            "other.socket": "[Socket]\nListenStream=/run/o\nService=web.service\n",
        }
    )
    units = {fact.name: fact for fact in found if isinstance(fact, SocketUnit)}
    assert {name: unit.service for name, unit in units.items()} == {
        "app.socket": "app.service", "echo.socket": "echo@.service", "other.socket": "web.service",
    }  # fmt: skip
    assert [address.value for address in units["app.socket"].addresses] == [
        UnixAddress("/run/app.sock"), TcpAddress("127.0.0.1", 8000), UnixAddress("/run/x"),
    ]  # fmt: skip
    listeners = [fact for fact in found if isinstance(fact, Listener)]
    assert [listener.owner for listener in listeners] == ["app.socket"] * 3 + ["echo.socket", "other.socket"]
    assert [listener.mode.value for listener in listeners][-2:] == [0o666, 0o666]
    assert listeners[0].mode.value == 0o660
