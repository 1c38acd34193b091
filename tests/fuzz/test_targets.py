"""What holds for any text, tried on texts near each grammar, on cases that once broke it, and by the fuzzer itself."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from fuzz.seeds import CASES, pieces, seeds
from fuzz.targets import TARGETS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NOISE = [
    *" \t\n\r{}[]();:=,.#'\"\\$%@!~*/+-<>|&^?0aZ_\0\x0b\x0c\x7f\x85\xa0é\u2028\ufeff\udcff",
    "\r\n",
    "\\\n",
    "${",
    "{{",
    "{%",
    "%(",
]
SLOW = {"project": 25, "report": 25, "values": 25}  # examples of what takes milliseconds each
KEPT = [(case.parent.name, case) for case in sorted(CASES.glob("*/*"))]


@st.composite
def near(draw, target):
    """A text of the target's language, changed in some places, or put together of its words."""
    text = draw(
        st.sampled_from(seeds(target)) | st.lists(st.sampled_from(pieces(target)), max_size=25).map("".join)
    )
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 3, 30, 300])))
        text = (
            text[:start]
            + draw(st.sampled_from(NOISE) | st.sampled_from(pieces(target)) | st.text(max_size=3))
            + text[end:]
        )
    return text


@pytest.mark.parametrize("target", TARGETS)
def test_texts_near_the_grammar(target):
    @settings(
        max_examples=SLOW.get(target, 50),
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )
    @given(near(target))
    def check(text):
        TARGETS[target](text)

    check()


@pytest.mark.parametrize(("target", "case"), KEPT, ids=[f"{target}-{case.name}" for target, case in KEPT])
def test_what_was_found_once(target, case):
    TARGETS[target](case.read_bytes().decode("utf-8", "surrogateescape"))


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed")
def test_the_fuzzer_shows_what_it_finds(tmp_path):
    program = Path(__file__).with_name("run.py")
    done = subprocess.run(
        [
            sys.executable,
            program,
            "broken",
            "--module",
            "fuzz.broken",
            "--cases",
            tmp_path,
            "--runs",
            "200000",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    (case,) = (tmp_path / "broken").iterdir()
    assert f"crash in broken, kept as {case}:\n{case.read_bytes()!r}\n" in done.stdout
    assert b"{{" in case.read_bytes()
