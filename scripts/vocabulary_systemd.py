"""Make `vocabulary/data/systemd.py`: sections, keys, parsers and accepted words of unit files, with versions.

    python scripts/vocabulary_systemd.py                     from the facts alone
    python scripts/vocabulary_systemd.py --git DIR           first learn the releases newer than the facts
    python scripts/vocabulary_systemd.py --dump [PROGRAM]    compare with an installed systemd, write nothing

The facts were read from `src/core/load-fragment-gperf.gperf.{m4,in}` and the string tables of every release
since 183; DIR is a clone of the systemd repository with its tags (v258, v259, ...).
"""

import argparse
import re
import subprocess
from collections.abc import Iterator
from typing import Any

from vocabulary_files import module_text, read_facts, write_facts, write_module

GPERF = "src/core/load-fragment-gperf.gperf.in"
NO_OP = "config_parse_warn_compat"

# systemd.unit(5) and the other manual pages, and NEWS: what to write instead of an old key.
REPLACED = {
    ("Unit", "BindTo"): ("Unit", "BindsTo"),
    ("Unit", "ConditionKernelVersion"): ("Unit", "ConditionVersion"),
    ("Unit", "AssertKernelVersion"): ("Unit", "AssertVersion"),
    ("Unit", "Names"): ("Install", "Alias"),
    ("Unit", "OnFailureIsolate"): ("Unit", "OnFailureJobMode"),
    ("Unit", "PropagateReloadFrom"): ("Unit", "ReloadPropagatedFrom"),
    ("Unit", "PropagateReloadTo"): ("Unit", "PropagatesReloadTo"),
    ("Unit", "RequiresOverridable"): ("Unit", "Requires"),
    ("Unit", "RequisiteOverridable"): ("Unit", "Requisite"),
    ("Unit", "StartLimitInterval"): ("Unit", "StartLimitIntervalSec"),
    ("Service", "FailureAction"): ("Unit", "FailureAction"),
    ("Service", "RebootArgument"): ("Unit", "RebootArgument"),
    ("Service", "StartLimitAction"): ("Unit", "StartLimitAction"),
    ("Service", "StartLimitBurst"): ("Unit", "StartLimitBurst"),
    ("Service", "StartLimitInterval"): ("Unit", "StartLimitIntervalSec"),
}
REPLACED_IN_ITS_SECTION = {
    "BlockIOAccounting": "IOAccounting",
    "BlockIODeviceWeight": "IODeviceWeight",
    "BlockIOReadBandwidth": "IOReadBandwidthMax",
    "BlockIOWeight": "IOWeight",
    "BlockIOWriteBandwidth": "IOWriteBandwidthMax",
    "CPUShares": "CPUWeight",
    "Capabilities": "CapabilityBoundingSet",
    "ControlGroup": "Slice",
    "InaccessibleDirectories": "InaccessiblePaths",
    "ManagedOOMMemoryPressureLimitPercent": "ManagedOOMMemoryPressureLimit",
    "MemoryLimit": "MemoryMax",
    "ReadOnlyDirectories": "ReadOnlyPaths",
    "ReadWriteDirectories": "ReadWritePaths",
    "StartupBlockIOWeight": "StartupIOWeight",
    "StartupCPUShares": "StartupCPUWeight",
}

# Parsers whose lines add to a list instead of replacing the value before (systemd.unit(5), systemd.exec(5) ...).
ADDING = """
    NULL address_families bind_network_interface bind_paths blockio_bandwidth blockio_device_weight
    bpf_delegate_attachments bpf_delegate_commands bpf_delegate_maps bpf_delegate_programs bpf_foreign_program
    bus_policy capability_set cgroup_nft_set cgroup_socket_bind colon_separated_paths delegate device_allow
    disable_controllers documentation environ exec exec_cpu_affinity exec_directories exec_input_data
    exec_input_text exec_secure_bits extension_images import_credential in_addr_prefixes io_device_latency
    io_device_weight io_limit ip_filter_bpf_progs load_credential log_extra_fields log_filter_patterns
    mount_images namespace_flags namespace_path_strv numa_mask obsolete_unit_deps open_file pass_environ path_spec
    restrict_filesystems restrict_network_interfaces restrict_namespaces root_image_options service_sockets
    set_credential set_status socket_listen syscall_archs syscall_filter syscall_log temporary_filesystems timer
    unit_cgroup unit_cgroup_attr unit_cgroup_attr_pretty unit_condition_null unit_condition_path
    unit_condition_string unit_cpu_set unit_deps unit_env_file unit_mounts_for unit_names
    unit_path_strv_printf unset_environ user_group_strv_compat
""".split()
# Of these, the ones where an empty value changes nothing instead of emptying the list.
NEVER_EMPTIED = ("unit_deps", "obsolete_unit_deps", "unit_mounts_for", "unit_names")

