"""[Install] is read by `systemctl enable`; it fails, or ignores a line, where we have an error."""

import subprocess

import pytest
from deploylint import Severity
from deploylint.source import Source
from support import all_rules, check_sources

CASES = [
    ("a.service", "Alias=b.service"),
    ("a.service", "Alias=b.socket"),
    ("a.service", "Alias=b"),
    ("a.service", "Alias=b@.service"),
    ("a.service", "Alias=b@c.service"),
    ("a.service", "Alias=multi-user.target.wants/a.service"),
    ("a.service", "Alias=multi-user.target.wants/b.service"),
    ("a.service", "Alias=multi-user.target.foo/a.service"),
    ("a.service", "Alias=/etc/systemd/system/b.service"),
    ("a.service", "Alias=%p-x.service"),
    ("a@.service", "Alias=b.service\nDefaultInstance=x"),
    ("a@.service", "Alias=b@.service"),
    ("a@.service", "Alias=b@x.service\nDefaultInstance=x"),
    ("a.slice", "Alias=b.slice"),
    ("srv.mount", "Alias=b.mount"),
    ("a.path", "Alias=b.path"),
    ("a.service", "DefaultInstance=x\nWantedBy=multi-user.target"),
    ("a@.service", "DefaultInstance=x\nWantedBy=multi-user.target"),
    ("a@.service", "DefaultInstance=a b\nWantedBy=multi-user.target"),
    ("a@.service", "DefaultInstance=a/b\nWantedBy=multi-user.target"),
    ("a.service", 'WantedBy="multi-user.target"'),
    ("a.service", "WantedBy=multi-user.target, graphical.target"),
    ("a.service", "WantedBy=multi-user"),
    ("a.service", "WantedBy=%h.target"),
    ("a.service", "WantedBy=x.target"),
    ("a.service", "RequiredBy=b.wants"),
    ("a.service", "Also=b"),
    ("a.service", "Also=a.service\nWantedBy=multi-user.target"),
    ("a.service", "WantedBy="),
]
TYPES = {
    "service": "[Service]\nExecStart=/bin/true\n",
    "mount": "[Mount]\nWhat=/dev/sdb\n",
    "path": "[Path]\nPathExists=/x\n",
}


@pytest.mark.oracle("systemctl")
@pytest.mark.parametrize(("name", "lines"), CASES)
def test_enable_refuses_or_ignores_what_is_an_error(tmp_path, name, lines):
    text = f"{TYPES.get(name.rpartition('.')[2], '')}[Install]\n{lines}\n"
    folder = tmp_path / "etc/systemd/system"
    folder.mkdir(parents=True)
    (folder / name).write_text(text)
    run = subprocess.run(
        ["systemctl", f"--root={tmp_path}", "enable", name], capture_output=True, text=True, check=False
    )
    refused = run.returncode != 0 or "ignoring" in run.stderr
    rules = [rule for rule in all_rules().values() if rule.subject == "systemd"]
    found = check_sources([Source(name, text)], rules)
    ours = {d.rule for d in found if d.severity is Severity.ERROR}
    assert bool(ours & {"systemd-cannot-be-enabled", "systemd-invalid-unit-name"}) is refused, run.stderr
