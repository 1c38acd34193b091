"""Compose files that the commands of a project put together."""

import pytest
from deploylint.facts import Mount, PublishedPort, Service, Unresolved
from deploylint.formats.compose import facts, parse
from deploylint.formats.compose.chains import chains
from deploylint.source import Source
from deploylint.tree import MemoryTree

BASE = "services:\n  web:\n    image: shop\n"
MORE = "services:\n  db:\n    image: postgres\n  web:\n    ports: ['80:8000']\n"
FILES = {"a.yml": BASE, "b.yml": MORE, "deploy/a.yml": BASE, "deploy/b.yml": MORE, "deploy/c.yml": MORE}


def tree_of(files):
    return MemoryTree([Source(path, text) for path, text in files.items()])


def named(path, text, files=FILES):
    tree = tree_of({**files, path: text})
    return list(chains(tree, lambda path: path in files))


def stated(files, kind):
    tree = tree_of(files)
    documents = [parse(tree.read(path)) for path in files if path.endswith((".yml", ".yaml"))]
    return [fact for fact in facts(documents, tree) if isinstance(fact, kind)]


def projects(files):
    return sorted({(service.project, service.name) for service in stated(files, Service)})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("up.sh", "docker compose -f deploy/a.yml -f deploy/c.yml up -d\n"),
        ("up.sh", "docker-compose --file=deploy/a.yml --file deploy/c.yml logs -f web\n"),
        ("deploy/up.sh", "docker compose -p shop -f a.yml -f c.yml up\n"),
        ("deploy/up.bash", 'cd "$(dirname "$0")"\nexec docker compose -f a.yml \\\n  -f c.yml up\n'),
        ("up.sh", 'cd deploy\nCOMPOSE="docker compose -f a.yml -f c.yml"\n$COMPOSE up\n'),
        ("up.sh", "export COMPOSE_FILE=deploy/a.yml:deploy/c.yml\n"),
        ("Makefile", "up:\n\t@docker compose --env-file x -f deploy/a.yml -f deploy/c.yml up\n"),
        ("Makefile", "up:\n\tcd deploy && docker compose -f a.yml -f c.yml up\n"),
        ("make/compose.mk", "DC := docker compose -f deploy/a.yml -f deploy/c.yml\n"),
        (".gitlab-ci.yml", "up:\n  script:\n    - docker compose -f deploy/a.yml -f deploy/c.yml up -d\n"),
        (".gitlab-ci.yml", "variables:\n  COMPOSE_FILE: deploy/a.yml:deploy/c.yml\n"),
        (
            ".github/workflows/deploy.yml",
            "- run: docker compose -f a.yml -f c.yml up\n  working-directory: deploy\n",
        ),
        ("deploy/.env", "A=1\nCOMPOSE_FILE=a.yml:c.yml\n"),
        ("up.sh", "docker compose -f deploy/a.yml -f deploy/c.yml up\r\n"),
    ],
)
def test_the_files_of_a_command(path, text):
    assert ("deploy/a.yml", "deploy/c.yml") in named(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("up.sh", "docker compose -f deploy/a.yml -f deploy/$STAGE.yml up\n"),
        ("up.sh", "docker compose -f deploy/a.yml -f deploy/gone.yml up\n"),
        ("up.sh", "# docker compose -f deploy/a.yml -f deploy/c.yml up\n"),
        ("up.sh", "docker compose --project-directory . -f deploy/a.yml -f deploy/c.yml up\n"),
        ("up.sh", "COMPOSE_FILE=deploy/a.yml:$OTHER\n"),
        ("deploy/up.sh", "docker compose -f a.yml -f b.yml up\n"),
        ("up.sh", "docker compose -f /srv/deploy/a.yml -f /srv/deploy/c.yml up\n"),
        ("up.sh", "mydocker composed -f deploy/a.yml -f deploy/c.yml up\n"),
        ("README.md", "docker compose -f deploy/a.yml -f deploy/c.yml up\n"),
        ("deploy/.env", "NOTE=docker compose -f a.yml -f c.yml up\n"),
    ],
    ids=lambda text: text[:60],
)
def test_what_is_not_plain_is_unknown(path, text):
    assert [files for files in named(path, text) if files] == []


