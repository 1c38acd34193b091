"""SARIF: the official schema, what GitHub demands beyond it, and what a reader of an alert sees."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from deploylint.diagnostic import Confidence, Edit, Finding, Fix, Group, Label, Report, Severity
from deploylint.report import render, sarif
from deploylint.report.context import RenderContext
from deploylint.report.line_hash import line_hashes
from deploylint.rule_info import RuleInfo
from deploylint.source import Source
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from report import samples
from report.samples import diagnostic, place, report_of

SCHEMAS = Path(__file__).parents[2] / "fixtures" / "schemas"
PROFILE = Draft202012Validator(json.loads((SCHEMAS / "sarif-profile.json").read_text()))
OFFICIAL = SCHEMAS / "sarif-2.1.0.json"
OFFICIAL_DIGEST = "2d99159ae54a3eea97f81781cff48780548657c35949f4b7f25e99a2ba4de4f8"
CONTEXT = RenderContext(version="1.2.3", rules=samples.rules, homepage="https://example.org")
REPORTS = [samples.DEPLOYMENT, samples.CLEAN, samples.BROKEN, samples.hostile()]

Json = Mapping[str, Any]


def run_of(report: Report, context: RenderContext = CONTEXT) -> Any:
    return json.loads(render("sarif", report, context))["runs"][0]


def result_of(finding: Finding) -> Any:
    return run_of(report_of(finding))["results"][0]


@pytest.mark.parametrize("report", REPORTS)
def test_official_schema(report: Report) -> None:
    """The official schema, kept byte for byte as it was published."""
    content = OFFICIAL.read_bytes()
    assert hashlib.sha256(content).hexdigest() == OFFICIAL_DIGEST
    schema = json.loads(content)
    validator_for(schema)(schema).validate(json.loads(render("sarif", report, CONTEXT)))


@pytest.mark.parametrize("report", REPORTS)
def test_profile(report: Report) -> None:
    log = json.loads(render("sarif", report, CONTEXT))
    PROFILE.validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] == region["endLine"]
        linked = re.findall(r"(?<!\\)\]\((\d+)\)", result["message"]["text"])
        assert linked == [str(related["id"]) for related in result.get("relatedLocations", [])]


def test_message_links_related_places() -> None:
    result = run_of(samples.DEPLOYMENT)["results"][0]
    assert result["message"]["text"] == (
        "nothing listens on 127.0.0.1:5001. To mend it: let both use the same address. "
        "See [gunicorn listens here](1), [requests come from here](2)."
    )
    assert [related["id"] for related in result["relatedLocations"]] == [1, 2]
    assert result["relatedLocations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "deploy/gunicorn.conf.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 24},
    }


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("listen [::]:80 is taken", r"listen \[::\]:80 is taken."),
        ("the [Unit](1) section", r"the \[Unit\](1) section."),
        ("a \\d regex", r"a \\d regex."),
        ("an open {0} brace", "an open {{0}} brace."),
        ("ends already.", "ends already."),
        ("line\nend", r"line\\nend."),
        ("\u202ereversed", r"\\u202ereversed."),
    ],
)
def test_message_is_escaped(message: str, text: str) -> None:
    assert result_of(Finding(place(samples.NGINX, "http"), message))["message"] == {"text": text}


def test_link_text_without_words_is_the_place() -> None:
    related = (Label(place(samples.GUNICORN, "workers")), Label(place(samples.NGINX, "listen"), "a [x]"))
    result = result_of(Finding(place(samples.NGINX, "http"), "m", related=related))
    assert result["message"]["text"] == r"m. See [deploy/gunicorn.conf.py:2:1](1), [a \[x\]](2)."


def test_columns_count_utf16_units() -> None:
    source = Source("a.conf", "é \U00010000 x;\n")
    region = result_of(Finding(place(source, "x"), "m"))["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 7}


def test_primary_region_is_cut_to_one_line_and_the_fix_is_not() -> None:
    source = Source("a.conf", "a {\r\n  b;\r\n}\r\n")
    at = source.location(0, len(source.text) - 2)
    result = result_of(Finding(at, "m", fix=Fix("Remove it", (Edit(at, ""),))))
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 4}
    assert result["fixes"] == [
        {
            "description": {"text": "Remove it (safe)"},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "a.conf", "uriBaseId": "%SRCROOT%"},
                    "replacements": [
                        {"deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 3, "endColumn": 2}}
                    ],
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("deploy/nginx.conf", "deploy/nginx.conf"),
        ("a b/100%.conf", "a%20b/100%25.conf"),
        ("a:b?c#d.conf", "a%3Ab%3Fc%23d.conf"),
        ("größe.conf", "gr%C3%B6%C3%9Fe.conf"),
        ("\udcff.conf", "%FF.conf"),
    ],
)
def test_uri(path: str, uri: str) -> None:
    location = result_of(Finding(Source(path, "x").location(0, 1), "m"))["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_path_outside_the_project_is_a_file_uri() -> None:
    location = result_of(Finding(Source("/etc/a b.conf", "x").location(0, 1), "m"))["locations"][0][
        "physicalLocation"
    ]
    assert location["artifactLocation"] == {"uri": "file:///etc/a%20b.conf"}


def test_fingerprint_is_the_hash_of_the_line() -> None:
    source = Source("a.conf", "x;\nx;\nx;\n" + "y;\n" * 60)
    report = report_of(*(Finding(source.location(start, start + 1), "m") for start in (0, 3, 6)))
    found = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run_of(report)["results"]]
    assert found == line_hashes(source.text)[:3]


def test_rules_are_all_that_are_enabled_and_all_that_found_something() -> None:
    rules = {rule["id"]: rule for rule in run_of(samples.DEPLOYMENT)["tool"]["driver"]["rules"]}
    assert list(rules) == ["nginx-ipv6-only", "process-runs-as-root", "proxy-target-not-listening"]
    assert rules["process-runs-as-root"] == {
        "id": "process-runs-as-root",
        "name": "ProcessRunsAsRoot",
        "deprecatedIds": ["runs-as-root"],
        "shortDescription": {"text": "A process that serves requests runs as `root`."},
        "fullDescription": {"text": "Whoever takes over the process owns the machine."},
        "help": {
            "text": "# process-runs-as-root\n\nA process that serves requests runs as `root`.\n",
            "markdown": "# process-runs-as-root\n\nA process that serves requests runs as `root`.\n",
        },
        "helpUri": "https://example.org/rules/process-runs-as-root",
        "defaultConfiguration": {"level": "warning"},
        "properties": {
            "tags": ["security", "systemd", "supervisor"],
            "precision": "medium",
            "problem.severity": "warning",
            "security-severity": "5.5",
        },
    }
    assert len(rules["proxy-target-not-listening"]["properties"]["tags"]) == 10
    assert rules["nginx-ipv6-only"]["help"] == {"text": "Nginx ipv6 only"}


def test_a_bare_rule_gets_every_required_text() -> None:
    bare = RuleInfo("x", Severity.NOTE, Confidence.LOW, Group.STYLE, "")
    long = replace(bare, name="y", summary="s" * 2000, description="d" * 2000)
    log = json.loads(render("sarif", samples.CLEAN, RenderContext(rules=lambda: (bare, long))))
    PROFILE.validate(log)
    descriptions = [rule["fullDescription"]["text"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    assert descriptions == ["x", "d" * 1021 + "..."]


def test_problems_make_the_run_unsuccessful() -> None:
    assert run_of(samples.CLEAN)["invocations"] == [{"executionSuccessful": True}]
    (invocation,) = run_of(samples.BROKEN)["invocations"]
    assert not invocation["executionSuccessful"]
    assert [notification["message"]["text"] for notification in invocation["toolExecutionNotifications"]] == [
        "cannot read: permission denied",
        "internal error in rule x",
    ]


def test_the_least_severe_are_left_out_of_a_run_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_MOST_RESULTS", 3)
    at = place(samples.NGINX, "http")
    order = [Severity.NOTE, Severity.ERROR, Severity.WARNING, Severity.NOTE, Severity.ERROR]
    report = Report(diagnostics=[diagnostic(Finding(at, "m"), severity=severity) for severity in order])
    run = run_of(report)
    assert [result["level"] for result in run["results"]] == ["error", "warning", "error"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"]
    assert [notification["message"]["text"] for notification in invocation["toolExecutionNotifications"]] == [
        "2 results of the least severity were left out: a run takes 3."
    ]


def test_suppressed_findings_leave_no_trace() -> None:
    hidden = Report(files=samples.CLEAN.files, suppressed=5)
    assert render("sarif", hidden, CONTEXT) == render("sarif", samples.CLEAN, CONTEXT)


def test_same_bytes_every_time() -> None:
    assert render("sarif", samples.DEPLOYMENT, CONTEXT) == render("sarif", samples.DEPLOYMENT, CONTEXT)
    assert render("sarif", samples.DEPLOYMENT, CONTEXT).isascii()
