"""What the rules and the model claim of supervisor, asked of its own option reader; a few start it."""

import subprocess
import sys
import time

import pytest
from deploylint.facts import Known
from deploylint.formats.supervisor import parse
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.programs import Program, ProgramProcess
from deploylint.source import Source
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("supervisor")
options = pytest.importorskip("supervisor.options")
datatypes = pytest.importorskip("supervisor.datatypes")
ENVIRONMENT = {"ENV_X": "1"}


@pytest.fixture
def supervisor(tmp_path, monkeypatch):
    """Reads a main file as supervisord does; users and folders need not exist."""
    for module in (options, datatypes):
        for name in ("existing_directory", "existing_dirpath"):
            monkeypatch.setattr(module, name, lambda value: value, raising=False)
        for name in ("name_to_uid", "name_to_gid", "gid_for_uid"):
            monkeypatch.setattr(module, name, lambda _: 65534, raising=False)

    def read(text):
        (tmp_path / "supervisord.conf").write_text(text, encoding="utf-8")
        reader = options.ServerOptions()
        reader.environ_expansions = dict(ENVIRONMENT)
        reader.configfile = str(tmp_path / "supervisord.conf")
        try:
            reader.process_config(do_usage=False)
        finally:
            reader.poller.close()
        return {p.name: p for group in reader.process_group_configs for p in group.process_configs}

    return read


def program_of(text):
    configuration = configurations([parse(Source("supervisord.conf", text))])[0]
    return Program(configuration, next(configuration.programs()), number=0)


@pytest.mark.parametrize(
    ("line", "starts"),
    [
        ("", True),
        ("autostart=%(ENV_WITH_WEB)s", False),
        ("autostart=%(ENV_WITH_API)s", True),
        ("autostart=Off", False),
    ],
)
def test_a_variable_may_keep_a_program_from_starting(supervisor, monkeypatch, line, starts):
    """address-claimed-twice takes such programs for alternatives."""
    monkeypatch.setitem(ENVIRONMENT, "ENV_WITH_WEB", "false")
    monkeypatch.setitem(ENVIRONMENT, "ENV_WITH_API", "true")
    assert supervisor(f"[supervisord]\n[program:web]\ncommand=/bin/cat\n{line}\n")["web"].autostart is starts


PROGRAMS = [
    "command=/bin/cat",
    "command=/bin/cat\nstartsecs=10\nstopwaitsecs=60\nstopsignal=QUIT\nautorestart=true",
    "command=/bin/cat\nstopasgroup=true",
    "command=/bin/cat\nkillasgroup=true\nstopsignal=2",
    "command=/bin/cat\numask=077\ndirectory=/srv/%(program_name)s",
    'command=/bin/cat\nenvironment=A="1",B="%(program_name)s"\n',
    "command=/bin/cat %(program_name)s %(group_name)s %(numprocs)d %(ENV_A)s\nenvironment=A=b",
]


@pytest.mark.parametrize("body", PROGRAMS)
def test_a_program_is_what_supervisor_makes_of_it(supervisor, body):
    text = f"[supervisord]\nenvironment=G=g\n[program:web]\n{body}\n"
    theirs = supervisor(text)["web"]
    program = program_of(text)
    supervision, names = ProgramProcess(program).supervision, program.names(0)
    assert supervision.stop_timeout.value == theirs.stopwaitsecs
    assert supervision.start_seconds.value == theirs.startsecs
    assert supervision.kills_group.value == theirs.killasgroup
    assert datatypes.signal_number(supervision.stop_signal.value) == theirs.stopsignal
    assert datatypes.auto_restart(supervision.restart.value) == theirs.autorestart
    ours = program.environment.variables
    assert {name: value.value for name, value in ours.items()} == theirs.environment
    assert program.text("command", names).value == theirs.command
    assert program.directory.value == theirs.directory
    umask = program.get("umask")
    assert umask is None or program.umask.value == theirs.umask


def test_processes_are_numbered_from_numprocs_start(supervisor):
    text = (
        "[supervisord]\n[program:w]\ncommand=/bin/cat %(process_num)02d\nnumprocs=2\nnumprocs_start=5\n"
        "process_name=%(process_num)d\n"
    )
    program = program_of(text)
    assert {p.command for p in supervisor(text).values()} == {
        program.text("command", program.names(number)).value for number in (5, 6)
    }


REFUSED = {
    "supervisor-process-num-missing": [
        ("numprocs=2", True),
        ("numprocs=2\nprocess_name=x", True),
        ("numprocs=2\nprocess_name=%(process_num)d", False),
        ("numprocs=1", False),
        ("numprocs=0", False),
    ],
    "supervisor-syntax-error": [
        ("broken", True),
        ("=empty", True),
        ("--workers 4", True),
        ("--workers=4", False),
        ("   --workers 4", False),
    ],
}


