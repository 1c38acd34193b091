"""The fixture projects: whole deployments with the findings that they must give, and no others.

`fixtures/projects/<name>/expected.txt` holds the concise report of a run in that folder. To write
them anew after a change that was looked at: `DEPLOYLINT_UPDATE=1 pytest tests/test_projects.py`.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECTS = sorted((Path(__file__).parents[1] / "fixtures" / "projects").iterdir())


def concise(folder, *paths):
    command = [sys.executable, "-m", "deploylint", "--isolated", "--output-format", "concise", *paths]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert not result.stderr
    return result.stdout


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_findings_of_a_project(project):
    expected = project / "expected.txt"
    found = concise(project, "--root", ".", ".")
    if os.environ.get("DEPLOYLINT_UPDATE"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


def test_nothing_is_paired_across_projects():
    """Linted together, the projects give exactly what each of them gives alone."""
    together = places(concise(PROJECTS[0].parent, *[project.name for project in PROJECTS]))
    alone = [
        f"{project.name}/{place}"
        for project in PROJECTS
        for place in places((project / "expected.txt").read_text(encoding="utf-8"))
    ]
    assert together == sorted(alone)


def places(report):
    """`path:line:column: severity[rule]` of every finding; messages may name paths."""
    return sorted(line.partition("]: ")[0] for line in report.splitlines()[:-1])
