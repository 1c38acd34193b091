"""The report for people, byte for byte."""

import re

import pytest
from deploylint.diagnostic import Edit, Finding, Fix, Label, Report, Safety
from deploylint.report import render
from deploylint.report.context import RenderContext
from deploylint.source import Location, Source
from report import samples
from report.samples import place, report_of

PLAIN = RenderContext()
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def text_of(*findings: Finding, context: RenderContext = PLAIN) -> str:
    """The report without its summary."""
    body, _, _ = render("text", report_of(*findings), context).rpartition("\n\nFound ")
    return body


def snippet(source: Source, at: Location, label: str = "", context: RenderContext = PLAIN) -> list[str]:
    """The rows that show the source."""
    assert at.source is source
    return text_of(Finding(at, "message", label), context=context).split("\n")[3:]


DEPLOYMENT_TEXT = """\
error[proxy-target-not-listening]: nothing listens on 127.0.0.1:5001
 --> deploy/nginx.conf:2:12
  |
2 |     server 127.0.0.1:5001;
  |            ^^^^^^^^^^^^^^ nginx connects here
...
8 |         proxy_pass http://app;
  |                    ---------- requests come from here
  |
 ::: deploy/gunicorn.conf.py:1:8
  |
1 | bind = "127.0.0.1:8000"
  |        ---------------- gunicorn listens here
  |
  = help: let both use the same address
  = fix: Connect to gunicorn (unsafe)
2 -     server 127.0.0.1:5001;
2 +     server 127.0.0.1:8000;

note[nginx-ipv6-only]: [::]:80 takes IPv4 too on old kernels
 --> deploy/nginx.conf:6:12
  |
6 |     listen [::]:80;
  |            ^^^^^^^

warning[process-runs-as-root]: the service runs as root
 --> deploy/web.service:3:6
  |
3 | User=root
  |      ^^^^
  |
  = fix: Remove the line (safe)
3 - User=root

Found 1 error, 1 warning, 1 note in 3 files (1 suppressed). 1 fixable with --fix (1 more with --unsafe-fixes).
"""


def test_whole_report() -> None:
    assert render("text", samples.DEPLOYMENT, PLAIN) == DEPLOYMENT_TEXT


def test_problems_are_shown_apart_from_findings() -> None:
    assert render("text", samples.BROKEN, PLAIN) == (
        "problem: cannot read: permission denied\n --> deploy/secret.env\n\n"
        "problem: internal error in rule x\n\n"
        "Found nothing in 1 file. 2 problems kept deploylint from checking everything.\n"
    )


@pytest.mark.parametrize("name", ["text", "concise"])
def test_clean(name: str) -> None:
    assert render(name, samples.CLEAN, PLAIN) == "No problems in 1 file.\n"
    hidden = Report(files=samples.DEPLOYMENT.files, suppressed=2)
    assert render(name, hidden, PLAIN) == "No problems in 3 files (2 suppressed).\n"


def test_concise() -> None:
    assert render("concise", samples.DEPLOYMENT, PLAIN) == (
        "deploy/nginx.conf:2:12: error[proxy-target-not-listening]: nothing listens on 127.0.0.1:5001 [unsafe fix]\n"
        "deploy/nginx.conf:6:12: note[nginx-ipv6-only]: [::]:80 takes IPv4 too on old kernels\n"
        "deploy/web.service:3:6: warning[process-runs-as-root]: the service runs as root [fix]\n"
        "Found 1 error, 1 warning, 1 note in 3 files (1 suppressed). 1 fixable with --fix (1 more with --unsafe-fixes).\n"
    )


@pytest.mark.parametrize(
    ("safeties", "hint"),
    [
        ([], ""),
        ([Safety.SAFE, Safety.SAFE], " 2 fixable with --fix."),
        ([Safety.UNSAFE], " 1 fixable with --fix --unsafe-fixes."),
        ([Safety.SAFE, Safety.UNSAFE], " 1 fixable with --fix (1 more with --unsafe-fixes)."),
    ],
)
def test_fix_hint(safeties: list[Safety], hint: str) -> None:
    at = place(samples.GUNICORN, "2")
    findings = [
        Finding(at, "m"),
        *(Finding(at, "m", fix=Fix("t", (Edit(at, "3"),), safety)) for safety in safeties),
    ]
    summary = render("text", report_of(*findings), PLAIN).splitlines()[-1]
    errors = "1 error" if len(findings) == 1 else f"{len(findings)} errors"
    assert summary == f"Found {errors} in 1 file.{hint}"
    silent = render("text", report_of(*findings), RenderContext(fix_hints=False)).splitlines()[-1]
    assert silent == f"Found {errors} in 1 file."


def test_line_numbers_are_aligned_over_all_files_of_a_finding() -> None:
    long = Source("long.conf", "x;\n" * 99 + "here;\n")
    finding = Finding(
        place(samples.GUNICORN, "workers"), "message", related=(Label(place(long, "here"), "there"),)
    )
    assert text_of(finding).split("\n") == [
        "error[some-rule]: message",
        "   --> deploy/gunicorn.conf.py:2:1",
        "    |",
        "  2 | workers = 2",
        "    | ^^^^^^^",
        "    |",
        "   ::: long.conf:100:1",
        "    |",
        "100 | here;",
        "    | ---- there",
    ]


