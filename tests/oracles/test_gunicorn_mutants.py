"""Random damage to valid configuration files: gunicorn and we refuse the same ones, at the same place."""

import os
import re
import sys
from pathlib import Path

import pytest
from deploylint import Severity, engine
from deploylint.formats.gunicorn import parse
from deploylint.packs import installed_packs, rule_names
from deploylint.project import Project
from deploylint.source import Source
from deploylint.tree import MemoryTree
from oracles.gunicorn_mutants import NAME, depending, verdicts
from oracles.mutants import changes, mutants

pytestmark = pytest.mark.oracle("gunicorn")

SEED = int(os.environ.get("DEPLOYLINT_SEED", "27"))
MUTANTS = int(os.environ.get("DEPLOYLINT_MUTANTS", "2000"))
VALID = sorted((Path(__file__).parents[2] / "fixtures" / "valid" / "gunicorn").glob("*/gunicorn.conf.py"))
TEXTS = [path.read_text(encoding="utf-8") for path in VALID]
# What gunicorn takes and ignores is an error, too, but no refusal.
IGNORED = frozenset({"gunicorn-unknown-setting", "gunicorn-miscased-setting"})
# No variable is set where gunicorn is asked.
UNSET = "gunicorn-variable-without-default"
# What only the machine knows: the modules and names that are installed, users, files, processors.
MACHINE = re.compile(
    r"ModuleNotFoundError|ImportError: cannot import|AttributeError: module|No such (?:user|group)"
    r"|can't chdir|does not exist|Entry point"
)
# What we do not follow in Python: values taken apart into names, what objects of pathlib hold, annotations, assignments to
# attributes and items, which word of a broken try statement is the first wrong one.
UNREAD = re.compile(
    r"unpack|PosixPath|is read-only|expected 'except' or 'finally' block"
    r"|\n    \w+ ?: ?\w+|\n    \w+(?:\.\w+|\[.*\])+ ?="
)
RULES = [
    rule
    for rule in (name.load() for name in rule_names(installed_packs()) if name.subject == "gunicorn")
    if (rule.severity is Severity.ERROR or rule.name == UNSET) and rule.name not in IGNORED
]


def ours(text):
    """Line and message of each refusal."""
    config = parse(Source(NAME, text))
    found, problems = engine.check(Project([config], MemoryTree([config.source])), RULES)
    assert not problems, problems
    return [
        (one.at.start.line, config.source.position(one.at.span.end).line, one.finding.message)
        for one in found
        if one.severity is Severity.ERROR or one.rule == UNSET
    ]


def is_beyond_us(expected):
    return bool(MACHINE.search(expected["said"]) or UNREAD.search(expected["said"]))


def agrees(expected, found):
    """Same verdict, and where gunicorn names a line or a setting, one of ours is there."""
    if expected is not None and is_beyond_us(expected):
        return True
    if expected is None or not found:
        return (expected is None) == (not found)
    if expected["line"] is not None:
        return any(first <= expected["line"] <= last for first, last, _ in found)
    names = (expected["name"], "class uri")
    if expected["name"] == "logconfig_dict" and "Value is not a dictionary" not in expected["said"]:
        names = ("does not start",)
    return any(name in message for _, _, message in found for name in names)


def test_valid_files_are_taken(tmp_path):
    assert verdicts(tmp_path, TEXTS) == [None] * len(TEXTS)
    assert [ours(text) for text in TEXTS] == [[]] * len(TEXTS)


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
def test_mutants_get_the_same_verdict(tmp_path):
    damaged = list(mutants(TEXTS, MUTANTS, seed=SEED))
    expected = verdicts(tmp_path, [text for _, text in damaged])
    refused = sum(one is not None for one in expected)
    beyond_us = sum(one is not None and is_beyond_us(one) for one in expected)
    assert refused > MUTANTS / 5
    assert beyond_us < MUTANTS / 8
    differing = [
        (number, text, one, found)
        for (number, text), one in zip(damaged, expected, strict=True)
        if not agrees(one, found := ours(text))
    ]
    # What only some machines or variables spoil may be told or left alone.
    by_machine = depending(tmp_path, [text for _, text, _, _ in differing])
    left = [one for one, depends in zip(differing, by_machine, strict=True) if not depends]
    told = [f"{refused} refused, {beyond_us} beyond us, {sum(by_machine)} by machine, {len(left)} differ"]
    for number, text, one, found in left:
        told += ["", *changes(TEXTS[number], text), f"gunicorn: {one}", f"deploylint: {found}"]
    sys.stdout.write("\n".join(told))
    assert sum(by_machine) <= MUTANTS / 100
    assert len(left) <= MUTANTS / 100
