"""Random damage to valid units: systemd 252 and we complain about the same lines, or both do not."""

import os
import random
import re

import pytest
from deploylint import Group, Severity, engine
from deploylint.formats.systemd import parse
from deploylint.project import Project
from deploylint.source import Source
from deploylint.tree import MemoryTree
from oracles.systemd_verify import verify
from support import all_rules

# Notices and warnings about values that systemd takes all the same.
TAKEN = re.compile(
    r"is not executable|Unit uses |is obsolete|Special user nobody|Accepting user/group name|unknown escape"
    r"|no effect in combination|Path not normalized|which is not|legacy directory"
)
FATAL_LINE = re.compile(r"Invalid section header|Bad characters in section|UTF-8 clean")
# Where we know less than systemd: what a specifier stands for on this machine.
UNDECIDED = re.compile(r"^Environment=.*%\W*[A-Za-z]", re.MULTILINE)
SEEDS = [
    """\
[Unit]
Description=Shop: 100% gunicorn
Documentation=https://example.org/
StartLimitIntervalSec=60
StartLimitBurst=5
ConditionPathExists=/usr/bin

[Service]
Type=notify
User=app
Group=www-data
UMask=0027
WorkingDirectory=/srv
RuntimeDirectory=shop shop/run
Environment="GREETING=hello world" DEBUG=1
Environment=LANG=C.UTF-8
EnvironmentFile=-/etc/shop.env
ExecStartPre=-/bin/sh -c 'echo "a b"'
ExecStart=/bin/sleep infinity
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=2s
TimeoutStopSec=1min 30s
KillMode=mixed
KillSignal=SIGTERM
LimitNOFILE=1024:65536
MemoryMax=512M
CPUQuota=150%
PrivateTmp=true
ProtectSystem=strict
StandardOutput=append:/var/log/shop.log
SyslogIdentifier=%n
SuccessExitStatus=143 SIGKILL
OOMScoreAdjust=-100

[Install]
WantedBy=multi-user.target
""",
    """\
# A job
[Unit]
Description=Backup \\
  of the shop

[Service]
Type=oneshot
RemainAfterExit=no
ExecStart=/bin/true --a \\
# with a comment
  --b
ExecStart=@/bin/sh sh -c "exit 0" ; /bin/true
Nice=10
IOSchedulingClass=idle
TimeoutStartSec=infinity
ReadWritePaths=/srv -/var/lib/shop
NoNewPrivileges=yes
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
AmbientCapabilities=CAP_NET_BIND_SERVICE

[X-Shop]
anything goes
""",
]
WORDS = [
    "yes",
    "no",
    "5",
    "-1",
    "10%",
    "%Q",
    "5min",
    "512MB",
    "/x",
    "x/y",
    "~",
    "always",
    '"',
    "'",
    "\\",
    "",
    "a=b",
    "# x",
]


def mutants(count):
    dice = random.Random(252)
    for _ in range(count):
        lines = dice.choice(SEEDS).splitlines()
        at = dice.randrange(len(lines))
        line = lines[at]
        spot = dice.randrange(len(line) + 1)
        match dice.randrange(7):
            case 0:
                lines[at] = line[:spot] + line[spot + 1 :]
            case 1:
                lines[at] = line[:spot] + line[spot : spot + 1] + line[spot:]
            case 2:
                lines[at] = (
                    line[: spot - 1] + line[spot : spot + 1] + line[spot - 1 : spot] + line[spot + 1 :]
                )
            case 3:
                lines[at] = line[:spot] + dice.choice("%\\\"'=[]# ;/-:,.0x") + line[spot:]
            case 4:
                lines[at] = line.partition("=")[0] + "=" + dice.choice(WORDS)
            case 5:
                other = dice.randrange(len(lines))
                lines.insert(other, lines.pop(at))
            case 6:
                lines[at] = line.swapcase() if dice.random() < 0.5 else line + " # why"
        yield "\n".join(lines) + "\n"


# What systemd takes and does not do as it is meant is the matter of other rules.
ALSO = frozenset({"systemd-trailing-comment", "systemd-specifier-in-plain-unit"})
RULES = [
    rule
    for rule in all_rules().values()
    if rule.subject == "systemd" and (rule.group is Group.VALIDITY or rule.name in ALSO)
]


def ours(name, text):
    """Line of each error, the last one of a continued line; None for the unit as a whole.

    Two kinds of errors verify does not look for: names in [Install] (`systemctl enable` refuses those), and
    comments behind values, of which it knows only those that spoil the value; the second set is of these.
    """
    unit = parse(Source(name, text))
    found, problems = engine.check(Project([unit], MemoryTree([unit.source]), {"systemd": (252,)}), RULES)
    assert not problems
    lines, commented = set(), set()
    for diagnostic in found:
        whole = diagnostic.rule in ("systemd-unit-refused", "systemd-no-exec-start")
        statement = unit.statement(diagnostic.at.span.start)
        line = None if whole else unit.source.position(statement.end).line
        if diagnostic.rule == "systemd-trailing-comment":
            commented.add(line)
        elif diagnostic.rule == "systemd-invalid-unit-name" and text.startswith("WantedBy", statement.start):
            continue
        elif diagnostic.severity is Severity.ERROR:
            lines.add(line)
    return lines, commented


def theirs(messages):
    return {m.line for m in messages if not TAKEN.search(m.text) and (m.line or m.text.endswith("Refusing."))}


def last_line_read(messages):
    """The line at which systemd gave up, or None."""
    lines = [m.line for m in messages if m.line]
    if any("fatal error" in m.text or "Unbalanced quoting" in m.text for m in messages):
        return max(lines)
    return next((m.line for m in messages if FATAL_LINE.search(m.text)), None)


def differences(folder, count):
    texts = {f"m{number}.service": text for number, text in enumerate(mutants(count))}
    said = {name: [] for name in texts}
    for message in verify(folder, texts):
        if message.name in said:
            said[message.name].append(message)
    for name, text in texts.items():
        expected = theirs(said[name])
        got, commented = ours(name, text)
        got |= commented & expected
        last = last_line_read(said[name])
        if last is not None:
            got = {line for line in got if line and line <= last}
            expected.discard(None)
        if got != expected and not UNDECIDED.search(text):
            yield name, text, got, expected, said[name]


@pytest.mark.oracle("systemd")
def test_the_same_lines_are_refused(tmp_path):
    differing = list(differences(tmp_path, int(os.environ.get("DEPLOYLINT_MUTANTS", "2000"))))
    assert not differing, [(sorted(map(str, got)), said) for _, _, got, _, said in differing[:5]]
