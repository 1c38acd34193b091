"""Facts that are asked for by an attribute."""

from deploylint.facts import Namespace, Process, PublishedPort, Service
from deploylint.source import Source
from support import project_of

COMPOSE = Source(
    "compose.yaml",
    "services:\n"
    '  web:\n    image: shop\n    command: gunicorn wsgi:app\n    ports: ["8000:8000", "8001:8001"]\n'
    '  job:\n    image: shop\n    command: celery -A shop worker\n    ports: ["9000:9000"]\n',
)


def test_they_are_those_of_the_kind_in_their_order():
    project = project_of([COMPOSE])
    (deployment,) = project.deployments
    for owner in (project, deployment):
        ports = owner.having(PublishedPort, "service.namespace", Namespace(".", "web"))
        assert [port.host_port.value for port in ports] == [8000, 8001]
        assert [one.name for one in owner.having(Process, "namespace", Namespace(".", "job"))] == [
            "service job"
        ]
        assert owner.having(Process, "namespace", Namespace(".", "db")) == []
        (web,) = owner.having(Service, "name", "web")
        assert owner.having(PublishedPort, "service", web) == ports


def test_a_document_is_found_by_its_path_and_format():
    (deployment,) = project_of([COMPOSE]).deployments
    assert deployment.document_at("compose.yaml", "compose").path == "compose.yaml"
    assert deployment.document_at("compose.yaml", "nginx") is None
    assert deployment.document_at(None, "compose") is None
