"""The formats of code hosts, read as their users' programs read them."""

import json
import re
from pathlib import Path

import pytest
from deploylint.commands.check import OUTPUT_FORMATS
from deploylint.report import FORMATS, render
from deploylint.report.context import RenderContext
from jsonschema import Draft7Validator, Draft202012Validator
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from report import samples

CONTEXT = RenderContext(homepage="https://example.org", rule_url=lambda rule: f"https://example.org/{rule}")
REPORTS = pytest.mark.parametrize(
    "report",
    [samples.DEPLOYMENT, samples.CLEAN, samples.BROKEN, samples.hostile()],
    ids=["deployment", "clean", "broken", "hostile"],
)


def test_the_command_line_offers_every_format():
    assert OUTPUT_FORMATS == FORMATS


@REPORTS
def test_junitparser_counts_what_it_reads(report, tmp_path):
    file = tmp_path / "junit.xml"
    file.write_text(render("junit", report, CONTEXT), encoding="utf-8")
    read = JUnitXml.fromfile(str(file))
    declared = read.tests, read.failures, read.errors
    read.update_statistics()
    assert declared == (read.tests, read.failures, read.errors)
    cases = [case for suite in read for case in suite]
    found = sum(diagnostic.severity.value != "note" for diagnostic in report.diagnostics)
    assert sum(not case.is_passed for case in cases) == found + len(report.problems)
    assert all(case.classname and case.name.startswith("org.deploylint") for case in cases)


# The fields that GitLab documents for Code Quality reports; it drops an issue in which one is missing.
GITLAB = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "minLength": 1},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": "^[^/]", "not": {"pattern": r"^\./"}},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)


@REPORTS
def test_gitlab_reads_every_issue(report):
    text = render("gitlab", report, CONTEXT)
    assert not text.startswith("\ufeff"), "GitLab refuses a byte order mark"
    issues = json.loads(text)
    GITLAB.validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(report.diagnostics), "equal ones become one"


RDFORMAT = Draft7Validator(
    json.loads((Path(__file__).parents[2] / "fixtures" / "schemas" / "rdformat.json").read_text())
)


@REPORTS
def test_reviewdogs_validator_takes_every_report(report):
    RDFORMAT.validate(json.loads(render("rdjson", report, CONTEXT)))


@pytest.mark.parametrize("wrong", [{"severity": "error"}, {"message": ""}, {"code": {"value": 1}}, {"x": 1}])
def test_reviewdogs_validator_refuses_what_is_wrong(wrong):
    report = json.loads(render("rdjson", samples.DEPLOYMENT, CONTEXT))
    report["diagnostics"][0] |= wrong
    assert not RDFORMAT.is_valid(report)


# How the runner of GitHub Actions takes a line apart (`ActionCommand.TryParseV2`).
COMMAND = re.compile(r"::(?P<name>[a-z-]+)(?: (?P<properties>[^\n]*?))?::(?P<data>[^\n]*)")
UNESCAPED = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


def unescaped(text):
    for written, meant in UNESCAPED:
        text = text.replace(written, meant)
    return text


@REPORTS
def test_the_runner_takes_every_annotation_apart(report):
    lines = render("github", report, CONTEXT).splitlines()
    assert len(lines) == len(report.diagnostics) + len(report.problems)
    for line, diagnostic in zip(lines, report.diagnostics, strict=False):
        command = COMMAND.fullmatch(line)
        properties = dict(part.split("=", 1) for part in command["properties"].split(","))
        assert command["name"] in ("error", "warning", "notice")
        assert properties["line"] == str(diagnostic.at.start.line)
        assert diagnostic.rule in unescaped(properties["title"])
        assert unescaped(command["data"]).splitlines()[0].startswith(unescaped(properties["file"]))


@REPORTS
def test_a_markdown_reader_sees_a_table_with_a_row_for_each_finding(report):
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = reader.parse(render("markdown", report, CONTEXT))
    assert sum(token.type == "tr_open" for token in tokens) == len(report.diagnostics) + bool(
        report.diagnostics
    )
    assert sum(token.type == "td_open" for token in tokens) == 4 * len(report.diagnostics)
    assert not any(token.type.startswith("html") for token in tokens)
    links = [
        child.attrs["href"]
        for token in tokens
        for child in token.children or ()
        if child.type in ("link_open", "image", "html_inline")
    ]
    assert links == [f"https://example.org/{diagnostic.rule}" for diagnostic in report.diagnostics]
