"""Several processes say what one says; and when one of them is lost, the report says so and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from deploylint import Context, Findings, Severity, engine, rule
from deploylint.diagnostic import Finding, Label
from deploylint.facts import Process
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.project import Project
from deploylint.source import Source
from support import all_rules, project_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")

UNIT = "[Service]\nUsre=x\nExecStart=/srv/app{0}/bin/gunicorn app --bind 127.0.0.1:{1}\nRestart=allways\n"
SITE = "server {{\n    listen 80;\n    server_name a{0};\n    location / {{\n        proxy_pass http://127.0.0.1:{1};\n    }}\n}}\n"
SETTINGS = "proc_name = 'app{0}'\nsendfile = True\n"
PARENT = os.getpid()


def sources(count):
    units = [Source(f"app{n:03}/app.service", UNIT.format(n, 8000 + n)) for n in range(count)]
    sites = [Source(f"app{n:03}/site.conf", SITE.format(n % 7, 8000 + n + n % 3)) for n in range(count)]
    return units + sites + [Source(f"app{n:03}/gunicorn.conf.py", SETTINGS.format(n)) for n in range(count)]


def found(rules, jobs, count=110):
    return engine.check(project_of(sources(count)), rules, jobs)


def shown(result):
    diagnostics, problems = result
    return [(d, str(d.at), [str(at) for at in d.locations]) for d in diagnostics], problems


@rule(Severity.WARNING)
def asks_for_facts(assignment: Assignment, context: Context) -> Findings:
    """Finds every assignment in a project with processes; the finding shows two files."""
    first = context.project.every(Process)[0]
    yield Finding(assignment.at, f"{first.name} and {assignment.name}", related=(Label(first.at, "first"),))


@rule(Severity.WARNING)
def fails_on_some(unit: UnitFile) -> Findings:
    """Fails in the units whose number ends in 7."""
    yield Finding(unit.source.location(0, 1), "a unit")
    if unit.path.startswith("app") and unit.path[5] == "7":
        raise RuntimeError("no such luck")


@rule(Severity.WARNING)
def counts_servers(project: Project) -> Findings:
    """Tells how many servers the deployments of the whole project have."""
    count = sum(len(deployment.servers) for deployment in project.deployments)
    yield Finding(project.documents[0].source.location(0, 1), f"{count} servers")


@rule(Severity.WARNING)
def dies_elsewhere(unit: UnitFile) -> Findings:
    """Kills the process that it runs in, unless that is the first one, which waits for the others to be under way."""
    if os.getpid() != PARENT:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    yield Finding(unit.source.location(0, 1), "a unit")


@pytest.mark.parametrize("jobs", [2, 5])
def test_the_same_as_with_one_process(jobs):
    rules = [*all_rules().values(), asks_for_facts, fails_on_some, counts_servers]
    alone, together = shown(found(rules, 1)), shown(found(rules, jobs))
    assert [(one[1:], one[0].finding.message) for one in together[0]] == [
        (one[1:], one[0].finding.message) for one in alone[0]
    ]
    assert sorted(together[1], key=str) == sorted(alone[1], key=str)
    rules_seen = {one[0].rule for one in together[0]}
    assert {
        "asks-for-facts",
        "counts-servers",
        "fails-on-some",
        "gunicorn-sendfile-turned-off",
        "systemd-unknown-key",
        "proxy-target-not-listening",
    } <= rules_seen
    assert len(alone[1]) == 11


def test_findings_are_about_the_sources_of_the_project():
    project = project_of(sources(110))
    diagnostics, _ = engine.check(project, [asks_for_facts], 3)
    own = {id(document.source) for document in project.documents}
    assert len(diagnostics) == 330
    assert all(id(at.source) in own for diagnostic in diagnostics for at in diagnostic.locations)


def test_a_killed_process_is_a_problem():
    diagnostics, problems = found([dies_elsewhere], 2)
    assert [problem.message for problem in problems] == [
        "internal error: a process that checked a part of the files was killed by signal 9, so that findings are missing"
    ]
    assert 0 < len(diagnostics) < 110
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_small_projects_have_one_process(monkeypatch):
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    assert found([fails_on_some], 4, count=20)[0]


def test_no_process_can_be_had(monkeypatch):
    def refuse():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    assert len(found([fails_on_some], 4)[0]) == 110


@pytest.fixture
def folder(tmp_path):
    for source in sources(400):
        path = tmp_path / source.path
        path.parent.mkdir(exist_ok=True)
        path.write_text(source.text)
    return tmp_path


def command(*arguments):
    return [sys.executable, "-m", "deploylint", "--isolated", "--root", ".", *arguments, "."]


def test_reports_are_the_same_byte_for_byte(folder):
    texts = [
        subprocess.run(
            command("--output-format", "json", "-j", jobs), cwd=folder, capture_output=True, check=False
        )
        for jobs in ("1", "2", "3")
    ]
    assert {done.returncode for done in texts} == {1}
    assert {done.stderr for done in texts} == {b""}
    assert len({done.stdout for done in texts}) == 1


@pytest.mark.parametrize("helpers_wanted", [1, 2], ids=["one reads", "two check"])
def test_an_interrupt_ends_all_processes(helpers_wanted, folder):
    for _ in range(20):
        process = subprocess.Popen(
            command("-j", "3"),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        helpers = stopped_with_helpers(process, helpers_wanted)
        if helpers:
            break
        process.communicate(timeout=60)
    assert helpers, "each run was over before it could be stopped"
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"deploylint: interrupted\n")
    assert not [pid for pid in helpers if Path(f"/proc/{pid}").exists()]


def stopped_with_helpers(process, wanted):
    """So many processes that another one has forked, which stands still then; none when it was over before that.

    A signal for a process that waits for its helpers is a matter of milliseconds; one that stands still cannot end meanwhile.
    """
    deadline = time.monotonic() + 60
    while len(children(process.pid)) < wanted and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.0005)
    process.send_signal(signal.SIGSTOP)
    found = children(process.pid)
    if len(found) < wanted:
        process.send_signal(signal.SIGCONT)
        return []
    return found


def children(pid):
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []


@pytest.mark.parametrize("jobs", ["0", "-1", "x", "1.5", "100000"])
def test_what_is_no_number_of_processes(jobs, tmp_path):
    done = subprocess.run(
        command(f"--jobs={jobs}"), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert f"'{jobs}' is not a number from 1 to 512" in done.stderr
    assert "Traceback" not in done.stderr
