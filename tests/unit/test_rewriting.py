"""Files are written whole or not at all, all of them or none; diffs are what `patch` and `git apply` read."""

import errno
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from deploylint import rewriting


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_files_are_replaced_with_their_mode(here):
    (here / "a").write_text("1")
    (here / "a").chmod(0o751)
    (here / "b").write_text("1")
    rewriting.rewrite({"a": ("1", "2"), "b": ("1", "3")}, ["."])
    assert files(here) == {"a": "2", "b": "3"}
    assert (here / "a").stat().st_mode & 0o7777 == 0o751


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give files away")
def test_the_owner_stays(here):
    (here / "a").write_text("1")
    os.chown("a", 1234, 4321)
    rewriting.rewrite({"a": ("1", "2")}, ["."])
    assert ((here / "a").stat().st_uid, (here / "a").stat().st_gid) == (1234, 4321)


def test_nothing_is_written_when_one_file_changed_in_between(here):
    (here / "a").write_text("1")
    (here / "b").write_text("changed")
    with pytest.raises(rewriting.RewriteError, match="b: not written: it changed while it was checked"):
        rewriting.rewrite({"a": ("1", "2"), "b": ("1", "2")}, ["."])
    assert files(here) == {"a": "1", "b": "changed"}


def test_nothing_is_written_outside_the_roots(here):
    (here / "in").mkdir()
    (here / "out").write_text("1")
    (here / "in" / "a").symlink_to("../out")
    with pytest.raises(rewriting.RewriteError, match="in/a: not written: it is a link out of the project"):
        rewriting.rewrite({"in/a": ("1", "2")}, ["in"])
    assert (here / "out").read_text() == "1"


def test_a_full_disk_leaves_everything_as_it_was(here, monkeypatch):
    (here / "a").write_text("1")
    (here / "b").write_text("1")
    real, calls = os.fsync, []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(rewriting.RewriteError, match="b: cannot be written: No space left on device"):
        rewriting.rewrite({"a": ("1", "2"), "b": ("1", "2")}, ["."])
    assert files(here) == {"a": "1", "b": "1"}


@pytest.fixture
def failing(monkeypatch):
    """Let a call of `os` fail, or be interrupted, where a condition on its arguments holds."""

    def fail(name, condition, error):
        real = getattr(os, name)

        def call(*args, **options):
            if condition(*args):
                raise error
            return real(*args, **options)

        monkeypatch.setattr(os, name, call)

    return fail


def to(name):
    return lambda source, target: str(target).endswith(f"/{name}") and not str(source).endswith(".old")


THREE = {"a": ("1", "2"), "b": ("1", "2"), "c": ("1", "2")}


@pytest.fixture
def three(here):
    for name in THREE:
        (here / name).write_text("1")
        (here / name).chmod(0o640)
    return here


@pytest.mark.parametrize("name", THREE)
def test_a_rename_that_fails_brings_the_others_back(three, failing, name):
    before = {path.name: path.stat().st_ino for path in three.iterdir()}
    failing("replace", to(name), PermissionError(errno.EPERM, "Operation not permitted"))
    with pytest.raises(rewriting.RewriteError, match=f"^{name}: cannot be written: Operation not permitted$"):
        rewriting.rewrite(THREE, ["."])
    assert files(three) == {"a": "1", "b": "1", "c": "1"}
    assert {path.name: path.stat().st_ino for path in three.iterdir()} == before