# load-fragment.c: sections where a key is accepted and ignored, "not supported for this unit type", and since when.
IGNORED_HERE = {
    "Delegate": (("Mount", "Slice", "Socket", "Swap"), 239),
    "DelegateSubgroup": (("Mount", "Slice", "Socket", "Swap"), 254),
    "ManagedOOMMemoryPressure": (("Mount", "Socket", "Swap"), 247),
    "ManagedOOMMemoryPressureDurationSec": (("Mount", "Socket", "Swap"), 257),
    "ManagedOOMMemoryPressureLimit": (("Mount", "Socket", "Swap"), 247),
    "ManagedOOMSwap": (("Mount", "Socket", "Swap"), 247),
}
NOWHERE: tuple[tuple[str, ...], int] = ((), 0)

# Parser -> the string tables it reads (newest last), whether a boolean does as well, whether a number does, and
# the prefixes that may begin a value. All of it is held against an installed systemd by tests/oracles.
WORDS: dict[str, tuple[tuple[str, ...], bool, bool, tuple[str, ...]]] = {
    "collect_mode": (("collect_mode",), False, False, ()),
    "device_policy": (("cgroup_device_policy",), False, False, ()),
    "emergency_action": (("start_limit_action", "failure_action", "emergency_action"), False, False, ()),
    "exec_cpu_sched_policy": (("sched_policy",), False, True, ()),
    "exec_input": (("exec_input",), False, False, ("fd:", "file:")),
    "exec_io_class": (("ioprio_class",), False, True, ()),
    "exec_keyring_mode": (("exec_keyring_mode",), False, False, ()),
    "exec_output": (("exec_output",), False, False, ("append:", "fd:", "file:", "truncate:")),
    "exec_preserve_mode": (("exec_preserve_mode",), True, False, ()),
    "exec_utmp_mode": (("exec_utmp_mode",), False, False, ()),
    "ip_tos": (("ip_tos",), False, True, ()),
    "job_mode": (("job_mode",), False, False, ()),
    "kill_mode": (("kill_mode",), False, False, ()),
    "log_facility": (("log_facility_unshifted",), False, True, ()),
    "log_level": (("log_level",), False, True, ()),
    "managed_oom_mode": (("managed_oom_mode",), False, False, ()),
    "managed_oom_preference": (("managed_oom_preference",), False, False, ()),
    "memory_pressure_watch": (("cgroup_pressure_watch",), True, False, ()),
    "memory_thp": (("memory_thp",), False, False, ()),
    "notify_access": (("notify_access",), False, False, ()),
    "numa_policy": (("mpol",), False, False, ()),
    "oom_policy": (("oom_policy",), False, False, ()),
    "private_bpf": (("private_bpf",), True, False, ()),
    "private_pids": (("private_pids",), True, False, ()),
    "private_tmp": (("private_tmp",), True, False, ()),
    "private_users": (("private_users",), True, False, ()),
    "proc_subset": (("proc_subset",), False, False, ()),
    "protect_control_groups": (("protect_control_groups",), True, False, ()),
    "protect_home": (("protect_home",), True, False, ()),
    "protect_hostname": (("protect_hostname",), True, False, ("private:", "yes:")),
    "protect_proc": (("protect_proc",), False, False, ()),
    "protect_system": (("protect_system",), True, False, ()),
    "service_exit_type": (("service_exit_type",), False, False, ()),
    "service_restart": (("service_restart",), False, False, ()),
    "service_restart_mode": (("service_restart_mode",), False, False, ()),
    "service_timeout_failure_mode": (("service_timeout_failure_mode",), False, False, ()),
    "service_type": (("service_type",), False, False, ()),
    "socket_bind": (("socket_address_bind_ipv6_only",), True, False, ()),
    "socket_defer_trigger": (("socket_defer_trigger",), True, False, ()),
    "socket_timestamping": (("socket_timestamping",), True, False, ()),
}
# An enumeration kept its words when its parser got a new name.
FORMER_NAMES = {
    "config_parse_exec_preserve_mode": ("config_parse_runtime_preserve_mode",),
    "config_parse_emergency_action": ("config_parse_failure_action", "config_parse_start_limit_action"),
    "config_parse_exec_input": ("config_parse_input",),
    "config_parse_exec_output": ("config_parse_output",),
    "config_parse_log_facility": ("config_parse_facility",),
    "config_parse_log_level": ("config_parse_level",),
}
# Words that a table does not have any more, and that the parser still takes (load-fragment.c,
# config_parse_exec_output: syslog becomes journal) or takes besides the table (socket-util.c).
STILL_TAKEN = {
    "exec_output": ("syslog", "syslog+console"),
}
ALSO_TAKEN = {
    "socket_timestamping": ("usec", "µs", "nsec"),
}