def test_labels_of_one_file_share_an_arrow_only_when_near() -> None:
    source = Source("a.conf", "".join(f"line {number};\n" for number in range(1, 31)))
    labels = [Label(place(source, f"line {number};"), f"at {number}") for number in (12, 8, 11, 10, 30)]
    finding = Finding(place(source, "line 10"), "message", "primary", related=tuple(labels))
    assert text_of(finding).split("\n")[1:] == [
        "  --> a.conf:10:1",
        "   |",
        " 8 | line 8;",
        "   | ------- at 8",
        " 9 | line 9;",
        "10 | line 10;",
        "   | ^^^^^^^ primary",
        "   | -------- at 10",
        "11 | line 11;",
        "   | -------- at 11",
        "12 | line 12;",
        "   | -------- at 12",
        "   |",
        "  ::: a.conf:30:1",
        "   |",
        "30 | line 30;",
        "   | -------- at 30",
    ]


def test_many_related_places_are_counted() -> None:
    at = place(samples.GUNICORN, "workers")
    rows = text_of(Finding(at, "m", related=(Label(at, "again"),) * 14)).split("\n")
    assert sum("again" in row for row in rows) == 12
    assert rows[-1] == "  = note: and 2 more places"


@pytest.mark.parametrize(
    ("text", "marked", "rows"),
    [
        pytest.param("a {\n  b;\n}\n", "a {\n  b;\n}", ["1 | a {", "  | ^^^... here"], id="several lines"),
        pytest.param("a;\nb;\n", "a;\n", ["1 | a;", "  | ^^ here"], id="with its line end"),
        pytest.param("a;\r\nb;\r\n", "b;\r\n", ["2 | b;", "  | ^^ here"], id="CR LF"),
        pytest.param("a;\r\nb;\r\n", "a;\r\nb", ["1 | a;", "  | ^^... here"], id="several lines, CR LF"),
        pytest.param("a;\rb;\r", "b;", ["2 | b;", "  | ^^ here"], id="CR alone"),
        pytest.param("a;\nb;", "b;", ["2 | b;", "  | ^^ here"], id="no final line end"),
        pytest.param("\ta\tb;\n", "b", ["1 |     a   b;", "  |         ^ here"], id="tabs"),
        pytest.param("\ta;\n", "\ta", ["1 |     a;", "  | ^^^^^ here"], id="marked tab"),
        pytest.param("# 日本語 x;\n", "x", ["1 | # 日本語 x;", "  |          ^ here"], id="wide before"),
        pytest.param("日本;\n", "本", ["1 | 日本;", "  |   ^^ here"], id="wide marked"),
        pytest.param("e\u0301e\u0301 x;\n", "x", ["1 | e\u0301e\u0301 x;", "  |    ^ here"], id="combining"),
        pytest.param("a\u200bb;\n", "b", [r"1 | a\u200bb;", "  |        ^ here"], id="invisible"),
        pytest.param("\x1b[2Jb;\n", "b", [r"1 | \x1b[2Jb;", "  |        ^ here"], id="escape sequence"),
        pytest.param("\udcffb;\n", "b", [r"1 | \udcffb;", "  |       ^ here"], id="not UTF-8"),
        pytest.param(
            "a\u0301\u0301\u0301\u0301\u0301b\n",
            "b",
            ["1 | a\u0301\u0301\u0301\u0301\\u0301b", "  |        ^ here"],
            id="heap of marks",
        ),
        pytest.param("x   \n", "x", ["1 | x", "  | ^ here"], id="no trailing blanks"),
    ],
)
def test_carets(text: str, marked: str, rows: list[str]) -> None:
    source = Source("a.conf", text)
    assert snippet(source, place(source, marked), "here") == rows


@pytest.mark.parametrize(
    ("text", "offset", "rows"),
    [
        ("listen 80\n", 9, ["1 | listen 80", "  |          ^"]),
        ("listen 80", 9, ["1 | listen 80", "  |          ^"]),
        ("listen 80\n", 10, ["2 |", "  | ^"]),
        ("listen 80\r\n", 10, ["1 | listen 80", "  |          ^"]),
        ("", 0, ["1 |", "  | ^"]),
    ],
)
def test_empty_span(text: str, offset: int, rows: list[str]) -> None:
    source = Source("a.conf", text)
    assert snippet(source, source.location(offset, offset)) == rows


