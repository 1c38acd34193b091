"""What our rules call an error in unit files, systemd 252 refuses or drops; what they leave alone, it takes."""

import re
import subprocess

import pytest
from deploylint import Severity
from deploylint.source import Source
from oracles.systemd_verify import verify
from support import all_rules, check_sources

# Rule, the lines below [Service] (or a whole file), what systemd says of the last of them.
REFUSED = [
    ("systemd-unknown-key", "Umask=0022", "Unknown key 'Umask' in section"),
    ("systemd-unknown-key", "ExecStart=/bin/true\n--bind=x", "Unknown key '--bind'"),
    ("systemd-misplaced-key", "StartLimitIntervalSec=0", "Unknown key 'StartLimitIntervalSec'"),
    ("systemd-misplaced-key", "After=network.target", "Unknown key 'After'"),
    ("systemd-misplaced-key", "OnCalendar=daily", "Unknown key 'OnCalendar'"),
    ("systemd-unknown-section", "[service]", "Unknown section 'service'"),
    ("systemd-unknown-section", "[ Unit ]", "Unknown section ' Unit '"),
    ("systemd-unknown-section", "[Timer]", "Unknown section 'Timer'"),
    ("systemd-syntax-error", "[Unit] # x", "Invalid section header"),
    ("systemd-syntax-error", "no equals", "Missing '='"),
    (
        "systemd-exec-not-absolute",
        "ExecStart=bin/a",
        "Neither a valid executable name nor an absolute path: bin/a",
    ),
    (
        "systemd-exec-not-absolute",
        "ExecStart=-./a",
        "Neither a valid executable name nor an absolute path, ignoring",
    ),
    (
        "systemd-exec-not-absolute",
        "ExecStart=~/a",
        "Neither a valid executable name nor an absolute path: ~/a",
    ),
    (
        "systemd-exec-not-absolute",
        "ExecStart=$HOME/a",
        "Neither a valid executable name nor an absolute path",
    ),
    (
        "systemd-exec-not-absolute",
        "ExecStart=/bin/true ; a/b",
        "Neither a valid executable name nor an absolute",
    ),
    ("systemd-exec-not-absolute", "WorkingDirectory=srv", "WorkingDirectory= path is not absolute: srv"),
    ("systemd-exec-not-absolute", "WorkingDirectory=~/a", "WorkingDirectory= path is not absolute: ~/a"),
    ("systemd-exec-not-absolute", 'WorkingDirectory="/a"', "WorkingDirectory= path is not absolute"),
    ("systemd-exec-not-absolute", "WorkingDirectory=-a", "WorkingDirectory= path is not absolute, ignoring"),
    ("systemd-trailing-comment", "Restart=always # x", "Failed to parse service restart specifier"),
    ("systemd-trailing-comment", "UMask=0022 # x", "Failed to parse mode value"),
    ("systemd-trailing-comment", "KillSignal=SIGTERM ; x", "Failed to parse signal name"),
    ("systemd-trailing-comment", "TimeoutStopSec=5 # x", "Failed to parse time value"),
    ("systemd-trailing-comment", "StandardOutput=journal # x", "Failed to parse output specifier"),
    ("systemd-trailing-comment", "LimitNOFILE=3 # x", "Failed to parse resource value"),
    ("systemd-environment-syntax", "Environment=A=b c", "Invalid environment assignment, ignoring: c"),
    ("systemd-environment-syntax", "Environment=A = b", "Invalid environment assignment, ignoring: A"),
    (
        "systemd-environment-syntax",
        "Environment=export A=b",
        "Invalid environment assignment, ignoring: export",
    ),
    ("systemd-environment-syntax", "Environment=a-b=c", "Invalid environment assignment, ignoring: a-b=c"),
    ("systemd-environment-syntax", "Environment=A=x%40", "Failed to resolve specifiers in A=x%40"),
    ("systemd-invalid-value", "Type=simpel", "Failed to parse service type"),
    ("systemd-invalid-value", "TimeoutStopSec=5 mins", "Failed to parse time value"),
    ("systemd-invalid-value", "UMask=0o22", "Failed to parse mode value"),
    ("systemd-invalid-value", "KillSignal=sigterm", "Failed to parse signal name"),
    ("systemd-invalid-value", "LimitNOFILE=unlimited", "Failed to parse resource value"),
    ("systemd-invalid-value", "MemoryMax=512MB", "Invalid memory limit '512MB'"),
    ("systemd-invalid-value", "CPUQuota=50", "Invalid CPU quota '50'"),
    ("systemd-invalid-value", "StandardOutput=/var/log/x", "Failed to parse output specifier"),
    ("systemd-invalid-value", "EnvironmentFile=shop.env", "path is not absolute"),
    ("systemd-invalid-value", "RuntimeDirectory=/run/x", "path is absolute"),
    ("systemd-invalid-value", "Restart=", "Failed to parse service restart specifier"),
    ("systemd-invalid-value", "SyslogIdentifier=%Q", "Failed to resolve unit specifiers"),
    ("systemd-invalid-value", "User=a:b", "Invalid user/group name or numeric ID"),
    ("systemd-exec-syntax", "ExecStop=/bin/sh 'a", "Unbalanced quoting"),
    ("systemd-exec-syntax", "ExecStop=/bin/date +%Q", "Failed to resolve unit specifiers in +%Q"),
    ("systemd-exec-syntax", "ExecStop=/bin/", "Executable path specifies a directory"),
    ("systemd-exec-syntax", "ExecStop=@/bin/true", "Empty executable name or zeroeth argument"),
    ("systemd-invalid-unit-name", "Slice=shop", "Unit name shop is not valid"),
    ("systemd-invalid-unit-name", "[Unit]\nAfter=redis", "Failed to add dependency on redis, ignoring"),
    ("systemd-invalid-unit-name", '[Unit]\nWants="a.service"', "Failed to add dependency on"),
    ("systemd-invalid-unit-name", "[Unit]\nWants=a.service,b.service", "Failed to add dependency on"),
    ("systemd-invalid-unit-name", "[Unit]\nAfter=x.busname", "Failed to add dependency on x.busname"),
    ("systemd-invalid-unit-name", "[Unit]\nAfter=%h.mount", "Failed to resolve unit specifiers"),
]
ACCEPTED = [
    "UMask=0022",
    "X-Anything=1",
    "StartLimitInterval=5",
    "FailureAction=none",
    "WorkingDirectory=~",
    "WorkingDirectory=%h",
    "ExecStartPre=-+/bin/true",
    "ExecStartPre=true",
    "ExecStartPre=@/bin/sh sh -c ':'",
    "ExecStartPre=/bin/true ; /bin/true",
    "ExecStartPre=%h/x",
    "Environment=A=1,B=2 C= 'D=e f' G=%n E=5%",
    "Environment=",
    "[X-Foo]\nnothing",
    "[Unit]\nAfter=network.target redis@%i.service dev-disk-by\\x2dlabel-a.device\nDescription=a # b",
    "[Install]\nWantedBy=multi-user.target",
]
WITHOUT_START = [
    "",
    "User=root",
    "ExecStop=/bin/true",
    "Type=simple\nExecStop=/bin/true",
    "Type=oneshot\nRemainAfterExit=yes",
    "ExecStart=/bin/true\nExecStart=",
    "RemainAfterExit=yes\nExecStop=/bin/true",
    "RemainAfterExit=no\nExecStop=/bin/true",
    "[Unit]\nSuccessAction=reboot",
    "[Unit]\nSuccessAction=none",
    "ExecStart=/bin/true",
]