# UnitVTable.sections of src/core/*.c: a section of another type is unknown.
SECTIONS = {
    "service": ("Unit", "Service", "Install"),
    "socket": ("Unit", "Socket", "Install"),
    "target": ("Unit", "Target", "Install"),
    "device": ("Unit", "Device", "Install"),
    "mount": ("Unit", "Mount", "Install"),
    "automount": ("Unit", "Automount", "Install"),
    "swap": ("Unit", "Swap", "Install"),
    "timer": ("Unit", "Timer", "Install"),
    "path": ("Unit", "Path", "Install"),
    "slice": ("Unit", "Slice", "Install"),
    "scope": ("Unit", "Scope", "Install"),
}

Table = dict[tuple[str, str], tuple[str, str, str]]


def git(directory: str, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", directory, *arguments], capture_output=True, text=True, errors="replace", check=True
    ).stdout


def gperf_table(text: str) -> Table:
    """(section, key) -> (parser, its argument, build condition or "") of a `load-fragment-gperf.gperf.in`."""
    item = re.compile(r"^(\w+|\{\{\s*type\s*\}\})\.([\w-]+)\s*,\s*(\w+)\s*,\s*([^,]+?)\s*,")
    macros: dict[str, list[tuple[str, str, str, str]]] = {}
    current: list[tuple[str, str, str, str]] | None = None
    conditions: list[str] = []
    table: Table = {}

    def add(section: str, key: str, parser: str, argument: str, condition: str) -> None:
        known = table.get((section, key))
        # The branch of a feature that was not built in comes second, or first with its condition turned round.
        if known is None or (known[0] == NO_OP and "CONFIGURATION" in known[1]):
            table[section, key] = (parser, argument, condition)

    for line in map(str.strip, text.splitlines()):
        if found := re.match(r"\{%-?\s*macro\s+(\w+)\(type\)", line):
            current = macros.setdefault(found[1], [])
        elif re.match(r"\{%-?\s*endmacro", line):
            current = None
        elif found := re.match(r"\{%-?\s*if\s+(.*?)\s*-?%\}", line):
            conditions.append(found[1])
        elif re.match(r"\{%-?\s*endif", line):
            conditions.pop()
        elif found := re.match(r"\{\{\s*(\w+)\(\s*'(\w+)'\s*\)\s*\}\}", line):
            for key, parser, argument, condition in macros[found[1]]:
                add(found[2], key, parser, argument, condition)
        elif found := item.match(line):
            entry = (found[2], found[3], found[4], conditions[-1] if conditions else "")
            if found[1].startswith("{{"):
                assert current is not None, line  # noqa: S101
                current.append(entry)
            else:
                add(found[1], *entry)
    return table


def learn_keys(facts: dict[str, Any], version: int, table: Table) -> None:
    """Bring the keys of the facts to `version`, the release that follows the newest one they know."""
    rows = {(row["section"], row["key"]): row for row in facts["keys"]}
    for (section, key), (parser, argument, condition) in table.items():
        row = rows.get((section, key))
        if row is None:
            row = {"section": section, "key": key, "since": version, "parsers": [], "documented": True}
            facts["keys"].append(row)
        row["argument"] = argument
        if condition:
            row["condition"] = condition
        if parser == NO_OP and "LEGACY" in argument:
            row.setdefault("noop_since", version)
        elif not row["parsers"] or row["parsers"][-1][1] != parser:
            row["parsers"].append([version, parser])
    for name, row in rows.items():
        if name not in table:
            row.setdefault("removed", version)


def learn_words(facts: dict[str, Any], version: int, source: str) -> None:
    """Bring the string tables of the facts to `version`; `source` is the text of the C files."""
    for found in re.finditer(
        r"const char\s*\*\s*const (\w+)_table\[[^\]]*\]\s*=\s*\{(.*?)\};", source, re.DOTALL
    ):
        words = facts["enums"].get(found[1])
        if words is None:
            continue
        present = set(re.findall(r'=\s*"((?:[^"\\]|\\.)*)"', found[2]))
        for word in present:
            words.setdefault(word, [version, None])
        for word, (_, until) in words.items():
            if word not in present and until is None:
                words[word][1] = version - 1


def learn_releases(facts: dict[str, Any], directory: str) -> None:
    """Read every release tag of the clone in `directory` that is newer than the facts."""
    tags = sorted(int(tag[1:]) for tag in git(directory, "tag").split() if re.fullmatch(r"v\d+", tag))
    for version in (tag for tag in tags if tag > facts["newest"]):
        learn_keys(facts, version, gperf_table(git(directory, "show", f"v{version}:{GPERF}")))
        search = (
            "grep",
            "-h",
            "-A",
            "60",
            "-E",
            r"const char ?\* ?const \w+_table\[",
            f"v{version}",
            "--",
            "src",
        )
        learn_words(facts, version, git(directory, *search))
        facts["newest"] = version


