"""Options, values and behaviour of uWSGI's ini files, asked of uWSGI itself; nothing is served."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from deploylint import Severity
from deploylint.facts import Known
from deploylint.formats.uwsgi import parse
from deploylint.formats.uwsgi.settings import Settings
from deploylint.source import Source
from deploylint.vocabulary.uwsgi import names, option
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("uwsgi")
UWSGI = shutil.which("uwsgi") or shutil.which("uwsgi", path=str(Path(sys.executable).parent))
if UWSGI is None:
    pytest.skip("uwsgi is not installed", allow_module_level=True)


def uwsgi(folder, *arguments):
    run = subprocess.run(
        [UWSGI, *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return run.returncode, (run.stdout + run.stderr).decode("utf-8", "surrogateescape")


def options_of_uwsgi(folder, text, name="app.ini"):
    """What uWSGI has read when it is done with the files and their placeholders."""
    (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    _, output = uwsgi(folder, "--ini", name, "--show-config", "--hook-pre-jail", "exit:0")
    shown = re.search(
        r";uWSGI instance configuration\n\[uwsgi\]\n(.*?);end of configuration", output, re.DOTALL
    )
    assert shown, output
    lines = [line.partition(" = ")[::2] for line in shown[1].split("\n")[:-1]]
    return [line for line in lines if line[0] not in ("ini", "show-config", "hook-pre-jail")]


FILES = [
    "[uwsgi]\nmodule=a:b\nprocesses = 4 \n\tthreads=\t2\r\n",
    "[uwsgi]\nmaster\nneed-app =\n=x\nchdir = /a=b ; c # d\n",
    "[uwsgi] ; x\nmaster=1\n[uwsgi]\nthreads=2\n",
    "[uwsgi\nmaster=1\n[uwsgi]\nthreads=2\n[other]\nmaster=1\n[uwsgi]\nlisten=10\n",
    "master=1\n[uwsgi]\nthreads=2",
    "\ufeff[uwsgi]\nmaster=1\n[uwsgi]\nthreads=2\n",
    "[uwsgi]\n; c\n # d\n  ;e\nthreads: 2\nkey  with blanks = v\n",
    "[uwsgi]\nname = 'quoted'\nother = \"x\" \n",
    "[uwsgi]\nline = one \\\n two\n",
    "[uwsgi]\nfoo =  ends with percent %\nthreads = 2\n",
]


@pytest.mark.parametrize("text", FILES)
def test_same_options_and_values(tmp_path, text):
    config = parse(Source("app.ini", text))
    ours = [(option.name, option.value) for option in config.options()]
    theirs = options_of_uwsgi(tmp_path, text)
    assert [(name, value.replace("%\n", "")) for name, value in ours] == theirs


RESOLVED = [
    "x = %n.%e %s",
    "x = 100%% %q done",
    "x = %(y)/z\ny = %n",
    "y = 1\ny = 2\nx = %(y)",
    "x = %(y)\ny = a%(z)a\nz = b",
]


@pytest.mark.parametrize("text", RESOLVED)
def test_placeholders_that_are_certain(tmp_path, text):
    text = f"[uwsgi]\n{text}\n"
    value = Settings(parse(Source("deploy/app.ini", text))).text("x")
    assert isinstance(value, Known)
    assert ("x", value.value) in options_of_uwsgi(tmp_path, text)


@pytest.mark.parametrize("value", ["%d", "%h", "%(nothing)", "$(HOME)", "@(/etc/hostname)", "%(a b + 1)"])
def test_placeholders_that_nobody_can_tell(value):
    assert not isinstance(Settings(parse(Source("app.ini", f"[uwsgi]\nx = {value}\n"))).text("x"), Known)


def test_a_path_on_the_server_tells_the_folder(tmp_path):
    text = "[uwsgi]\nx = %d|%c|%p|%n\n"
    settings = Settings(parse(Source("deploy/app.ini", text)), server_path=f"{tmp_path}/app.ini")
    assert options_of_uwsgi(tmp_path, text) == [("x", settings.text("x").value)]


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("processes = 2", True),
        ("process = 2", False),
        ("py_autoreload = 1", False),
        ("http-socket: :80", False),
        ("need-app = 1", True),
        ("die-on-term", True),
        ("Master = 1", False),
    ],
)
def test_strict_mode_refuses_what_the_rule_finds(tmp_path, line, known):
    text = f"[uwsgi]\n{line}\n"
    (tmp_path / "app.ini").write_text(text, encoding="utf-8")
    _, output = uwsgi(tmp_path, "--strict", "--ini", "app.ini", "--get", "master")
    assert ("unknown config directive" not in output) == known
    assert (not check_sources([Source("app.ini", text)], [all_rules()["uwsgi-unknown-option"]])) == known


@pytest.mark.parametrize(
    ("value", "on"),
    [("false", False), ("off", False), ("false ; not yet", True), ("0 # no", True), ("flase", True)],
)
def test_anything_but_no_turns_a_flag_on(tmp_path, value, on):
    text = f"[uwsgi]\nmaster = {value}\n"
    (tmp_path / "app.ini").write_text(text, encoding="utf-8")
    _, output = uwsgi(
        tmp_path, "--ini", "app.ini", "--hook-post-app", "exit:0", "--http-socket", "127.0.0.1:0"
    )
    assert ("running uWSGI without its master process manager" not in output) == on
    assert Settings(parse(Source("app.ini", text))).master.value == on


def test_a_comment_behind_a_path_is_a_part_of_it(tmp_path):
    text = f"[uwsgi]\nchdir = {tmp_path} # here\nhttp-socket = 127.0.0.1:0\n"
    (tmp_path / "app.ini").write_text(text, encoding="utf-8")
    status, output = uwsgi(tmp_path, "--ini", "app.ini", "--hook-post-app", "exit:0")
    assert status != 0
    assert "chdir(): No such file or directory" in output
    assert check_sources([Source("app.ini", text)], [all_rules()["uwsgi-inline-comment"]])


@pytest.mark.parametrize(("line", "status"), [("need-app = true", 22), ("need-app = false", 0)])
def test_need_app_ends_a_start_without_application(tmp_path, line, status):
    (tmp_path / "broken.py").write_text("import nothing_of_that_name\n", encoding="utf-8")
    text = f"[uwsgi]\nhttp-socket = 127.0.0.1:0\nmodule = broken\n{line}\n"
    (tmp_path / "app.ini").write_text(text, encoding="utf-8")
    code, output = uwsgi(tmp_path, "--ini", "app.ini", "--hook-post-app", "exit:0")
    assert code == status, output


@pytest.mark.parametrize(("line", "stops"), [("master = true", False), ("die-on-term = true", True)])
def test_sigterm_reloads_a_master_unless_it_is_told_to_die(tmp_path, line, stops):
    text = f"[uwsgi]\nhttp-socket = 127.0.0.1:0\nmaster = true\n{line}\n"
    (tmp_path / "app.ini").write_text(text, encoding="utf-8")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [UWSGI, "--ini", "app.ini"], cwd=tmp_path, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_for(tmp_path / "log", "spawned uWSGI worker 1")
        # The master minds signals a moment after its first worker runs.
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        _wait_for(tmp_path / "log", "goodbye to uWSGI" if stops else "(RE)spawned uWSGI master process")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    unit = Source("app.service", "[Service]\nExecStart=/usr/bin/uwsgi --ini /srv/app/app.ini\n")
    rule = all_rules()["uwsgi-no-die-on-term"]
    assert bool(check_sources([Source("app.ini", text), unit], [rule])) != stops


@pytest.mark.parametrize(
    ("lines", "stops"),
    [("", True), ("master = true\n", False), ("master = true\ndie-on-term = true\n", True)],
)
def test_sigterm_reloads_an_emperor_with_a_master(tmp_path, lines, stops):
    (tmp_path / "vassals").mkdir()
    text = f"[uwsgi]\nemperor = vassals\n{lines}"
    (tmp_path / "app.ini").write_text(text, encoding="utf-8")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [UWSGI, "--ini", "app.ini"], cwd=tmp_path, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_for(tmp_path / "log", "starting uWSGI Emperor")
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        _wait_for(tmp_path / "log", "The Emperor is buried" if stops else "(RE)spawned uWSGI master process")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    unit = Source("app.service", "[Service]\nExecStart=/usr/bin/uwsgi --ini /srv/app/app.ini\n")
    rule = all_rules()["uwsgi-no-die-on-term"]
    assert bool(check_sources([Source("app.ini", text), unit], [rule])) != stops


def test_a_missing_include_ends_the_start(tmp_path):
    (tmp_path / "app.ini").write_text(
        "[uwsgi]\nini = comon.ini\nhttp-socket = 127.0.0.1:0\n", encoding="utf-8"
    )
    code, output = uwsgi(tmp_path, "--ini", "app.ini", "--hook-pre-jail", "exit:0")
    assert code == 1
    assert "realpath() of comon.ini failed: No such file or directory" in output


def _wait_for(log, text):
    """Until uWSGI has logged the text; it fails when that does not come."""
    for _ in range(100):
        if text in log.read_text(encoding="utf-8"):
            return
        time.sleep(0.1)
    pytest.fail(f"uWSGI did not log {text!r}")


@pytest.mark.parametrize(
    "line",
    [
        *(
            "chmod-socket=0660",
            "chmod-socket=660",
            "chmod-socket=1",
            "chmod-socket",
            "chmod-socket=888",
            "chmod=66",
        ),
        *(
            "processes=-1",
            "processes=2",
            "listen=-5",
            "listen=10",
            "harakiri=-1",
            "buffer-size=-1",
            "cheaper=2",
        ),
        *("cheaper=2\nprocesses=2", "cheaper=1\nprocesses=2"),
    ],
)
def test_errors_are_what_uwsgi_refuses(tmp_path, line):
    text = f"[uwsgi]\nhttp-socket=127.0.0.1:0\n{line}\n"
    (tmp_path / "app.ini").write_text(text, encoding="utf-8")
    status, output = uwsgi(tmp_path, "--ini", "app.ini", "--hook-post-app", "exit:0")
    rules = [all_rules()[name] for name in ("uwsgi-invalid-number", "uwsgi-invalid-mode")]
    errors = [
        found for found in check_sources([Source("app.ini", text)], rules) if found.severity is Severity.ERROR
    ]
    assert bool(errors) == (status != 0), output


def test_negative_numbers_are_refused_where_the_rule_says_so(tmp_path):
    known = set(uwsgi(tmp_path, "--dump-options")[1].split())
    numbers = [name for name in names() if (row := option(name)) is not None and row.kind == "integer"]
    wrong = []
    for name in sorted(known.intersection(numbers)):
        text = f"[uwsgi]\n{name} = -1\n"
        (tmp_path / "app.ini").write_text(text, encoding="utf-8")
        _, output = uwsgi(tmp_path, "--hook-pre-jail", "exit:0", "--ini", "app.ini")
        found = check_sources([Source("app.ini", text)], [all_rules()["uwsgi-invalid-number"]])
        refused = [
            item
            for item in found
            if item.severity is Severity.ERROR and "must be > 0" in item.finding.message
        ]
        if ("must be > 0" in output) != bool(refused):
            wrong.append(name)
    assert not wrong
