"""JSON version 1: what scripts rely on."""

import json
from pathlib import Path

import pytest
from deploylint.diagnostic import Edit, Finding, Fix, Label, Report
from deploylint.report import render
from deploylint.report.context import RenderContext
from deploylint.source import Source
from jsonschema import Draft202012Validator
from report import samples
from report.samples import place, report_of

SCHEMAS = Path(__file__).parents[2] / "fixtures" / "schemas"
SCHEMA = Draft202012Validator(json.loads((SCHEMAS / "deploylint-report-1.json").read_text()))
CONTEXT = RenderContext(version="1.2.3", rule_url=lambda rule: f"https://example.org/{rule}")


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)


@pytest.mark.parametrize("report", [samples.DEPLOYMENT, samples.CLEAN, samples.BROKEN, samples.hostile()])
def test_keeps_its_schema(report: Report) -> None:
    SCHEMA.validate(json.loads(render("json", report, CONTEXT)))


@pytest.mark.parametrize("key", ["rule", "message", "path", "start", "fix"])
def test_the_schema_demands(key: str) -> None:
    report = json.loads(render("json", samples.DEPLOYMENT, CONTEXT))
    del report["findings"][0][key]
    assert not SCHEMA.is_valid(report)


def test_every_key() -> None:
    source = Source("a.conf", "ä x;\ny;")
    related = (Label(source.location(5, 6), "there"),)
    fix = Fix("Change", (Edit(source.location(2, 3), "z"),))
    report = report_of(Finding(source.location(2, 6), "wrong", "label", related, "do this", fix))
    report.suppressed = 3
    report.baselined = 2
    report.problems = samples.BROKEN.problems[:1]
    second_line = {"line": 2, "column": 1, "offset": 5}
    assert json.loads(render("json", report, CONTEXT)) == {
        "version": 1,
        "tool": {"name": "deploylint", "version": "1.2.3"},
        "files": [{"path": "a.conf", "format": "nginx"}],
        "findings": [
            {
                "rule": "some-rule",
                "severity": "error",
                "confidence": "high",
                "group": "correctness",
                "message": "wrong",
                "help": "do this",
                "url": "https://example.org/some-rule",
                "path": "a.conf",
                "start": {"line": 1, "column": 3, "offset": 2},
                "end": {"line": 2, "column": 2, "offset": 6},
                "related": [
                    {
                        "message": "there",
                        "path": "a.conf",
                        "start": second_line,
                        "end": {"line": 2, "column": 2, "offset": 6},
                    }
                ],
                "fix": {
                    "title": "Change",
                    "safety": "safe",
                    "edits": [
                        {
                            "path": "a.conf",
                            "start": {"line": 1, "column": 3, "offset": 2},
                            "end": {"line": 1, "column": 4, "offset": 3},
                            "replacement": "z",
                        }
                    ],
                },
            }
        ],
        "suppressed": 3,
        "baselined": 2,
        "problems": [{"path": "deploy/secret.env", "message": "cannot read: permission denied"}],
    }


def test_same_bytes_every_time() -> None:
    text = render("json", samples.DEPLOYMENT, CONTEXT)
    assert text == render("json", samples.DEPLOYMENT, CONTEXT)
    assert text.startswith('{"version":1,"tool":{"name":"deploylint","version":"1.2.3"},"files":[{"path":')
    assert text.endswith("]}\n")
    assert text.isascii()


def test_what_is_not_utf8() -> None:
    at = place(samples.GUNICORN, "2")
    finding = Finding(at, "caf\xe9 \U0001f600 \udcff \\ud800", fix=Fix("title", (Edit(at, "\udcff"),)))
    text = render("json", report_of(finding), CONTEXT)
    assert r'"message":"caf\u00e9 \ud83d\ude00 \ufffd \\ud800"' in text
    assert json.loads(text)["findings"][0]["fix"] is None