@pytest.mark.parametrize(
    ("name", "line", "refused"), [(name, *case) for name, cases in REFUSED.items() for case in cases]
)
def test_the_rule_speaks_when_supervisor_refuses(supervisor, name, line, refused):
    text = f"[supervisord]\n[program:w]\ncommand=/bin/cat\n{line}\n"
    if refused:
        with pytest.raises(ValueError):
            supervisor(text)
    else:
        supervisor(text)
    found = check_sources([Source("supervisord.conf", text)], [all_rules()[name]])
    assert bool(found) == refused


def test_unknown_options_change_nothing(supervisor):
    plain = "[supervisord]\n[program:w]\ncommand=/bin/cat\n"
    strange = plain + "stopwaittimeout=60\ngroup=www\nlogfile=/x/y\nstdout_maxbytes=%(nothing)s\n"
    assert vars(supervisor(plain)["w"]).keys() == vars(supervisor(strange)["w"]).keys()
    assert supervisor(strange)["w"].stopwaitsecs == 10


def test_a_missing_log_folder_refuses_everything(tmp_path):
    path = tmp_path / "logs" / "web.log"
    with pytest.raises(ValueError, match="The directory named as part of the path"):
        datatypes.existing_dirpath(str(path))
    path.parent.mkdir()
    assert datatypes.existing_dirpath(str(path)) == str(path)


def test_included_fragments_are_those_that_supervisor_includes(tmp_path):
    texts = {
        "etc/supervisord.conf": "[supervisord]\n[include]\nfiles = conf.d/*.conf %(here)s/b?/x.ini\n",
        "etc/conf.d/b.conf": "[program:b]\ncommand=/bin/cat\n",
        "etc/conf.d/a.conf": "[program:a]\ncommand=/bin/cat\n[program:b]\npriority=7\n",
        "etc/conf.d/.hidden.conf": "[program:hidden]\ncommand=/bin/cat\n",
        "etc/conf.d/c.conf.save": "[program:save]\ncommand=/bin/cat\n",
        "etc/b1/x.ini": "[program:x]\ncommand=/bin/cat\n",
        "etc/b12/x.ini": "[program:y]\ncommand=/bin/cat\n",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    reader = options.ServerOptions()
    reader.configfile = str(tmp_path / "etc/supervisord.conf")
    reader.here = str(tmp_path / "etc")
    try:
        reader.read_config(reader.configfile)
    finally:
        reader.poller.close()
    theirs = [info.split('"')[1] for info in reader.parse_infos]
    configuration = configurations([parse(Source(path, text)) for path, text in texts.items()])[0]
    assert [str(tmp_path / file.path) for file in configuration.files[1:]] == theirs
    assert {section.name for section in configuration.programs()} == {
        process.name
        for group in reader.configroot.supervisord.process_group_configs
        for process in group.process_configs
    }
    priority = configuration.get("program:b", "priority")
    assert priority is not None
    assert isinstance(
        Program(configuration, configuration.sections["program:b"]).integer("priority", default=999), Known
    )


def test_a_program_that_fails_after_startsecs_is_restarted_for_ever(tmp_path):
    text = (
        f"[supervisord]\nnodaemon=true\nlogfile={tmp_path}/log\npidfile={tmp_path}/pid\n"
        "[program:slow]\ncommand=/bin/sh -c 'sleep 1.2; exit 3'\nstartretries=0\nautorestart=true\n"
    )
    (tmp_path / "supervisord.conf").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(tmp_path / "supervisord.conf")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        started = 0
        for line in process.stdout:
            started += "entered RUNNING state" in line
            assert "FATAL" not in line
            if started == 2:
                break
        process.terminate()
    assert started == 2


@pytest.mark.parametrize(("waits", "needs", "done"), [(2, 30, False), (60, 5, True)])
def test_supervisord_waits_for_its_programs_as_long_as_they_may_take(tmp_path, waits, needs, done):
    """It ends by itself once they are done, or have had their time."""
    text = (
        f"[supervisord]\nnodaemon=true\nlogfile={tmp_path}/log\npidfile={tmp_path}/pid\n"
        f'[program:busy]\ncommand=/bin/sh -c \'trap "" TERM; touch {tmp_path}/up; '
        f"sleep {needs}; touch {tmp_path}/done'\n"
        f"stopwaitsecs={waits}\nstopasgroup=false\nkillasgroup=true\n"
    )
    (tmp_path / "supervisord.conf").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(tmp_path / "supervisord.conf")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(1200):
            if (tmp_path / "up").exists():
                break
            time.sleep(0.05)
        process.terminate()
        process.wait(timeout=90)
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert ("killing 'busy'" in log) is not done
    assert (tmp_path / "done").exists() is done
