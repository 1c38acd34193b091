"""What every rule owes its users: a name that says the fault, documentation in a fixed form, a spec."""

import inspect
import re
from pathlib import Path

import deploylint_rules
import pytest
from deploylint import Group, Severity, documentation, packs
from deploylint.document import Document
from deploylint.formats import FORMATS
from support import all_rules

FOLDER = Path(__file__).parent
RULES = list(all_rules().values())
SUBJECTS = {*FORMATS, "command_line", "deployment", "secrets", "suppression"}
REQUIRED = ["Why is this bad?", "Example", "Use instead"]

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def read(rule):
    return documentation.read(rule.documentation)


@every_rule
def test_name(rule):
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)+", rule.name)
    assert rule.check.__name__ == rule.name.replace("-", "_")
    assert Path(inspect.getfile(rule.check)).stem == rule.check.__name__
    if rule.subject not in ("deployment", "secrets", "suppression"):
        assert rule.name.startswith(f"{rule.subject.replace('_', '-')}-"), "the name begins with the subject"


@every_rule
def test_subject(rule):
    assert rule.subject in SUBJECTS


@every_rule
def test_group_and_severity(rule):
    if rule.severity is Severity.ERROR:
        assert rule.group not in (Group.STYLE, Group.PERFORMANCE), "what is certain to fail is more than that"
        assert not rule.pedantic, "an error is no matter of opinion"


@every_rule
def test_summary(rule):
    summary = read(rule).summary
    assert 10 <= len(summary) <= 80
    assert summary.endswith("."), "a sentence"
    assert not re.search(r"[{}<>]", summary)


@every_rule
def test_sections(rule):
    headings = list(read(rule).sections)
    assert [heading for heading in headings if heading in REQUIRED] == REQUIRED
    assert [heading for heading in documentation.SECTIONS if heading in headings] == headings, "their order"
    assert all(text.strip() for text in read(rule).sections.values())


@every_rule
def test_references_lead_somewhere(rule):
    for line in read(rule).sections.get("References", "").splitlines():
        assert not line or re.search(
            r"https?://\S+|\w\(\d\)|[\w-]+(?:/[\w.-]+)*\.(?:c|h|cc|py|go|md|rst|txt)\b", line
        ), line


@every_rule
def test_aliases_and_symptoms(rule):
    assert all(isinstance(text, str) and text.strip("* ") for text in rule.symptoms)
    assert not {*rule.aliases} & {*all_rules()}, "a former name is a present one"


@every_rule
def test_conditions(rule):
    """`named` is for rules on nodes; a model is only built where somebody says what for."""
    on_nodes = rule.visits.__module__.startswith("deploylint.formats.") and not issubclass(
        rule.visits, Document
    )
    assert on_nodes or not rule.named
    if rule.visits.__module__ == "deploylint.model.links" and not rule.pedantic:
        assert rule.given, "say what there must be: `given=(Route, Service)`, `given=(Process,)` ..."


@every_rule
def test_spec(rule):
    spec = FOLDER / "specs" / rule.subject / f"{rule.name}.md"
    assert spec.is_file(), f"write {spec.relative_to(FOLDER)}"
    text = spec.read_text(encoding="utf-8")
    assert text.startswith(f"# {rule.name}\n")
    marks = re.findall(r"error:[ \t]*([a-z0-9 -]+)", text)
    assert any(rule.name in mark.split() for mark in marks), "the spec shows no finding"
    assert len(re.findall(r"^## ", text, flags=re.MULTILINE)) >= 2, "the fault, and where it is none"


def test_names_are_unique():
    names = [name.name for name in packs.rule_names(["deploylint_rules"])]
    former = [alias for rule in RULES for alias in rule.aliases]
    assert len(set(names)) == len(names)
    assert len(set(former)) == len(former)


def test_every_spec_is_of_a_rule():
    specs = {(path.parent.name, path.stem) for path in (FOLDER / "specs").glob("*/*.md")}
    assert specs <= {(rule.subject, rule.name) for rule in RULES}


def test_folders_hold_rules_only():
    for root in deploylint_rules.__path__:
        for path in Path(root).glob("*/*"):
            if "__pycache__" not in path.parts:
                assert path.suffix == ".py", path
