"""Rules in SARIF, with every field that GitHub asks for filled in."""

from collections.abc import Mapping, Sequence

from deploylint.diagnostic import Confidence, Diagnostic, Group, Severity
from deploylint.report.context import RenderContext
from deploylint.report.visible import visible
from deploylint.rule_info import RuleInfo

_MOST_TAGS = 10
_MOST_TEXT = 1024
_PROBLEM_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
_PRECISIONS = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}
_SECURITY_SEVERITIES = {Severity.ERROR: "8.0", Severity.WARNING: "5.5", Severity.NOTE: "2.0"}
"""Scores as of CVSS, which GitHub shows as high, medium and low."""


def rules_of(diagnostics: Sequence[Diagnostic], context: RenderContext) -> list[RuleInfo]:
    """Every enabled rule and every rule that found something, by name."""
    rules = {rule.name: rule for rule in context.rules()}
    for diagnostic in diagnostics:
        if diagnostic.rule not in rules:
            rules[diagnostic.rule] = RuleInfo(
                diagnostic.rule,
                diagnostic.severity,
                diagnostic.confidence,
                diagnostic.group,
                summary=diagnostic.rule.replace("-", " ").capitalize(),
            )
    return [rules[name] for name in sorted(rules)]


def descriptors(rules: Sequence[RuleInfo], context: RenderContext) -> list[Mapping[str, object]]:
    return [_descriptor(rule, context) for rule in rules]


def _descriptor(rule: RuleInfo, context: RenderContext) -> Mapping[str, object]:
    url = rule.url or context.rule_url(rule.name)
    summary = rule.summary or rule.name
    return {
        "id": rule.name,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        **({"deprecatedIds": list(dict.fromkeys(rule.aliases))} if rule.aliases else {}),
        "shortDescription": {"text": _cut(summary)},
        "fullDescription": {"text": _cut(rule.description or summary)},
        "help": {
            "text": rule.help or rule.description or summary,
            **({"markdown": rule.help} if rule.help else {}),
        },
        **({"helpUri": url} if url else {}),
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": _properties(rule),
    }


def _properties(rule: RuleInfo) -> Mapping[str, object]:
    tags = list(dict.fromkeys([rule.group.value, *rule.tags]))[:_MOST_TAGS]
    properties: dict[str, object] = {
        "tags": tags,
        "precision": _PRECISIONS[rule.confidence],
        "problem.severity": _PROBLEM_SEVERITIES[rule.severity],
    }
    if rule.group is Group.SECURITY:
        properties["security-severity"] = _SECURITY_SEVERITIES[rule.severity]
    return properties


def _cut(text: str) -> str:
    text = visible(text)
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 3]}..."
