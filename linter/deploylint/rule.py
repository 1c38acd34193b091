"""What a rule is: one decorated generator function in one file of its own.

    @rule(Severity.WARNING, group=Group.SECURITY, named=("autoindex",))
    def nginx_autoindex_on(directive: Directive) -> Findings:
        \"\"\"`autoindex on` lists every file of the folder to anybody.
        ...
        \"\"\"

The type of the first parameter says what the rule visits: a node class, a document class, a fact,
a link of the model, or the project. A second parameter, where there is one, is the `Context`. The
function's name with dashes is the rule's name, its docstring is its documentation, its help in
reports and its first tests (see `documentation`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from deploylint.dataclass import dataclass
from deploylint.diagnostic import Confidence, Findings, Group, Severity
from deploylint.document import Chain, Document, visited
from deploylint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deploylint.project import Project

Check = Callable[..., Findings]
Condition = type | str | Collection[type | str]


@dataclass(slots=True)
class Context:
    """Where a rule is while it looks at something.

    `document` is the one the visited node belongs to; for facts, links and the project it is None.
    """

    project: "Project"
    document: Document | None = None
    chain: Chain = None

    @property
    def parent(self) -> Any:
        """The node around the visited one; None at the top of a document."""
        return self.chain[0] if self.chain else None

    def ancestors(self) -> Iterator[Any]:
        """The nodes around the visited one, nearest first."""
        chain = self.chain
        while chain:
            yield chain[0]
            chain = chain[1]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with everything reports say about it. Calling it calls the check.

    `named` restricts a rule on nodes to those with one of these `name`s. `when` restricts it to things whose `head` it
    holds for, and is asked once for equal ones: nginx's statements, units and their lines, processes and servers have one.
    `given` restricts a rule to projects that have all of this: for a class a fact of it, for a text a document of this
    format or a node of this name, for several any of them; what stands twice, twice. Of a rule on files and nodes of nginx
    and systemd, the visited file itself has to have the names (`Document.names`), or a drop-in of the project. `mentions`
    restricts it to projects of which some text has one of these, rules on units and their lines to units. The last two
    spare the import of the rule, too, and must not change what it finds. `pedantic` rules run only with `--pedantic` or
    when they are selected by name.
    """

    name: str
    check: Check
    visits: type
    wants_context: bool
    severity: Severity
    confidence: Confidence
    group: Group
    pedantic: bool
    named: frozenset[str]
    when: Callable[[Any], bool] | None
    given: tuple[Condition, ...]
    mentions: tuple[str, ...]
    aliases: tuple[str, ...]
    symptoms: tuple[str, ...]

    def __call__(self, *arguments: Any) -> Findings:
        return self.check(*arguments)

    def load(self) -> "Rule":
        """Itself: a rule is a `Candidate` that is loaded already."""
        return self

    @property
    def subject(self) -> str:
        return str(self.check.__module__.rsplit(".", 2)[-2])

    @property
    def family(self) -> str:
        return self.group.value

    @property
    def visited(self) -> str:
        return class_name(self.visits)

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        return tuple(map(_any_of, self.given))

    @property
    def documentation(self) -> str:
        """The docstring as it stands; empty under `python -OO`."""
        return self.check.__doc__ or ""


def class_name(kind: type) -> str:
    """A class as an index and the engine know it: the names of its module and its own, or of what it is `visited` as."""
    kind = visited(kind)
    return f"{kind.__module__}.{kind.__qualname__}"


def _any_of(condition: Condition) -> tuple[str, ...]:
    alternatives = (condition,) if isinstance(condition, (type, str)) else condition
    return tuple(sorted(item if isinstance(item, str) else class_name(item) for item in alternatives))


def rule(
    severity: Severity,
    *,
    group: Group = Group.CORRECTNESS,
    confidence: Confidence = Confidence.HIGH,
    pedantic: bool = False,
    named: Iterable[str] = (),
    when: Callable[[Any], bool] | None = None,
    given: tuple[Condition, ...] = (),
    mentions: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    symptoms: tuple[str, ...] = (),
) -> Callable[[Check], Rule]:
    """Make a rule of a generator function.

    `symptoms` are texts of logs and error pages that the fault causes, as users paste them into
    `deploylint explain`; `*` stands for anything.
    """

    def decorate(check: Check) -> Rule:
        code = check.__code__
        visits = check.__annotations__[code.co_varnames[0]]
        if when is not None and not hasattr(visits, "head"):
            raise TypeError(
                f"{check.__name__}: `when` is asked about a head, which {visits.__name__} has not"
            )
        return Rule(
            name=check.__name__.replace("_", "-"),
            check=check,
            visits=visits,
            wants_context=code.co_argcount > 1,
            severity=severity,
            confidence=confidence,
            group=group,
            pedantic=pedantic,
            named=frozenset(named),
            when=when,
            given=given,
            mentions=mentions,
            aliases=aliases,
            symptoms=symptoms,
        )

    return decorate
