"""The defaults of systemd are what the installed one says when it is asked again."""

import importlib.util
import subprocess
from pathlib import Path

import pytest
from deploylint.vocabulary import defaults

pytestmark = pytest.mark.oracle("systemd")

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location(
        "vocabulary_defaults_systemd", SCRIPTS / "vocabulary_defaults_systemd.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_installed_systemd_takes_what_is_said(script):
    said = subprocess.run(["systemd-analyze", "--version"], capture_output=True, text=True, check=True).stdout
    if not said.startswith(f"systemd {defaults.SYSTEMD_RELEASE} "):
        pytest.skip(f"the defaults are those of {defaults.SYSTEMD_RELEASE}")
    assert script.learn(defaults.SYSTEMD_RELEASE) == defaults.SYSTEMD


def test_a_value_that_systemd_complains_of_is_no_default(script):
    """It would be printed like a unit without it."""
    assert script.dumps({"probe.service": f"{script.SERVICE}Restart=maybe\n"}) == {}
    [printed] = script.dumps({"probe.service": f"{script.SERVICE}Restart=always\n"}).values()
    assert "Restart: always" in printed
