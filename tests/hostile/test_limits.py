"""A file that would cost too much is a problem that names it, and the others are checked; big ones below the limit pass."""

import os
import subprocess

import pytest
from deploylint import Finding, Findings, Severity, engine, formats, rule, run
from deploylint.facts import Process
from deploylint.formats.systemd import Assignment
from deploylint.limits import Clock, OutOfTimeError, parse_size
from deploylint.model import Deployment
from deploylint.project import Project
from deploylint.settings import Settings
from deploylint.source import Source
from deploylint.tree import MemoryTree
from hostile.running import PROGRAM, deploylint, write

UNIT = "[Service]\nType=oneshot\nExecStart=/usr/bin/a\nUsre=x\n"
FOUND = "a.service:4:1: error[systemd-unknown-key]"


def concise(folder, *arguments, timeout=60):
    return deploylint(folder, "--output-format", "concise", *arguments, timeout=timeout)


def grown(path, size):
    """A file with a hole behind its text."""
    with path.open("a", encoding="utf-8") as file:
        file.truncate(size)


@pytest.mark.parametrize("argument", [".", "b.service"], ids=["met", "named"])
def test_a_file_above_the_default_limit_is_a_problem(tmp_path, argument):
    write(tmp_path, {"a.service": UNIT, "b.service": UNIT})
    grown(tmp_path / "b.service", 200 * 1024 * 1024)
    status, out, err = concise(tmp_path, "a.service", argument)
    assert (status, err) == (2, "")
    assert FOUND in out
    assert (
        "b.service: problem: not checked: 200 MiB are more than the limit of 100 MiB (max-file-size)" in out
    )


def test_a_large_file_that_is_none_of_ours_is_left_alone(tmp_path):
    write(tmp_path, {"a.service": UNIT, "data.json": '{"a": 1}\n', "uwsgi.json": '{"uwsgi": {}}'})
    for name in ("data.json", "uwsgi.json"):
        grown(tmp_path / name, 3000)
    status, out, _ = concise(tmp_path, "--max-file-size", "2K", ".")
    assert status == 2
    assert [line for line in out.splitlines() if "problem" in line and "data.json" in line] == []
    assert (
        "uwsgi.json: problem: not checked: 2.93 KiB are more than the limit of 2 KiB (max-file-size)" in out
    )


def test_the_command_line_beats_the_settings(tmp_path):
    write(tmp_path, {"a.service": UNIT, "deploylint.toml": 'max-file-size = "10"\n'})
    assert concise(tmp_path, ".")[0] == 2
    assert concise(tmp_path, "--max-file-size", "1M", ".")[0] == 1


def test_standard_input_has_the_same_limit(tmp_path):
    done = subprocess.run(
        [PROGRAM, "--isolated", "--stdin-filename", "a.service", "--max-file-size", "1K", "-"],
        input=UNIT.encode() * 30, cwd=tmp_path, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, b"")
    assert (
        done.stderr
        == b"deploylint: standard input: 1.001 KiB are more than the limit of 1 KiB (max-file-size)\n"
    )


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5M", "10MB", "1" * 20])
def test_what_is_no_size_is_refused(tmp_path, text):
    with pytest.raises(ValueError, match="no size"):
        parse_size(text)
    status, _, err = deploylint(tmp_path, f"--max-file-size={text}", ".")
    assert (status, err) == (2, f"deploylint: --max-file-size must be a size such as 10M, not {text!r}\n")


def test_sizes():
    assert [parse_size(text) for text in ("0", "500", "2k", "10M", "1G")] == [
        0,
        500,
        2048,
        10 * 1024**2,
        1024**3,
    ]


def test_a_file_that_takes_too_long_to_parse_is_a_problem_and_the_others_are_checked(tmp_path, monkeypatch):
    write(tmp_path, {"a.service": UNIT, "nginx.conf": "http {" + "server { listen 80; }\n" * 20_000 + "}\n"})
    monkeypatch.chdir(tmp_path)
    formats.load("nginx"), formats.load("systemd")
    report = run.run(run.Request((".",), Settings(max_file_seconds=0.05))).report
    assert [(problem.path, problem.message) for problem in report.problems] == [
        ("nginx.conf", "not checked: it took more than 0.05 s of processor time (max-file-seconds)")
    ]
    assert "systemd-unknown-key" in [found.rule for found in report.diagnostics]


