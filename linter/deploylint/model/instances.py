"""Template units of systemd: the instances that a deployment names, or that its proxies need, as processes of their own.

An instance that is named runs. One that only the target of a route fits (`127.0.0.1:8001` and `--bind 127.0.0.1:800%i`)
is presumed: it may run, so that the target is neither missing nor certain.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.dataclass import replace
from deploylint.document import Document
from deploylint.facts import Fact, Known, Listener, Process, Route, SocketUnit, StatedListener, Unknown, Value
from deploylint.formats.command_line.invocation import Invocation
from deploylint.model.telling import home
from deploylint.pattern import pattern
from deploylint.source import Location
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING
from deploylint.values.address import Address, TcpAddress, UnixAddress, covers

if TYPE_CHECKING:
    from deploylint.formats.systemd.instances import Named
    from deploylint.formats.systemd.unit import Unit
    from deploylint.formats.systemd.unit_file import UnitFile

_INSTANCE_IN_WORD = pattern(r"(?<![^\s\"'=%])([^\s\"'=%]*+)%[iI]([^\s\"'%]*+)")
_TRAILING_DIGITS, _LEADING_DIGITS = pattern(r"\d++$"), pattern(r"\d*+")
_VAR_RUN = pattern(r"/var/run/")
_MOST_PRESUMED = 64


def instantiated(documents: Sequence[Document], facts: list[Fact], tree: Tree) -> list[Fact]:
    """The facts of a deployment, those of its template units replaced or joined by those of their instances."""
    if not any(_template_file(fact) for fact in facts):
        return facts
    # Few deployments have a template; what reads units is imported for them alone.
    from deploylint.formats.shell import ShellScript  # noqa: PLC0415
    from deploylint.formats.systemd.instances import instances_named  # noqa: PLC0415
    from deploylint.formats.systemd.unit import units  # noqa: PLC0415
    from deploylint.formats.systemd.unit_file import UnitFile  # noqa: PLC0415

    files = [document for document in documents if isinstance(document, UnitFile)]
    found = list(dict.fromkeys(units(files).values()))
    folders = sorted({home(file.path) for file in files if file.is_template})
    links = [path for folder in folders for path in tree.below(folder) if "@" in path]
    scripts = [document for document in documents if isinstance(document, ShellScript)]
    named = instances_named(found, scripts, links)
    drop_ins = [file for file in files if file.is_drop_in]
    own = {unit.name for unit in found if unit.main is not None}
    targets = _Targets(facts)
    replaced: set[str] = set()
    added: list[Fact] = []
    templates = {unit.name: unit for unit in found if unit.main is not None and unit.is_template}
    for template in templates.values():
        instances = named.get(template.name)
        for instance, at in instances.instances.items() if instances else ():
            if _name(template, instance) not in own:
                added += _facts_of(template, instance, _started(at), drop_ins, tree)
        if instances is not None and instances.complete:
            replaced.update(file.path for file in template.files)
    for template, instance in _presumed(templates, named, targets, drop_ins, tree):
        runs = Unknown(f"nothing in the project starts {_name(template, instance)}")
        added += _facts_of(template, instance, runs, drop_ins, tree)
    return [fact for fact in facts if _template_file(fact) not in replaced] + added


def _template_file(fact: Fact) -> str | None:
    """The file of a fact that was read from a template unit and not from an instance."""
    match fact:
        case (
            Process(name=name, document=document)
            | SocketUnit(name=name, document=document)
            | Listener(owner=name, document=document)
        ) if "@." in name and document.format == "systemd":
            return document.path
        case _:
            return None


def _name(template: "Unit", instance: str) -> str:
    return template.name.replace("@", f"@{instance}", 1)


def _started(at: Location | None) -> Value[int]:
    return Known(1, at, "" if at else "a link in a .wants folder")


def _facts_of(
    template: "Unit", instance: str, runs: Value[int], drop_ins: "Sequence[UnitFile]", tree: Tree
) -> Iterator[Fact]:
    """What an instance says, told of the template's files."""
    from deploylint.formats.systemd.instances import instance_of  # noqa: PLC0415
    from deploylint.formats.systemd.unit_facts import facts_of  # noqa: PLC0415

    originals: dict[str, Document] = {file.path: file for file in (*template.files, *drop_ins)}
    for fact in facts_of(instance_of(template, instance, drop_ins), tree):
        match fact:
            case Process(document=document):
                document = originals[document.path]
                yield replace(
                    fact.whole, name=template.name, document=document, instance=instance, instances=runs
                )
            case StatedListener(document=document):
                presumed = isinstance(runs, Unknown)
                yield replace(fact, document=originals[document.path], presumed=presumed)
            case SocketUnit(document=document):
                yield replace(fact, document=originals[document.path])
            case _:
                pass


