"""The index of a pack spares imports and changes nothing that anybody sees."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from deploylint import packs, rule_index, run
from deploylint.report import render
from deploylint.report.context import RenderContext
from deploylint.run import Request

ROOT = Path(__file__).parents[2]
PACK = "deploylint_rules"


@pytest.fixture(scope="module")
def names():
    return rule_index.entries(PACK)


def report(request, names=None):
    found, tree, request, own = run.prepared(request)
    outcome = run.check(found, tree, request, own if names is None else names)
    return render("json", outcome.report, RenderContext()), [rule.name for rule in outcome.rules]


@pytest.mark.parametrize("project", sorted(path.name for path in (ROOT / "fixtures" / "projects").iterdir()))
@pytest.mark.parametrize("pedantic", [False, True])
def test_the_same_report_with_and_without_it(names, project, pedantic, monkeypatch):
    monkeypatch.chdir(ROOT / "fixtures" / "projects" / project)
    request = Request((".",), settings=run.Settings(pedantic=pedantic))
    assert report(request, names) == report(request)


@pytest.fixture
def pack(tmp_path, monkeypatch):
    """A pack with a rule that finds, one that visits something else, and one that cannot be imported."""
    folder = tmp_path / "some_rules" / "systemd"
    folder.mkdir(parents=True)
    (tmp_path / "some_rules" / "__init__.py").write_text("")
    text = (
        "from deploylint import Finding, Findings, Severity, rule\n"
        "from deploylint.formats.{format} import {kind}\n\n\n"
        "@rule(Severity.WARNING, named={named})\n"
        "def {name}(node: {kind}) -> Findings:\n"
        '    """Every one."""\n'
        '    yield Finding(node.at, "found")\n'
    )
    for name, format, kind, named in (  # noqa: A001
        ("some_finding", "systemd", "Assignment", ("User",)),
        ("some_other_key", "systemd", "Assignment", ("Group",)),
        ("some_other_kind", "supervisor", "Option", ()),
        ("some_broken", "systemd", "Section", ()),
    ):
        (folder / f"{name}.py").write_text(text.format(name=name, format=format, kind=kind, named=named))
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "some_rules" / "_index.py").write_text(rule_index.written("some_rules"))
    (folder / "some_broken.py").write_text("raise ValueError('broken')\n")
    _forget()
    yield tmp_path / "some_rules"
    _forget()


def _forget():
    for name in [name for name in sys.modules if name.partition(".")[0] == "some_rules"]:
        del sys.modules[name]


def linted(folder, text):
    file = folder / "a.service"
    file.write_text(text)
    found, tree, request, _ = run.prepared(Request((str(file),), extra_packs=("some_rules",)))
    return run.check(found, tree, request, packs.rule_names(["some_rules"])).report


def test_only_rules_with_something_to_visit_are_imported(pack, tmp_path):
    report = linted(tmp_path, "User=web\n")
    assert [(d.rule, d.at.start.line) for d in report.diagnostics] == [("some-finding", 1)]
    assert report.problems == []
    rules = {name.rpartition(".")[2] for name in sys.modules if name.startswith("some_rules.systemd.")}
    assert rules == {"some_finding"}


def test_a_rule_that_cannot_be_imported_is_a_problem(pack, tmp_path):
    report = linted(tmp_path, "[Service]\nUser=web\n")
    assert [d.rule for d in report.diagnostics] == ["some-finding"]
    assert [problem.message for problem in report.problems] == [
        (
            "internal error in rule some-broken: PackError: "
            "some_rules.systemd.some_broken cannot be loaded: ValueError: broken"
        )
    ]


def test_an_index_of_another_version_is_not_read(pack):
    index = pack / "_index.py"
    index.write_text(index.read_text().replace("VERSION = ", "VERSION = 1000"))
    assert {name.visited for name in packs.rule_names(["some_rules"])} == {""}


def test_a_module_of_that_name_may_be_something_else(pack):
    (pack / "_index.py").write_text("NAMES = ['web']\n")
    assert len(packs.rule_names(["some_rules"])) == 4


@pytest.mark.slow
def test_the_wheel_has_one(tmp_path):
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST")}
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path)]
    subprocess.run([*pip, str(ROOT)], check=True, env=environment, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(f"{PACK}/_index.py").decode() == rule_index.written(PACK)
