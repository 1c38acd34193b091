"""Files that are no ordinary text, or no files at all: a clear message, the right exit status, the others still checked."""

import os
import shutil
import socket
import subprocess
import sys

import pytest
from deploylint import reading
from deploylint.discovery import DiskTree, discover
from deploylint.reading import TooLargeError, read_text
from hostile.running import PROGRAM, deploylint, write

UNIT = "[Service]\nType=oneshot\nExecStart=/usr/bin/a\nUsre=x\n"
FOUND = "a.service:4:1: error[systemd-unknown-key]"


def concise(folder, *arguments, timeout=60):
    return deploylint(folder, "--isolated", "--output-format", "concise", *arguments, timeout=timeout)


TEXTS = {
    "undecodable bytes": UNIT.encode() + b"Description=\xff\xfe\n",
    "NUL": UNIT.encode() + b"Description=a\0b\n",
    "byte order mark": b"\xef\xbb\xbf" + UNIT.encode(),
    "CR": UNIT.replace("\n", "\r").encode(),
    "CR LF": UNIT.replace("\n", "\r\n").encode(),
    "no final newline": UNIT.rstrip().encode(),
}


@pytest.mark.parametrize("data", TEXTS.values(), ids=TEXTS)
def test_unusual_bytes_are_read_and_kept_by_fixes(tmp_path, data):
    (tmp_path / "a.service").write_bytes(data)
    status, out, err = concise(tmp_path, ".")
    assert (status, err) == (1, "")
    assert FOUND in out
    deploylint(tmp_path, "--isolated", "--fix", ".")
    assert (tmp_path / "a.service").read_bytes() == data.replace(b"Usre", b"User")


@pytest.mark.parametrize("named", [True, False], ids=["named", "met"])
def test_what_is_no_regular_file_is_never_opened(tmp_path, named):
    write(tmp_path, {"a.service": UNIT})
    os.mkfifo(tmp_path / "pipe.service")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.service"))
    (tmp_path / "device.service").symlink_to("/dev/zero")
    (tmp_path / "circle.service").symlink_to("circle.service")
    (tmp_path / "folder.service").mkdir()
    names = ["pipe.service", "socket.service", "device.service", "circle.service"]
    status, out, err = concise(tmp_path, *(["a.service", *names] if named else ["."]), timeout=60)
    assert FOUND in out
    assert err == ""
    problems = [line for line in out.splitlines() if ": problem: " in line]
    assert status == (2 if named else 1)
    assert problems == (
        [
            "pipe.service: problem: cannot be read: not a regular file",
            "socket.service: problem: cannot be read: not a regular file",
            "device.service: problem: cannot be read: not a regular file",
            "circle.service: problem: cannot be read: Too many levels of symbolic links",
        ]
        if named
        else []
    )


def test_includes_of_what_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.conf")
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle.conf").symlink_to("circle.conf")
    includes = "".join(
        f"include {name};\n"
        for name in ("folder", "pipe.conf", "/dev/zero", "circle.conf", "nginx.conf", ".")
    )
    write(
        tmp_path,
        {
            "nginx.conf": f"events {{}}\nhttp {{\n{includes}serve_name a;\n}}\n",
            "supervisord.conf": "[supervisord]\n[include]\nfiles = folder pipe.conf /dev/zero . supervisord.conf\n",
            "uwsgi.ini": "[uwsgi]\nini = folder\nini = pipe.conf\nini = /dev/zero\nini = uwsgi.ini\n",
            "compose.yaml": "include: [folder, pipe.conf, /dev/zero, compose.yaml]\nservices:\n  a:\n    image: a\n"
            "    env_file: [folder, pipe.conf, /dev/zero]\n    extends: {file: folder, service: a}\n",
            "app.service": "[Service]\nEnvironmentFile=/dev/zero\nExecStart=gunicorn -c /dev/zero a:b\n",
        },
    )
    status, out, err = concise(tmp_path, ".", timeout=60)
    assert status == 1
    assert 'unknown directive "serve_name"' in out
    assert err == ""


