"""Nothing outside the root is read: not by includes, links, env files or build contexts."""

import pytest
from hostile.running import FORMATS, deploylint, write

MARK = "XyZZy17"


@pytest.fixture
def repository(tmp_path):
    """A repository beside files that are none of its business."""
    outside, inside = tmp_path / "outside", tmp_path / "repository"
    outside.mkdir()
    inside.mkdir()
    (outside / "site.conf").write_text(f"server {{ {MARK} on; listen 80; }}\n", encoding="utf-8")
    (outside / "secret.env").write_text(f"{MARK}=1\n{MARK}2 bad line\n", encoding="utf-8")
    (outside / "Dockerfile").write_text(f"FROM python:3.12\n{MARK} x\nCMD ['{MARK}']\n", encoding="utf-8")
    (outside / "compose.yaml").write_text(f"services:\n  {MARK}:\n    imag: {MARK}\n", encoding="utf-8")
    (outside / "gunicorn.conf.py").write_text(f"{MARK} = = 1\n", encoding="utf-8")
    return inside


@pytest.mark.parametrize("output_format", FORMATS)
def test_what_the_files_name(repository, output_format):
    outside = repository.parent / "outside"
    write(
        repository,
        {
            "nginx.conf": f"http {{ include ../outside/*.conf; include {outside}/site.conf; }}\n",
            "supervisord.conf": f"[supervisord]\n[include]\nfiles = ../outside/*.conf {outside}/*.conf\n",
            "app.service": f"[Service]\nEnvironmentFile={outside}/secret.env\n"
            f"ExecStart=/bin/gunicorn -c {outside}/gunicorn.conf.py shop.wsgi\n",
            "uwsgi.ini": f"[uwsgi]\nini = {outside}/uwsgi.ini\nmodule = shop\n",
            "compose.yaml": f"include:\n  - ../outside/compose.yaml\nservices:\n  web:\n    build: ../outside\n"
            f"    env_file: [../outside/secret.env, {outside}/secret.env]\n  two:\n    extends:\n"
            f"      file: {outside}/compose.yaml\n      service: {MARK[:3]}\n",
        },
    )
    _, out, err = deploylint(repository, "--root", ".", "--pedantic", "--output-format", output_format, ".")
    assert MARK not in out + err
    assert "internal error" not in out + err


def test_links_that_lead_out(repository):
    outside = repository.parent / "outside"
    for name in ("site.conf", "secret.env", "Dockerfile", "compose.yaml", "gunicorn.conf.py"):
        (repository / name).symlink_to(outside / name)
    (repository / "conf.d").symlink_to(outside)
    (repository / "nginx").symlink_to("/etc")
    (repository / "loop").symlink_to(".")
    (repository / "nginx.conf").write_text(
        "http { include conf.d/*.conf; include site.conf; }\n", encoding="utf-8"
    )
    _, out, err = deploylint(repository, "--root", ".", "--pedantic", "--output-format", "json", ".")
    assert MARK not in out + err
    assert "internal error" not in out + err


@pytest.mark.parametrize("name", ["deploylint.toml", "pyproject.toml"])
@pytest.mark.parametrize("command", [["check"], ["settings"], ["map"]], ids=" ".join)
def test_settings_that_are_a_link_out_of_the_repository(repository, command, name):
    """Not read: an error about what stands in them would show it."""
    outside = repository.parent / "outside"
    (outside / "secrets").write_text(f"{MARK}\n[tool.deploylint]\n", encoding="utf-8")
    (repository / name).symlink_to(outside / "secrets")
    write(repository, {"a.service": "[Service]\nExecStart=/usr/bin/a\n"})
    status, out, err = deploylint(repository, *command, ".")
    assert (status, out) == (2, "")
    assert (
        err == f"deploylint: {name}: a link that leads out of the repository; name the file with --config\n"
    )


def test_settings_that_are_a_link_within_the_repository(repository):
    (repository / ".git").mkdir()
    write(repository, {"ci/deploylint.toml": "nonsense = 1\n", "deploy/a.service": "[Service]\n"})
    (repository / "deploy" / "deploylint.toml").symlink_to("../ci/deploylint.toml")
    status, _, err = deploylint(repository, "deploy")
    assert status == 2
    assert err.startswith("deploylint: deploy/deploylint.toml:1:1: unknown key 'nonsense'")


def test_settings_that_the_command_line_names_may_lie_anywhere(repository):
    outside = repository.parent / "outside"
    write(outside, {"deploylint.toml": 'ignore = ["systemd-no-exec-start"]\n'})
    write(repository, {"a.service": "[Service]\nUser=a\n"})
    assert deploylint(repository, ".")[0] == 1
    assert deploylint(repository, "--config", "../outside/deploylint.toml", ".")[0] == 0
