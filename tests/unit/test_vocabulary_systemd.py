import pytest
from deploylint.vocabulary import systemd


@pytest.mark.parametrize(
    ("section", "name", "version", "known", "works"),
    [
        ("Service", "ExecStart", 183, True, True),
        ("Service", "RestartMode", 253, False, False),
        ("Service", "RestartMode", 254, True, True),
        ("Service", "NetClass", 252, True, False),
        ("Service", "MemoryLimit", 257, True, True),
        ("Service", "MemoryLimit", 258, True, False),
        ("Service", "TCPWrapName", 211, True, True),
        ("Service", "TCPWrapName", 212, False, False),
    ],
)
def test_versions_of_a_key(section, name, version, known, works):
    key = systemd.key(section, name)
    assert (key.known_in(version), key.works_in(version)) == (known, works)


def test_an_unknown_key():
    assert systemd.key("Service", "execstart") is None
    assert systemd.key("Unit", "ExecStart") is None
    assert systemd.key("Nope", "ExecStart") is None


def test_what_a_further_line_and_an_empty_value_do():
    said = {name: systemd.key("Service", name) for name in ("Environment", "User", "Type", "ExecStart")}
    assert {name: (key.adds, key.empty) for name, key in said.items()} == {
        "Environment": (True, "resets"),
        "ExecStart": (True, "resets"),
        "Type": (False, "refused"),
        "User": (False, "default"),
    }
    assert systemd.key("Unit", "After").empty == "nothing"


def test_the_parser_of_a_version():
    key = systemd.key("Service", "ProtectControlGroups")
    assert key.parser_in(252) == "config_parse_bool"
    assert key.parser_in(257) == key.parser == "config_parse_protect_control_groups"


@pytest.mark.parametrize(
    ("section", "name", "replacement"),
    [
        ("Service", "StartLimitInterval", ("Unit", "StartLimitIntervalSec")),
        ("Slice", "CPUShares", ("Slice", "CPUWeight")),
        ("Unit", "BindTo", ("Unit", "BindsTo")),
        ("Service", "ExecStart", None),
    ],
)
def test_replacements(section, name, replacement):
    assert systemd.key(section, name).replacement == replacement


def test_every_replacement_is_a_key_that_works():
    for section in systemd.sections():
        for name in systemd.keys(section):
            replacement = systemd.key(section, name).replacement
            assert replacement is None or systemd.key(*replacement).works_in(systemd.NEWEST)


def test_choices():
    assert "notify-reload" not in systemd.choices("config_parse_service_type", 252).words
    assert "notify-reload" in systemd.choices("config_parse_service_type", 253).words
    assert systemd.word_since("config_parse_service_type", "notify-reload") == 253
    assert systemd.choices("config_parse_protect_system").boolean
    assert "file:" in systemd.choices("config_parse_exec_output").prefixes
    assert systemd.choices("config_parse_emergency_action", 200).words >= {"none", "reboot"}
    assert systemd.choices("config_parse_exec") is None


def test_sections():
    assert systemd.sections_of("timer") == ("Unit", "Timer", "Install")
    assert systemd.sections_with("ExecStart", "service") == ("Service",)
    assert systemd.sections_with("OnCalendar") == ("Timer",)
    assert systemd.section_known("Target")
    assert not systemd.section_known("service")


def test_well_known_units():
    assert systemd.well_known_unit("network-online.target")
    assert systemd.well_known_unit("postgresql.service")
    assert not systemd.well_known_unit("network-onilne.target")
