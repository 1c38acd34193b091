"""Edits change what they say and nothing else; fixes that do harm are not kept."""

import pytest
from deploylint import Context, Edit, Finding, Findings, Fix, Safety, Severity, repair, rule, run
from deploylint.fixing import OverlapError, apply_edits
from deploylint.formats.supervisor import Section
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.packs import RuleName
from deploylint.run import Request
from deploylint.settings import Settings
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


HARM = [
    (two_is_an_error, "the fix would bring a new error of two-is-an-error"),
    (crash_on_two, "a file could then not be checked"),
    (no_use, "the finding would stay"),
]


@pytest.mark.parametrize(("judge", "reason"), HARM)
def test_a_fix_that_does_harm_or_no_good_is_not_kept(here, only, judge, reason):
    (here / "a.service").write_text(UNIT)
    only(*([no_use] if judge is no_use else [to_two, judge]))
    done = repaired()
    assert (done.changed, done.fixes) == ({}, 0)
    assert len(done.outcome.report.diagnostics) == 1
    assert [(str(one.diagnostic.at), one.reason) for one in done.dropped] == [("a.service:4:1", reason)]


def test_a_rule_that_is_not_shown_judges_all_the_same(here, only):
    (here / "a.service").write_text(UNIT)
    only(to_two, two_is_an_error)
    for settings in (
        Settings(select=("to-two",)),
        Settings(ignore=("two-is-an-error",)),
        Settings(per_file_ignores={"*": ("two-is-an-error",)}),
        Settings(severity={"two-is-an-error": "note"}),
    ):
        done = repair.repaired(Request((".",), settings), unsafe=False)
        assert done.changed == {}
        assert [one.reason for one in done.dropped] == ["the fix would bring a new error of two-is-an-error"]


def test_a_fix_must_not_make_another_format_of_a_file(here, only):
    (here / "worker.conf").write_text("[program:a]\ncommand=/bin/true\n")

    @rule(Severity.WARNING)
    def to_a_unit(section: Section) -> Findings:
        """A program becomes a service."""
        yield Finding(
            section.at, "x", fix=Fix("x", (Edit(section.source.location(0, 29), "[Service]\nExecStart=a\n"),))
        )

    only(to_a_unit)
    done = repaired()
    assert done.changed == {}
    assert [one.reason for one in done.dropped] == ["the file would no longer be taken for what it is"]


def test_a_harmful_fix_does_not_stop_the_good_ones(here, only):
    (here / "a.service").write_text(UNIT)
    (here / "b.service").write_text(UNIT)

    @rule(Severity.ERROR, named=("X-Two",))
    def only_in_a(assignment: Assignment) -> Findings:
        """Two is refused in one file."""
        if assignment.at.path == "a.service":
            yield Finding(assignment.at, "refused")

    only(to_two, only_in_a)
    done = repaired()
    assert list(done.changed) == ["b.service"]
    assert [one.diagnostic.at.path for one in done.dropped] == ["a.service"]


def test_of_many_fixes_the_harmful_ones_are_found_without_trying_each(here, only, monkeypatch):
    for number in range(64):
        (here / f"a{number}.service").write_text(UNIT)

    @rule(Severity.ERROR, named=("X-Two",))
    def only_in_one(assignment: Assignment) -> Findings:
        """Two is refused in one file."""
        if assignment.at.path == "a33.service":
            yield Finding(assignment.at, "refused")

    only(to_two, only_in_one)
    checks = []
    real = run.check
    monkeypatch.setattr(run, "check", lambda *args: checks.append(args) or real(*args))
    assert len(repaired().changed) == 63
    assert len(checks) < 30


def test_fixes_that_undo_each_other_are_not_made(here, only):
    (here / "a.service").write_text(UNIT)
    only(to_two, to_one)
    done = repaired()
    assert (done.changed, done.fixes, done.complete) == ({}, 0, True)
    assert [(one.diagnostic.rule, one.reason) for one in done.dropped] == [
        ("to-two", "the fix and another one undo each other")
    ]