@pytest.fixture
def powerless():
    """What starts a program as root without root's power over files; nothing for anybody else."""
    if os.getuid() != 0:
        return []
    assert shutil.which("setpriv"), "setpriv, of util-linux, is missing"
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def run(folder, *command):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def test_unreadable_files_and_folders_are_problems(tmp_path, powerless):
    write(tmp_path, {"a.service": UNIT, "b.service": UNIT, "closed/c.service": UNIT})
    (tmp_path / "b.service").chmod(0)
    (tmp_path / "closed").chmod(0)
    status, out, err = run(tmp_path, *powerless, PROGRAM, "--isolated", "--output-format", "concise", ".")
    assert status == 2
    assert FOUND in out
    assert "b.service: problem: cannot be read: Permission denied" in out
    assert "closed: problem: cannot be read: Permission denied" in out
    assert "Traceback" not in err


def test_a_tree_that_cannot_be_written_is_left_as_it_is(tmp_path, powerless):
    write(tmp_path, {"a.service": UNIT})
    tmp_path.chmod(0o555)
    status, out, err = run(tmp_path, *powerless, PROGRAM, "--isolated", "--fix", ".")
    tmp_path.chmod(0o755)
    assert (status, out) == (2, "")
    assert err == "deploylint: a.service: cannot be written: Permission denied\n"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.service", UNIT)]


def test_a_file_that_grows_while_it_is_read_is_not_read_for_ever(tmp_path, monkeypatch):
    (tmp_path / "a").write_text("a" * 10)
    monkeypatch.setattr(reading.os, "read", lambda _descriptor, _size: b"a" * 1000)
    with pytest.raises(TooLargeError, match="more than the limit of"):
        read_text(str(tmp_path / "a"), 100 * 1024 - 500)


def test_a_file_that_shrinks_while_it_is_read_is_read_to_its_end(tmp_path, monkeypatch):
    write(tmp_path, {"a.service": UNIT})
    monkeypatch.chdir(tmp_path)
    real = os.fstat

    def shrinking(descriptor):
        status = real(descriptor)
        os.truncate("a.service", 10)
        return status

    monkeypatch.setattr(reading.os, "fstat", shrinking)
    assert read_text("a.service") == UNIT[:10]


def test_a_file_that_is_exchanged_for_a_link_before_it_is_read(tmp_path, monkeypatch):
    """The tree asks where a path leads before it reads; what takes its place in between must not be read."""
    write(tmp_path, {"in/a.env": "A=1\n", "out/secret": "B=2\n"})
    monkeypatch.chdir(tmp_path)
    assert DiskTree(["in"], lambda _path: False).read("in/a.env").text == "A=1\n"
    real = os.path.realpath

    def exchanging(path, **options):
        answer = real(path, **options)
        inside = tmp_path / "in" / "a.env"
        if os.fspath(path).endswith("a.env") and not inside.is_symlink():
            inside.unlink()
            inside.symlink_to("../out/secret")
        return answer

    monkeypatch.setattr(os.path, "realpath", exchanging)
    assert DiskTree(["in"], lambda _path: False).read("in/a.env") is None


def test_names_that_nobody_would_choose(tmp_path):
    names = [
        b"-fix.service",
        b"a\nb.service",
        b"\xff.service",
        b"a b.service",
        b"'$(touch x)'.service",
        b"*.service",
    ]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_text(UNIT)
    status, out, err = concise(tmp_path, ".")
    assert (status, err) == (1, "")
    assert out.count("error[systemd-unknown-key]") == len(names)
    assert sorted(os.fsencode(path.name) for path in tmp_path.iterdir()) == sorted(names)


def test_a_path_that_is_too_long_or_holds_nul_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = discover(["a" * 5000, "a\0b"], lambda _path: False)
    assert [problem.message for problem in found.problems] == [
        "cannot be read: File name too long",
        "cannot be read: embedded null byte",
    ]


if sys.platform == "linux":

    def test_files_of_proc_that_have_no_size(tmp_path):
        (tmp_path / "a.service").symlink_to("/proc/self/maps")
        status, out, _ = concise(tmp_path, "--max-file-size", "100", "a.service")
        assert status == 2
        assert "are more than the limit of 100 bytes" in out