@pytest.mark.parametrize("name", THREE)
def test_an_interrupt_between_the_renames_brings_the_others_back(three, failing, name):
    failing("replace", to(name), KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        rewriting.rewrite(THREE, ["."])
    assert files(three) == {"a": "1", "b": "1", "c": "1"}


@pytest.mark.parametrize("name", ["", *THREE])
def test_a_file_system_without_links(three, failing, name):
    failing("link", lambda *_: True, PermissionError(errno.EPERM, "Operation not permitted"))
    if not name:
        rewriting.rewrite(THREE, ["."])
        assert files(three) == {"a": "2", "b": "2", "c": "2"}
        return
    real, calls = os.replace, []

    def replace(source, target):
        calls.append(target)
        if target.endswith(f"/{name}") and calls.count(target) == 1:
            raise OSError(errno.EIO, "Input/output error")
        real(source, target)

    os.replace, kept = replace, os.replace
    try:
        with pytest.raises(rewriting.RewriteError, match=f"^{name}: cannot be written: Input/output error$"):
            rewriting.rewrite(THREE, ["."])
    finally:
        os.replace = kept
    assert files(three) == {"a": "1", "b": "1", "c": "1"}
    assert {path.stat().st_mode & 0o7777 for path in three.iterdir()} == {0o640}


def test_what_cannot_be_brought_back_is_kept_and_named(three, failing):
    failing(
        "replace",
        lambda _source, target: target.endswith("/b"),
        OSError(errno.EROFS, "Read-only file system"),
    )
    failing(
        "replace",
        lambda source, _target: source.endswith(".old"),
        OSError(errno.EROFS, "Read-only file system"),
    )
    with pytest.raises(rewriting.RewriteError) as caught:
        rewriting.rewrite(THREE, ["."])
    said = str(caught.value)
    assert said.startswith("b: cannot be written: Read-only file system; ")
    old = re.search(
        r"a: is changed and cannot be brought back: Read-only file system; (\S+) has the old text", said
    )
    assert Path(old[1]).read_text() == "1"
    assert (three / "a").read_text() == "2"
    assert (three / "c").read_text() == "1"


def test_one_file_needs_no_second_name(here, failing):
    (here / "a").write_text("1")
    failing("link", lambda *_: True, AssertionError("a link for a single file"))
    rewriting.rewrite({"a": ("1", "2")}, ["."])
    assert files(here) == {"a": "2"}


def test_a_second_hard_link_keeps_the_old_text(here):
    (here / "a").write_text("1")
    os.link("a", "b")
    rewriting.rewrite({"a": ("1", "2")}, ["."])
    assert files(here) == {"a": "2", "b": "1"}


def test_extended_attributes_stay(here):
    (here / "a").write_text("1")
    try:
        os.setxattr("a", "user.origin", b"hand-made")
    except (AttributeError, OSError):
        pytest.skip("the file system has no extended attributes")
    rewriting.rewrite({"a": ("1", "2")}, ["."])
    assert (here / "a").read_text() == "2"
    assert os.getxattr("a", "user.origin") == b"hand-made"


def test_attributes_that_nobody_may_set_are_left_to_the_system(here, failing):
    if not hasattr(os, "listxattr"):
        pytest.skip("there are no extended attributes here")
    (here / "a").write_text("1")
    failing("listxattr", lambda *_: True, OSError(errno.ENOTSUP, "Operation not supported"))
    rewriting.rewrite({"a": ("1", "2")}, ["."])
    assert files(here) == {"a": "2"}


def test_who_may_not_keep_the_owner_does_not_write(here, failing):
    (here / "a").write_text("1")
    real = os.stat

    def of_another(path, **options):
        found = real(path, **options)
        return (
            os.stat_result([*found[:4], found.st_uid + 1, *found[5:]]) if str(path).endswith("/a") else found
        )

    failing("fchown", lambda *_: True, PermissionError(errno.EPERM, "Operation not permitted"))
    os.stat, kept = of_another, os.stat
    try:
        with pytest.raises(rewriting.RewriteError, match="a: cannot be written: Operation not permitted"):
            rewriting.rewrite({"a": ("1", "2")}, ["."])
    finally:
        os.stat = kept
    assert files(here) == {"a": "1"}


def test_an_interrupt_leaves_no_file_behind(here, failing):
    (here / "a").write_text("1")
    failing("fsync", lambda *_: True, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        rewriting.rewrite({"a": ("1", "2")}, ["."])
    assert files(here) == {"a": "1"}


NAMES = [
    "plain.conf",
    "two words.conf",
    "tab\tin it.conf",
    'quo"te.conf',
    "back\\slash",
    "é.conf",
    "new\nline",
    "\udce9.conf",
]
TEXTS = [
    ("a\nb\n", "a\nc\n"),
    ("a", "b"),
    ("a\n", "a"),
    ("a", "a\n"),
    ("", "a\n"),
    ("a\r\nb\r\n", "a\r\nc\r\nd\r\n"),
    ("a\r\x0cb\n\u2028", "a\r\x0cc\n\u2028"),
    ("\udce9 1\nb\n", "\udce9 2\nb\n"),
]


@pytest.mark.parametrize("program", ["git", "patch"])
@pytest.mark.parametrize("name", NAMES)
def test_a_diff_can_be_applied(here, program, name):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    command = ["git", "apply", "-"] if program == "git" else ["patch", "-p1"]
    for old, new in TEXTS if name == NAMES[0] else TEXTS[:1]:
        path = here / "deploy" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(old.encode("utf-8", "surrogateescape"))
        patch = "".join(rewriting.diff({f"deploy/{name}": (old, new)})).encode("utf-8", "surrogateescape")
        done = subprocess.run(command, input=patch, capture_output=True, check=False)
        assert done.returncode == 0, (done.stdout, done.stderr)
        assert path.read_bytes() == new.encode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("a\nb\n", "a\nc\n", ["--- a/x\n", "+++ b/x\n", "@@ -1,2 +1,2 @@\n", " a\n", "-b\n", "+c\n"]),
        (
            "a",
            "b",
            [
                "--- a/x\n",
                "+++ b/x\n",
                "@@ -1 +1 @@\n",
                "-a\n\\ No newline at end of file\n",
                "+b\n\\ No newline at end of file\n",
            ],
        ),
        (
            "a\r\x0cb\n",
            "a\r\x0cc\n",
            ["--- a/x\n", "+++ b/x\n", "@@ -1 +1 @@\n", "-a\r\x0cb\n", "+a\r\x0cc\n"],
        ),
    ],
)
def test_diff(old, new, lines):
    assert list(rewriting.diff({"x": (old, new)})) == lines
