"""The table of systemd is that of the installed systemd: keys, keys without effect, empty values, fixed words."""

import os
import re
import subprocess

import pytest
from deploylint.vocabulary import systemd

pytestmark = pytest.mark.oracle("systemd")

# [Scope] cannot be loaded from a file; [Target] and [Device] have no keys.
TYPES = {
    "Service": "service",
    "Automount": "automount",
    "Install": "service",
    "Mount": "mount",
    "Path": "path",
    "Slice": "slice",
    "Socket": "socket",
    "Swap": "swap",
    "Timer": "timer",
    "Unit": "service",
}


@pytest.fixture(scope="module")
def version():
    said = subprocess.run(["systemd-analyze", "--version"], capture_output=True, text=True, check=True).stdout
    found = int(re.match(r"systemd (\d+)", said)[1])
    if found > systemd.NEWEST:
        pytest.skip("a release that the vocabulary does not know yet")
    return found


@pytest.fixture
def complaints(tmp_path):
    """File name -> line -> what systemd says of it."""

    def ask(units):
        for name, lines in units.items():
            (tmp_path / name).write_text("\n".join(lines) + "\n")
        environment = {
            **os.environ,
            "LC_ALL": "C",
            "SYSTEMD_LOG_COLOR": "0",
            "SYSTEMD_LOG_LEVEL": "info",
            "SYSTEMD_LOG_TARGET": "console",
            "SYSTEMD_LOG_TIME": "0",
            "SYSTEMD_PAGER": "",
            "SYSTEMD_UNIT_PATH": "",
        }
        command = ["systemd-analyze", "verify", "--man=no", "--generators=no", "--recursive-errors=no"]
        files = [str(tmp_path / name) for name in units]
        said = subprocess.run(
            [*command, *files],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        found = {name: {} for name in units}
        for name, line, text in re.findall(
            r"^\S*/([^/\s:]+):(\d+): (.*)$", said.stderr + said.stdout, re.MULTILINE
        ):
            found[name].setdefault(int(line), []).append(text)
        return found

    return ask


def ask_each_key(complaints, value):
    """A unit for every key: some values make systemd stop reading the file."""
    keys = [systemd.key(section, name) for section in TYPES for name in systemd.keys(section)]
    files = [f"x{number}.{TYPES[key.section]}" for number, key in enumerate(keys)]
    found = complaints(
        {file: [f"[{key.section}]", f"{key.name}={value}"] for file, key in zip(files, keys, strict=True)}
    )
    assert len(keys) > 1000
    return [(key, " ".join(found[file].get(2, []))) for file, key in zip(files, keys, strict=True)]


def test_known_keys(complaints, version):
    wrong = [
        (key.section, key.name, said)
        for key, said in ask_each_key(complaints, "x")
        if ("Unknown key" in said) is key.known_in(version)
    ]
    assert wrong == []


def test_keys_without_effect(complaints, version):
    wrong = [
        (key.section, key.name, said)
        for key, said in ask_each_key(complaints, "x")
        if key.known_in(version)
        and bool(re.search("has been removed|not supported for this unit type", said))
        is key.works_in(version)
    ]
    assert wrong == []


def test_empty_values(complaints, version):
    wrong = [
        (key.section, key.name, key.empty, said)
        for key, said in ask_each_key(complaints, "")
        if key.works_in(version)
        and key.empty
        and key.section != "Install"
        and bool(re.search("ignoring|Ignoring|Failed|Invalid", said)) is not (key.empty == "refused")
    ]
    assert wrong == []


def test_sections(complaints):
    types = [unit_type for unit_type in systemd.unit_types() if unit_type != "scope"]
    names = sorted(systemd.sections() | {"Nope", "service"})
    found = complaints({f"x.{unit_type}": [f"[{name}]" for name in names] for unit_type in types})
    wrong = [
        (unit_type, name)
        for unit_type in types
        for line, name in enumerate(names, 1)
        if any("Unknown section" in said for said in found[f"x.{unit_type}"].get(line, []))
        is (name in systemd.sections_of(unit_type))
    ]
    assert wrong == []


def probes_of(key, version):
    """Values for a key of fixed words, and whether they are taken."""
    taken = systemd.choices(key.parser_in(version), version)
    releases = range(183, systemd.NEWEST + 1)
    for word in set().union(
        *(systemd.choices(key.parser_in(version), release).words for release in releases)
    ):
        yield word, word in taken.words or (taken.boolean and word in ("yes", "no", "on", "off"))
    for word in (
        "nope",
        *(word.upper() for word in sorted(taken.words) if not word.isupper() and not word.isdigit()),
    ):
        yield word, taken.boolean and word in ("YES", "NO", "ON", "OFF")
    for word in ("y", "True", "0"):
        yield word, taken.boolean or word in taken.words or (taken.number and word == "0")
    for prefix in taken.prefixes:
        yield prefix + ("name" if prefix == "fd:" else "/x"), True


def test_words(complaints, version):
    """Every word of every release, on one key of this release for each parser."""
    keys = {}
    for section in TYPES:
        for name in systemd.keys(section):
            key = systemd.key(section, name)
            if key.works_in(version) and systemd.choices(key.parser_in(version), version):
                keys.setdefault(key.parser_in(version), key)
    asked = [(key, *probe) for key in keys.values() for probe in probes_of(key, version)]
    files = [f"x{number}.{TYPES[key.section]}" for number, (key, *_) in enumerate(asked)]
    found = complaints(
        {
            file: [f"[{key.section}]", f"{key.name}={value}"]
            for file, (key, value, _) in zip(files, asked, strict=True)
        }
    )
    bad = re.compile("ignoring|Failed to parse|Invalid")
    wrong = [
        (key.section, key.name, value, said)
        for file, (key, value, good) in zip(files, asked, strict=True)
        for said in [" ".join(found[file].get(2, []))]
        if bool(bad.search(said)) is good
    ]
    assert wrong == []
    assert len(asked) > 300
