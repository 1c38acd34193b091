"""What the installed systemd takes where a key is not written, asked of itself.

With debugging on, `systemd-analyze verify` prints each unit as it was understood. A value is the default of a key
when a unit that has it is printed like one without, while another value is seen. Defaults that the manager brings are
those of its own `system.conf`.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from deploylint.vocabulary import systemd

SYSTEM_CONF = Path("/etc/systemd/system.conf")
SERVICE = "[Service]\nExecStart=/bin/true\n"
# Units that are complete; NAME is that of the unit.
BARE = {
    "Unit": ("service", SERVICE),
    "Service": ("service", SERVICE),
    "Socket": ("socket", "[Socket]\nListenStream=/run/x\n"),
    "Mount": ("mount", "[Mount]\nWhat=/dev/x\nWhere=/NAME\n"),
    "Automount": ("automount", "[Automount]\nWhere=/NAME\n"),
    "Swap": ("swap", "[Swap]\nWhat=/NAME\n"),
    "Timer": ("timer", "[Timer]\nOnBootSec=1h\n"),
    "Path": ("path", "[Path]\nPathExists=/x\n"),
    "Slice": ("slice", "[Slice]\n"),
}
TYPES = ("exec", "forking", "oneshot", "notify", "idle")
BOOLEANS = ("config_parse_bool", "config_parse_tristate")
# Printed while unset as a number or a name that means something else: what the kernel, journald or the unit brings.
UNSET = frozenset(
    """
    Backlog CPUQuotaPeriodSec DeferAcceptSec Description ExtraOptions FileDescriptorName KeepAliveIntervalSec
    KeepAliveProbes KeepAliveTimeSec LogRateLimitBurst LogRateLimitIntervalSec MessageQueueMaxMessages
    MessageQueueMessageSize PipeSize Priority ReceiveBuffer RootDirectory SendBuffer TCPCongestion TimerSlackNSec
    """.split()
)
NONE = ("n/a", "(null)")
# systemd.socket(5): another one with Accept=yes.
DEPENDING = {("Socket", "TriggerLimitBurst")}
# The manager's setting that is not called like the key.
RENAMED = {"TimerAccuracySec": "AccuracySec"}
# Values of all kinds: one of them is not the default, whatever the key is.
PROBES = ("infinity", "0", "1", "3", "42s", "0700", "SIGUSR1", "7M", "/x", "42")


def dumps(units: Mapping[str, str]) -> dict[str, str]:
    """Unit -> how systemd prints it; units of which it complains are left out."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in units.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        environment = os.environ | {
            "LC_ALL": "C",
            "SYSTEMD_LOG_COLOR": "0",
            "SYSTEMD_LOG_LEVEL": "debug",
            "SYSTEMD_LOG_TARGET": "console",
            "SYSTEMD_UNIT_PATH": folder,
        }
        command = ["systemd-analyze", "verify", "--man=no", "--generators=no", "--recursive-errors=no"]
        done = subprocess.run(
            [*command, *(f"{folder}/{name}" for name in units)],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
    refused = set(re.findall(rf"^{re.escape(folder)}/([^:/]+):\d+: ", done.stderr, re.MULTILINE))
    blocks = re.split(r"^\t-> Unit (\S+):\n", done.stdout, flags=re.MULTILINE)[1:]
    found = dict(zip(blocks[::2], blocks[1::2], strict=True))
    return {
        name: _printed(found[name].replace(folder, ""), name.partition(".")[0])
        for name in units
        if name in found and name not in refused
    }


def _printed(block: str, name: str) -> str:
    """What is printed of a unit, whatever its name, with the lines in order: dependencies come in that of a hash."""
    return "\n".join(sorted(re.sub(rf"\b{name}\b", "NAME", block).splitlines()))


def learn(version: int) -> dict[str, dict[str, str]]:
    """Section -> key -> default, for the keys that have one and are not without effect in that release."""
    manager = _manager()
    found = {}
    for section in BARE:
        wanted = list(_wanted(section, version))
        shown = _shown(section, wanted, version)
        managed = {key.name: manager[key.name] for key in wanted if key.name in manager}
        found[section] = dict(sorted((shown | managed).items()))
    for key, by_type in _of_types(found["Service"]).items():
        found["Service"][key] += "".join(f"; {value} with Type={name}" for name, value in by_type.items())
    return found


def _wanted(section: str, version: int) -> Iterator[systemd.Key]:
    for name in systemd.keys(section):
        key = systemd.key(section, name)
        if key is None or not key.documented or not key.works_in(version) or key.adds:
            continue
        if f"\n{name}=" in BARE[section][1]:
            continue
        if name not in UNSET and (section, name) not in DEPENDING:
            yield key


def _manager() -> dict[str, str]:
    text = SYSTEM_CONF.read_text(encoding="utf-8")
    found = dict(re.findall(r"^#?Default(\w+)=(.+)$", text, re.MULTILINE))
    return {RENAMED.get(name, name): value for name, value in found.items()}


def _shown(section: str, keys: Iterable[systemd.Key], version: int) -> dict[str, str]:
    """The defaults that systemd shows by printing units."""
    suffix, text = BARE[section]
    bare = _bare(section)
    units, tried = {}, {}
    for key in keys:
        for value in dict.fromkeys(_candidates(key, bare, version)):
            name = f"probe{len(units)}.{suffix}"
            units[name] = f"{text}[{section}]\n{key.name}={value}\n".replace("NAME", name.partition(".")[0])
            tried[name] = (key.name, value)
    same: dict[str, list[str]] = {}
    seen = set()
    for name, printed in dumps(units).items():
        key_name, value = tried[name]
        if printed == bare:
            same.setdefault(key_name, []).append(value)
        else:
            seen.add(key_name)
    return {name: values[0] for name, values in same.items() if name in seen}


def _candidates(key: systemd.Key, bare: str, version: int) -> Iterator[str]:
    """Values to try; of several that mean the same the first one is told."""
    parser = key.parser_in(version)
    choices = systemd.choices(parser, version)
    printed = re.search(rf"^\s*{key.name}: (\S.*)$", bare, re.MULTILINE)
    if parser in BOOLEANS:
        yield from ("no", "yes")
    elif choices is not None:
        words = sorted(choices.words)
        if printed and printed[1] in words:
            yield printed[1]
        yield from ("no", "yes") if choices.boolean else ()
        yield from words
    else:
        if printed and printed[1] not in NONE:
            yield printed[1]
        yield from PROBES


def _bare(section: str, more: str = "") -> str:
    """How a unit is printed that sets nothing else of the section."""
    suffix, text = BARE[section]
    [printed] = dumps({f"bare.{suffix}": text.replace("NAME", "bare") + more}).values()
    return printed


def _of_types(known: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Key -> type of service -> default, where it is another one than that of Type=simple."""
    line = re.compile(r"^\s*(\w+): (.+)$", re.MULTILINE)
    simple = dict(line.findall(_bare("Service")))
    found: dict[str, dict[str, str]] = {}
    for name in TYPES:
        for key, value in line.findall(_bare("Service", f"Type={name}\n")):
            if key in known and key != "Type" and simple.get(key) != value:
                found.setdefault(key, {})[name] = value
    return found
