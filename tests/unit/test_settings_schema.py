"""The JSON Schema of the settings file agrees with the reader, and what `deploylint settings` prints can be read back."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from deploylint import packs, selection
from deploylint.settings import Settings, SettingsError, load
from deploylint.settings.effective import as_json, as_toml, entries, plain
from deploylint.settings.keys import KEYS
from deploylint.settings.schema import schema
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from unit.test_settings import EVERYTHING
from unit.test_toml_places import quoted, written

NAMES = packs.rule_names(packs.installed_packs())
SCHEMA = schema([name.name for name in NAMES], sorted(selection.families_of(NAMES)))
VALIDATOR = Draft7Validator(SCHEMA)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(text):
    """What the reader says against a settings file; None when it takes it."""
    Path("deploylint.toml").write_text(text, encoding="utf-8")
    try:
        selection.resolved(load("deploylint.toml"), NAMES)
    except SettingsError as error:
        return str(error)
    return None


def test_it_is_a_schema():
    Draft7Validator.check_schema(SCHEMA)
    assert list(SCHEMA["properties"]) == list(KEYS)
    assert all(key.about.endswith(".") for key in KEYS.values())


def test_it_has_every_field_of_the_settings():
    assert {key.replace("-", "_") for key in KEYS} | {"base", "origin"} == set(Settings.__match_args__)


def test_the_manual_has_every_key():
    text = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE) == list(KEYS)


GOOD = [
    "",
    EVERYTHING,
    "select = ['all', 'security', 'nginx-unknown-directive']",
    "target = { python = '3' }",
]
BAD = [
    "selct = []",
    "select = 'nginx'",
    "select = ['nginks']",
    "ignore = [1]",
    "per-file-ignores = { '*' = ['nginks'] }",
    "per-file-ignores = { '*' = 'nginx' }",
    "severity = { nginx = 'note' }",
    "severity = { nginx-unknown-directive = 'fatal' }",
    "pedantic = 1",
    "fail-on = 'info'",
    "baseline = '/a'",
    "baseline = 'a/..'",
    "baseline = ''",
    "exclude = 'x'",
    "target = { nginx = 1.24 }",
    "target = { nginx = '1.' }",
    "target = { apache = '1' }",
    "host-paths = { '/' = 1 }",
    "deployment = {}",
    "deployment = [{}]",
    "deployment = [{ name = 1 }]",
    "deployment = [{ name = 'a', file = [] }]",
    "deployment = [{ name = 'a', host-paths = [] }]",
    "select = 2026-01-01",
]


@pytest.mark.parametrize("text", GOOD)
def test_both_take(here, text):
    assert refusal(text) is None
    assert list(VALIDATOR.iter_errors(tomllib.loads(text))) == []


@pytest.mark.parametrize("text", BAD)
def test_both_refuse(here, text):
    assert refusal(text) is not None
    assert not VALIDATOR.is_valid(tomllib.loads(text))


WORDS = st.sampled_from(
    ["nginx", "all", "nginx-unknown-directive", "1.2", "note", "a/../b", "a..b/c", "/", "", "x"]
)
VALUES = st.recursive(
    WORDS | st.booleans() | st.integers(0, 3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(WORDS | st.sampled_from(list(KEYS)), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*KEYS, "x"]), VALUES, min_size=1, max_size=2))
@examples(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=300,
    deadline=None,
)
def test_they_never_differ(here, data):
    text = "\n".join(f"{quoted(key)} = {written(value)}" for key, value in data.items())
    assert (refusal(text) is None) is VALIDATOR.is_valid(tomllib.loads(text)), text


@pytest.mark.parametrize(
    "text", [*GOOD, 'baseline = "a.json"\n[[deployment]]\nname = "\\u202e\\"é\\u007f"\nfiles = ["a"]']
)
def test_what_is_printed_says_the_same(here, text):
    assert refusal(text) is None
    settings = load("deploylint.toml")
    found = entries(settings, ())
    shown = json.loads(as_json(settings, found))
    assert shown["settings"] == plain(settings)
    assert list(VALIDATOR.iter_errors(shown["settings"])) == []
    assert refusal(as_toml(settings, found)) is None
    assert load("deploylint.toml") == settings
