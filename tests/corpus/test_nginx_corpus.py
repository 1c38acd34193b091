"""Real files that nginx 1.22 takes as they stand: no error on any of them. Needs the folder in `DEPLOYLINT_CORPUS`."""

import json
import os
from pathlib import Path

import pytest
from deploylint import Group, Severity, engine
from deploylint.formats.nginx import parse
from deploylint.project import Project
from deploylint.source import Source
from deploylint.tree import MemoryTree
from support import all_rules

CORPUS = os.environ.get("DEPLOYLINT_CORPUS")
pytestmark = pytest.mark.skipif(not CORPUS, reason="DEPLOYLINT_CORPUS is not set")

RULES = [rule for rule in all_rules().values() if rule.subject == "nginx" and rule.group is Group.VALIDITY]


def accepted():
    """The files with the way in which they were given to nginx: `main`, or inside of `http`, `server`, `location`."""
    verdicts = json.loads((Path(CORPUS) / "verdicts.json").read_text(encoding="utf-8"))["nginx"]["results"]
    for name, verdict in verdicts.items():
        judged = verdict.get("nginx_t") or {}
        if judged.get("cls") == "ok":
            yield name, judged


def found(name, judged):
    text = (Path(CORPUS) / name).read_bytes().decode("utf-8", "surrogateescape")
    source = Source(name, text)
    project = Project([parse(source)], MemoryTree([source]), {"nginx": (1, 22, 1)})
    diagnostics, problems = engine.check(project, RULES)
    assert not problems, problems
    return [
        f"{name}:{one.at.start.line}: {one.rule}: {one.finding.message}"
        for one in diagnostics
        if one.severity is Severity.ERROR and not (judged["events_added"] and one.rule == "nginx-no-events")
    ]


def test_no_error_on_files_that_nginx_takes():
    files = list(accepted())
    assert len(files) > 600
    assert [line for name, judged in files for line in found(name, judged)] == []
