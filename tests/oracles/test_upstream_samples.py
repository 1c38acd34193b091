"""What the programs themselves ship: no error, and no warning that its authors would dispute."""

from pathlib import Path

import pytest
from deploylint import Severity
from deploylint.reading import read_text
from deploylint.source import Source
from support import all_rules, check_sources

UNITS = Path("/lib/systemd/system")
SUFFIXES = {".service", ".socket", ".timer", ".path", ".target", ".slice", ".mount", ".conf"}


def said(sources):
    rules = [rule for rule in all_rules().values() if not rule.pedantic]
    return [
        f"{one.at}: {one.rule}" for one in check_sources(sources, rules) if one.severity is not Severity.NOTE
    ]


@pytest.mark.oracle("supervisor")
def test_the_sample_of_supervisor():
    import supervisor

    text = (Path(supervisor.__file__).parent / "skel" / "sample.conf").read_text(encoding="utf-8")
    assert "[supervisord]" in text
    assert said([Source("supervisord.conf", text)]) == []


@pytest.mark.oracle("systemd")
@pytest.mark.skipif(not UNITS.is_dir(), reason="no units are installed")
def test_the_units_of_the_distribution():
    paths = [path for path in sorted(UNITS.rglob("*")) if path.suffix in SUFFIXES and path.is_file()]
    sources = [
        Source(str(path.relative_to("/")), read_text(str(path))) for path in paths if path.stat().st_size
    ]
    assert len(sources) > 50
    assert said(sources) == []
