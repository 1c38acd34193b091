"""The names that `systemd-deprecated-setting` looks at are those of the vocabulary."""

from deploylint.vocabulary.systemd import key, keys, sections
from deploylint_rules.systemd.systemd_deprecated_setting import OLD_NAMES


def test_every_name_that_may_be_old_is_looked_at():
    every = [key(section, name) for section in sections() for name in keys(section)]
    old = {
        known.name
        for known in every
        if known.noop_since or known.replacement or known.parser == "config_parse_exec_output"
    }
    assert set(OLD_NAMES) == old
