"""Which files are taken for compose, env, Docker and shell files."""

import pytest
from deploylint.recognition import could_be_ours, recognise

SERVICES = "services:\n  web:\n    image: shop\n"


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("docker-compose.yml", SERVICES, "compose"),
        ("deploy/compose.prod.yaml", SERVICES, "compose"),
        ("local-docker-compose.yml.j2", SERVICES, "compose"),
        ("docker/default.yml", SERVICES, "compose"),
        ("docker-compose.yml", "- services\n", "compose"),
        (
            "roles/docker/tasks/docker-compose.yml",
            "---\n# install\n- name: install compose\n  apt: {}\n",
            None,
        ),
        (".github/workflows/docker-compose.yml", "on: push\njobs: {}\n", None),
        ("Dockerfile", "", "dockerfile"),
        ("docker/web.Dockerfile", "", "dockerfile"),
        ("Dockerfile.prod", "", "dockerfile"),
        ("Dockerfile.dockerignore", "", None),
        (".env", "", "env"),
        ("deploy/.env.production", "", "env"),
        ("web.env", "", "env"),
        (".envrc", "", "shell"),
        ("Procfile", "", "procfile"),
        ("Procfile.dev", "", "procfile"),
        ("docker/entrypoint", "#!/bin/sh\n", "shell"),
        ("start.sh", "", "shell"),
    ],
)
def test_names_and_contents(path, text, name):
    assert recognise(path, text) == name
    assert name is None or could_be_ours(path)
