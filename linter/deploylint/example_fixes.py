"""Whether a rule can mend what it finds: told by running it on the example of its documentation."""

from collections.abc import Sequence

from deploylint import documentation, run, suppression
from deploylint.discovery import Found
from deploylint.packs import RuleName
from deploylint.recognition import recognise
from deploylint.rule import Rule
from deploylint.settings import Settings
from deploylint.tree import MemoryTree


def safeties(rule: Rule, names: Sequence[RuleName]) -> list[str]:
    """`safe` and `unsafe`, as far as the findings in the rule's example have such fixes. `names` are all rules."""
    sources = documentation.read(rule.documentation).example("Example")
    kinds = [(source, recognise(source.path, source.text)) for source in sources]
    found = Found([(source, kind) for source, kind in kinds if kind is not None])
    # A rule on suppression comments judges what all others found.
    select = ("all",) if rule.subject == suppression.SUBJECT else (rule.name,)
    request = run.Request((), Settings(select=select, pedantic=True))
    diagnostics = run.check(found, MemoryTree(sources), request, names).report.diagnostics
    return sorted(
        {one.finding.fix.safety.value for one in diagnostics if one.rule == rule.name and one.finding.fix}
    )
