"""nginx templates that a container fills in from its own environment."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from deploylint.dataclass import replace
from deploylint.document import Document
from deploylint.facts import Fact, Known, Mount, Namespace, Process, Route
from deploylint.model.places import path_in_container

_ENDING = ".template"


def filled_in(
    spaces: Mapping[Document, tuple[Namespace, ...]], facts: Sequence[Fact], mounts: Collection[Mount]
) -> tuple[list[Fact], frozenset[Document]]:
    """The facts with the targets of routes filled in, and the templates that need nothing else."""
    templates = [
        document for document in spaces if document.format == "nginx" and document.path.endswith(_ENDING)
    ]
    if not templates or not mounts:
        return list(facts), frozenset()
    # A template is rare; what fills it in is imported for it alone.
    from deploylint.formats.nginx.filling import FOLDER, filled, references  # noqa: PLC0415

    values: dict[Document, Mapping[str, str]] = {}
    for document in templates:
        places = spaces[document]
        shown = (path_in_container(mount, document.path) or "" for mount in mounts)
        if len(places) == 1 and any(path.startswith(FOLDER) for path in shown):
            values[document] = _environment(places[0], facts)
    found: list[Fact] = []
    for fact in facts:
        if isinstance(fact, Route) and fact.document in values:
            known = values[fact.document]
            targets = tuple(filled(target, fact.directive, known) for target in fact.targets)
            found.append(replace(fact, aim=(fact.upstream, targets)))
        else:
            found.append(fact)
    whole = (
        document for document, known in values.items() if references(document.source.text) <= known.keys()
    )
    return found, frozenset(whole)


def _environment(namespace: Namespace, facts: Iterable[Fact]) -> dict[str, str]:
    """The variables of a container that are known."""
    return {
        name: value.value
        for fact in facts
        if isinstance(fact, Process) and fact.namespace == namespace
        for name, value in fact.environment.variables.items()
        if isinstance(value, Known)
    }
