"""Regular expressions whose compiled form a wheel has."""

import json
import re

from deploylint import pattern
from support import wheel_script


def test_the_compiled_form_of_a_pattern_is_the_one_that_python_makes(monkeypatch):
    monkeypatch.setattr(pattern, "_saved", {})  # what this test's own installation may have
    build = wheel_script("patterns")
    listed = json.loads(build.LIST.read_text(encoding="utf-8"))["patterns"]
    assert len(listed) > 50
    for text, flags in listed:
        assert pattern._from_saved(build.saved(text, flags)) == pattern.compiled(text, flags), text


def test_a_pattern_is_made_of_its_compiled_form_once(monkeypatch):
    build = wheel_script("patterns")
    monkeypatch.setattr(pattern, "_saved", {("a+b", 0): build.saved("a+b", 0)})
    monkeypatch.setattr(pattern, "_made", {})
    first = pattern.compiled("a+b")
    assert first.fullmatch("aab")
    assert pattern.compiled("a+b") is first
    assert first is not re.compile("a+b")
