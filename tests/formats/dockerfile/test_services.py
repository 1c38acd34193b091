"""A Dockerfile that a service builds gives one process: the service's, in the Dockerfile that is looked at."""

from deploylint.facts import Process
from deploylint.source import Source
from support import project_of

DOCKERFILE = Source("api/Dockerfile", 'FROM python:3.12\nCMD ["gunicorn", "shop.wsgi"]\n')
COMPOSE = Source("compose.yaml", "services:\n  api:\n    build: ./api\n")


def test_a_built_dockerfile_has_the_process_of_its_service():
    project = project_of([COMPOSE, DOCKERFILE])
    (process,) = project.every(Process)
    assert process.name == "service api"
    assert process.document is project.documents[1]
    assert process.at.text == '["gunicorn", "shop.wsgi"]'


def test_a_dockerfile_that_nobody_builds_has_its_own():
    (process,) = project_of([DOCKERFILE]).every(Process)
    assert (process.name, process.namespace.project) == ("Dockerfile", "api")


def test_a_dockerfile_under_another_name_is_shown_at_the_service():
    compose = Source("compose.yaml", "services:\n  api:\n    build: {context: api, dockerfile: image}\n")
    project = project_of([compose, Source("api/image", DOCKERFILE.text)])
    (process,) = project.every(Process)
    assert process.document is project.documents[0]
    assert process.at.text == "{context: api, dockerfile: image}"
    assert [word.value for word in process.invocation.words] == ["gunicorn", "shop.wsgi"]