def service(lines):
    return f"[Service]\nExecStart=/bin/true\n{lines}\n"


def errors(name, text):
    rules = [rule for rule in all_rules().values() if rule.subject == "systemd"]
    found = check_sources([Source(name, text)], rules)
    return [d for d in found if d.severity is Severity.ERROR]


@pytest.mark.oracle("systemd")
def test_what_we_call_an_error_systemd_refuses_or_drops(tmp_path):
    files = {f"t{number}.service": service(lines) for number, (_, lines, _) in enumerate(REFUSED)}
    messages = verify(tmp_path, files, dependencies=True)
    for (name, text), (rule, _, expected) in zip(files.items(), REFUSED, strict=True):
        last = text.count("\n")
        said = [message.text for message in messages if (message.name, message.line) == (name, last)]
        assert any(expected in one for one in said), (text, said)
        assert rule in {d.rule for d in errors(name, text) if d.at.start.line == last}, text


@pytest.mark.oracle("systemd")
def test_what_we_leave_alone_systemd_takes(tmp_path):
    files = {f"t{number}.service": service(lines) for number, lines in enumerate(ACCEPTED)}
    assert [message for message in verify(tmp_path, files) if "is not executable" not in message.text] == []
    for name, text in files.items():
        assert errors(name, text) == [], text


@pytest.mark.oracle("systemd")
def test_services_that_start_nothing(tmp_path):
    files = {f"t{number}.service": f"[Service]\n{lines}\n" for number, lines in enumerate(WITHOUT_START)}
    refused = {
        m.name: m.text for m in verify(tmp_path, files) if m.text.startswith("Service has no ExecStart=")
    }
    ours = {
        name: d.finding.message
        for name, text in files.items()
        for d in errors(name, text)
        if d.rule == "systemd-no-exec-start"
    }
    assert ours == refused
    assert len(refused) == 8


