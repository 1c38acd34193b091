"""Counts by rule, and the table for the page of a CI job."""

import json

import pytest
from deploylint.diagnostic import Finding, Report, Severity
from deploylint.report import markdown, statistics
from deploylint.report.context import RenderContext
from report import samples
from report.samples import diagnostic, place


def test_statistics() -> None:
    at = place(samples.NGINX, "http")
    found = [("b", Severity.WARNING)] * 10 + [
        ("z", Severity.ERROR),
        ("c", Severity.NOTE),
        ("a", Severity.NOTE),
    ]
    report = Report(diagnostics=[diagnostic(Finding(at, "m"), rule, severity) for rule, severity in found])
    assert statistics.render(report, RenderContext()) == (
        "10  warning  b\n"
        " 1  error    z\n"
        " 1  note     a\n"
        " 1  note     c\n"
    )  # fmt: skip
    assert statistics.render(samples.CLEAN, RenderContext()) == ""
    rows = json.loads(statistics.render_json(report))
    assert [(row["count"], row["severity"], row["rule"]) for row in rows] == [
        (10, "warning", "b"),
        (1, "error", "z"),
        (1, "note", "a"),
        (1, "note", "c"),
    ]
    assert statistics.render_json(samples.CLEAN) == "[]\n"
    assert "\x1b[1;33mwarning\x1b[0m  b" in statistics.render(report, RenderContext(color=True))


def test_markdown() -> None:
    context = RenderContext(rule_url=lambda rule: f"https://example.org/{rule}")
    assert markdown.render(samples.DEPLOYMENT, context) == (
        "### deploylint\n\n"
        "Found 1 error, 1 warning, 1 note in 3 files (1 suppressed).\n\n"
        "| Severity | Rule | Where | Message |\n"
        "| --- | --- | --- | --- |\n"
        "| error | [proxy-target-not-listening](https://example.org/proxy-target-not-listening) "
        "| deploy/nginx.conf\\:2\\:12 | nothing listens on 127.0.0.1\\:5001 |\n"
        "| note | [nginx-ipv6-only](https://example.org/nginx-ipv6-only) "
        "| deploy/nginx.conf\\:6\\:12 | \\[\\:\\:\\]\\:80 takes IPv4 too on old kernels |\n"
        "| warning | [process-runs-as-root](https://example.org/process-runs-as-root) "
        "| deploy/web.service\\:3\\:6 | the service runs as root |\n"
    )


def test_markdown_of_problems() -> None:
    assert markdown.render(samples.BROKEN, RenderContext()) == (
        "### deploylint\n\n"
        "Found nothing in 1 file. 2 problems kept deploylint from checking everything.\n\n"
        "- deploy/secret.env\\: cannot read\\: permission denied\n"
        "- internal error in rule x\n"
    )


def test_markdown_keeps_hostile_text_in_its_cell() -> None:
    *_, row = markdown.render(samples.hostile(), RenderContext()).splitlines()
    assert row.startswith("| error | some-rule | dir/a\\\\x1b\\[31m\\\\u202e\\\\n\\:\\:error")
    assert row.replace("\\|", "").count("|") == 5
    assert "\\<b\\>\\[x\\](1)" in row


@pytest.mark.parametrize("length", [100, 2_000_000])
def test_markdown_is_cut_below_a_mebibyte(length: int) -> None:
    at = place(samples.NGINX, "http")
    report = Report(diagnostics=[diagnostic(Finding(at, "ä" * length))] * 9000)
    text = markdown.render(report, RenderContext())
    rows = text.count("| error |")
    assert len(text.encode()) < 1024 * 1024
    assert (rows > 3000) == (length == 100)
    assert text.endswith(f"\n{9000 - rows} more findings did not fit.\n")
