"""The page about safety names only tests that exist, and some for every promise that a test can hold."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PROMISES = re.findall(r"^\| ([A-Z`][^|]*\.) \| ([^|]*) \| ([^|]*) \|$", PAGE, re.MULTILINE)
UNTESTED = {"Nothing is connected to."}


def test_every_test_that_is_named_exists():
    named = re.findall(r"`(tests/[^`]+)`", PAGE)
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_promise_has_a_test():
    assert len(PROMISES) > 10
    assert {promise for promise, _, tests in PROMISES if "`tests/" not in tests} == UNTESTED


def test_every_test_of_hostile_input_holds_a_promise():
    files = {f"tests/hostile/{path.name}" for path in (ROOT / "tests" / "hostile").glob("test_*.py")}
    assert files <= set(re.findall(r"`(tests/hostile/[^`]+)`", PAGE))