REFUSED_AS_A_WHOLE = {
    "two.service": "[Service]\nExecStart=/bin/true\nExecStart=/bin/true\n",
    "row.service": "[Service]\nExecStart=/bin/true ; /bin/true\n",
    "always.service": "[Service]\nType=oneshot\nExecStart=/bin/true\nRestart=always\n",
    "success.service": "[Service]\nType=oneshot\nExecStart=/bin/true\nRestart=on-success\n",
    "bus.service": "[Service]\nType=dbus\nExecStart=/bin/true\n",
    "pam.service": "[Service]\nPAMName=x\nKillMode=process\nExecStart=/bin/true\n",
    "deaf.socket": "[Socket]\nSocketMode=0660\n",
    "accept.socket": "[Socket]\nAccept=yes\nListenStream=5\nListenDatagram=6\n",
    "explicit.socket": "[Socket]\nAccept=yes\nListenStream=5\nService=two.service\n",
    "never.timer": "[Timer]\nUnit=two.service\n",
    "reset.timer": "[Timer]\nOnCalendar=daily\nOnCalendar=\n",
    "nothing.path": "[Path]\nUnit=two.service\n",
}
TAKEN_AS_A_WHOLE = {
    "two.service": "[Service]\nType=oneshot\nExecStart=/bin/true\nExecStart=/bin/true\nRestart=on-failure\n",
    "bus.service": "[Service]\nBusName=org.example.Bus\nExecStart=/bin/true\n",
    "pam.service": "[Service]\nPAMName=x\nKillMode=mixed\nExecStart=/bin/true\n",
    "reset.service": "[Service]\nExecStart=/bin/true\nExecStart=\nExecStart=/bin/true\n",
    "plain.socket": "[Socket]\nListenDatagram=6\nService=two.service\n",
    "zone.timer": "[Timer]\nOnTimezoneChange=yes\nUnit=two.service\n",
    "some.path": "[Path]\nDirectoryNotEmpty=/x\nUnit=two.service\n",
}


@pytest.mark.oracle("systemd")
def test_what_is_refused_as_a_whole_and_in_which_words(tmp_path):
    refused = {m.name: m.text for m in verify(tmp_path, REFUSED_AS_A_WHOLE) if m.text.endswith("Refusing.")}
    ours = {
        name: d.finding.message
        for name, text in REFUSED_AS_A_WHOLE.items()
        for d in errors(name, text)
        if d.rule == "systemd-unit-refused"
    }
    assert ours == refused
    assert refused.keys() == REFUSED_AS_A_WHOLE.keys()


@pytest.mark.oracle("systemd")
def test_what_is_taken_as_a_whole(tmp_path):
    assert verify(tmp_path, TAKEN_AS_A_WHOLE) == []
    for name, text in TAKEN_AS_A_WHOLE.items():
        assert errors(name, text) == [], text


@pytest.mark.oracle("systemd")
def test_nobody_is_not_safe(tmp_path):
    text = service("User=nobody")
    assert "Special user nobody configured, this is not safe!" in [
        m.text for m in verify(tmp_path, {"n.service": text})
    ]
    found = check_sources([Source("n.service", text)], [all_rules()["systemd-user-nobody"]])
    assert [d.finding.message for d in found] == ["Special user nobody configured, this is not safe!"]


@pytest.mark.oracle("systemd")
@pytest.mark.parametrize(
    ("name", "valid"),
    [("my shop.service", False), ("@.service", False), ("a+b.service", False), ("a:b-c_d.e@.service", True)],
)
def test_names_of_files(tmp_path, name, valid):
    refused = any(
        "Failed to prepare filename" in message.text for message in verify(tmp_path, {name: service("")})
    )
    assert refused is not valid
    assert ("systemd-invalid-file-name" in {d.rule for d in errors(name, service(""))}) is refused


@pytest.mark.oracle("systemd")
def test_a_drop_in_counts(tmp_path):
    text = {"a.service": "[Service]\nExecStart=/bin/true\n", "a.service.d/x.conf": "[Service]\nExecStart=\n"}
    assert any("Service has no ExecStart=" in message.text for message in verify(tmp_path, text))


@pytest.mark.oracle("systemctl")
@pytest.mark.parametrize(
    ("name", "valid"), [("default.target:", False), ("multi-user", False), ("multi-user.target", True)]
)
def test_enabling_needs_valid_names(tmp_path, name, valid):
    folder = tmp_path / "etc/systemd/system"
    folder.mkdir(parents=True)
    text = f"[Service]\nExecStart=/bin/true\n[Install]\nWantedBy={name}\n"
    (folder / "t.service").write_text(text)
    run = subprocess.run(
        ["systemctl", f"--root={tmp_path}", "enable", "t.service"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode == 0) is valid
    assert bool(re.search("not a valid unit name|Invalid argument|is not valid", run.stderr)) is not valid
    assert ("systemd-invalid-unit-name" in {d.rule for d in errors("t.service", text)}) is not valid