def dumped_keys(program: str) -> Iterator[tuple[str, str]]:
    """Section and key of every line that `systemd --dump-configuration-items` prints."""
    section = ""
    text = subprocess.run(
        [program, "--dump-configuration-items"], capture_output=True, text=True, check=True
    ).stdout
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line:
            yield section, line.partition("=")[0]


def words_of(facts: dict[str, Any]) -> dict[str, object]:
    """Parser -> (takes a boolean, takes a number, prefixes, {word: (since, last version or None)})."""
    tables: dict[str, object] = {}
    for name, (sources, boolean, number, prefixes) in WORDS.items():
        words: dict[str, tuple[int, int | None]] = {}
        for source in sources:
            for word, (since, until) in facts["enums"][source].items():
                known = words.get(word, (since, until))
                words[word] = (known[0], until)
        for word in STILL_TAKEN.get(name, ()):
            words[word] = (words[word][0], None)
        first = min(since for since, _ in words.values())
        words |= dict.fromkeys(ALSO_TAKEN.get(name, ()), (first, None))
        parser = f"config_parse_{name}"
        for alias in (parser, *FORMER_NAMES.get(parser, ())):
            tables[alias] = (boolean, number, prefixes, words)
    return dict(sorted(tables.items()))


def key_row(row: dict[str, Any], emptied: dict[str, bool]) -> tuple[object, ...]:
    parser = row["parsers"][-1][1]
    short = parser.removeprefix("config_parse_")
    accepted = row.get("empty_accepted", emptied.get(parser))
    adds = short in ADDING and row["key"] != "DefaultInstance"
    if accepted is None:
        empty = ""
    elif not accepted:
        empty = "refused"
    elif adds:
        empty = "nothing" if short in NEVER_EMPTIED else "resets"
    else:
        empty = "default"
    name = (row["section"], row["key"])
    instead = REPLACED.get(name)
    ignored_in, ignored_since = IGNORED_HERE.get(row["key"], NOWHERE)
    ignored_since = max(ignored_since, row["since"])
    new_key = REPLACED_IN_ITS_SECTION.get(row["key"])
    if instead is None and new_key and row["section"] not in IGNORED_HERE.get(new_key, NOWHERE)[0]:
        instead = (row["section"], new_key)
    return (
        tuple((version, parser) for version, parser in row["parsers"]),
        "" if row["argument"] == "0" else row["argument"],
        row["since"],
        ignored_since if row["section"] in ignored_in else row.get("noop_since"),
        row.get("removed"),
        adds,
        empty,
        instead,
        row["documented"],
        row.get("condition", ""),
    )


def build(facts: dict[str, Any]) -> str:
    """The text of the module."""
    emptied = {
        row["parsers"][-1][1]: row["empty_accepted"] for row in facts["keys"] if "empty_accepted" in row
    }
    keys: dict[str, dict[str, tuple[object, ...]]] = {}
    for row in facts["keys"]:
        keys.setdefault(row["section"], {})[row["key"]] = key_row(row, emptied)
    return module_text(
        f"""What systemd 183 to {facts["newest"]} knows of unit files.

Made by scripts/vocabulary_systemd.py from src/core/load-fragment-gperf.gperf.in and the string tables of every
release; do not edit. `deploylint.vocabulary.systemd` says what the columns mean.
""",
        {
            "NEWEST": ("int", facts["newest"]),
            "SECTIONS": ("dict[str, tuple[str, ...]]", SECTIONS),
            "WORDS": (
                "dict[str, tuple[bool, bool, tuple[str, ...], dict[str, tuple[int, int | None]]]]",
                words_of(facts),
            ),
            "KEYS": ("dict[str, dict[str, Row]]", keys),
        },
        types={
            "Row": "tuple[\n    tuple[tuple[int, str], ...], str, int, int | None, int | None, bool, str,"
            " tuple[str, str] | None, bool, str\n]"
        },
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--git", metavar="DIR")
    parser.add_argument("--dump", metavar="PROGRAM", nargs="?", const="/lib/systemd/systemd")
    arguments = parser.parse_args()
    facts = read_facts("systemd")
    if arguments.dump:
        known = {(row["section"], row["key"]) for row in facts["keys"]}
        for section, key in dumped_keys(arguments.dump):
            if (section, key) not in known:
                print(f"[{section}] {key}= is not in the facts")
        return
    if arguments.git:
        learn_releases(facts, arguments.git)
        write_facts("systemd", facts)
    write_module("systemd", build(facts))


if __name__ == "__main__":
    main()
