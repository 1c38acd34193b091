"""No report of any format shows a secret, whatever was found on its line, and whoever found it."""

import json

import pytest
from deploylint.diagnostic import (
    CheckedFile,
    Confidence,
    Edit,
    Finding,
    Fix,
    Group,
    Label,
    Problem,
    Report,
    Severity,
)
from deploylint.report import FORMATS, render
from deploylint.report.context import RenderContext
from deploylint.report.masking import masked
from deploylint.rewriting import diff
from deploylint.rule_info import RuleInfo
from deploylint.source import Source
from report.samples import diagnostic

VALUE = "u8Zp4qLw0xR7tBn2vKd9"
OTHER = "Qm3xTz7Rv1Lp"
TEXT = (
    f"services:\n  web:\n    environment:\n      - SECRET_KEY={VALUE}\n      - A=b\n"
    f"      - DATABASE_URL=postgres://shop:{OTHER}@db/shop\n"
)


def report(*findings):
    return Report(
        files=[CheckedFile("compose.yaml", "compose")],
        diagnostics=[diagnostic(finding) for finding in findings],
        problems=[Problem(f"internal error: ValueError: {VALUE}", "compose.yaml")],
    )


def everything(source):
    """Findings on, around and beside the secrets, with words and fixes that quote them."""
    at = source.location(TEXT.index(VALUE), TEXT.index(VALUE) + len(VALUE))
    name = source.location(TEXT.index("SECRET"), TEXT.index("="))
    around = source.location(TEXT.index("- SECRET"), len(TEXT))
    point = source.location(around.span.start, around.span.start)
    return report(
        Finding(at, f"the value {VALUE}", label=VALUE, help=f"change {VALUE}"),
        Finding(name, "same line", related=(Label(at, f"here: {VALUE}"), Label(around, OTHER))),
        Finding(around, "many lines", fix=Fix(f"Write {OTHER}", (Edit(around, f"x{VALUE}"),))),
        Finding(point, "beside", fix=Fix("Say more", (Edit(point, "# note\n      "),))),
        Finding(point, "writes it", fix=Fix("Say it", (Edit(point, f"# {OTHER}\n      "),))),
        Finding(
            name,
            "hull",
            fix=Fix(
                "Both", (Edit(name, "KEY"), Edit(source.location(around.span.end, around.span.end), "x"))
            ),
        ),
        Finding(source.location(TEXT.index("A=b"), TEXT.index("A=b") + 3), "next line"),
    )


def context(**options):
    rule = RuleInfo("some-rule", Severity.ERROR, Confidence.HIGH, Group.CORRECTNESS, "summary")
    return RenderContext(rules=lambda: [rule], **options)


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("options", [{}, {"color": True, "width": 60}, {"color": True, "hyperlinks": True}])
def test_no_format_shows_a_secret(format_name, options):
    shown = render(format_name, everything(Source("compose.yaml", TEXT)), context(**options))
    assert VALUE not in shown
    assert OTHER not in shown
    assert VALUE[:8] not in shown


def test_places_stay_where_they_are():
    before = everything(Source("compose.yaml", TEXT))
    after = masked(before)
    assert [(d.at.span, d.at.start) for d in before.diagnostics] == [
        (d.at.span, d.at.start) for d in after.diagnostics
    ]
    assert after.diagnostics[0].at.text == "*" * len(VALUE)


def test_fixes_that_need_no_secret_are_kept():
    shown = json.loads(render("json", everything(Source("compose.yaml", TEXT)), context()))
    fixes = {finding["message"]: finding["fix"] for finding in shown["findings"]}
    assert fixes["beside"] is not None
    assert fixes["many lines"] is fixes["writes it"] is fixes["hull"] is None


def test_a_report_without_secrets_is_left_as_it_is():
    source = Source("compose.yaml", "services: {}\n")
    before = report(Finding(source.location(0, 8), "plain"))
    assert masked(before) is before


def test_many_secrets_take_linear_time():
    text = "".join(f"A{number}_SECRET_KEY={VALUE}{number}\n" for number in range(5000))
    source = Source("x.env", text)
    starts = source.line_starts[:-1]
    shown = render(
        "text",
        report(
            *(
                Finding(source.location(at, at + 2), f"says {source.line(n + 1)}")
                for n, at in enumerate(starts)
            )
        ),
        context(),
    )
    assert shown.count(VALUE) == 1, "the problem belongs to no line"


def test_a_diff_hides_the_lines_around():
    new = TEXT.replace("A=b", "A=c")
    shown = "".join(diff({"compose.yaml": (TEXT, new)}))
    assert "-      - A=b\n+      - A=c\n" in shown
    assert VALUE not in shown
    assert OTHER not in shown
