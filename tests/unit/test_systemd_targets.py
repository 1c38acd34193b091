"""The answers change with the release of systemd that is asked for, as its history says."""

import pytest
from deploylint.source import Source
from support import all_rules, check_sources

NEWER = [
    ("Type=exec", 240),
    ("Type=notify-reload", 253),
    ("KillMode=mixed", 209),
    ("ProtectSystem=strict", 232),
    ("ProtectHome=tmpfs", 238),
    ("StandardOutput=append:/var/log/shop.log", 240),
    ("StandardOutput=truncate:/var/log/shop.log", 248),
    ("StandardOutput=file:/var/log/shop.log", 236),
    ("RestartSteps=3", 254),
    ("LoadCredential=key:/etc/key", 247),
    ("DynamicUser=yes", 232),
    ("ExecCondition=/bin/true", 243),
    ("SyslogIdentifier=%d", 251),
]


def found(lines, version=None):
    text = f"[Service]\nExecStart=/srv/shop/run\n{lines}\n"
    rules = [rule for rule in all_rules().values() if rule.subject == "systemd"]
    targets = {} if version is None else {"systemd": (version,)}
    diagnostics = check_sources([Source("shop.service", text)], rules, targets)
    return {
        d.rule: d.severity.value
        for d in diagnostics
        if d.group.value == "validity" and d.rule != "systemd-no-exec-start"
    }


@pytest.mark.parametrize(("line", "since"), NEWER)
def test_newer_than_the_target(line, since):
    assert "error" in found(line, since - 1).values()
    assert "error" not in found(line, since).values()
    assert "error" not in found(line).values()


@pytest.mark.parametrize(
    ("line", "version", "severity"),
    [
        ("MemoryLimit=1G", None, "note"),
        ("MemoryLimit=1G", 258, "warning"),
        ("MemoryLimit=1G", 230, None),
        ("CPUShares=100", 261, "warning"),
        ("StandardOutput=syslog", 245, None),
        ("StandardOutput=syslog", 246, "note"),
        ("ReadOnlyDirectories=/srv", 230, None),
        ("ReadOnlyDirectories=/srv", 231, "note"),
    ],
)
def test_dropped_and_renamed(line, version, severity):
    assert found(line, version).get("systemd-deprecated-setting") == severity


def test_start_limits_have_moved():
    assert "systemd-misplaced-key" in found("StartLimitIntervalSec=0", 252)
    assert "systemd-misplaced-key" not in found("StartLimitInterval=0", 219)


def test_bare_names_of_programs():
    assert found("ExecStartPre=true", 238) == {"systemd-exec-not-absolute": "error"}
    assert found("ExecStartPre=true", 239) == {}
