"""Edits change what they say and nothing else; fixes that do harm are not kept; files are written whole or not at all."""

import errno
import os

import pytest
from deploylint import Edit, Finding, Findings, Fix, Safety, Severity, repair, rewriting, rule, run
from deploylint.fixing import OverlapError, apply_edits
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.packs import RuleName
from deploylint.run import Request
from deploylint.source import Source
from hypothesis import given
from hypothesis import strategies as st

UNIT = "[Service]\nType=oneshot\nExecStart=/usr/bin/a\nX-One=1\n"


def test_edits_of_several_files():
    one, other = Source("one", "abcdef"), Source("other", "xyz")
    edits = [
        Edit(one.location(4, 6), ""),
        Edit(one.location(0, 0), ">"),
        Edit(one.location(1, 2), "BB"),
        Edit(other.location(3, 3), "!"),
        Edit(one.location(1, 2), "BB"),
    ]
    assert apply_edits(edits) == {"one": ">aBBcd", "other": "xyz!"}


def test_edits_that_overlap():
    source = Source("one", "abcdef")
    with pytest.raises(OverlapError):
        apply_edits([Edit(source.location(0, 3), ""), Edit(source.location(2, 4), "x")])


@given(st.text(), st.data())
def test_what_no_edit_touches_stays(text, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    source = Source("a", text)
    new = apply_edits(Edit(source.location(start, end), "") for start, end in spans)
    kept = "".join(c for at, c in enumerate(text) if not any(s <= at < e for s, e in spans))
    assert new == ({"a": kept} if spans else {})


def rename(assignment, name, safety=Safety.SAFE):
    at = assignment.at.source.location(
        assignment.at.span.start, assignment.at.span.start + len(assignment.name)
    )
    return Fix("rename", (Edit(at, name),), safety)


@rule(Severity.WARNING, named=("X-One",))
def to_two(assignment: Assignment) -> Findings:
    """One becomes two."""
    yield Finding(assignment.at, "one", fix=rename(assignment, "X-Two"))


@rule(Severity.WARNING, named=("X-Two",))
def to_one(assignment: Assignment) -> Findings:
    """Two becomes one."""
    yield Finding(assignment.at, "two", fix=rename(assignment, "X-One"))


@rule(Severity.ERROR, named=("X-Two",))
def two_is_an_error(assignment: Assignment) -> Findings:
    """Two is refused."""
    yield Finding(assignment.at, "refused")


@rule(Severity.WARNING, named=("X-Two",))
def crash_on_two(assignment: Assignment) -> Findings:
    """Two is not expected."""
    raise KeyError(assignment.name)


@rule(Severity.WARNING, named=("X-One",))
def no_use(assignment: Assignment) -> Findings:
    """The fix leaves the finding."""
    yield Finding(
        assignment.at, "one", fix=Fix("comment", (Edit(assignment.at.source.location(0, 0), "# c\n"),))
    )


@rule(Severity.WARNING, named=("X-One",))
def unsafe(assignment: Assignment) -> Findings:
    """The fix changes what works."""
    yield Finding(assignment.at, "one", fix=rename(assignment, "X-Three", Safety.UNSAFE))


@rule(Severity.WARNING)
def elsewhere(unit: UnitFile) -> Findings:
    """The fix wants to change a file that is not linted."""
    other = Source("other.service", "text")
    yield Finding(unit.source.location(0, 1), "a unit", fix=Fix("x", (Edit(other.location(0, 4), ""),)))


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def only(monkeypatch):
    """Make some rules the only ones there are."""

    def use(*rules):
        class Name(RuleName):
            def load(self):
                return next(item for item in rules if item.name == self.name)

        names = [Name(item.name, "own", "") for item in rules]
        monkeypatch.setattr(run.packs, "rule_names", lambda _packs: names)

    return use


def repaired(*, unsafe=False):
    return repair.repaired(Request((".",)), unsafe=unsafe)


def test_a_fix(here, only):
    (here / "a.service").write_text(UNIT)
    only(to_two)
    done = repaired()
    assert done.changed == {"a.service": (UNIT, UNIT.replace("One", "Two"))}
    assert (done.fixes, done.outcome.report.diagnostics) == (1, [])
    assert (here / "a.service").read_text() == UNIT, "nothing is written"


@pytest.mark.parametrize("judge", [two_is_an_error, crash_on_two, no_use])
def test_a_fix_that_does_harm_or_no_good_is_not_kept(here, only, judge):
    (here / "a.service").write_text(UNIT)
    only(*([no_use] if judge is no_use else [to_two, judge]))
    done = repaired()
    assert (done.changed, done.fixes) == ({}, 0)
    assert len(done.outcome.report.diagnostics) == 1


def test_a_harmful_fix_does_not_stop_the_good_ones(here, only):
    (here / "a.service").write_text(UNIT)
    (here / "b.service").write_text(UNIT)

    @rule(Severity.ERROR, named=("X-Two",))
    def only_in_a(assignment: Assignment) -> Findings:
        """Two is refused in one file."""
        if assignment.at.path == "a.service":
            yield Finding(assignment.at, "refused")

    only(to_two, only_in_a)
    assert list(repaired().changed) == ["b.service"]


def test_fixes_that_undo_each_other_come_to_an_end(here, only):
    (here / "a.service").write_text(UNIT)
    only(to_two, to_one)
    done = repaired()
    assert done.changed == {"a.service": (UNIT, UNIT.replace("One", "Two"))}
    assert done.fixes == 1


def test_unsafe_fixes_are_made_when_asked_for(here, only):
    (here / "a.service").write_text(UNIT)
    only(unsafe)
    assert repaired().changed == {}
    assert repaired(unsafe=True).changed == {"a.service": (UNIT, UNIT.replace("One", "Three"))}


def test_a_file_that_is_not_linted_is_not_changed(here, only):
    (here / "a.service").write_text(UNIT)
    only(elsewhere)
    assert repaired().changed == {}


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


def test_a_rename_that_fails_brings_the_others_back(here, monkeypatch):
    (here / "a").write_text("1")
    (here / "b").write_text("1")
    real = os.replace

    def replace(source, target):
        if target.endswith("/b") and not source.endswith(".old"):
            raise PermissionError(errno.EPERM, "Operation not permitted", target)
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(rewriting.RewriteError, match="b: cannot be written: Operation not permitted"):
        rewriting.rewrite({"a": ("1", "2"), "b": ("1", "2")}, ["."])
    assert files(here) == {"a": "1", "b": "1"}


def test_an_interrupt_leaves_no_file_behind(here, monkeypatch):
    (here / "a").write_text("1")

    def interrupted(_descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        rewriting.rewrite({"a": ("1", "2")}, ["."])
    assert files(here) == {"a": "1"}


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
