"""The comment that silences a finding, tried on every finding of the projects in `fixtures/`."""

from collections import Counter
from pathlib import Path

import pytest
from deploylint import engine, suppression
from deploylint.fixing import apply_edits
from deploylint.language_server.silencing import silencing
from deploylint.source import Source
from support import all_rules, check_sources, project_of

PROJECTS = sorted(
    path for path in (Path(__file__).parents[2] / "fixtures" / "projects").iterdir() if path.is_dir()
)


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda path: path.name)
def test_every_finding_can_be_silenced_above_its_statement_and_nothing_else_changes(folder):
    sources = [
        Source(path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    project = project_of(sources)
    found, _ = engine.check(project, all_rules().values())
    documents = {id(document.source): document for document in project.documents}
    before = told(check_sources(sources))
    for diagnostic in found:
        edit = silencing(documents[id(diagnostic.at.source)], diagnostic)
        assert edit is not None, diagnostic
        texts = apply_edits([edit])
        after = told(check_sources([Source(s.path, texts.get(s.path, s.text)) for s in sources]))
        assert (diagnostic.rule, diagnostic.at.path, diagnostic.finding.message) in before
        assert after < before, diagnostic


def told(diagnostics):
    return Counter(
        (diagnostic.rule, diagnostic.at.path, diagnostic.finding.message)
        for diagnostic in diagnostics
        if all_rules()[diagnostic.rule].subject != suppression.SUBJECT
    )
