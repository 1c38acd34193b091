"""The formats of code hosts: GitHub annotations, GitLab code quality, JUnit, reviewdog."""

import json
from xml.etree import ElementTree as ET

import pytest
from deploylint.diagnostic import Edit, Finding, Fix
from deploylint.report import render
from deploylint.report.context import RenderContext
from deploylint.source import Source
from jsonschema import Draft202012Validator
from report import samples
from report.samples import place, report_of

CONTEXT = RenderContext(homepage="https://example.org", rule_url=lambda rule: f"https://example.org/{rule}")


def test_github() -> None:
    assert render("github", samples.DEPLOYMENT, CONTEXT) == (
        "::error title=deploylint (proxy-target-not-listening),file=deploy/nginx.conf,line=2,col=12,endLine=2,"
        "endColumn=26::deploy/nginx.conf:2:12: nothing listens on 127.0.0.1:5001"
        "%0A  deploy/gunicorn.conf.py:1:8: gunicorn listens here"
        "%0A  deploy/nginx.conf:8:20: requests come from here"
        "%0A  help: let both use the same address\n"
        "::notice title=deploylint (nginx-ipv6-only),file=deploy/nginx.conf,line=6,col=12,endLine=6,endColumn=19::"
        "deploy/nginx.conf:6:12: [::]:80 takes IPv4 too on old kernels\n"
        "::warning title=deploylint (process-runs-as-root),file=deploy/web.service,line=3,col=6,endLine=3,endColumn=10::"
        "deploy/web.service:3:6: the service runs as root\n"
    )


def test_github_problems_and_silence() -> None:
    assert render("github", samples.CLEAN, CONTEXT) == ""
    assert render("github", samples.BROKEN, CONTEXT) == (
        "::error title=deploylint (problem),file=deploy/secret.env::cannot read: permission denied\n"
        "::error title=deploylint (problem)::internal error in rule x\n"
    )


def test_github_escapes() -> None:
    source = Source("a,b:c%.conf", "x;\ny;\n")
    finding = Finding(source.location(0, 5), "100%: a, b\n::stop-commands::x\x1b")
    assert render("github", report_of(finding), CONTEXT) == (
        "::error title=deploylint (some-rule),file=a%2Cb%3Ac%25.conf,line=1,endLine=2::"
        "a,b:c%25.conf:1:1: 100%25: a, b\\n::stop-commands::x\\x1b\n"
    )


def test_gitlab() -> None:
    issues = json.loads(render("gitlab", samples.DEPLOYMENT, CONTEXT))
    assert [(issue["check_name"], issue["severity"]) for issue in issues] == [
        ("proxy-target-not-listening", "critical"),
        ("nginx-ipv6-only", "info"),
        ("process-runs-as-root", "major"),
    ]
    assert issues[0]["description"] == "proxy-target-not-listening: nothing listens on 127.0.0.1:5001"
    assert issues[0]["location"] == {"path": "deploy/nginx.conf", "lines": {"begin": 2, "end": 2}}
    assert render("gitlab", samples.CLEAN, CONTEXT) == "[]\n"


def test_gitlab_fingerprints_are_unique_and_do_not_move() -> None:
    before, after = Source("a.conf", "x;\nx;\n"), Source("a.conf", "\n\nx;\nx;\n")
    reports = [
        report_of(*(Finding(source.location(start, start + 1), "m") for start in starts))
        for source, starts in ((before, (0, 3)), (after, (2, 5)))
    ]
    first, second = (
        [issue["fingerprint"] for issue in json.loads(render("gitlab", report, CONTEXT))]
        for report in reports
    )
    assert first == second
    assert len(set(first)) == 2


def test_junit() -> None:
    root = ET.fromstring(render("junit", samples.DEPLOYMENT, CONTEXT))
    assert root.attrib == {"name": "deploylint", "tests": "4", "failures": "2", "errors": "0"}
    assert [suite.attrib for suite in root] == [
        {"name": "deploy/gunicorn.conf.py", "tests": "1", "failures": "0", "errors": "0"},
        {"name": "deploy/nginx.conf", "tests": "2", "failures": "1", "errors": "0"},
        {"name": "deploy/web.service", "tests": "1", "failures": "1", "errors": "0"},
    ]
    clean, wrong, note, root_user = root.iter("testcase")
    assert clean.attrib == {"name": "org.deploylint", "classname": "deploy/gunicorn.conf.py"}
    assert len(clean) == 0
    assert wrong.attrib == {
        "name": "org.deploylint.proxy-target-not-listening",
        "classname": "deploy/nginx.conf",
        "file": "deploy/nginx.conf",
        "line": "2",
    }
    assert wrong[0].tag == "failure"
    assert wrong[0].attrib == {"message": "nothing listens on 127.0.0.1:5001", "type": "error"}
    assert wrong[0].text == (
        "deploy/nginx.conf:2:12: nothing listens on 127.0.0.1:5001\n"
        "deploy/gunicorn.conf.py:1:8: gunicorn listens here\n"
        "deploy/nginx.conf:8:20: requests come from here\n"
        "help: let both use the same address"
    )
    assert [child.tag for child in note] == ["system-out"]
    assert [child.tag for child in root_user] == ["failure"]