@rule(Severity.WARNING, named=("Usre",))
def every_line(assignment: Assignment) -> Findings:
    """Finds each line by itself."""
    yield Finding(assignment.at, "a line")


@pytest.fixture
def ticking(monkeypatch):
    """Time goes on by a second whenever it is asked for, and all of it is the processor's."""
    times = iter(range(10**9))
    for clock in ("monotonic", "process_time"):
        monkeypatch.setattr(f"deploylint.limits.{clock}", lambda: next(times))


class Machine:
    """Its clocks stand where a test puts them."""

    def __init__(self, monkeypatch):
        self.now, self.used, self.looks = 0.0, 0.0, 0
        monkeypatch.setattr("deploylint.limits.monotonic", lambda: self.now)
        monkeypatch.setattr("deploylint.limits.process_time", self._look)

    def _look(self):
        self.looks += 1
        return self.used

    def goes_on(self, seconds, share=1.0):
        self.now += seconds
        self.used += seconds * share


def test_what_others_use_of_the_machine_does_not_count(monkeypatch):
    machine = Machine(monkeypatch)
    clock = Clock(100)
    for _ in range(99):
        machine.goes_on(10, share=0.1)
        clock.check()
    machine.goes_on(3, share=1)
    with pytest.raises(OutOfTimeError, match="100 s of processor time"):
        clock.check()


def test_a_machine_that_slept_has_used_nothing(monkeypatch):
    machine = Machine(monkeypatch)
    clock = Clock(100)
    machine.goes_on(100_000, share=0)
    clock.check()
    machine.goes_on(99)
    clock.check()
    machine.goes_on(2)
    with pytest.raises(OutOfTimeError):
        clock.check()


def test_each_file_has_its_own_time(monkeypatch):
    machine = Machine(monkeypatch)
    clock = Clock(100)
    for _ in range(10):
        machine.goes_on(90)
        clock.check()
        clock.start_again()
    clock.start_again(files=3)
    machine.goes_on(290)
    clock.check()
    machine.goes_on(20)
    with pytest.raises(OutOfTimeError, match="for each of 3 files"):
        clock.check()


def test_short_files_cost_no_look(monkeypatch):
    machine = Machine(monkeypatch)
    clock = Clock(600)
    for _ in range(1000):
        clock.start_again()
        machine.goes_on(0.01)
        clock.check()
    assert machine.looks == 1


def project_of(texts):
    sources = [Source(name, text) for name, text in texts.items()]
    documents = [formats.load("systemd").parse(source) for source in sources]
    return Project(documents, MemoryTree(sources), settings=Settings(max_file_seconds=10))


@pytest.mark.usefixtures("ticking")
def test_rules_that_take_too_long_end_with_the_file():
    """What was found before the end stays."""
    project = project_of({"a.service": UNIT + "Usre=x\n" * 5000, "b.service": UNIT})
    found, problems = engine.check(project, [every_line])
    assert [(problem.path, problem.message) for problem in problems] == [
        ("a.service", "not checked to its end: it took more than 10 s of processor time (max-file-seconds)")
    ]
    lines = [(one.at.path, one.at.start.line) for one in found]
    assert ("a.service", 4) in lines
    assert ("a.service", 5004) not in lines
    assert ("b.service", 4) in lines


@pytest.mark.usefixtures("ticking")
def test_short_files_are_checked_together_and_have_the_time_of_all_of_them():
    project = project_of({f"{number}.service": UNIT for number in range(3)})
    project.settings = Settings(max_file_seconds=0.3)
    found, problems = engine.check(project, [every_line])
    too_long = "not checked to its end: it took more than 0.3 s of processor time for each of 3 files (max-file-seconds)"
    assert [(problem.path, problem.message) for problem in problems if problem.path] == [
        (f"{number}.service", too_long) for number in range(3)
    ]
    assert [one.at.path for one in found] == ["0.service", "1.service", "2.service"]
    project.settings = Settings(max_file_seconds=1)
    assert engine.check(project, [every_line]) == (found, [])


@rule(Severity.WARNING)
def every_process(process: Process) -> Findings:
    """Finds each process by itself."""
    yield Finding(process.at, "a process")


@rule(Severity.WARNING)
def every_deployment(deployment: Deployment) -> Findings:
    """Finds each deployment by itself."""
    yield Finding(deployment.documents[0].source.location(0, 1), "a deployment")