class _Targets:
    """What routes lead to, sorted as text, so that those which begin in one way are found without looking at all."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._ports: dict[str, list[Address]] = {}
        self._paths: dict[str, list[Address]] = {}
        for fact in facts:
            for target in fact.targets if isinstance(fact, Route) else ():
                match target.address:
                    case Known(value=TcpAddress(port=port) as address):
                        self._ports.setdefault(str(port), []).append(address)
                    case Known(value=UnixAddress(path=path, abstract=False) as address):
                        self._paths.setdefault(path, []).append(address)
                    case _:
                        pass
        self._sorted = {id(found): sorted(found) for found in (self._ports, self._paths)}

    def fitting(self, before: str, after: str) -> Iterator[tuple[str, Address]]:
        """The instances with which a word would name a target, each with that target.

        What stands around `%i` has to tell the port or the path: any port fits `:%i`.
        """
        if (digits := _TRAILING_DIGITS.search(before)) is not None:
            end = _LEADING_DIGITS.match(after)
            yield from self._between(self._ports, digits[0], end[0] if end else "")
        if "/" in before:
            lead = before[before.index("/") :]
            yield from self._between(
                self._paths, lead.removeprefix("/var") if _VAR_RUN.match(lead) else lead, after
            )

    def _between(
        self, found: dict[str, list[Address]], first: str, last: str
    ) -> Iterator[tuple[str, Address]]:
        texts = self._sorted[id(found)]
        for at in range(bisect_left(texts, first), len(texts)):
            text = texts[at]
            if not text.startswith(first):
                return
            middle = text[len(first) : len(text) - len(last)]
            if middle and "/" not in middle and text.endswith(last) and len(first) + len(last) < len(text):
                yield from ((middle, address) for address in found[text])


def _presumed(
    templates: "Mapping[str, Unit]",
    named: "Mapping[str, Named]",
    targets: _Targets,
    drop_ins: "Sequence[UnitFile]",
    tree: Tree,
) -> "Iterator[tuple[Unit, str]]":
    """Instances that nobody names and that would listen on a target if they ran; with a socket's also its service's."""
    from deploylint.formats.systemd.activation import activated  # noqa: PLC0415

    found: dict[tuple[str, str], Unit] = {}
    for template in templates.values():
        for instance in _listening(template, targets, drop_ins, tree):
            found[template.name, instance] = template
            service = templates.get(activated(template)) if template.type == "socket" else None
            if service is not None:
                found[service.name, instance] = service
    for (name, instance), template in found.items():
        known = named.get(name)
        if known is None or not (known.complete or instance in known.instances):
            yield template, instance


def _listening(
    template: "Unit", targets: _Targets, drop_ins: "Sequence[UnitFile]", tree: Tree
) -> Iterator[str]:
    """The instances of a template that listen on one of the targets."""
    places = (("Service", "ExecStart"), ("Service", "Environment"), ("Socket", "ListenStream"))
    words = [
        (match[1], match[2])
        for place in places
        for line in template.all(*place)
        for match in _INSTANCE_IN_WORD.finditer(line.value)
    ]
    tried: set[str] = set()
    for instance, target in (pair for word in words for pair in targets.fitting(*word)):
        if instance in tried:
            continue
        tried.add(instance)
        if len(tried) > _MOST_PRESUMED:
            return
        facts = _facts_of(template, instance, Known(1), drop_ins, tree)
        if any(_opens(fact, target) for fact in facts):
            yield instance


def _opens(fact: Fact, target: Address) -> bool:
    match fact:
        case Process(invocation=Invocation(binds=binds)):
            addresses = [bind.address for bind in binds]
        case Listener(address=Known(value=address)):
            addresses = [address]
        case _:
            return False
    return any(isinstance(one, (TcpAddress, UnixAddress)) and covers(one, target) for one in addresses)
