"""Instances of template units: which ones a project names, and what the template says for one of them.

systemd.unit(5): `web@8001.service` is read from `web@.service`, with `%i` standing for `8001`.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from itertools import product

from deploylint.dataclass import dataclass, field, replace
from deploylint.formats.systemd.activation import LINKING, WANTING, activated
from deploylint.formats.systemd.specifier_values import resolve
from deploylint.formats.systemd.unit import Unit, drop_in_folders, drop_ins_of
from deploylint.formats.systemd.unit_file import UnitFile
from deploylint.pattern import pattern
from deploylint.source import Location
from deploylint.typed import TYPE_CHECKING
from deploylint.values.errors import InvalidValue
from deploylint.values.unit_names import UnitName, parse_unit_name

if TYPE_CHECKING:
    from deploylint.formats.shell import ShellScript
    from deploylint.values.words import Word

_STARTING = frozenset({"enable", "reenable", "start", "restart", "reload-or-restart", "try-restart"})
_BRACES = pattern(r"\{(?:(\d{1,5})\.\.(\d{1,5})|([^{}\s]*,[^{}\s]*))\}")
_OWN_INSTANCE = pattern(r"@%[iI]\.")
_MOST_INSTANCES = 256


@dataclass(slots=True)
class Named:
    """The instances of one template that a project names, each with the place where it does.

    The place is None for a link in a `.wants` folder. `complete`: others are started by nobody; a script that starts
    `web@$port`, or a default for whoever enables the template, leaves that open.
    """

    instances: dict[str, Location | None] = field(default_factory=dict)
    complete: bool = False


def instances_named(
    units: Iterable[Unit], scripts: "Iterable[ShellScript]", paths: Iterable[str]
) -> dict[str, Named]:
    """What units, links (`paths` of files) and scripts name, by the name of the template."""
    units = list(units)
    found: dict[str, Named] = {}
    opened: set[str] = set()
    started = [*_wanted(units), *_linked(paths), *_in_scripts(scripts)]
    for name, at in started:
        _note(found, opened, name, at)
    complete = set(found) - opened
    for unit in units:
        if unit.unit_name is None:
            continue
        if unit.is_template and (default := unit.last("Install", "DefaultInstance")) is not None:
            if not default.opaque and "%" not in default.value:
                found.setdefault(unit.name, Named()).instances.setdefault(default.value, default.value_at)
        elif unit.main is None and unit.unit_name.template is not None:
            # `web@8001.service.d` changes an instance that somebody starts.
            _note(found, set(), unit.name, unit.drop_ins[0].lines[0].at if unit.drop_ins[0].lines else None)
    for name, instances in found.items():
        instances.complete = name in complete
    _hand_on(units, found)
    return found


def _note(found: dict[str, Named], opened: set[str], name: str, at: Location | None) -> None:
    """Put a name where it belongs; a name with an unknown part opens the list of its template."""
    stem, _, ending = name.rpartition(".")
    prefix, mark, instance = stem.partition("@")
    if not mark:
        return
    try:
        template = str(UnitName(parse_unit_name(f"{prefix}@.{ending}").prefix, "", ending))
    except InvalidValue:
        return
    try:
        known = parse_unit_name(name).instance
    except InvalidValue:
        known = None
    if known:
        found.setdefault(template, Named()).instances.setdefault(known, at)
    elif instance:
        opened.add(template)


def _wanted(units: Iterable[Unit]) -> Iterator[tuple[str, Location | None]]:
    """What units, sockets, timers and paths start, where that is no template's own `%i`."""
    places = [("Unit", key) for key in WANTING] + [("Install", "Also")]
    places += [("Socket", "Service"), ("Timer", "Unit"), ("Path", "Unit")]
    for unit in units:
        for section, key in places:
            for word, line in unit.words(section, key):
                if "@" not in word:
                    continue
                text = None if line.opaque else resolve(word, unit.file_of(line))
                if not (unit.is_template and _OWN_INSTANCE.search(word)):
                    yield text if text is not None else word, line.value_at


