"""What the model is told of supervisor files."""

import pytest
from deploylint.facts import Known, Listener, Process, Protocol, Unknown
from deploylint.formats.supervisor.configuration import fragments
from deploylint.source import Source
from support import project_of


def facts(kind, **files):
    sources = [Source(path.replace("__", "/") + ".conf", text) for path, text in files.items()]
    return project_of(sources).every(kind)


def test_a_command_has_its_places_behind_expansions_and_comments():
    text = (
        "[program:web]\ncommand=/venv/bin/gunicorn -b 127.0.0.1:80%(process_num)02d ; local\n"
        '  --name "%%a %(program_name)s" shop:app\nnumprocs=2\nnumprocs_start=1\nprocess_name=w%(process_num)d\n'
    )
    processes = facts(Process, app=text)
    assert [str(process.invocation.binds[0].address) for process in processes] == [
        "127.0.0.1:8001",
        "127.0.0.1:8002",
    ]
    invocation = processes[0].invocation
    span = invocation.binds[0].span
    assert text[span.start : span.end] == "127.0.0.1:80%(process_num)02d"
    assert text[invocation.target.span.start : invocation.target.span.end] == "shop:app"
    name = invocation.last("proc_name").value
    assert (name.value, text[name.span.start : name.span.end]) == ("%a web", '"%%a %(program_name)s"')


def test_what_only_the_machine_knows_is_unknown():
    text = (
        "[program:web]\ncommand=gunicorn -b :%(ENV_PORT)s -c %(here)s/gunicorn.conf.py shop:app\n"
        "directory=%(here)s\nuser=%(ENV_WHO)s\nstopwaitsecs=%(ENV_WAIT)s\n"
    )
    (process,) = facts(Process, app=text)
    assert process.invocation.binds[0].address is None
    assert [variable.name for variable in process.invocation.config_files[0].variables] == ["here"]
    for value in (process.directory, process.user, process.supervision.stop_timeout):
        assert isinstance(value, Unknown)
    assert process.supervision.start_seconds == Known(1.0, why="supervisor default", default=True)


def test_fragments_belong_to_the_main_file_that_includes_them():
    processes = facts(
        Process,
        supervisord="[supervisord]\nuser=root\nenvironment=MODE=live\n[include]\nfiles=/etc/supervisor/conf.d/*.conf\n",
        deploy__supervisor__conf_d__x="[program:x]\ncommand=/bin/x\n",
        supervisor__conf_d__x="[program:x]\ncommand=/bin/x\n",
    )
    assert [process.user for process in processes if isinstance(process.user, Known)] == []
    processes = facts(
        Process,
        **{
            "etc/supervisord": "[supervisord]\nuser=root\nenvironment=MODE=live\n[include]\nfiles=/etc/supervisor/conf.d/*.conf\n",
            "etc/supervisor/conf.d/x": "[program:x]\ncommand=/bin/x %(ENV_MODE)s\nenvironment=A=1\n",
            "other/y": "[program:y]\ncommand=/bin/y\n",
        },
    )
    users = {process.name: process.user for process in processes}
    assert users["[program:x]"].value == "root"
    assert isinstance(users["[program:y]"], Unknown)
    x = next(process for process in processes if process.name == "[program:x]")
    assert {name: value.value for name, value in x.environment.variables.items()} == {
        "MODE": "live",
        "A": "1",
    }
    assert [word.value for word in x.invocation.words] == ["/bin/x", "live"]


@pytest.mark.parametrize(
    ("body", "authenticated"),
    [
        ("", False),
        ("username=u\npassword=p\n", True),
        ("username=%(ENV_U)s\npassword=%(ENV_P)s\n", True),
        ("username=\npassword=\n", False),
    ],
)
def test_control_interfaces(body, authenticated):
    text = f"[inet_http_server]\nport=*:9001\n{body}[unix_http_server]\nfile=/var/run/s.sock\nchmod=0770\n"
    inet, unix = facts(Listener, app=text)
    assert (str(inet.address.value), inet.protocol) == ("0.0.0.0:9001", Protocol.SUPERVISOR)
    assert inet.authenticated.value is authenticated
    assert (str(unix.address.value), unix.mode.value) == ("/run/s.sock", 0o770)


@pytest.mark.parametrize("count", ["0", "1000000", "x", "-1"])
def test_numbers_of_processes_out_of_the_ordinary(count):
    text = f"[program:w]\ncommand=/bin/w %(process_num)d\nnumprocs={count}\nprocess_name=%(process_num)d\n"
    assert len(facts(Process, app=text)) == (0 if count in ("0", "-1") else 1)


def test_supervisor_listens_for_its_fastcgi_programs():
    text = (
        "[fcgi-program:render]\ncommand=/bin/cat\nsocket=unix:///run/%(program_name)s.sock\n"
        "[fcgi-program:pdf]\ncommand=/bin/cat\nsocket=tcp://127.0.0.1:9000\n"
        "[fcgi-program:odd]\ncommand=/bin/cat\nsocket=udp://x\n"
    )
    listeners = project_of([Source("supervisor/app.conf", text)]).every(Listener)
    assert [str(one.address.value) for one in listeners[:2]] == ["/run/render.sock", "127.0.0.1:9000"]
    assert {one.protocol for one in listeners} == {Protocol.FASTCGI}
    assert not isinstance(listeners[2].address, Known)


def test_sections_of_one_title_are_one_and_the_last_option_of_a_name_holds():
    text = (
        "[program:web]\ncommand=gunicorn -b :8000 shop:app\nuser=shop\n"
        "[program:web]\ncommand=gunicorn -b :8001 shop:app\n"
    )
    (web,) = facts(Process, app=text)
    assert str(web.invocation.binds[0].address) == "0.0.0.0:8001"
    assert web.user.value == "shop"


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("conf.d/*.conf", ["conf.d/a.conf"]),
        ("./conf.d/a.conf other/*", ["conf.d/a.conf", "other/c.conf"]),
        ("*/*.conf", ["conf.d/a.conf", "other/c.conf"]),
        ("*/more/*.conf", ["conf.d/more/b.conf"]),
        ("%(here)s/conf.d/more/*", ["conf.d/more/b.conf"]),
    ],
)
def test_the_main_file_reads_what_its_patterns_match(pattern, files):
    paths = ("conf.d/a.conf", "conf.d/more/b.conf", "other/c.conf")
    sources = [Source(f"etc/{path}", "[program:web]\ncommand=gunicorn shop:app\n") for path in paths]
    main = Source("etc/supervisord.conf", f"[supervisord]\n[include]\nfiles={pattern}\n")
    project = project_of([main, *sources])
    assert sorted(file.path for file in fragments(project)) == [f"etc/{path}" for path in files]
