"""Real files, where DEPLOYLINT_CORPUS names a folder of them with what nginx says: no fault where nginx finds none."""

import json
import os
import re
from pathlib import Path

import pytest
from deploylint.formats.nginx import parse
from deploylint.formats.nginx.placing import complaints
from deploylint.project import Project
from deploylint.source import Source
from deploylint.tree import MemoryTree

CORPUS = Path(os.environ.get("DEPLOYLINT_CORPUS", "does not exist"))

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="DEPLOYLINT_CORPUS names no folder")


def verdicts():
    text = (CORPUS / "verdicts.json").read_text(encoding="utf-8")
    return {path: verdict["nginx_t"] for path, verdict in json.loads(text)["nginx"]["results"].items()}


def read(path):
    source = Source(path, (CORPUS / path).read_text(encoding="utf-8", errors="surrogateescape"))
    return parse(source)


def test_nothing_is_found_in_files_that_nginx_accepts():
    wrong = []
    for path, verdict in verdicts().items():
        if verdict.get("cls") != "ok":
            continue
        file = read(path)
        project = Project([file], MemoryTree([file.source]), {"nginx": (1, 22, 1)})
        wrong += [(path, problem.message) for problem in file.problems]
        wrong += [(path, complaint.message) for complaint in complaints(file, project)]
    assert not wrong


def test_no_syntax_error_where_nginx_objects_to_something_else_only():
    """nginx stops at its first objection, so that a file may have a syntax error behind it: only what it read counts."""
    wrong = []
    for path, verdict in verdicts().items():
        objection = re.search(r"\[emerg\] (.*) in \S+:(\d+)$", str((verdict.get("lines") or [""])[0]))
        if objection is None or "unexpected" in objection[1]:
            continue
        line = int(objection[2])
        wrong += [
            (path, problem.message)
            for problem in read(path).problems
            if problem.at.end.line < line and not problem.message.startswith("unexpected end of file")
        ]
    assert not wrong
