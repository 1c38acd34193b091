"""The exposure level, test by test, against `systemd-analyze security --offline=yes` of systemd 252."""

import inspect
import json
import os
import random
import re
import subprocess

import pytest
from deploylint.documentation import fenced_files
from deploylint.formats.systemd import parse
from deploylint.formats.systemd.exposure import exposure
from deploylint.formats.systemd.unit import units
from deploylint.source import Source
from support import all_rules

NOT_APPLICABLE = 2**64 - 1
LINES = """\
User=app
User=root
User=nobody
DynamicUser=yes
SupplementaryGroups=a
PrivateDevices=yes
PrivateMounts=yes
PrivateNetwork=yes
PrivateTmp=yes
PrivateUsers=yes
ProtectControlGroups=1
ProtectKernelModules=true
ProtectKernelTunables=on
ProtectKernelLogs=yes
ProtectClock=yes
ProtectHome=yes
ProtectHome=read-only
ProtectHome=tmpfs
ProtectHostname=yes
ProtectSystem=yes
ProtectSystem=full
ProtectSystem=strict
RootDirectory=/srv
RootDirectory=/
LockPersonality=yes
MemoryDenyWriteExecute=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
CapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_CHOWN
CapabilityBoundingSet=~CAP_SYS_ADMIN CAP_SYS_PTRACE
CapabilityBoundingSet=~CAP_BPF CAP_KILL
UMask=0077
UMask=0027
UMask=0000
UMask=007
KeyringMode=private
KeyringMode=inherit
KeyringMode=shared
ProtectProc=invisible
ProtectProc=noaccess
ProtectProc=default
ProcSubset=pid
NotifyAccess=all
NotifyAccess=main
RemoveIPC=yes
Delegate=yes
Delegate=cpu memory
Delegate=no
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictNamespaces=user mnt
RestrictNamespaces=~user
RestrictNamespaces=~net uts
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictAddressFamilies=~AF_PACKET AF_NETLINK
RestrictAddressFamilies=none
RestrictAddressFamilies=AF_UNIX
RestrictAddressFamilies=~AF_BLUETOOTH
RestrictAddressFamilies=~AF_INET
SystemCallArchitectures=native
SystemCallArchitectures=x86-64 x86
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallFilter=~@clock @debug @mount
SystemCallFilter=@basic-io @mount
SystemCallFilter=~@swap
SystemCallFilter=chown
SystemCallFilter=~@resources:EPERM
IPAddressDeny=any
IPAddressAllow=localhost
IPAddressAllow=10.0.0.0/8
DevicePolicy=closed
DevicePolicy=strict
DevicePolicy=auto
DeviceAllow=/dev/null rw
AmbientCapabilities=CAP_NET_BIND_SERVICE
Restart=always
ProtectSystem=bogus
PrivateTmp=maybe
AmbientCapabilities=
RestrictNamespaces=
SystemCallFilter=
ProtectHome=no""".splitlines()


def theirs(folder, name, text):
    """Tenths, and the badness of every test that applies."""
    path = folder / name
    path.write_text(text)
    command = ["systemd-analyze", "security", "--offline=yes", "--no-pager"]
    rows = json.loads(
        subprocess.run(
            [*command, "--json=short", str(path)],
            env={**os.environ, "SYSTEMD_ANALYZE_DEBUG": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    shown = subprocess.run([*command, str(path)], capture_output=True, text=True, check=True).stdout
    level = shown.rpartition(":")[2].split()[:2]
    return level, {row["name"]: row["badness"] for row in rows if row["badness"] != NOT_APPLICABLE}


def ours(name, text):
    file = parse(Source(name, text))
    found = exposure(units([file])[file])
    return [str(found), found.level], found.badness


@pytest.mark.oracle("systemd")
def test_single_lines(tmp_path):
    for number, line in enumerate(LINES):
        text = f"[Service]\nExecStart=/bin/true\n{line}\n"
        name = f"l{number}.service"
        assert ours(name, text) == theirs(tmp_path, name, text), line


@pytest.mark.oracle("systemd")
def test_random_mixes(tmp_path):
    dice = random.Random(252)
    for number in range(50):
        lines = "\n".join(dice.sample(LINES, dice.randrange(30)))
        early = "[Unit]\nDefaultDependencies=no\n" if number % 10 == 0 else ""
        text = f"[Service]\nExecStart=/bin/true\n{lines}\n{early}"
        name = f"m{number}.service"
        assert ours(name, text) == theirs(tmp_path, name, text), text


@pytest.mark.oracle("systemd")
def test_the_lines_that_the_rule_shows(tmp_path):
    """`deploylint explain systemd-exposure` shows a gunicorn service before and after, and the level after each line."""
    page = inspect.cleandoc(all_rules()["systemd-exposure"].documentation)
    before, after = [file.text for file in fenced_files(page)]
    levels = re.search(r"from (9\.2) to (\d\.\d), one after the other: ([\d.,\s]+)\.", page)
    shown = levels[3].replace(",", " ").split()
    added = after.removeprefix(before).splitlines()
    assert after.startswith(before)
    assert len(added) == len(shown) == 20
    assert shown[-1] == levels[2]
    for number, level in enumerate([levels[1], *shown]):
        text = "\n".join([before.rstrip("\n"), *added[:number], ""])
        name = f"g{number}.service"
        assert ours(name, text)[0] == theirs(tmp_path, name, text)[0]
        assert ours(name, text)[0][0] == level
