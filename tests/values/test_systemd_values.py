"""Every check of a systemd setting against what systemd 252 itself said to 171,832 probes."""

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest
from deploylint.values.errors import InvalidValue
from deploylint.values.systemd_types import check, checks

FIXTURE = Path(__file__).parents[2] / "fixtures" / "oracles" / "systemd-values-252.json.gz"

# `%i` is empty in the units of the probes, which are no templates, so systemd refuses what it leaves. In the instance
# of a template it may stand for anything; deploylint reads the value alone and lets it pass.
KNOWN: dict[str, frozenset[str]] = {
    "config_parse_bind_paths": frozenset({"%i", "%i.service"}),
    "config_parse_colon_separated_paths": frozenset({"%i", "%i.service"}),
    "config_parse_extension_images": frozenset({"%i", "%i.service"}),
    "config_parse_ip_filter_bpf_progs": frozenset({"%i", "%i.service"}),
    "config_parse_namespace_path_strv": frozenset({"%i", "%i.service"}),
    "config_parse_path_spec": frozenset({"%i", "%i.service"}),
    "config_parse_socket_listen": frozenset({"%i", "%i.service"}),
    "config_parse_temporary_filesystems": frozenset({"%i", "%i.service"}),
    "config_parse_unit_condition_path": frozenset({"%i", "%i.service"}),
    "config_parse_unit_env_file": frozenset({"%i", "%i.service"}),
    "config_parse_unit_path_strv_printf": frozenset({"%i", "%i.service"}),
    "config_parse_unit_requires_mounts_for": frozenset({"%i", "%i.service"}),
    "config_parse_working_directory": frozenset({"%i", "%i.service"}),
    "config_parse_bus_name": frozenset({"%i.service"}),
    "config_parse_obsolete_unit_deps": frozenset({"%i.service"}),
    "config_parse_socket_service": frozenset({"%i.service"}),
    "config_parse_trigger_unit": frozenset({"%i.service"}),
    "config_parse_unit_deps": frozenset({"%i.service"}),
    "config_parse_unit_path_printf": frozenset({"%i.service"}),
    "config_parse_exec": frozenset({"%i", "/tmp/%i"}),
    "config_parse_exec_directories": frozenset({"%i"}),
    "config_parse_load_credential": frozenset({"%i"}),
    "config_parse_log_namespace": frozenset({"%i"}),
    "config_parse_pass_environ": frozenset({"%i"}),
    "config_parse_timer": frozenset({"%i"}),
    "config_parse_unset_environ": frozenset({"%i"}),
    "config_parse_user_group_compat": frozenset({"%i"}),
    "config_parse_user_group_strv_compat": frozenset({"%i"}),
}


class Probe(NamedTuple):
    section: str
    directive: str
    parser: str
    value: str
    accepted: bool
    words: tuple[str, ...]


def probes() -> list[Probe]:
    with gzip.open(FIXTURE, "rt", encoding="utf-8") as stream:
        data = json.load(stream)
    verdicts = [frozenset(numbers) for numbers in data["rejected"]]
    return [
        Probe(
            section,
            directive,
            parser,
            value,
            number not in verdicts[verdict],
            tuple(data["words"].get(words, ())),
        )
        for section, directive, parser, words, verdict in data["keys"]
        for number, value in enumerate(data["values"])
    ]


def accepts(probe: Probe) -> bool:
    try:
        check(probe.parser, probe.value, directive=probe.directive, words=probe.words, version=252)
    except InvalidValue:
        return False
    return True


@pytest.fixture(scope="module")
def disagreements() -> list[Probe]:
    return [probe for probe in probes() if accepts(probe) != probe.accepted]


def test_all_probes_are_there() -> None:
    assert len(probes()) == 171_832


def test_agrees_with_systemd(disagreements: list[Probe]) -> None:
    assert len(disagreements) / len(probes()) <= 0.005


def test_each_disagreement_is_known(disagreements: list[Probe]) -> None:
    unknown: dict[str, set[tuple[str, str, bool]]] = defaultdict(set)
    for probe in disagreements:
        if probe.value not in KNOWN.get(probe.parser, frozenset()):
            unknown[probe.parser].add((probe.directive, probe.value, probe.accepted))
    assert not unknown


def test_each_known_disagreement_is_real(disagreements: list[Probe]) -> None:
    met = {(probe.parser, probe.value) for probe in disagreements}
    assert {(parser, value) for parser, values in KNOWN.items() for value in values} <= met


def test_every_parser_is_checked() -> None:
    unchecked = {probe.parser for probe in probes() if not checks(probe.parser)}
    # The keys of [Install] have no parser: systemctl enable reads them.
    assert unchecked == {"NULL"}
