"""SARIF 2.1.0 as GitHub code scanning takes it whole.

GitHub's own demands and limits: "SARIF support for code scanning" in its documentation. The log is
deterministic: no times, no identifiers, no path outside the project.
"""

from collections.abc import Mapping, Sequence

from deploylint.diagnostic import Diagnostic, Problem, Report
from deploylint.report.context import RenderContext
from deploylint.report.json_text import json_text
from deploylint.report.sarif_places import Json, Places, artifact
from deploylint.report.sarif_rules import descriptors, rules_of
from deploylint.report.sarif_text import message_text, notice
from deploylint.report.visible import has_undecodable, visible

_MOST_RESULTS = 25_000
_MOST_RELATED = 100


def render(report: Report, context: RenderContext) -> str:
    """A log with one run. Suppressed findings are not in it: GitHub would show them as open alerts."""
    shown = _worst(report.diagnostics)
    rules = rules_of(shown, context)
    index = {rule.name: number for number, rule in enumerate(rules)}
    places = Places()
    driver = {
        "name": "deploylint",
        "semanticVersion": context.version,
        **({"informationUri": context.homepage} if context.homepage else {}),
        "rules": descriptors(rules, context),
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "deploylint/"},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The folder that was checked."}}},
        "invocations": [_invocation(report.problems, len(report.diagnostics) - len(shown))],
        "results": [_result(diagnostic, index, places) for diagnostic in shown],
    }
    return json_text(
        {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    )


def _worst(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """As many as a run may have, the least severe left out first, in their own order."""
    if len(diagnostics) <= _MOST_RESULTS:
        return diagnostics
    numbers = sorted(range(len(diagnostics)), key=lambda number: diagnostics[number].severity.rank)
    return [diagnostics[number] for number in sorted(numbers[:_MOST_RESULTS])]


def _invocation(problems: Sequence[Problem], left_out: int) -> Json:
    notifications = [_notification(problem) for problem in problems]
    if left_out:
        text = f"{left_out} results of the least severity were left out: a run takes {_MOST_RESULTS}."
        notifications.append({"level": "warning", "message": {"text": text}})
    return {
        "executionSuccessful": not problems,
        **({"toolExecutionNotifications": notifications} if notifications else {}),
    }


def _notification(problem: Problem) -> Json:
    notification: dict[str, object] = {"level": "error", "message": {"text": notice(problem.message)}}
    if problem.path is not None:
        notification["locations"] = [{"physicalLocation": {"artifactLocation": artifact(problem.path)}}]
    return notification


def _result(diagnostic: Diagnostic, index: Mapping[str, int], places: Places) -> Json:
    finding = diagnostic.finding
    related = finding.related[:_MOST_RELATED]
    result: dict[str, object] = {
        "ruleId": diagnostic.rule,
        "ruleIndex": index[diagnostic.rule],
        "level": diagnostic.severity.value,
        "message": {"text": message_text(finding, related)},
        "locations": [_location(places.line_part(finding.at), finding.label)],
        "partialFingerprints": {"primaryLocationLineHash": places.line_hash(finding.at)},
    }
    if related:
        result["relatedLocations"] = [
            {"id": number, **_location(places.line_part(label.at), label.text)}
            for number, label in enumerate(related, start=1)
        ]
    if (fix := _fix(diagnostic, places)) is not None:
        result["fixes"] = [fix]
    result["properties"] = {"confidence": diagnostic.confidence.value}
    return result


def _location(place: Json, words: str) -> Json:
    return {"physicalLocation": place, **({"message": {"text": notice(words)}} if words else {})}


def _fix(diagnostic: Diagnostic, places: Places) -> Json | None:
    """None without a fix, or with one that writes bytes which are not UTF-8: JSON cannot carry them."""
    fix = diagnostic.finding.fix
    if fix is None or not fix.edits or any(has_undecodable(edit.replacement) for edit in fix.edits):
        return None
    changes: dict[str, list[Json]] = {}
    for edit in fix.edits:
        replacement = {
            "deletedRegion": places.region(edit.at),
            **({"insertedContent": {"text": edit.replacement}} if edit.replacement else {}),
        }
        changes.setdefault(edit.at.path, []).append(replacement)
    return {
        "description": {"text": notice(f"{visible(fix.title)} ({fix.safety.value})")},
        "artifactChanges": [
            {"artifactLocation": artifact(path), "replacements": replacements}
            for path, replacements in changes.items()
        ],
    }
