"""Whatever the linted files and their names hold, every report can be read and none can do harm."""

import json
import re
import subprocess
import sys
import unicodedata
from xml.etree import ElementTree as ET

import pytest
from deploylint.diagnostic import CheckedFile, Edit, Finding, Fix, Label, Problem, Report, Safety, Severity
from deploylint.report import FORMATS, markdown, render, statistics
from deploylint.report.context import RenderContext
from deploylint.report.excerpt import excerpt
from deploylint.source import Location, Source
from hypothesis import example, given, settings
from hypothesis import strategies as st
from report import samples
from report.samples import diagnostic

ANYTHING = st.characters(codec=None, categories=None) | st.sampled_from(
    "\x1b\u202e\udcff\ud800\n\r\t:%|]>\u0301日\u2028"
)
TEXT = st.text(ANYTHING, max_size=40)
PATHS = st.text(ANYTHING, min_size=1, max_size=12)


@st.composite
def locations(draw: st.DrawFn, source: Source) -> Location:
    offsets = st.integers(0, len(source.text))
    start, end = sorted((draw(offsets), draw(offsets)))
    return source.location(start, end)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    sources = [Source(draw(PATHS), draw(TEXT)) for _ in range(2)]
    places = st.one_of([locations(source) for source in sources])
    diagnostics = []
    for _ in range(draw(st.integers(0, 2))):
        edit = Edit(draw(places), draw(TEXT))
        fix = draw(st.none() | st.builds(Fix, TEXT, st.just((edit,)), st.sampled_from(list(Safety))))
        related = tuple(draw(st.lists(st.builds(Label, places, TEXT), max_size=3)))
        finding = Finding(draw(places), draw(TEXT), draw(TEXT), related, draw(st.none() | TEXT), fix)
        diagnostics.append(diagnostic(finding, severity=draw(st.sampled_from(list(Severity)))))
    return Report(
        files=[CheckedFile(source.path, "nginx") for source in sources],
        diagnostics=diagnostics,
        problems=draw(st.lists(st.builds(Problem, TEXT, st.none() | PATHS), max_size=1)),
    )


def harmless(text: str) -> bool:
    return not any(
        character != "\n"
        and (unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or is_bidi(character))
        for character in text
    )


def is_bidi(character: str) -> bool:
    return (
        "\u202a" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069"
        or character in "\u200e\u200f\u061c"
    )


@settings(max_examples=300)
@given(reports(), st.none() | st.integers(1, 200))
def test_reports_for_people_are_harmless(report: Report, width: int | None) -> None:
    context = RenderContext(width=width)
    for text in (
        render("text", report, context),
        render("concise", report, context),
        render("github", report, context),
        markdown.render(report, context),
        statistics.render(report, context),
    ):
        assert harmless(text)
        text.encode()


@given(reports())
def test_every_row_of_github_is_one_command_of_ours(report: Report) -> None:
    rows = render("github", report, RenderContext()).split("\n")
    assert rows.pop() == ""
    assert len(rows) == len(report.diagnostics) + len(report.problems)
    for row in rows:
        assert row.startswith(("::error title=deploylint (", "::warning title=", "::notice title="))


@pytest.mark.parametrize("name", ["text", "concise"])
@given(report=reports())
@example(report=Report(problems=[Problem("message", " ::error::path")]))
def test_no_row_for_people_starts_a_workflow_command(name: str, report: Report) -> None:
    """`:::` starts none: no command is called `:`."""
    rows = render(name, report, RenderContext()).split("\n")
    assert not [row for row in rows if re.match(r"\s*::(?!: )", row)]


@settings(max_examples=300)
@given(reports())
def test_reports_for_machines_can_be_read(report: Report) -> None:
    context = RenderContext(rules=samples.rules)
    for name in ("json", "sarif", "gitlab", "rdjson"):
        text = render(name, report, context)
        assert text.isascii()
        json.dumps(json.loads(text), ensure_ascii=False).encode()
    root = ET.fromstring(render("junit", report, context).encode())
    assert len(list(root.iter("testcase"))) == int(root.attrib["tests"])


@given(st.text(ANYTHING, max_size=300), st.data(), st.integers(40, 120))
def test_excerpt_fits_and_marks_what_is_meant(line: str, data: st.DataObject, room: int) -> None:
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    shown = excerpt(line, start, end, room)
    assert sum(cells(character) for character in shown.text) <= room
    assert shown.width >= 1
    if start < len(line) and line[start].isascii() and line[start].isprintable():
        assert at_cell(shown.text, shown.start) == line[start]


def cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def at_cell(text: str, cell: int) -> str:
    column = 0
    for character in text:
        if column == cell and cells(character):
            return character
        column += cells(character)
    return ""


def test_only_the_format_that_is_asked_for_is_imported() -> None:
    program = (
        "import sys, deploylint.report as report\n"
        "from deploylint.diagnostic import Report\n"
        "from deploylint.report.context import RenderContext\n"
        "before = set(sys.modules)\n"
        "report.render('text', Report(), RenderContext(color=True))\n"
        "print([m for m in sorted(set(sys.modules) - before) if not m.startswith('deploylint.')])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-S", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert ran.stdout == "[]\n", ran.stderr


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_an_empty_report(name: str) -> None:
    text = render(name, Report(), RenderContext())
    assert text == "" or text.endswith("\n")
