"""Which version the repository pins, and where nobody can tell."""

import pytest
from deploylint.formats.compose import parse
from deploylint.project import Project
from deploylint.source import Source
from deploylint.targets import Pins, target
from deploylint.tree import MemoryTree
from support import project_of

LOCK = '[[package]]\nname = "gunicorn"\nversion = "23.0.0"\ndescription = "x"\n'
PIPFILE = """\
{
    "default": {
        "gunicorn": {
            "hashes": [
                "sha256:00",
                "sha256:01"
            ],
            "index": "pypi",
            "version": "==23.0.0"
        },
        "other": {
            "version": "==1.0"
        }
    }
}
"""


def says(path, **files):
    tree = MemoryTree([Source(name, text) for name, text in files.items()])
    return Pins(tree).holding("gunicorn", path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "flask\ngunicorn==23.0.0\n"),
        ("requirements.txt", "Gunicorn[gevent,setproctitle] == 23.0.0  # server\r\n"),
        ("requirements.txt", "gunicorn==23.0.0 ; python_version > '3.7' \\\n  --hash=sha256:00\n"),
        ("requirements/production.txt", "gunicorn==23.0.0\n"),
        ("constraints.txt", "gunicorn==23.0.0"),
        ("poetry.lock", LOCK),
        ("uv.lock", LOCK),
        ("pdm.lock", LOCK),
        ("Pipfile.lock", PIPFILE),
        ("poetry.lock", LOCK.replace("\n", "\r\n")),
        ("Pipfile.lock", PIPFILE.replace("\n", "\r\n")),
        ("Pipfile", '[packages]\ngunicorn = "==23.0.0"\n'),
        ("pyproject.toml", '[project]\ndependencies = ["flask", "gunicorn==23.0.0"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\ngunicorn = "23.0.0"\n'),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\ngunicorn = {version = "==23.0.0", extras = ["gevent"]}\n',
        ),
        ("Dockerfile", "FROM python:3.11\nRUN pip install flask gunicorn==23.0.0\n"),
    ],
)
def test_exact_pins_count(name, text):
    found = says("gunicorn.conf.py", **{name: text})
    assert found is not None
    assert (found.version, found.why) == ((23, 0, 0), f"{name} pins gunicorn 23.0.0")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "gunicorn\n"),
        ("requirements.txt", "gunicorn>=23.0.0\n"),
        ("requirements.txt", "gunicorn~=23.0\n"),
        ("requirements.txt", "gunicorn==23.*\n"),
        ("requirements.txt", "gunicorn==23.0.0rc1\n"),
        ("requirements.txt", "# gunicorn==23.0.0\n"),
        ("requirements.txt", "my-gunicorn==23.0.0\ngunicorn-color==1.0\n"),
        ("requirements.txt", "gunicorn==23.0.0; x\ngunicorn==20.1.0; y\n"),
        ("pyproject.toml", '[tool.poetry.dependencies]\ngunicorn = "^23.0.0"\n'),
        ("Pipfile", '[packages]\ngunicorn = "*"\n'),
        ("notes.txt", "gunicorn==23.0.0\n"),
    ],
)
def test_others_tell_nothing(name, text):
    assert says("gunicorn.conf.py", **{name: text}) is None


def test_the_nearest_folder_decides():
    files = {"requirements.txt": "gunicorn==20.1.0", "api/requirements.txt": "gunicorn==23.0.0"}
    assert says("api/deploy/gunicorn.conf.py", **files).version == (23, 0, 0)
    assert says("web/gunicorn.conf.py", **files).version == (20, 1, 0)


def test_a_manifest_below_counts_where_none_stands_above():
    assert says("deploy/web.service", **{"src/requirements.txt": "gunicorn==20.1.0"}).version == (20, 1, 0)
    files = {"src/requirements.txt": "gunicorn==20.1.0", "api/requirements.txt": "gunicorn==23.0.0"}
    assert says("deploy/web.service", **files) is None


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("FROM nginx:1.24\n", (1, 24)),
        ("FROM --platform=linux/amd64 docker.io/library/nginx:1.25.3-alpine AS web\n", (1, 25, 3)),
        ("FROM nginxinc/nginx-unprivileged:1.24.0@sha256:00\n", (1, 24, 0)),
        ("FROM nginx:1.25\n", None),
        ("FROM nginx:1\n", None),
        ("FROM nginx:stable\n", None),
        ("FROM nginx/nginx-prometheus-exporter:1.1.0\n", None),
        ("FROM my-nginx:1.24\n", None),
    ],
)
def test_image_tags_give_the_version_of_nginx(text, version):
    found = Pins(MemoryTree([Source("Dockerfile", text)])).holding("nginx", "nginx.conf")
    assert (found.version if found else None) == version


def test_compose_files_have_tags_too():
    tree = MemoryTree([Source("compose.yml", 'services:\n  web:\n    image: "nginx:1.24-alpine"\n')])
    assert Pins(tree).holding("nginx", "nginx/nginx.conf").why == "compose.yml pins nginx 1.24"


def test_documents_are_not_read_again():
    class Closed(MemoryTree):
        def read(self, path):
            raise AssertionError(path)

    source = Source("compose.yml", "services:\n  web:\n    image: nginx:1.24.0\n")
    project = Project([parse(source)], Closed([source]))
    assert target(project, "nginx", project.documents[0]).why == "compose.yml pins nginx 1.24.0"


def test_settings_come_first():
    sources = [Source("gunicorn.conf.py", "bind = ':80'\n"), Source("requirements.txt", "gunicorn==20.1.0\n")]
    project = project_of(sources, {"gunicorn": (25, 1)})
    assert target(project, "gunicorn", project.documents[0]).version == (25, 1)
    project = project_of(sources)
    assert target(project, "gunicorn", project.documents[0]).why == "requirements.txt pins gunicorn 20.1.0"