def test_a_command_without_files_takes_the_usual_ones():
    assert named("up.sh", "docker compose up -d\ndocker compose -f a.yml logs -f web\n") == [(), ("a.yml",)]


def test_files_that_are_put_together_are_one_project():
    files = {"base.yml": BASE, "more/ports.yml": MORE}
    assert projects(files) == [(".:base.yml", "web"), ("more:ports.yml", "db"), ("more:ports.yml", "web")]
    files["up.sh"] = "docker compose -f base.yml -f more/ports.yml up\n"
    assert projects(files) == [(".:more/ports.yml", "db"), (".:more/ports.yml", "web")]
    assert [port.host_port.value for port in stated(files, PublishedPort)] == [80]
    assert {service.image for service in stated(files, Service)} == {"shop", "postgres"}


def test_files_that_are_never_put_together_stay_alternatives():
    files = {"base.yml": BASE, "ssl.yml": MORE, "plain.yml": MORE}
    files["Makefile"] = (
        "a:\n\tdocker compose -f base.yml -f ssl.yml up\nb:\n\tdocker compose -f base.yml -f plain.yml up\n"
    )
    variants = {".:plain.yml", ".:ssl.yml"}
    assert projects(files) == sorted((variant, name) for variant in variants for name in ("db", "web"))


def test_the_order_is_that_of_the_command():
    files = {
        "a.yml": "services:\n  web: {image: first}\n",
        "b.yml": "services:\n  web: {image: second}\n",
        "up.sh": "docker compose -f b.yml -f a.yml up\n",
    }
    assert [service.image for service in stated(files, Service)] == ["first"]


def test_two_chains_with_the_same_end_have_names_of_their_own():
    files = {"a.yml": BASE, "b.yml": MORE, "c.yml": MORE}
    files["up.sh"] = "docker compose -f a.yml -f c.yml up\ndocker compose -f a.yml -f b.yml -f c.yml up\n"
    assert {project for project, _ in projects(files)} == {".:c.yml", ".:b.yml+c.yml"}


@pytest.mark.parametrize("command", ["docker compose up", "docker compose -f compose.yaml up"])
def test_a_base_that_is_run_alone_as_well_stays(command):
    files = {
        "compose.yaml": BASE,
        "more.yaml": MORE,
        "up.sh": "docker compose -f compose.yaml -f more.yaml up\n",
    }
    assert {project for project, _ in projects(files)} == {".:more.yaml"}
    files["up.sh"] += f"{command}\n"
    assert {project for project, _ in projects(files)} == {".", ".:more.yaml"}


def test_the_override_file_keeps_its_project():
    files = {"compose.yaml": BASE, "compose.override.yaml": MORE, "prod.yaml": MORE}
    files["up.sh"] = "docker compose -f compose.yaml -f prod.yaml up\n"
    assert {project for project, _ in projects(files)} == {".", ".:prod.yaml"}
    files["up.sh"] = "docker compose -f compose.yaml -f compose.override.yaml up\n"
    assert {project for project, _ in projects(files)} == {".", ".:prod.yaml"}


def test_paths_are_relative_to_the_first_file():
    """So docs.docker.com/compose/how-tos/multiple-compose-files/merge."""
    files = {
        "base.yml": BASE,
        "more/over.yml": "services:\n  web:\n    volumes: ['./x:/x']\n    env_file: gone.env\n",
        "up.sh": "docker compose -f base.yml -f more/over.yml up\n",
    }
    assert [mount.source for mount in stated(files, Mount)] == ["x"]
    assert [missing.path for missing in stated(files, Unresolved)] == ["../gone.env"]
