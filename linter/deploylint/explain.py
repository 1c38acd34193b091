"""`deploylint explain` and `deploylint rules`: what the rules say about themselves."""

from collections.abc import Sequence

from deploylint import documentation
from deploylint.homepage import rule_url
from deploylint.packs import RuleName
from deploylint.report.visible import visible
from deploylint.rule import Rule
from deploylint.rule_info import RuleInfo
from deploylint.vocabulary.nearest import nearest


class UnknownRuleError(Exception):
    """No rule has this name; the text names the nearest one."""


def rule_info(rule: Rule) -> RuleInfo:
    """A rule as data."""
    read = documentation.read(rule.documentation)
    return RuleInfo(
        name=rule.name,
        severity=rule.severity,
        confidence=rule.confidence,
        group=rule.group,
        summary=read.summary,
        description=" ".join(read.sections.get("Why is this bad?", "").split()),
        help=read.text,
        tags=(rule.subject, rule.group.value),
        url=rule_url(rule.name),
        aliases=rule.aliases,
    )


def explain(name: str, known: Sequence[RuleName]) -> str:
    """A rule's documentation as Markdown.

    Raises UnknownRuleError.
    """
    names = {item.name: item for item in known}
    if name not in names:
        by_alias = {alias: item for item in names.values() for alias in item.load().aliases}
        if name not in by_alias:
            close = nearest(name, sorted(names))
            hint = f"; did you mean {close}?" if close else "; deploylint rules lists them all"
            raise UnknownRuleError(f"no rule is called {visible(name)}{hint}")
        names[name] = by_alias[name]
    rule = names[name].load()
    read = documentation.read(rule.documentation)
    flags = [rule.severity.value, f"{rule.confidence.value} confidence", rule.group.value]
    flags += ["pedantic"] if rule.pedantic else []
    former = f"\nFormerly: {', '.join(rule.aliases)}\n" if rule.aliases else ""
    return f"# {rule.name}\n\n{', '.join(flags)}\n{former}\n{read.text.strip()}\n"


def catalogue(output_format: str, names: Sequence[RuleName]) -> str:
    """The rules as `text`, `json` or `markdown`."""
    rules = [name.load() for name in names]
    if output_format == "json":
        import json  # noqa: PLC0415

        from deploylint.example_fixes import safeties  # noqa: PLC0415  it runs every rule

        return (
            json.dumps([{**_record(rule), "fixes": safeties(rule, names)} for rule in rules], indent=2) + "\n"
        )
    rows = [
        (r.name, r.severity.value, r.group.value, documentation.read(r.documentation).summary) for r in rules
    ]
    if output_format == "markdown":
        lines = [f"| {name} | {severity} | {group} | {summary} |" for name, severity, group, summary in rows]
        return "\n".join(["| rule | severity | group | what |", "|---|---|---|---|", *lines, ""])
    return _columns(rows)


def _record(rule: Rule) -> dict[str, object]:
    info = rule_info(rule)
    return {
        "name": info.name,
        "subject": rule.subject,
        "severity": info.severity.value,
        "confidence": info.confidence.value,
        "group": info.group.value,
        "pedantic": rule.pedantic,
        "aliases": list(info.aliases),
        "summary": info.summary,
        "documentation": info.help,
        "url": info.url,
    }


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in rows
    ]
    return "".join(f"{line}\n" for line in lines)
