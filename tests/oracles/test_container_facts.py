"""What the container rules claim, asked of the programs: Debian's shell, and a parser of YAML 1.1."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from deploylint.source import Source
from support import all_rules, check_sources


def children(pid):
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


@pytest.mark.oracle("sh")
@pytest.mark.parametrize(
    ("command", "stays"),
    [
        ("sleep 60", True),
        ("true && sleep 60", True),
        ("exec sleep 60", False),
        ("true && exec sleep 60", False),
    ],
)
def test_dash_stays_in_front_of_the_program(command, stays):
    if Path("/bin/sh").resolve().name != "dash":
        pytest.skip("another shell")
    shell = subprocess.Popen(["/bin/sh", "-c", command])
    time.sleep(0.3)
    below = children(shell.pid)
    os.kill(shell.pid, signal.SIGTERM)
    shell.wait(5)
    for child in below:
        os.kill(child, signal.SIGKILL)
    assert bool(below) is stays
    found = check_sources(
        [Source("Dockerfile", f"FROM python:3.12\nCMD {command}\n")],
        [all_rules()["dockerfile-shell-form-command"]],
    )
    assert bool(found) is stays


@pytest.mark.oracle("bash")
@pytest.mark.parametrize(("shell", "stays"), [("dash", True), ("bash", False)])
def test_bash_alone_replaces_itself_by_the_last_command(shell, stays):
    process = subprocess.Popen([shell, "-c", "true && sleep 60"])
    time.sleep(0.3)
    below = children(process.pid)
    for pid in (*below, process.pid):
        os.kill(pid, signal.SIGKILL)
    process.wait(5)
    assert bool(below) is stays
    found = check_sources(
        [
            Source("Dockerfile", "FROM python:3.12\n"),
            Source(
                "compose.yaml",
                f'services:\n  a:\n    build: .\n    command: {shell} -c "true && gunicorn a:b"\n',
            ),
        ],
        [all_rules()["wrapper-without-exec"]],
    )
    assert bool(found) is stays


@pytest.mark.parametrize(
    "written", ["22:22", "8022:22", "2222:22", "8000:8000", "127.0.0.1:22:22", "80:60", "1:2:3", "08:22"]
)
def test_yaml_1_1_reads_ports_as_numbers(written):
    is_number = isinstance(yaml.safe_load(f"- {written}")[0], int)
    text = f"services:\n  a:\n    image: shop:1\n    ports:\n      - {written}\n"
    found = check_sources([Source("compose.yaml", text)], [all_rules()["compose-port-not-quoted"]])
    assert bool(found) is is_number
    if is_number:
        assert str(yaml.safe_load(f"- {written}")[0]) in found[0].finding.message


_GROUPS = Path("/sys/fs/cgroup/cpu")


@pytest.mark.oracle("python")
def test_processors_are_counted_whatever_the_limit_is(tmp_path):
    """A control group that may use half a processor, as a container with `cpus: 0.5` has one."""
    group = _GROUPS / f"deploylint-{os.getpid()}"
    try:
        group.mkdir()
    except OSError:
        pytest.skip("no control groups to write to")
    try:
        (group / "cpu.cfs_quota_us").write_text("50000", encoding="ascii")
        code = (
            f"import os; open('{group}/tasks', 'w').write(str(os.getpid())); "
            "assert open('/proc/self/cgroup').read().count('deploylint-'); print(os.cpu_count())"
        )
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
        )
    finally:
        group.rmdir()
    assert int(run.stdout) == os.cpu_count()


@pytest.mark.oracle("sh")
@pytest.mark.parametrize(
    ("command", "stays"), [("sleep 60 &", False), ("sleep 60 & wait", True), ("exec nohup sleep 60", True)]
)
def test_what_a_shell_leaves_in_the_background(tmp_path, command, stays):
    with subprocess.Popen(
        ["/bin/sh", "-c", command], cwd=tmp_path, stdout=subprocess.DEVNULL, start_new_session=True
    ) as shell:
        try:
            shell.wait(1 if stays else 60)
            left = True
        except subprocess.TimeoutExpired:
            left = False
        os.killpg(shell.pid, signal.SIGKILL)
    assert left is not stays
    text = f'[supervisord]\nnodaemon=true\n[program:a]\ncommand=/bin/sh -c "{command.replace("sleep 60", "gunicorn shop")}"\n'
    found = check_sources([Source("supervisord.conf", text)], [all_rules()["daemonized-under-supervisor"]])
    assert bool(found) is not stays
