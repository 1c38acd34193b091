"""What people copy into their CI: the GitHub action, the container recipe and the examples of `docs/ci.md`."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import check_jsonschema
import pytest
import yaml
from jsonschema import validators

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
SCHEMAS = Path(check_jsonschema.__path__[0]) / "builtin_schemas" / "vendor"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
RUN = {step["name"]: step for step in STEPS if "run" in step}
DOCUMENT = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")

UNIT = "[Service]\nType=oneshot\nExecStart=/usr/bin/backup\nRestrat=no\n"


def keeps(schema, data):
    """Assert that data keeps one of the schemas that the hosts publish (SchemaStore)."""
    rules = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    validators.validator_for(rules)(rules).validate(data)


def example(title):
    """The YAML fence of `docs/ci.md` with this title."""
    [text] = re.findall(
        rf'^```yaml title="{re.escape(title)}"\n(.*?)^```$', DOCUMENT, re.MULTILINE | re.DOTALL
    )
    data = yaml.safe_load(text)
    # `on` is true in YAML 1.1, which is what PyYAML reads; GitHub reads YAML 1.2.
    return {"on" if key is True else key: value for key, value in data.items()}


def test_the_action_keeps_the_schema_of_actions():
    keeps("github-actions", ACTION)


def test_no_script_of_the_action_has_an_expression_in_it():
    """GitHub puts the value into the text of the script, and bash would run it."""
    for name, step in RUN.items():
        assert "${{" not in step["run"], name


def test_every_input_is_used_and_every_expression_names_one():
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == set(ACTION["inputs"])


def test_what_the_action_uses_is_pinned():
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    used = re.findall(r"uses: (.*)", text)
    assert len(used) == 2
    assert all(re.fullmatch(r"[\w/.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one) for one in used), used


@pytest.fixture
def runner(tmp_path):
    """What a runner gives to a step, and a function that runs one with some inputs."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "backup.service").write_text(UNIT)
    temporary = tmp_path / "temporary"
    (temporary / "deploylint" / "bin").mkdir(parents=True)
    files = {name: tmp_path / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("before\n")

    def run(name, **variables):
        step = RUN[name]
        defaults = {
            variable: ACTION["inputs"][named[1]]["default"]
            for variable, value in step["env"].items()
            if (named := re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", value))
        }
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8",
            "RUNNER_TEMP": str(temporary), "GITHUB_ACTION_PATH": str(run.action),
            **{name: str(file) for name, file in files.items()}, **defaults, **variables,
        }  # fmt: skip
        # As the runner calls `shell: bash`.
        script = tmp_path / "step.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        run.said = done.stderr
        return done

    run.project, run.temporary, run.files, run.action, run.said = project, temporary, files, ROOT, ""
    return run


@pytest.fixture
def installed(runner):
    (runner.temporary / "deploylint" / "bin" / "deploylint").symlink_to(BIN / "deploylint")
    return runner


def test_the_lint_step(installed):
    done = installed("Lint", FORCE_COLOR="1")
    assert done.returncode == 1, done.stderr
    assert "backup.service:4:1" in done.stdout
    assert "\x1b[" in done.stdout
    assert "::error title=deploylint (systemd-unknown-key),file=backup.service,line=4" in done.stdout
    summary = installed.files["GITHUB_STEP_SUMMARY"].read_text()
    assert summary.startswith("before\n### deploylint")
    assert summary.count("| error |") == 1
    output = installed.files["GITHUB_OUTPUT"].read_text()
    sarif = Path(re.fullmatch(r"before\nsarif-file=(.*)\n", output)[1])
    assert json.loads(sarif.read_text())["runs"][0]["results"][0]["ruleId"] == "systemd-unknown-key"


def test_the_lint_step_on_a_sound_project_and_without_a_summary(installed):
    (installed.project / "backup.service").write_text(UNIT.replace("Restrat", "Restart"))
    done = installed("Lint", DEPLOYLINT_SUMMARY="false")
    assert done.returncode == 0, done.stderr
    assert installed.files["GITHUB_STEP_SUMMARY"].read_text() == "before\n"


def test_the_lint_step_takes_arguments_and_paths_line_by_line(installed):
    (installed.project / "two words").mkdir()
    (installed.project / "two words" / "clean.service").write_text(UNIT)
    done = installed(
        "Lint",
        DEPLOYLINT_ARGS="--fail-on=never\n--output-format\nconcise",
        DEPLOYLINT_PATHS="two words\n",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("two words/clean.service:4:1: error")
    assert "backup.service" not in done.stdout


@pytest.mark.parametrize("variable", ["DEPLOYLINT_PATHS", "DEPLOYLINT_ARGS", "DEPLOYLINT_SUMMARY"])
@pytest.mark.parametrize(
    "text", ["$(touch pwned)", "`touch pwned`", "; touch pwned", "'; touch pwned; '", "a\n\n$(touch pwned)"]
)
def test_inputs_are_never_run(installed, variable, text):
    installed("Lint", **{variable: text})
    assert sorted(path.name for path in installed.project.iterdir()) == ["backup.service"]


def test_wrong_arguments_fail_the_step(installed):
    done = installed("Lint", DEPLOYLINT_ARGS="--no-such-option")
    assert done.returncode == 2
    assert installed.files["GITHUB_OUTPUT"].read_text() == "before\n"


@pytest.fixture
def python(runner):
    """A Python that makes a virtual environment whose pip notes what it is asked to install."""
    stub = runner.temporary / "python"
    pip = runner.temporary / "deploylint" / "bin" / "pip"
    stub.write_text(
        f"#!/bin/sh\necho \"$@\" >>'{runner.temporary}/log'\nprintf '#!/bin/sh\\necho \"$@\" >>{runner.temporary}/log' >'{pip}'\nchmod +x '{pip}'\n"
    )
    stub.chmod(0o755)
    return stub


@pytest.mark.parametrize(
    ("version", "package"),
    [("", str(ROOT)), ("0.1.0", "deploylint==0.1.0"), ("1.2rc1", "deploylint==1.2rc1")],
)
def test_the_install_step(runner, python, version, package):
    done = runner("Install deploylint", DEPLOYLINT_PYTHON=str(python), DEPLOYLINT_VERSION=version)
    assert (done.returncode, done.stderr) == (0, "")
    made, installed = (runner.temporary / "log").read_text().splitlines()
    assert made == f"-m venv {runner.temporary}/deploylint"
    assert installed.split()[-1] == package


@pytest.mark.parametrize(
    "version", ["latest", "1.0 --index-url=http://evil", "1.0;touch pwned", "$(touch pwned)", "-e", "1.0\n2"]
)
def test_the_install_step_refuses_what_is_no_version(runner, python, version):
    done = runner("Install deploylint", DEPLOYLINT_PYTHON=str(python), DEPLOYLINT_VERSION=version)
    assert done.returncode == 2
    assert done.stdout == "::error::the input version of deploylint is no version such as 0.1.0\n"
    assert not (runner.temporary / "log").exists()


def evaluated(text, known):
    """A value with its expressions replaced, as the runner does before it starts a step."""
    return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: known.get(found[1], ""), text)


def holds(condition, known):
    """Whether the `if` of a step lets it run after steps of which none was cancelled."""
    parts = re.fullmatch(r"\$\{\{ (.*) \}\}", condition)[1].split(" && ")
    assert parts.pop(0) == "!cancelled()"
    compared = [re.fullmatch(r"([\w.-]+) (==|!=) '(.*)'", part).groups() for part in parts]
    return all((known.get(name, "") == value) is (sign == "==") for name, sign, value in compared)


def whole(runner, python, **inputs):
    """Run the whole action with some inputs: the exit statuses by step, the inputs and outputs, whether it uploads."""
    known = {f"inputs.{name}": one["default"] for name, one in ACTION["inputs"].items()}
    known |= {f"inputs.{name}": value for name, value in inputs.items()}
    known["steps.python.outputs.python-path"] = python
    statuses, uploads = {}, False
    for step in STEPS:
        if "run" in step and not any(statuses.values()):
            variables = {name: evaluated(value, known) for name, value in step["env"].items()}
            runner.files["GITHUB_OUTPUT"].write_text("")
            done = runner(step["name"], **variables)
            statuses[step["name"]] = done.returncode
            written = runner.files["GITHUB_OUTPUT"].read_text().splitlines()
            for name, _, value in (line.partition("=") for line in written):
                known[f"steps.{step.get('id')}.outputs.{name}"] = value
        elif "upload-sarif" in step.get("uses", ""):
            uploads = holds(step["if"], known) and evaluated(step["with"]["sarif_file"], known)
    return statuses, evaluated(ACTION["outputs"]["sarif-file"]["value"], known), uploads


HOSTILE = {
    "paths": "two words\n$(touch pwned)\n`touch pwned`\n'; touch pwned; '\n\"$(touch pwned)\"\n-x; touch pwned",
    "args": '--fail-on=never\n--ignore=x$(touch pwned)\n--select="; touch pwned; "',
    "version": "$(touch pwned)",
    "summary": "true; touch pwned",
    "sarif": "true' || touch pwned",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_whole_action_takes_hostile_inputs_as_texts(installed, python, name):
    whole(installed, str(python), **{name: HOSTILE[name]})
    assert list(installed.temporary.parent.rglob("pwned*")) == []


def test_the_whole_action_hands_its_report_on(installed, python):
    statuses, report, uploads = whole(installed, str(python), sarif="true")
    assert statuses == {"Install deploylint": 0, "Lint": 1}
    assert uploads == report
    assert json.loads(Path(report).read_text())["version"] == "2.1.0"
    assert whole(installed, str(python))[2] is False
    statuses, report, uploads = whole(installed, str(python), sarif="true", args="--no-such-option")
    assert (statuses["Lint"], report, uploads) == (2, "", False)
    statuses, report, uploads = whole(installed, str(python), sarif="true", version="latest")
    assert (statuses, report, uploads) == ({"Install deploylint": 2}, "", False)


def test_paths_of_strange_names_are_linted(installed, python):
    """Names that a shell would take apart, and one that looks like an option."""
    names = ["a 'b' \"c\".service", "$(touch pwned).service", "-x.service", "*.service"]
    (installed.project / "backup.service").unlink()
    for name in names:
        (installed.project / name).write_text(UNIT)
    statuses, report, _ = whole(installed, str(python), paths="\n".join(names))
    assert statuses["Lint"] == 1
    results = json.loads(Path(report).read_text())["runs"][0]["results"]
    assert [result["ruleId"] for result in results].count("systemd-unknown-key") == len(names)
    assert not (installed.project / "pwned").exists()


@pytest.mark.slow
def test_the_whole_action_for_real(runner, tmp_path):
    """From a clone, as the runner has it."""
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "linter", clone / "linter", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "rules", clone / "rules", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "grammars", clone / "grammars")
    shutil.copytree(ROOT / "scripts" / "wheel", clone / "scripts" / "wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, clone / name)
    runner.action = clone
    statuses, report, _ = whole(runner, sys.executable)
    if statuses["Install deploylint"] and re.search(r"[Cc]onnection|resolve|No matching", runner.said):
        pytest.skip("the package index cannot be reached")
    assert statuses == {"Install deploylint": 0, "Lint": 1}, runner.said
    assert "systemd-unknown-key" in Path(report).read_text()


def test_the_container_recipe_is_clean():
    done = subprocess.run(
        [BIN / "deploylint", "--isolated", "--pedantic", "--fail-on", "note", "Containerfile"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_container_recipe_copies_what_the_package_is_built_from():
    """The build cannot be tried without a network, so at least nothing of it is forgotten."""
    recipe = (ROOT / "Containerfile").read_text(encoding="utf-8")
    copied = {
        word for line in re.findall(r"^COPY (?!--)(.*) \S+$", recipe, re.MULTILINE) for word in line.split()
    }
    assert copied == {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "grammars",
        "linter",
        "rules",
        "scripts/wheel",
    }
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.parametrize(
    ("title", "schema"),
    [
        (".github/workflows/deploylint.yml", "github-workflows"),
        (".github/workflows/scanning.yml", "github-workflows"),
        (".gitlab-ci.yml", "gitlab-ci"),
    ],
)
def test_examples_keep_the_schema_of_their_host(title, schema):
    keeps(schema, example(title))


def test_examples_use_inputs_that_the_action_has():
    for title in (".github/workflows/deploylint.yml", ".github/workflows/scanning.yml"):
        for job in example(title)["jobs"].values():
            for step in job["steps"]:
                if step["uses"].startswith("deploylint/"):
                    assert set(step.get("with", {})) <= set(ACTION["inputs"])


def test_the_gitlab_example_writes_the_reports_that_it_names(tmp_path):
    [job] = example(".gitlab-ci.yml").values()
    (tmp_path / "backup.service").write_text(UNIT)
    done = subprocess.run(
        ["sh", "-c", job["script"][-1]],
        cwd=tmp_path, env=os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    reports = job["artifacts"]["reports"]
    [issue] = json.loads((tmp_path / reports["codequality"]).read_text())
    assert issue["location"] == {"path": "backup.service", "lines": {"begin": 4, "end": 4}}
    assert "systemd-unknown-key" in (tmp_path / reports["junit"]).read_text()


def test_the_pre_commit_example_names_hooks_that_are_there():
    hooks = {
        hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    }
    [repository] = example(".pre-commit-config.yaml")["repos"]
    assert {hook["id"] for hook in repository["hooks"]} <= hooks