def test_junit_problems_are_errors() -> None:
    root = ET.fromstring(render("junit", samples.BROKEN, CONTEXT))
    assert root.attrib == {"name": "deploylint", "tests": "3", "failures": "0", "errors": "2"}
    assert [error.attrib["message"] for error in root.iter("error")] == [
        "cannot read: permission denied",
        "internal error in rule x",
    ]


RDJSON_RANGE = {
    "type": "object",
    "required": ["start", "end"],
    "additionalProperties": False,
    "properties": {
        end: {
            "type": "object",
            "required": ["line", "column"],
            "additionalProperties": False,
            "properties": {
                "line": {"type": "integer", "minimum": 1},
                "column": {"type": "integer", "minimum": 1},
            },
        }
        for end in ("start", "end")
    },
}
RDJSON_LOCATION = {
    "type": "object",
    "required": ["path"],
    "additionalProperties": False,
    "properties": {"path": {"type": "string"}, "range": RDJSON_RANGE},
}
RDJSON = Draft202012Validator(
    {
        "type": "object",
        "required": ["source", "diagnostics"],
        "additionalProperties": False,
        "properties": {
            "source": {"properties": {"name": {"const": "deploylint"}, "url": {"type": "string"}}},
            "diagnostics": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["message", "location", "severity"],
                    "additionalProperties": False,
                    "properties": {
                        "message": {"type": "string"},
                        "location": RDJSON_LOCATION,
                        "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                        "code": {"required": ["value"], "properties": {"value": {"type": "string"}}},
                        "suggestions": {
                            "type": "array",
                            "items": {
                                "required": ["range", "text"],
                                "additionalProperties": False,
                                "properties": {"range": RDJSON_RANGE, "text": {"type": "string"}},
                            },
                        },
                        "related_locations": {
                            "type": "array",
                            "items": {
                                "required": ["message", "location"],
                                "additionalProperties": False,
                                "properties": {"message": {"type": "string"}, "location": RDJSON_LOCATION},
                            },
                        },
                    },
                },
            },
        },
    }
)
"""What deploylint uses of `DiagnosticResult` in `proto/rdf/reviewdog.proto`."""


@pytest.mark.parametrize("report", [samples.DEPLOYMENT, samples.CLEAN, samples.BROKEN, samples.hostile()])
def test_rdjson_shape(report: samples.Report) -> None:
    RDJSON.validate(json.loads(render("rdjson", report, CONTEXT)))


def test_rdjson() -> None:
    shown = json.loads(render("rdjson", samples.DEPLOYMENT, CONTEXT))
    assert shown["source"] == {"name": "deploylint", "url": "https://example.org"}
    assert shown["diagnostics"][0] == {
        "message": "nothing listens on 127.0.0.1:5001\nlet both use the same address",
        "location": {
            "path": "deploy/nginx.conf",
            "range": {"start": {"line": 2, "column": 12}, "end": {"line": 2, "column": 26}},
        },
        "severity": "ERROR",
        "code": {
            "value": "proxy-target-not-listening",
            "url": "https://example.org/proxy-target-not-listening",
        },
        "related_locations": [
            {
                "message": "gunicorn listens here",
                "location": {
                    "path": "deploy/gunicorn.conf.py",
                    "range": {"start": {"line": 1, "column": 8}, "end": {"line": 1, "column": 24}},
                },
            },
            {
                "message": "requests come from here",
                "location": {
                    "path": "deploy/nginx.conf",
                    "range": {"start": {"line": 8, "column": 20}, "end": {"line": 8, "column": 30}},
                },
            },
        ],
        "suggestions": [
            {
                "range": {"start": {"line": 2, "column": 12}, "end": {"line": 2, "column": 26}},
                "text": "127.0.0.1:8000",
            }
        ],
    }


def test_rdjson_columns_count_bytes() -> None:
    source = Source("a.conf", "é€\U0001f600\udcff x;\n")
    (shown,) = json.loads(render("rdjson", report_of(Finding(place(source, "x"), "m")), CONTEXT))[
        "diagnostics"
    ]
    assert shown["location"]["range"]["start"] == {"line": 1, "column": 2 + 3 + 4 + 1 + 1 + 1}


def test_rdjson_suggests_the_edits_of_one_file_as_one() -> None:
    source = Source("a.conf", "one two three\n")
    at = source.location(0, 3)
    both = Fix("t", (Edit(source.location(8, 13), "3"), Edit(at, "1")))
    spread = Fix("t", (Edit(at, "1"), Edit(place(samples.GUNICORN, "2"), "3")))
    report = report_of(Finding(at, "m", fix=both), Finding(at, "m", fix=spread))
    first, second = json.loads(render("rdjson", report, CONTEXT))["diagnostics"]
    assert first["suggestions"] == [
        {"range": {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 14}}, "text": "1 two 3"}
    ]
    assert "suggestions" not in second
