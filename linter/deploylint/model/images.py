"""Dockerfiles of services: the service's process is the Dockerfile's, with what compose adds."""

from collections.abc import Sequence

from deploylint.dataclass import replace
from deploylint.document import Document
from deploylint.facts import Fact, Process, Service, SupervisorKind


def settled(facts: Sequence[Fact], documents: Sequence[Document]) -> tuple[Fact, ...]:
    """The facts without the processes of Dockerfiles that a service builds, and with the run's own documents.

    The compose format reads Dockerfiles by itself; a process in one that is not looked at is left out.
    """
    built = {fact.dockerfile for fact in facts if isinstance(fact, Service)}
    own = {document.path: document for document in documents}
    found: list[Fact] = []
    for fact in facts:
        if not isinstance(fact, Process):
            found.append(fact)
        elif fact.supervision.kind is SupervisorKind.DOCKERFILE and fact.document.path in built:
            continue
        elif (document := own.get(fact.document.path)) is not None:
            found.append(fact if document is fact.document else replace(fact.whole, document=document))
    return tuple(found)
