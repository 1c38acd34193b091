"""Which rules the settings turn on, and in which files."""

import pytest
from deploylint import Group, Severity, rule, selection
from deploylint.packs import RuleName
from deploylint.settings import Settings, SettingsError


def a_rule(name, subject, group, *, pedantic=False, aliases=()):
    def check(node: int):
        """A rule."""
        return iter(())

    check.__name__ = name.replace("-", "_")
    check.__module__ = f"pack.{subject}.{check.__name__}"
    return rule(Severity.WARNING, group=group, pedantic=pedantic, aliases=aliases)(check)


RULES = [
    a_rule("nginx-one", "nginx", Group.SECURITY, aliases=("nginx-uno",)),
    a_rule("nginx-two", "nginx", Group.STYLE, pedantic=True),
    a_rule("systemd-one", "systemd", Group.SECURITY),
]


class Name(RuleName):
    """A name whose rule is in RULES."""

    def load(self):
        return next(rule for rule in RULES if rule.name == self.name)


NAMES = [Name(item.name, item.subject, "") for item in RULES]


@pytest.mark.parametrize(
    ("settings", "enabled"),
    [
        ({}, "nginx-one systemd-one"),
        ({"pedantic": True}, "nginx-one nginx-two systemd-one"),
        ({"select": ("nginx",)}, "nginx-one"),
        ({"select": ("nginx",), "pedantic": True}, "nginx-one nginx-two"),
        ({"select": ("nginx-two",)}, "nginx-two"),
        ({"select": ("security",)}, "nginx-one systemd-one"),
        ({"select": ("all",)}, "nginx-one systemd-one"),
        ({"ignore": ("all",)}, ""),
        ({"ignore": ("security",)}, ""),
        ({"ignore": ("nginx",)}, "systemd-one"),
        ({"ignore": ("nginx",), "select": ("nginx-one",)}, "nginx-one"),
        ({"ignore": ("nginx-one",), "select": ("nginx-one",)}, ""),
        ({"ignore": ("nginx-one",), "select": ("nginx", "systemd")}, "systemd-one"),
        ({"ignore": ("style",), "pedantic": True}, "nginx-one systemd-one"),
        ({"select": ("nginx-uno",)}, "nginx-one"),
        ({"ignore": ("nginx-uno",)}, "systemd-one"),
    ],
)
def test_enabled(settings, enabled):
    resolved = selection.resolved(Settings(**settings), NAMES)
    assert [item.name for item in RULES if selection.is_enabled(item, resolved)] == enabled.split()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"select": ("nginx-oen",)}, "unknown rule 'nginx-oen'; did you mean 'nginx-one'?"),
        ({"ignore": ("sytemd",)}, "unknown rule 'sytemd'; did you mean 'systemd'?"),
        ({"ignore": ("secuirty",)}, "unknown rule 'secuirty'; did you mean 'security'?"),
        ({"select": ("x",)}, "unknown rule 'x'; `deploylint rules` lists them all"),
        ({"per_file_ignores": {"*": ("nginx-oen",)}}, "unknown rule 'nginx-oen'; did you mean 'nginx-one'?"),
        ({"severity": {"nginx": "error"}}, "unknown rule 'nginx'; `deploylint rules` lists them all"),
    ],
)
def test_unknown(settings, message):
    with pytest.raises(SettingsError) as raised:
        selection.resolved(Settings(**settings), NAMES)
    assert str(raised.value) == message


def test_former_names_become_present_ones_everywhere():
    former = Settings(
        select=("nginx-uno", "systemd"),
        ignore=("nginx-uno",),
        per_file_ignores={"*": ("nginx-uno", "all")},
        severity={"nginx-uno": "note"},
    )
    assert selection.resolved(former, NAMES) == Settings(
        select=("nginx-one", "systemd"),
        ignore=("nginx-one",),
        per_file_ignores={"*": ("nginx-one", "all")},
        severity={"nginx-one": "note"},
    )


@pytest.mark.parametrize(
    ("path", "glob", "rules", "ignored"),
    [
        ("a/b.conf", "a/b.conf", ("nginx-one",), True),
        ("a/b.conf", "a/*", ("nginx-one",), True),
        ("a/x/b.conf", "a/*", ("nginx-one",), True),
        ("a/b.conf", "*.conf", ("nginx-one",), True),
        ("x/a/b.conf", "a/*", ("nginx-one",), True),
        ("xa/b.conf", "a/*", ("nginx-one",), False),
        ("a/b.conf", "b", ("nginx-one",), False),
        ("a/b.conf", "*", ("nginx",), True),
        ("a/b.conf", "*", ("security",), True),
        ("a/b.conf", "*", ("all",), True),
        ("a/b.conf", "*", ("systemd", "style"), False),
        ("a/B.conf", "a/b.conf", ("all",), False),
    ],
)
def test_ignored_in(path, glob, rules, ignored):
    settings = Settings(per_file_ignores={glob: rules})
    assert selection.ignored_in(path, RULES[0], settings) is ignored