def _linked(paths: Iterable[str]) -> Iterator[tuple[str, Location | None]]:
    """`multi-user.target.wants/web@8001.service`, which most often is a link to the template."""
    for path in paths:
        folder, _, name = path.rpartition("/")
        if "@" in name and folder.endswith(LINKING):
            yield name, None


def _in_scripts(scripts: "Iterable[ShellScript]") -> Iterator[tuple[str, Location | None]]:
    """`systemctl enable --now web@{8001..8004}`."""
    for script in scripts:
        if "systemctl" not in script.source.text or "@" not in script.source.text:
            continue
        for command in script.script.commands:
            words = [word.value for word in command.words]
            if "systemctl" not in words or _STARTING.isdisjoint(words):
                continue
            for word in command.words:
                if "@" in word.value:
                    at = script.source.location(word.span.start, word.span.end)
                    yield from ((name, at) for name in _written(word))


def _written(word: "Word") -> Iterator[str]:
    """The unit names that a word of a script stands for; an unknown part stays in as `$`, which no name holds."""
    prefix, _, rest = word.value.partition("@")
    instance = rest.removesuffix(".service")
    ending = "" if "." in rest.rpartition("}")[2] and rest == instance else ".service"
    if word.opaque:
        yield f"{prefix}@${ending or '.' + rest.rpartition('.')[2]}"
        return
    for expanded in _without_braces(instance):
        yield f"{prefix}@{expanded}{ending}"


def _without_braces(text: str) -> Iterator[str]:
    """`{1..4}` and `{a,b}` expanded as bash does."""
    choices: list[Sequence[str]] = []
    done = 0
    for match in _BRACES.finditer(text):
        choices.append((text[done : match.start()],))
        if match[3] is not None:
            choices.append(match[3].split(","))
        else:
            first, last = int(match[1]), int(match[2])
            width = len(match[1]) if match[1].startswith("0") else 0
            step = 1 if first <= last else -1
            choices.append([f"{n:0{width}}" for n in range(first, last + step, step)][:_MOST_INSTANCES])
        done = match.end()
    choices.append((text[done:],))
    return ("".join(parts) for parts in product(*choices))


def _hand_on(units: Iterable[Unit], found: dict[str, Named]) -> None:
    """The instances of a template are those of what it wants as `x@%i.service`, and of what a socket or timer starts."""
    following: dict[str, list[str]] = {}
    for unit in units:
        if not unit.is_template:
            continue
        names = following.setdefault(unit.name, [])
        names += [
            _OWN_INSTANCE.sub("@.", word)
            for key in WANTING
            for word, line in unit.words("Unit", key)
            if not line.opaque and _OWN_INSTANCE.search(word)
        ]
        if unit.type in ("socket", "timer", "path"):
            names.append(activated(unit))
    pending = list(found)
    while pending:
        name = pending.pop()
        own = found[name]
        for other in following.get(name, ()):
            if "@." in other and other not in found:
                found[other] = Named(dict(own.instances), own.complete)
                pending.append(other)


def instance_of(template: Unit, instance: str, drop_ins: Iterable[UnitFile]) -> Unit:
    """The unit that systemd makes of a template for one instance; those of the drop-ins that apply to it are taken."""
    if template.main is None or template.unit_name is None:
        raise ValueError(f"{template.name} is no template")
    name = UnitName(template.unit_name.prefix, instance, template.type)
    main = _named_so(template.main, name)
    wanted = set(drop_in_folders(main))
    folders: dict[str, list[UnitFile]] = {}
    for file in drop_ins:
        folder = file.path.rpartition("/")[0]
        if folder.rpartition("/")[2] in wanted:
            folders.setdefault(folder, []).append(file)
    chosen = {file.path.rpartition("/")[2]: file for file in template.drop_ins}
    chosen |= {file.path.rpartition("/")[2]: file for file in drop_ins_of(main, folders, alone=True)}
    return Unit(str(name), main.type, main, tuple(_named_so(chosen[key], name) for key in sorted(chosen)))


def _named_so(file: UnitFile, name: UnitName) -> UnitFile:
    same = copy(file)
    same.name = replace(file.name, unit=str(name), unit_name=name)
    return same
