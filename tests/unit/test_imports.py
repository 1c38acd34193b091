"""Who may import whom, what a small run must not load, and what the source must not hold."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import deploylint
import deploylint_rules
import pytest
from deploylint import rule_index

LINTER = Path(deploylint.__path__[0])
RULES = Path(deploylint_rules.__path__[0])
GENERATED = (LINTER / "syntax" / "compiled", LINTER / "vocabulary" / "data", LINTER / "amalgamated")

# Each of them takes longer to load than a small run may; `ast` and `inspect` come with `dataclasses`.
HEAVY = frozenset(
    "lark rich yaml json pathspec dataclasses inspect ast importlib.metadata email tomllib xml logging "
    "ipaddress locale pickle typing signal resource deploylint.formats.python.parser "
    "deploylint.vocabulary.defaults".split()
)

FILES = {
    "web.service": "[Service]\nExecStart=/srv/shop/bin/gunicorn shop:app\nUsre=x\n",
    "nginx.conf": "events {}\nhttp {\n    server {\n        lisen 80;\n    }\n}\n",
}


def sources(*roots):
    return sorted(
        path
        for root in roots
        for path in root.rglob("*.py")
        if not any(path.is_relative_to(folder) for folder in GENERATED)
    )


def imported(path):
    """The modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module


def test_the_linter_imports_no_rule():
    found = {
        path: [n for n in imported(path) if n.startswith("deploylint_rules")] for path in sources(LINTER)
    }
    assert {path: names for path, names in found.items() if names} == {}


def test_rules_import_the_linter_and_the_standard_library_only():
    allowed = {*sys.stdlib_module_names, "deploylint", "deploylint_rules"}
    found = {
        path: [n for n in imported(path) if n.partition(".")[0] not in allowed] for path in sources(RULES)
    }
    assert {path: names for path, names in found.items() if names} == {}


def test_rules_import_no_other_rule():
    """What rules share is in modules whose names begin with an underscore, in their own subject."""
    for path in sources(RULES):
        for name in imported(path):
            if name.startswith("deploylint_rules"):
                subject, _, module = name.removeprefix("deploylint_rules.").partition(".")
                assert (subject, module[:1]) == (path.parent.name, "_"), f"{path} imports {name}"


def test_rules_read_no_files():
    for path in sources(RULES):
        assert not {"os", "pathlib", "subprocess", "socket", "importlib"} & set(imported(path)), path


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder for PYTHONPATH that holds the rules as they are in the wheel, with their index."""
    folder = tmp_path_factory.mktemp("installed")
    pack = folder / "deploylint_rules"
    shutil.copytree(RULES, pack, ignore=shutil.ignore_patterns("__pycache__"))
    (pack / "_index.py").write_text(rule_index.written("deploylint_rules"))
    return folder


def loaded(folder, name, pythonpath):
    """The modules that a run on one file of FILES needs. An editable installation loads a few before, by itself.

    What a wheel loads together is not loaded so.
    """
    (folder / name).write_text(FILES[name])
    script = (
        "import sys\nbefore = set(sys.modules)\nfrom deploylint.cli import run\n"
        "from deploylint import amalgamation\namalgamation.load = lambda group: False\n"
        f"status = run(['--isolated', '--output-format', 'text', {name!r}])\n"
        "print(status, *sorted(set(sys.modules) - before), file=sys.stderr)\n"
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(pythonpath)},
        capture_output=True,
        text=True,
        check=True,
    )
    status, *modules = done.stderr.split()
    assert status == "1", done.stdout
    return modules


@pytest.mark.parametrize(
    ("name", "most", "absent"),
    [
        ("web.service", (76, 156), ("deploylint.formats.nginx", "deploylint.vocabulary.nginx")),
        ("nginx.conf", (32, 112), ("deploylint.formats.systemd", "deploylint.model.assembly")),
    ],
)
def test_a_small_run_loads_little(name, most, absent, tmp_path, installed):
    """`most` are the modules of rules and of the linter: about what it takes today."""
    modules = [one for one in loaded(tmp_path, name, installed) if ".amalgamated" not in one]
    assert HEAVY & {*modules, *(module.partition(".")[0] for module in modules)} == set()
    assert [module for module in modules if module.startswith(absent)] == []
    assert sum(module.startswith("deploylint_rules.") for module in modules) <= most[0]
    assert sum(module.startswith("deploylint.") for module in modules) <= most[1]


FURTHER_PROCESSES = {LINTER / "forks.py", LINTER / "parallel.py", LINTER / "reading_ahead.py"}


@pytest.mark.parametrize(
    ("standard", "own"),
    [("dataclasses", "dataclass.py"), ("enum", "enumeration.py"), ("typing", "typed.py")],
)
def test_what_every_run_needs_comes_from_a_module_of_ours(standard, own):
    """That module says why. An editor's server and further processes are not started for every commit."""
    for path in sources(LINTER, RULES):
        late = LINTER / "language_server" in path.parents or path in FURTHER_PROCESSES
        for_checkers = f"\n    from {standard} import " in path.read_text(encoding="utf-8")
        if not late and not for_checkers and path != LINTER / own:
            assert standard not in set(imported(path)), f"{path}: import from deploylint.{own[:-3]}"


@pytest.mark.parametrize("path", sources(LINTER, RULES), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_source(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, "split it"
    assert not re.search(r"\b(?:TODO|FIXME|XXX)\b", text), "finish it, or write an issue"
    assert not re.search(r"/(?:work/(?:main|shared)|opt/venv)\b", text), "a path of one machine"