@pytest.mark.usefixtures("ticking")
def test_facts_that_take_too_long_end_with_their_file():
    """The files are asked together first; then each alone, and the one to blame keeps what it told in time."""
    long = "[Service]\nType=oneshot\n" + "ExecStart=/usr/bin/a\n" * 100
    project = project_of({"a.service": long, "b.service": UNIT})
    project.settings = Settings(max_file_seconds=2)
    found, problems = engine.check(project, [every_process])
    assert [(problem.path, problem.message) for problem in problems] == [
        (
            "a.service",
            "the facts of the systemd format came to no end: it took more than 2 s of processor time (max-file-seconds)",
        )
    ]
    lines = [(one.at.path, one.at.start.line) for one in found]
    assert ("b.service", 3) in lines
    assert ("a.service", 3) in lines
    assert ("a.service", 102) not in lines


@pytest.mark.usefixtures("ticking")
def test_a_model_that_takes_too_long_is_worked_out_once():
    texts = {f"shop{number}/a.service": UNIT for number in range(3)}
    project = project_of(texts)
    assert project.facts
    project.settings = Settings(max_file_seconds=0.3)
    found, problems = engine.check(project, [every_deployment])
    too_long = "it took more than 0.3 s of processor time"
    limit = "(max-file-seconds)"
    told = [(problem.message, problem.path) for problem in problems]
    assert (found, [one for one in told if not one[0].startswith("not checked")]) == (
        [],
        [
            *((f"the model came to no end: {too_long} {limit}", path) for path in texts),
            (
                f"what files have to do with each other was not checked to its end: {too_long} for each of 3 files {limit}",
                None,
            ),
        ],
    )
    with pytest.raises(OutOfTimeError):
        _ = project.deployments


@pytest.mark.parametrize("value", ["0", "-1", '"10"', "true", "inf", "1.5"])
def test_what_is_no_time_is_refused(tmp_path, value):
    write(tmp_path, {"deploylint.toml": f"max-file-seconds = {value}\n", "a.service": UNIT})
    status, _, err = deploylint(tmp_path, ".")
    assert status == 2
    assert err == "deploylint: deploylint.toml:1:20: max-file-seconds must be a whole number from 1 up\n"
    status, _, err = deploylint(tmp_path, "--isolated", f"--max-file-seconds={value}", ".")
    assert status == 2
    assert err == f"deploylint: --max-file-seconds must be a whole number from 1 up, not {value!r}\n"


BIG = {
    "nested blocks": ("nginx.conf", "http {" + "a {" * 40_000 + "}" * 40_000 + "serve_name a; }\n"),
    "one long line": ("nginx.conf", "http { serve_name " + "a" * 1_000_000 + "; }\n"),
    "many lines": (
        "nginx.conf",
        "".join(f"map $a $b{n} {{ a b; }}\n" for n in range(5_000)) + "serve_name a;\n",
    ),
}
FULL = {
    "nested blocks": ("nginx.conf", "http {" + "a {" * 400_000 + "}" * 400_000 + "serve_name a; }\n"),
    "one long line": ("nginx.conf", "http { serve_name " + "a" * 10_000_000 + "; }\n"),
    "100 MB": ("nginx.conf", "# " + "a" * 3997 + "\n", 25_000),
}


@pytest.mark.parametrize("name", BIG)
@pytest.mark.parametrize("output_format", ["text", "sarif"])
def test_a_big_file_goes_through_the_whole_program(tmp_path, name, output_format):
    whole_program(tmp_path, *BIG[name], output_format=output_format)


@pytest.mark.slow
@pytest.mark.parametrize("name", FULL)
def test_a_huge_file_goes_through_the_whole_program(tmp_path, name):
    path, text, *times = FULL[name]
    text = text * times[0] + "http { serve_name a; }\n" if times else text
    whole_program(tmp_path, path, text, output_format="concise")


def whole_program(folder, path, text, *, output_format):
    (folder / path).write_text(text, encoding="utf-8")
    before = os.times().children_user
    status, out, err = deploylint(folder, "--isolated", "--output-format", output_format, ".", timeout=300)
    assert (status, err) == (1, ""), out[-2000:]
    assert "serve_name" in out
    assert os.times().children_user - before < 60
