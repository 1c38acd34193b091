"""Every file of a corpus through the whole pipeline: no crash, no long wait, no syntax error that the program denies.

DEPLOYLINT_CORPUS names the folder: files by kind, and `verdicts.json` with what the real programs say of each.
"""

import json
import os
import time
from pathlib import Path

import pytest
from deploylint import engine, formats
from deploylint.project import Project
from deploylint.reading import read_text
from deploylint.recognition import recognise
from deploylint.source import Source
from deploylint.tree import MemoryTree
from support import all_rules

CORPUS = Path(os.environ.get("DEPLOYLINT_CORPUS", ""))
KINDS = ("compose", "nginx", "supervisor", "systemd", "systemd-fuzz", "uwsgi")
SECONDS = 1.0

pytestmark = pytest.mark.skipif(
    "DEPLOYLINT_CORPUS" not in os.environ, reason="DEPLOYLINT_CORPUS names no folder"
)


def accepts(kind, verdict):
    """Whether the real program accepts the file as it stands, templates apart."""
    match kind:
        case "nginx":
            return verdict["nginx_t"].get("cls") == "ok" and not verdict["nginx_t"].get("stubbed_includes")
        case "systemd":
            return "skipped" not in verdict and not verdict["templated"] and not verdict["parse_lines"]
        case "supervisor":
            return not verdict["templated"] and verdict["lenient"]["ok"]
        case "compose":
            return not verdict["templated"] and verdict["yaml"] == "ok" and not verdict["duplicate_keys"]


def lint(path):
    """(format, diagnostics, problems, seconds) of one file alone."""
    name = path.relative_to(CORPUS).as_posix()
    source = Source(name, read_text(str(path)))
    # Fuzz seeds have no endings and begin with the type of unit that they are for.
    kind = "systemd" if name.startswith("systemd-fuzz/") else recognise(name, source.text)
    if kind is None:
        return None, [], [], 0.0
    started = time.process_time()
    project = Project([formats.load(kind).parse(source)], MemoryTree([source]))
    diagnostics, problems = engine.check(project, all_rules().values())
    return kind, diagnostics, problems, time.process_time() - started


@pytest.mark.parametrize("kind", KINDS)
def test_no_crash_and_no_long_wait(kind):
    slow, problems, checked = [], [], 0
    for path in sorted(path for path in (CORPUS / kind).rglob("*") if path.is_file()):
        recognised, _, found, seconds = lint(path)
        checked += recognised is not None
        problems += [(str(path), problem.message) for problem in found]
        # Something else on the machine may have got in the way once.
        if seconds > SECONDS and min(lint(path)[3] for _ in range(3)) > SECONDS:
            slow.append((str(path), seconds))
    assert checked > 50
    assert not problems
    assert not slow


@pytest.mark.parametrize("program", ["compose", "nginx", "supervisor", "systemd"])
def test_no_syntax_error_where_the_program_accepts(program):
    verdicts = json.loads((CORPUS / "verdicts.json").read_text(encoding="utf-8"))[program]["results"]
    wrong, accepted = [], 0
    for name, verdict in verdicts.items():
        if not name.startswith(f"{program}/") or not accepts(program, verdict):
            continue
        accepted += 1
        _, diagnostics, _, _ = lint(CORPUS / name)
        wrong += [str(found.at) for found in diagnostics if found.rule.endswith("-syntax-error")]
    assert accepted > 30
    assert not wrong