def test_fixes_that_undo_each_other_leave_the_others(here, only):
    (here / "a.service").write_text(UNIT)
    (here / "b.service").write_text(UNIT.replace("X-One", "X-Old"))

    @rule(Severity.WARNING, named=("X-Old",))
    def old(assignment: Assignment) -> Findings:
        """Old becomes new."""
        yield Finding(assignment.at, "old", fix=rename(assignment, "X-New"))

    only(to_two, to_one, old)
    done = repaired()
    assert done.changed["b.service"][1] == UNIT.replace("X-One", "X-New")
    for path, (_, new) in done.changed.items():
        (here / path).write_text(new)
    assert repaired().changed == {}, "a second run changes nothing"


def counting(limit):
    @rule(Severity.WARNING)
    def one_more(assignment: Assignment) -> Findings:
        """The number can be higher."""
        if assignment.name.startswith("X-") and int(assignment.name[2:]) < limit:
            yield Finding(
                assignment.at, assignment.name, fix=rename(assignment, f"X-{int(assignment.name[2:]) + 1}")
            )

    return one_more


@pytest.mark.parametrize(("limit", "reached", "complete"), [(9, 9, True), (10, 10, True), (12, 10, False)])
def test_no_more_than_ten_rounds(here, only, limit, reached, complete):
    (here / "a.service").write_text(UNIT.replace("X-One", "X-0"))
    only(counting(limit))
    done = repaired()
    assert done.changed["a.service"][1] == UNIT.replace("X-One", f"X-{reached}")
    assert (done.fixes, done.complete) == (reached, complete)


def test_an_edit_that_two_fixes_share_is_made_once(here, only):
    text = UNIT + "X-One=2\n"
    (here / "a.service").write_text(text)

    @rule(Severity.WARNING)
    def both(assignment: Assignment, context: Context) -> Findings:
        """Both lines need one more line at the top."""
        if assignment.name == "X-One" and not context.document.source.text.startswith("# top"):
            top = Edit(assignment.source.location(0, 0), "# top\n")
            yield Finding(assignment.at, assignment.value, fix=Fix("x", (top,)))

    only(both)
    done = repaired()
    assert done.changed == {"a.service": (text, "# top\n" + text)}
    assert done.fixes == 2


def test_of_two_fixes_that_collide_one_is_made_in_each_round(here, only):
    (here / "a.service").write_text(UNIT)

    @rule(Severity.WARNING, named=("X-One",))
    def value(assignment: Assignment) -> Findings:
        """The name and the value are both wrong."""
        if assignment.value == "1":
            yield Finding(assignment.at, "value", fix=Fix("x", (Edit(assignment.at, "X-One=2"),)))

    only(to_two, value)
    assert repaired().changed["a.service"][1] == UNIT.replace("X-One=1", "X-Two=1")


def test_a_rule_writes_lf_and_the_file_keeps_its_line_ends(here, only):
    text = UNIT.replace("\n", "\r\n")
    (here / "a.service").write_bytes(text.encode())

    @rule(Severity.WARNING, named=("X-One",))
    def line_above(assignment: Assignment) -> Findings:
        """A line is missing."""
        at = assignment.at.source.location(assignment.at.span.start, assignment.at.span.end)
        yield Finding(assignment.at, "one", fix=Fix("x", (Edit(at, "# a\n# b\r\nX-Two=1"),)))

    only(line_above)
    assert repaired().changed["a.service"][1] == text.replace("X-One", "# a\r\n# b\r\nX-Two")


def test_unsafe_fixes_are_made_when_asked_for(here, only):
    (here / "a.service").write_text(UNIT)
    only(unsafe)
    assert repaired().changed == {}
    assert repaired(unsafe=True).changed == {"a.service": (UNIT, UNIT.replace("One", "Three"))}


def test_a_file_that_is_not_linted_is_not_changed(here, only):
    (here / "a.service").write_text(UNIT)
    only(elsewhere)
    assert repaired().changed == {}
