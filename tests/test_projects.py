"""The fixture projects: whole deployments with the findings that they must give, and no others.

`fixtures/projects/<name>/expected.txt` holds the concise report of a run in that folder. To write
them anew after a change that was looked at: `DEPLOYLINT_UPDATE=1 pytest tests/test_projects.py`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from deploylint import documentation
from deploylint.formats import FORMATS
from support import all_rules

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


@pytest.mark.parametrize("options", [["--fix"], ["--fix", "--unsafe-fixes", "--pedantic"]], ids=" ".join)
@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_fixes_bring_nothing_new_and_leave_nothing_to_fix(project, options, tmp_path):
    folder = tmp_path / "project"
    shutil.copytree(project, folder)
    before = places(concise(folder, "--pedantic", "--root", ".", "."))
    command = [sys.executable, "-m", "deploylint", "--isolated", *options, "--root", ".", "."]
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    again = subprocess.run([*command, "--diff"], cwd=folder, capture_output=True, text=True, check=False)
    assert not again.stdout
    after = places(concise(folder, "--pedantic", "--root", ".", "."))
    assert rules_of(after) <= rules_of(before)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_part_of_a_repository_gives_the_same(project):
    """The root is then a folder above: that of the whole repository."""
    found = concise(project, "--root", "../../..", ".")
    assert found == (project / "expected.txt").read_text(encoding="utf-8")


def test_nothing_is_paired_across_projects():
    """Linted together, the projects give exactly what each of them gives alone."""
    together = places(concise(PROJECTS[0].parent, *[project.name for project in PROJECTS]))
    alone = [
        f"{project.name}/{place}"
        for project in PROJECTS
        for place in places((project / "expected.txt").read_text(encoding="utf-8"))
    ]
    assert together == sorted(alone)


def test_every_fault_across_files_is_in_a_project():
    """Each rule of the deployment, and each whose own example takes several files, is found in some project."""
    across = {
        rule.name
        for rule in all_rules().values()
        if rule.subject == "deployment" or (rule.subject in FORMATS and len(example(rule.documentation)) > 1)
    }
    report = concise(PROJECTS[0].parent, "--pedantic", *[project.name for project in PROJECTS])
    assert across - set(re.findall(r"\[([a-z0-9-]+)\]: ", report)) == set()


def example(text):
    return documentation.read(text).example("Example")


def places(report):
    """`path:line:column: severity[rule]` of every finding; messages may name paths."""
    return sorted(line.partition("]: ")[0] for line in report.splitlines()[:-1])


def rules_of(found):
    return Counter(place.rpartition(": ")[2] for place in found)
