"""The deployment as it was read: documents, facts, and the links between them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter

from deploylint import formats
from deploylint.document import Document, visited
from deploylint.limits import Clock, OutOfTimeError
from deploylint.settings import Settings
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from deploylint.facts import Fact
    from deploylint.model import Deployment

F = TypeVar("F")

_FACTS_A_LOOK = 16  # so many facts are stated between two looks at the clock


class Postponed(BaseException):
    """Raised instead of working out facts that another process works out at this moment. Nobody else may catch it."""


class Project:
    """Everything that one run looks at.

    `targets` are the versions the deployment runs on, by program, as tuples (`{"nginx": (1, 24)}`);
    a program that is missing there means its newest known version.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        tree: Tree,
        targets: Mapping[str, tuple[int, ...]] | None = None,
        settings: Settings = Settings(),  # noqa: B008  frozen
    ) -> None:
        self.documents = tuple(documents)
        self.tree = tree
        self.targets = dict(targets or {})
        self.settings = settings
        # What formats and rules work out from the whole project, each under a key of its own.
        self.memo: dict[str, Any] = {}
        # Formats whose facts could not be read: what failed, how, and in which file where one is to blame.
        self.failures: list[tuple[str, Exception, str | None]] = []
        # While `postponing`, whoever asks for facts gets `Postponed`; `postponed` are the rules that did.
        self.postponing = False
        self.postponed: set[str] = set()

    @cached_property
    def facts(self) -> "tuple[Fact, ...]":
        """What the documents say, format by format."""
        if self.postponing:
            raise Postponed
        by_format: dict[str, list[Document]] = {}
        for document in self.documents:
            by_format.setdefault(document.format, []).append(document)
        found = [fact for name, group in by_format.items() for fact in self._facts_of(name, group)]
        if "compose" not in by_format:
            return tuple(found)
        from deploylint.model.images import settled  # noqa: PLC0415  no other format reads those of another

        return settled(found, self.documents)

    def _facts_of(self, name: str, group: Sequence[Document]) -> "tuple[Fact, ...]":
        clock = Clock(self.settings.max_file_seconds, files=len(group))
        found: list[Fact] = []
        try:
            for fact in formats.load(name).facts(group, self.tree):
                found.append(fact)
                if not len(found) % _FACTS_A_LOOK:
                    clock.check()
            clock.check()
        except Exception as error:  # noqa: BLE001  the other formats still tell what they know
            before = len(self.failures)
            if len(group) > 1:
                found = [fact for document in group for fact in self._facts_of(name, [document])]
            elif not isinstance(error, OutOfTimeError):
                found = []
            if len(self.failures) == before:
                path = group[0].path if len(group) == 1 else None
                self.failures.append((f"the facts of the {name} format", error, path))
        return tuple(found)

    @cached_property
    def _index(self) -> "FactIndex":
        return FactIndex(self.facts)

    def every(self, kind: type[F]) -> list[F]:
        """All facts of a kind, in the order of the documents."""
        return self._index.every(kind)

    def having(self, kind: type[F], attribute: str, value: object) -> list[F]:
        """Those facts of a kind of which an attribute (`namespace`, `service.namespace`) has this value."""
        return self._index.having(kind, attribute, value)

    def documents_in(self, format: str) -> list[Any]:  # noqa: A002
        """All documents of a format, without importing its classes: they are what the format's `parse` returns."""
        return [document for document in self.documents if document.format == format]

    def documents_of(self, kind: type[F]) -> list[F]:
        """All documents of a class."""
        return cast("list[F]", self._documents_by_kind.get(kind, []))

    @cached_property
    def _documents_by_kind(self) -> dict[type, list[Document]]:
        found: dict[type, list[Document]] = {}
        for document in self.documents:
            found.setdefault(type(document), []).append(document)
        return found

    @property
    def deployments(self) -> "list[Deployment]":
        """What the model makes of the facts: files that belong together, linked within each group."""
        return [group.deployment for group in self.groups]

    def deployment_of(self, document: Document) -> "Deployment":
        """The deployment that a document belongs to."""
        return self._group_by_path[document.path].deployment

    @property
    def groups(self) -> "tuple[Group, ...]":
        """The deployments before anything is linked."""
        if isinstance(self._grouped, Exception):
            raise self._grouped.with_traceback(None)
        return self._grouped

    @cached_property
    def _grouped(self) -> "tuple[Group, ...] | Exception":
        """The groups, or why there are none: whoever asks again shall not wait again."""
        from deploylint.model.assembly import grouped  # noqa: PLC0415  only cross-file rules pay for the model

        facts = self.facts
        try:
            return tuple(
                Group(members, own, self.tree, self.settings)
                for members, own in grouped(self.documents, facts, self.tree, self.settings)
            )
        except Exception as error:  # noqa: BLE001  it is raised for everybody who asks
            return error

    @cached_property
    def _group_by_path(self) -> "dict[str, Group]":
        return {document.path: group for group in self.groups for document in group.documents}


class Group:
    """Files that belong together. What they have to do with each other is worked out when somebody asks."""

    def __init__(
        self, documents: "list[Document]", facts: "list[Fact]", tree: Tree, settings: Settings
    ) -> None:
        self.documents = documents
        self._facts = facts
        self._tree = tree
        self._settings = settings

    @property
    def deployment(self) -> "Deployment":
        """Raises what went wrong, to everybody who asks."""
        if isinstance(self._linked, Exception):
            raise self._linked.with_traceback(None)
        return self._linked

    @cached_property
    def _linked(self) -> "Deployment | Exception":
        from deploylint.model.assembly import link  # noqa: PLC0415  only cross-file rules pay for the model

        try:
            return link(self.documents, self._facts, self._tree, self._settings)
        except Exception as error:  # noqa: BLE001  whoever asks again shall not wait again
            return error

    @property
    def links(self) -> "Iterator[object]":
        """What cross-file rules visit besides facts: the deployment, its servers and connections."""
        deployment = self.deployment
        yield deployment
        yield from deployment.servers
        yield from deployment.connections


class FactIndex:
    """Facts by their kind and by what they say, so that nobody looks at all of them for each of them."""

    def __init__(self, facts: "Iterable[Fact]") -> None:
        self._by_kind: dict[type, list[Any]] = {}
        self._by_value: dict[tuple[type, str], dict[object, list[Any]]] = {}
        for fact in facts:
            self._by_kind.setdefault(visited(type(fact)), []).append(fact)

    def every(self, kind: type[F]) -> list[F]:
        """All of a kind, in their order."""
        return self._by_kind.get(kind, [])

    def having(self, kind: type[F], attribute: str, value: object) -> list[F]:
        """Those of a kind of which an attribute, or one of an attribute's (`service.namespace`), has this value."""
        found = self._by_value.get((kind, attribute))
        if found is None:
            found = self._by_value[kind, attribute] = {}
            said = attrgetter(attribute)
            for fact in self.every(kind):
                found.setdefault(said(fact), []).append(fact)
        return found.get(value, [])
