"""A repository cannot make deploylint run its code: not as a configuration, a rule, a plug-in or a module."""

import pytest
from hostile.running import deploylint, write

UNIT = "[Service]\nUser=app\nWorkingDirectory=/srv\nExecStart=/srv/venv/bin/gunicorn -c gunicorn.conf.py shop.wsgi\n"


def canary(folder):
    """Python that leaves a file behind, by every name under which it might be executed."""
    return (
        f"import os\nopen({str(folder / 'canary')!r}, 'w').close()\nbind = os.popen('touch canary').read()\n"
    )


def check(folder, *arguments):
    status, out, err = deploylint(folder, *arguments, ".")
    assert not (folder / "canary").exists(), "code of the repository ran"
    assert "Traceback" not in out + err
    return status, out, err


def test_a_gunicorn_configuration_is_only_read(tmp_path):
    write(tmp_path, {"gunicorn.conf.py": canary(tmp_path), "app.service": UNIT, "wsgi.py": canary(tmp_path)})
    status, _, _ = check(tmp_path, "--pedantic")
    assert status in (0, 1)


def test_modules_in_the_folder_take_no_place(tmp_path):
    names = (
        "deploylint",
        "deploylint_rules",
        "re",
        "json",
        "yaml",
        "lark",
        "rich",
        "pathspec",
        "sitecustomize",
        "usercustomize",
    )
    write(tmp_path, {f"{name}.py": canary(tmp_path) for name in names})
    write(
        tmp_path, {f"{name}/__init__.py": canary(tmp_path) for name in ("deploylint_rules", "rules", "yaml")}
    )
    write(
        tmp_path,
        {"rules/deploylint_rules/nginx/nginx_evil.py": canary(tmp_path), "conftest.py": canary(tmp_path)},
    )
    info = "[deploylint.rules]\nevil = deploylint_rules\n"
    write(
        tmp_path,
        {"evil-1.0.dist-info/entry_points.txt": info, "app.service": UNIT, "compose.yaml": "services: {}\n"},
    )
    status, _, _ = check(tmp_path, "--output-format", "json")
    assert status in (0, 1)


@pytest.mark.parametrize(
    "key", ["rules", "packs", "rule-packs", "plugins", "plug-ins", "extends", "import", "command"]
)
def test_settings_cannot_name_code(tmp_path, key):
    write(
        tmp_path, {"deploylint.toml": f'{key} = ["evil"]\n', "evil.py": canary(tmp_path), "app.service": UNIT}
    )
    status, _, err = check(tmp_path)
    assert status == 2
    assert key in err


def test_yaml_tags_make_no_objects(tmp_path):
    text = (
        "services:\n  web:\n    image: !!python/object/apply:os.system ['touch canary']\n"
        f"    command: !!python/object/new:os.popen ['touch {tmp_path}/canary']\n"
    )
    write(tmp_path, {"compose.yaml": text})
    check(tmp_path, "--pedantic")


def test_scripts_are_only_read(tmp_path):
    script = f"#!/bin/sh\ntouch {tmp_path}/canary\n$(touch canary)\nexec gunicorn shop.wsgi\n"
    compose = "services:\n  web:\n    build: .\n    command: $(touch canary) `touch canary`\n"
    docker = f"FROM python:3.12\nRUN touch {tmp_path}/canary\nCMD ['./start.sh']\n"
    write(
        tmp_path,
        {"start.sh": script, "compose.yaml": compose, "Dockerfile": docker, ".env": "A=$(touch canary)\n"},
    )
    check(tmp_path, "--pedantic")
