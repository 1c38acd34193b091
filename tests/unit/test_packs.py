"""Rule packs are found through entry points of the environment, and a broken one says which and why."""

import sys

import pytest
from deploylint import packs

RULE = '''
from deploylint import Finding, Findings, Severity, rule
from deploylint.formats.systemd import UnitFile


@rule(Severity.NOTE, aliases=("{alias}",))
def {name}(unit: UnitFile) -> Findings:
    """Every unit."""
    yield Finding(unit.source.location(0, 0), "a unit")
'''


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder on the path with a pack in it; its modules are forgotten afterwards."""
    folder = tmp_path / "site"
    pack = folder / "shop_rules"
    (pack / "shop").mkdir(parents=True)
    (pack / "_private").mkdir()
    (pack / "__init__.py").write_text("")
    (pack / "shop" / "shop_unit.py").write_text(RULE.format(name="shop_unit", alias="shop-service"))
    (pack / "shop" / "_shared.py").write_text("raise SystemError\n")
    info = folder / "shop_rules-1.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text(
        "[console_scripts]\nshop = shop:main\n\n[deploylint.rules]\nshop = shop_rules\n\n[other]\nx = y\n"
    )
    monkeypatch.syspath_prepend(folder)
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop_rules"]:
        del sys.modules[name]


def test_installed_packs(site):
    assert "shop_rules" in packs.installed_packs()
    assert "deploylint_rules" in packs.installed_packs()
    assert "y" not in packs.installed_packs()


def test_the_working_folder_names_no_packs(site, monkeypatch):
    monkeypatch.chdir(site)
    assert "shop_rules" not in packs.installed_packs()
    monkeypatch.syspath_prepend("")
    assert "shop_rules" not in packs.installed_packs()


def test_names_are_known_without_importing_a_rule(site):
    (site / "shop_rules" / "shop" / "shop_broken.py").write_text("raise ValueError('broken')\n")
    names = packs.rule_names(["shop_rules"])
    assert [(name.name, name.subject) for name in names] == [("shop-broken", "shop"), ("shop-unit", "shop")]
    with pytest.raises(packs.PackError) as raised:
        names[0].load()
    assert str(raised.value) == "shop_rules.shop.shop_broken cannot be loaded: ValueError: broken"
    rule = names[1].load()
    assert (rule.name, rule.subject) == ("shop-unit", "shop")
    assert packs.aliases(names[1:]) == {"shop-service": "shop-unit"}


def test_a_file_without_its_rule(site):
    (site / "shop_rules" / "shop" / "shop_other.py").write_text(RULE.format(name="shop_else", alias="a"))
    name = next(name for name in packs.rule_names(["shop_rules"]) if name.name == "shop-other")
    with pytest.raises(packs.PackError, match="defines no rule named shop-other"):
        name.load()


@pytest.mark.parametrize(
    ("pack", "message"),
    [
        (
            "no_such_pack",
            "rule pack no_such_pack cannot be loaded: ModuleNotFoundError: No module named 'no_such_pack'",
        ),
        ("bisect", "rule pack bisect is a module; a pack is a package with a folder for each subject"),
    ],
)
def test_broken_packs(pack, message):
    with pytest.raises(packs.PackError) as raised:
        packs.rule_names([pack])
    assert str(raised.value) == message