def test_long_line_is_cut_around_the_span() -> None:
    source = Source("a.conf", "a" * 500 + "HERE" + "b" * 500)
    line, carets = snippet(source, place(source, "HERE"), context=RenderContext(width=60))
    assert line == "1 | ..." + "a" * 18 + "HERE" + "b" * 28 + "..."
    assert len(line) <= 60
    assert line[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_long_line_is_cut_to_160_without_a_terminal() -> None:
    source = Source("a.conf", "a" * 500)
    line, carets = snippet(source, source.location(0, 500))
    assert line == "1 | " + "a" * 153 + "..."
    assert carets == "  | " + "^" * 153


@pytest.mark.parametrize(
    "filling", ["日", "e\u0301", "\t", "\x1b", "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301"]
)
def test_long_line_of_other_characters_stays_within_the_width(filling: str) -> None:
    source = Source("a.conf", filling * 400 + "HERE" + filling * 400)
    line, carets = snippet(source, place(source, "HERE"), context=RenderContext(width=80))
    assert carets.count("^") == 4
    assert line.startswith("1 | ...")
    assert line.endswith("...")
    assert len(line) < 400
    before = line[: line.index("HERE")]
    cells = sum(0 if character == "\u0301" else 2 if character == "日" else 1 for character in before)
    assert carets.index("^") == cells


def test_fix_of_several_files_shows_each() -> None:
    edits = (
        Edit(place(samples.GUNICORN, "8000"), "5001"),
        Edit(place(samples.NGINX, "http://app"), "http://new"),
        Edit(place(samples.NGINX, "    listen [::]:80;\n"), "    listen 80;\n    listen 81;\n"),
    )
    rows = text_of(Finding(place(samples.NGINX, "$host"), "m", fix=Fix("Change all", edits))).split("\n")
    assert rows[rows.index("  = fix: Change all (safe)") + 1 :] == [
        " ::: deploy/gunicorn.conf.py:1",
        '1 - bind = "127.0.0.1:8000"',
        '1 + bind = "127.0.0.1:5001"',
        " ::: deploy/nginx.conf:6",
        "6 -     listen [::]:80;",
        "6 +     listen 80;",
        "7 +     listen 81;",
        "8 -         proxy_pass http://app;",
        "9 +         proxy_pass http://new;",
    ]


@pytest.mark.parametrize(
    ("start", "end", "replacement", "rows"),
    [
        (0, 0, "new\n", ["1 + new"]),
        (2, 4, "", ["2 - b"]),
        (5, 5, "\nnew", ["4 + new"]),
        (2, 3, "B", ["2 - b", "2 + B"]),
        (0, 4, "", ["1 - a", "2 - b"]),
        (2, 3, "b", []),
        (
            4,
            5,
            "".join(f"{n}\n" for n in range(9)),
            ["3 - c", *(f"{n + 3:>2} + {n}" for n in range(8)), "..."],
        ),
    ],
)
def test_fix_diff(start: int, end: int, replacement: str, rows: list[str]) -> None:
    source = Source("a.conf", "a\nb\nc")
    fix = Fix("title", (Edit(source.location(start, end), replacement),))
    shown = text_of(Finding(source.location(0, 1), "m", fix=fix)).split("\n")
    after = shown[next(i for i, row in enumerate(shown) if "= fix:" in row) + 1 :]
    assert [row.strip() for row in after] == [row.strip() for row in rows]


def test_url_is_printed_or_clickable() -> None:
    url = "https://example.org/some-rule"
    finding = Finding(place(samples.GUNICORN, "2"), "m")
    printed = RenderContext(show_urls=True, rule_url=lambda rule: f"https://example.org/{rule}")
    assert text_of(finding, context=printed).endswith(f"\n  |\n  = see: {url}")
    linked = RenderContext(hyperlinks=True, rule_url=lambda rule: f"https://example.org/{rule}")
    assert text_of(finding, context=linked).startswith(
        f"error[\x1b]8;;{url}\x1b\\some-rule\x1b]8;;\x1b\\]: m\n"
    )


@pytest.mark.parametrize("name", ["text", "concise"])
@pytest.mark.parametrize("report", [samples.DEPLOYMENT, samples.BROKEN, samples.CLEAN, samples.hostile()])
def test_colour_changes_no_character(name: str, report: Report) -> None:
    colored = render(name, report, RenderContext(color=True))
    assert ANSI.sub("", colored) == render(name, report, PLAIN)


def test_colour_names_the_severity() -> None:
    colored = render("text", samples.DEPLOYMENT, RenderContext(color=True))
    assert colored.startswith("\x1b[1;31merror[proxy-target-not-listening]\x1b[0m\x1b[1m: nothing listens")
    assert "\x1b[1;33mwarning[process-runs-as-root]\x1b[0m" in colored


HOSTILE_SHOWN = r"a\x1b[31m\u202e\n::error::%0A]]>|`<b>[x](1){0}\\udcff\x00\ud800"


def test_hostile_text_is_shown_as_escapes() -> None:
    rows = render("text", samples.hostile(), PLAIN).split("\n")
    assert rows[:9] == [
        f"error[some-rule]: message {HOSTILE_SHOWN}",
        f" --> dir/{HOSTILE_SHOWN}.conf:1:5",
        "  |",
        r"1 | one a\x1b[31m\u202e",
        f"  | --- related {HOSTILE_SHOWN}",
        rf"  |     ^^^^^^^^^^^^^^^... label {HOSTILE_SHOWN}",
        "  |     ---------------...",
        "  |",
        f"  = help: help {HOSTILE_SHOWN}",
    ]


def test_unknown_format() -> None:
    with pytest.raises(ValueError, match="unknown report format 'yaml'"):
        render("yaml", samples.CLEAN, PLAIN)
