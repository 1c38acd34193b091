"""The hooks of `.pre-commit-hooks.yaml`, run by the real pre-commit on a commit of this checkout."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PRE_COMMIT = shutil.which("pre-commit", path=str(Path(sys.executable).parent))
HOOKS = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}

NGINX = "server {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:8001;\n    }\n}\n"
UNIT = (
    "[Unit]\nAfter=network.target\n[Service]\nUser=web\nRestart=always\n"
    "ExecStart=/srv/web/venv/bin/gunicorn web.wsgi --bind 127.0.0.1:8000\n"
)


@pytest.mark.parametrize(
    ("path", "passed"),
    [
        ("web.service", True),
        ("deploy/web@.service", True),
        ("web.service.d/limits.conf", True),
        ("web.service.j2", True),
        ("compose.yaml", True),
        ("docker-compose.prod.yml", True),
        ("gunicorn.conf.py", True),
        ("deploy/gunicorn.py", True),
        ("supervisord.conf", True),
        ("deploy/uwsgi.ini", True),
        ("nginx/sites-available/web", True),
        ("nginx.conf", True),
        (".env.example", True),
        ("Dockerfile", True),
        ("Procfile", True),
        ("deploylint.toml", True),
        ("deploylint-baseline.json", True),
        ("src/web/views.py", False),
        ("README.md", False),
        ("services.py", False),
        ("docs/environment.md", False),
    ],
)
def test_files_that_the_hook_wants(path, passed):
    assert (re.search(HOOKS["deploylint"]["files"], path) is not None) is passed


def test_no_option_of_an_entry_waits_for_what_comes_behind_it():
    """There come the user's `args`, then the names."""
    assert all(hook["entry"].split()[-1] in ("check", "--report-on-paths") for hook in HOOKS.values())


def test_no_file_is_split_off_from_the_others():
    assert all(hook["require_serial"] for hook in HOOKS.values())


def git(folder, *arguments):
    identity = [
        "-c",
        "user.name=test",
        "-c",
        "user.email=test@example.org",
        "-c",
        "protocol.file.allow=always",
    ]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A repository that uses the hooks of this checkout as it is now, committed in a copy."""
    if PRE_COMMIT is None:
        pytest.skip("pre-commit is not installed")
    base = tmp_path_factory.mktemp("pre-commit")
    hooks = base / "hooks"
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "linter", "rules", "grammars",
         "scripts/wheel"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")[:-1]  # fmt: skip
    for name in [*names, "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"]:
        if (ROOT / name).is_file():
            (hooks / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, hooks / name)
    git(hooks, "init", "-q")
    git(hooks, "add", "-A")
    git(hooks, "commit", "-q", "-m", "hooks")
    folder = base / "project"
    (folder / "nginx").mkdir(parents=True)
    (folder / "nginx" / "site.conf").write_text(NGINX)
    (folder / "web.service").write_text(UNIT)
    (folder / "README.md").write_text("A project.\n")
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks}\n  rev: {git(hooks, 'rev-parse', 'HEAD')}\n"
        "  hooks:\n  - id: deploylint\n  - id: deploylint-project\n    stages: [manual]\n"
    )
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    return folder


def pre_commit(project, *arguments):
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTEST"))
    }
    environment |= {"PRE_COMMIT_HOME": str(project.parent / "cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(
        [PRE_COMMIT, "run", "--color", "never", *arguments],
        cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if "An unexpected error has occurred" in done.stdout and re.search(
        r"[Cc]onnection|resolve|No matching", done.stdout
    ):
        pytest.skip("the package index cannot be reached")
    return done.returncode, done.stdout


@pytest.mark.slow
def test_the_changed_file_shows_the_finding_that_touches_it_in_another_one(project):
    status, output = pre_commit(project, "--files", "web.service")
    assert status == 1, output
    assert "error[proxy-target-not-listening]" in output
    assert "--> nginx/site.conf:4:20" in output
    assert "::: web.service:" in output


@pytest.mark.slow
def test_arguments_of_the_user_come_between_the_entry_and_the_names(project):
    configuration = project / ".pre-commit-config.yaml"
    plain = configuration.read_text()
    configuration.write_text(
        plain.replace("- id: deploylint\n", "- id: deploylint\n    args: [--output-format, concise, --fix]\n")
    )
    git(project, "add", "-A")
    try:
        status, output = pre_commit(project, "--files", "web.service")
    finally:
        configuration.write_text(plain)
        git(project, "add", "-A")
    assert status == 1, output
    assert "nginx/site.conf:4:20: error[proxy-target-not-listening]" in output


@pytest.mark.slow
def test_a_changed_file_that_is_none_of_it(project):
    status, output = pre_commit(project, "--files", "README.md")
    assert status == 0, output
    assert "(no files to check)" in output


@pytest.mark.slow
def test_the_whole_project(project):
    status, output = pre_commit(
        project, "--hook-stage", "manual", "deploylint-project", "--files", "README.md"
    )
    assert status == 1, output
    assert "error[proxy-target-not-listening]" in output


@pytest.mark.slow
def test_a_sound_project_passes(project):
    sound = NGINX.replace("8001", "8000")
    (project / "nginx" / "site.conf").write_text(sound)
    try:
        status, output = pre_commit(project, "--all-files", "deploylint")
    finally:
        (project / "nginx" / "site.conf").write_text(NGINX)
    assert status == 0, output
    assert "Passed" in output
