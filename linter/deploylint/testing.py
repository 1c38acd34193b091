"""For tests of rules: what a rule finds in files held in memory, and whether its own examples are true.

    import pytest
    from deploylint.testing import check_examples, load_rules

    @pytest.mark.parametrize("rule", load_rules("house"), ids=lambda rule: rule.name)
    def test_examples(rule):
        check_examples(rule)

The manual's page on custom rules shows a whole test.
"""

from collections.abc import Iterable, Mapping

from deploylint import documentation, engine, formats, packs
from deploylint.diagnostic import Diagnostic, Safety
from deploylint.fixing import apply_edits
from deploylint.project import Project
from deploylint.recognition import recognise
from deploylint.rule import Rule
from deploylint.source import Source
from deploylint.tree import MemoryTree


def load_rules(folder: str) -> list[Rule]:
    """The rules in a folder, as `--rules` takes them.

    Raises PackError when the folder is not there or a file of it defines no rule of its own name.
    """
    return [name.load() for name in packs.rule_names(packs.local_pack([folder]))]


def project_of(sources: Iterable[Source], targets: Mapping[str, tuple[int, ...]] | None = None) -> Project:
    """A project of these files alone. What is no deployment file is there for the others to refer to.

    `targets` are versions by program, as in `Project`.
    """
    files = list(sources)
    kinds = [(source, recognise(source.path, source.text)) for source in files]
    documents = [formats.load(kind).parse(source) for source, kind in kinds if kind is not None]
    return Project(documents, MemoryTree(files), targets)


def findings(
    rule: Rule, files: Mapping[str, str], targets: Mapping[str, tuple[int, ...]] | None = None
) -> list[Diagnostic]:
    """What a rule finds in files, a text for each path, in the order of reports.

    Raises AssertionError when the rule or the model crashes.
    """
    return _found(rule, [Source(path, text) for path, text in files.items()], targets)


def _found(
    rule: Rule, sources: list[Source], targets: Mapping[str, tuple[int, ...]] | None = None
) -> list[Diagnostic]:
    diagnostics, problems = engine.check(project_of(sources, targets), [rule])
    if problems:
        raise AssertionError("; ".join(problem.message for problem in problems))
    return diagnostics


def check_examples(rule: Rule) -> None:
    """Execute the documentation of a rule.

    *Example* has the fault and *Use instead* has not; where every finding of the example has a safe fix, the
    fixes lead from one to the other. Raises AssertionError that tells which is not so.
    """
    text = documentation.read(rule.documentation)
    bad, good = text.example("Example"), text.example("Use instead")
    if not bad or not good:
        raise AssertionError(f"{rule.name} shows no {'Use instead' if bad else 'Example'}")
    found = _found(rule, bad)
    if not found:
        raise AssertionError(f"{rule.name} finds nothing in its Example")
    if wrong := _found(rule, good):
        raise AssertionError(f"{rule.name} finds something in Use instead: {wrong[0].finding.message}")
    fixes = [diagnostic.finding.fix for diagnostic in found]
    if all(fix is not None and fix.safety is Safety.SAFE for fix in fixes):
        edits = [edit for fix in fixes if fix is not None for edit in fix.edits]
        fixed = {source.path: source.text for source in bad} | apply_edits(edits)
        for source in good:
            if fixed.get(source.path) != source.text:
                raise AssertionError(f"{rule.name}: the fixes do not lead to Use instead in {source.path}")
