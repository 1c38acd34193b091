"""Runs that are cut off: by Ctrl-C, by a reader that goes away, by a full disk, by too little memory."""

import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest
from deploylint import rewriting
from hostile.running import PROGRAM, deploylint, write

UNIT = "[Service]\nType=oneshot\nExecStart=/usr/bin/a\nUsre=x\n"
FIXED = UNIT.replace("Usre", "User")


def start(folder, *arguments, **options):
    return subprocess.Popen(
        [PROGRAM, "--isolated", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def processor_time(process):
    """Seconds that a process has worked."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("arguments", [(), ("--fix",), ("--output-format", "json")], ids=" ".join)
def test_ctrl_c_ends_a_run_with_a_word(tmp_path, arguments):
    (tmp_path / "nginx.conf").write_text("http { server { listen 80; serve_name a; } }\n" * 50_000)
    with start(tmp_path, *arguments, ".") as process:
        while processor_time(process) < 0.6 and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "deploylint: interrupted\n")
    assert [path.name for path in tmp_path.iterdir()] == ["nginx.conf"]


def test_ctrl_c_while_it_waits_for_standard_input(tmp_path):
    with start(tmp_path, "--stdin-filename", "a.service", "-", stdin=subprocess.PIPE) as process:
        process.stdin.write(UNIT * 100_000)  # more than a pipe holds: it returns when somebody reads
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "deploylint: interrupted\n")


@pytest.mark.parametrize("step", ["fsync", "link", "replace", "unlink"])
def test_ctrl_c_while_files_are_written_leaves_all_old_or_all_new(tmp_path, step):
    """The signal comes with each call of a step in turn, until a run gets through without one."""
    for call in range(1, 20):
        for name in "abc":
            (tmp_path / f"{name}.service").write_text(UNIT)
        came = interrupted_at(tmp_path, step, call)
        texts = {path.name: path.read_text() for path in tmp_path.iterdir()}
        assert sorted(texts) == ["a.service", "b.service", "c.service"]
        assert set(texts.values()) in ({UNIT}, {FIXED})
        if not came:
            break
    assert call > 3


def interrupted_at(folder, step, call):
    """Fix the files with Ctrl-C at a call; whether that many calls were made."""
    calls, real = [], getattr(os, step)

    def stepping(*arguments, **named):
        calls.append(step)
        if len(calls) == call:
            signal.raise_signal(signal.SIGINT)
        return real(*arguments, **named)

    changed = {f"{folder}/{name}.service": (UNIT, FIXED) for name in "abc"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, step, stepping)
        try:
            rewriting.rewrite(changed, [str(folder)])
        except KeyboardInterrupt:
            return True
    return len(calls) >= call


@pytest.mark.parametrize("output_format", ["text", "json", "github"])
def test_a_reader_that_goes_away_is_no_reason_to_complain(tmp_path, output_format):
    write(tmp_path, {f"{number}.service": UNIT for number in range(3)})
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [PROGRAM, "--isolated", "--output-format", output_format, "."],
        cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False,
    )  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (2, b"")


def test_a_full_device_and_a_closed_output_are_failures(tmp_path):
    write(tmp_path, {"a.service": UNIT})
    for redirection, message in (
        (">/dev/full", "deploylint: standard output: No space left on device\n"),
        (">&-", "deploylint: standard output is closed\n"),
    ):
        done = subprocess.run(
            f"{PROGRAM} --isolated . {redirection}",
            shell=True,
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (2, message)
    status, _, err = deploylint(tmp_path, "--isolated", "--report", "json=/dev/full", ".")
    assert (status, err) == (2, "deploylint: /dev/full: cannot be written: No space left on device\n")


def limited(kind, most):
    return lambda: resource.setrlimit(kind, (most, most))


def test_a_full_disk_leaves_the_old_file(tmp_path):
    """No file may grow beyond 4 KiB: the same as no room for the new one."""
    long = UNIT + "# filler\n" * 1000
    (tmp_path / "a.service").write_text(UNIT)
    (tmp_path / "b.service").write_text(long)
    with start(tmp_path, "--fix", ".", preexec_fn=limited(resource.RLIMIT_FSIZE, 4096)) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err == "deploylint: b.service: cannot be written: File too large\n"
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "a.service": UNIT,
        "b.service": long,
    }


def test_too_little_memory_is_told(tmp_path):
    (tmp_path / "nginx.conf").write_text("map $a $b {\n" + "a b;\n" * 2_000_000 + "}\n")
    (tmp_path / "app.service").write_text(UNIT)
    most = 150 * 1024 * 1024
    with start(
        tmp_path, "--output-format", "concise", ".", preexec_fn=limited(resource.RLIMIT_AS, most)
    ) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "memory" in out + err
    assert "Traceback" not in out + err
