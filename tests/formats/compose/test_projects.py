"""Several files: overrides, variants, extends, include."""

import pytest
from deploylint.facts import Mount, Process, PublishedPort, Service, Unresolved
from deploylint.formats.compose import facts, parse
from deploylint.source import Source
from deploylint.tree import MemoryTree


def stated(files, kind):
    sources = [Source(path, text) for path, text in files.items()]
    documents = [parse(source) for source in sources if "compose" in source.path]
    return [fact for fact in facts(documents, MemoryTree(sources)) if isinstance(fact, kind)]


def projects(files):
    return sorted({(service.project, service.name) for service in stated(files, Service)})


BASE = "services:\n  web:\n    image: shop\n    ports: ['80:8000']\n    environment: {A: '1', B: '1'}\n"


def test_the_override_file_belongs_to_the_base():
    files = {
        "compose.yaml": BASE,
        "compose.override.yaml": "services:\n  web:\n    ports: ['81:8001']\n    environment: [A=2]\n",
    }
    assert projects(files) == [(".", "web")]
    assert [port.host_port.value for port in stated(files, PublishedPort)] == [80, 81]
    variables = stated(files, Process)[0].environment.variables
    assert {name: value.value for name, value in variables.items()} == {"A": "2", "B": "1"}


def test_what_lacks_an_image_is_laid_over_the_base():
    files = {
        "d/compose.yaml": BASE,
        "d/compose.prod.yaml": "services:\n  web:\n    ports: !override ['443:8000']\n",
    }
    assert projects(files) == [("d", "web"), ("d:compose.prod.yaml", "web")]
    assert [port.host_port.value for port in stated(files, PublishedPort)] == [80, 443]


def test_what_has_its_images_is_a_project_of_its_own():
    files = {"compose.yaml": BASE, "compose.test.yaml": "services:\n  test:\n    image: shop\n"}
    assert projects(files) == [(".", "web"), (".:compose.test.yaml", "test")]


def test_a_base_that_others_complete_is_not_reported_alone():
    files = {
        "docker-compose.yml": "services:\n  web:\n    command: gunicorn shop\n  db:\n    image: postgres\n",
        "docker-compose.dev.yml": "services:\n  web:\n    build: .\n    restart: always\n",
        "docker-compose.prod.yml": "services:\n  web:\n    image: shop\n  db:\n    restart: always\n",
    }
    variants = {".:docker-compose.dev.yml", ".:docker-compose.prod.yml"}
    assert projects(files) == sorted((variant, name) for variant in variants for name in ("web", "db"))


def test_reset_takes_a_key_or_a_variable_away():
    files = {
        "compose.yaml": BASE,
        "compose.override.yaml": "services:\n  web:\n    ports: !reset []\n    environment: {A: !reset null}\n",
    }
    assert stated(files, PublishedPort) == []
    assert list(stated(files, Process)[0].environment.variables) == ["B"]


def test_extends_takes_from_the_same_file_and_from_others():
    files = {
        "compose.yaml": "services:\n  a:\n    extends: {service: b, file: sub/common-compose.yaml}\n  c:\n    extends: a\n"
        "    command: [run]\n",
        "sub/common-compose.yaml": "services:\n  b:\n    image: shop\n    volumes: ['./x:/x']\n",
    }
    assert projects(files) == [(".", "a"), (".", "c")]
    assert {service.image for service in stated(files, Service)} == {"shop"}


@pytest.mark.parametrize(
    ("text", "role", "path"),
    [
        ("include: [gone.yaml]\nservices: {}\n", "compose include", "gone.yaml"),
        ("services:\n  a:\n    extends: {file: gone.yml, service: b}\n", "compose extends", "gone.yml"),
        ("services:\n  a:\n    image: x\n    env_file: gone.env\n", "compose env_file", "gone.env"),
        ("services:\n  a:\n    build: ./gone\n", "compose dockerfile", "Dockerfile"),
    ],
)
def test_files_that_are_not_there(text, role, path):
    (found,) = stated({"compose.yaml": text}, Unresolved)
    assert (found.role, found.path) == (role, path)


def test_an_env_file_may_be_optional():
    text = "services:\n  a:\n    image: x\n    env_file:\n      - {path: gone.env, required: false}\n"
    assert stated({"compose.yaml": text}, Unresolved) == []


def test_circles_end():
    files = {
        "compose.yaml": "include: [other-compose.yaml]\nservices:\n  a: {extends: b}\n  b: {extends: a}\n",
        "other-compose.yaml": "include: [compose.yaml]\nservices:\n  c: {image: x}\n",
    }
    assert projects(files) == [(".", "a"), (".", "b"), (".", "c")]


def test_the_last_word_has_the_file_that_includes_then_what_lies_over_it():
    files = {
        "compose.yaml": "include: [db-compose.yaml]\nservices:\n  db: {image: mine, user: mine}\n",
        "compose.override.yaml": "services:\n  db: {user: over}\n",
        "db-compose.yaml": "services:\n  db: {image: theirs, user: theirs, working_dir: /theirs}\n",
    }
    (service,), (process,) = stated(files, Service), stated(files, Process)
    assert service.image == "mine"
    assert (process.user.value, process.directory.value) == ("over", "/theirs")


def test_of_very_many_included_files_some_are_merged():
    files = {f"more/{n}-compose.yaml": f"services:\n  s{n}: {{image: x}}\n" for n in range(90)}
    files["compose.yaml"] = f"include: [{', '.join(files)}]\nservices:\n  a: {{image: x}}\n"
    here = [service.name for service in stated(files, Service) if service.project == "."]
    assert len(here) == 50
    assert {"a", "s0", "s48"} <= set(here)


def test_the_first_format_has_services_at_the_top():
    assert projects({"docker-compose.yml": "web:\n  image: shop\n  ports: ['80']\n"}) == [(".", "web")]


def test_own_settings_count_more_than_those_of_what_is_extended():
    files = {
        "compose.yaml": "services:\n"
        "  a: {extends: b, environment: {ONE: a}}\n"
        "  b: {extends: c, environment: {ONE: b, TWO: b}, image: middle}\n"
        "  c: {environment: {ONE: c, TWO: c, THREE: c}, image: base}\n",
    }
    services = {service.name: service.image for service in stated(files, Service)}
    assert services == {"a": "middle", "b": "middle", "c": "base"}
    variables = stated(files, Process)[0].environment.variables
    assert {name: value.value for name, value in variables.items()} == {"ONE": "a", "TWO": "b", "THREE": "c"}


SECRET = "secrets:\n  key: {{file: {0}}}\n"


@pytest.mark.parametrize(
    "files",
    [
        {
            "compose.yaml": "services:\n  web: {image: shop, secrets: [key]}\n" + SECRET.format("first.txt"),
            "compose.override.yaml": SECRET.format("last.txt"),
        },
        {
            "compose.yaml": "services:\n  web: {image: shop, secrets: [key]}\n"
            + SECRET.format("first.txt")
            + "---\n"
            + SECRET.format("last.txt"),
        },
    ],
    ids=["files", "documents"],
)
def test_of_two_declarations_the_last_one_holds(files):
    assert [mount.source for mount in stated(files, Mount)] == ["last.txt"]


def test_of_two_services_in_documents_the_first_one_is_extended():
    text = (
        "services:\n  base: {image: first}\n---\n"
        "services:\n  base: {image: second}\n  web: {extends: {service: base}}\n"
    )
    images = {service.name: service.image for service in stated({"compose.yaml": text}, Service)}
    assert images["web"] == "first"
