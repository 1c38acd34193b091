"""The addresses that reports link to."""

from pathlib import Path

from deploylint.homepage import HOMEPAGE, rule_url
from deploylint.packs import all_names

ROOT = Path(__file__).parents[2]


def test_every_rule_of_ours_links_to_its_own_file():
    names = [rule.name for rule in all_names() if rule.module.startswith("deploylint_rules.")]
    assert len(names) > 300
    for name in names:
        path = rule_url(name).removeprefix(f"{HOMEPAGE}/blob/main/")
        assert f"def {name.replace('-', '_')}(" in (ROOT / path).read_text(encoding="utf-8")


def test_rules_of_other_packs_have_no_address():
    assert rule_url("somebody-elses-rule") is None
