"""What the files of a project define for each other: variables, shared zones, log formats, upstreams.

One walk over all files. Names count for the whole project, which is more than one nginx sees: too many definitions only
make findings fewer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from deploylint.dataclass import dataclass, field
from deploylint.document import Chain
from deploylint.formats.nginx.configuration import Configuration
from deploylint.formats.nginx.nodes import Block, Entry, File, Statement
from deploylint.formats.nginx.setters import patterns
from deploylint.formats.nginx.setters.variables import MAKERS, defined
from deploylint.formats.nginx.words import lowered
from deploylint.values.pcre import named_groups

_REGEX_NAMES = frozenset(patterns.NAMES)
_GROUPS = ("(?<", "(?P", "(?'")
_ZONES = {
    "limit_req_zone": "zone=",
    "limit_conn_zone": "zone=",
    "proxy_cache_path": "keys_zone=",
    "fastcgi_cache_path": "keys_zone=",
    "uwsgi_cache_path": "keys_zone=",
    "scgi_cache_path": "keys_zone=",
}


@dataclass(slots=True)
class Definitions:
    """`zones` are by the directive that defines them. Names of variables and upstreams are in lower case.

    `moving` are the variables that hold something else than one of some fixed texts, as far as is known.
    `format_files` are the files, by identity, that define a log format, whose name is as it is written. `modules`: a module
    from elsewhere is loaded. `open` says that a template fills in the name of something, or Lua may define it, so that anything may be defined.
    """

    variables: set[str] = field(default_factory=set)
    moving: set[str] = field(default_factory=set)
    zones: dict[str, dict[str, Statement]] = field(default_factory=dict)
    formats: set[str] = field(default_factory=lambda: {"combined"})
    upstreams: dict[str, set[str]] = field(default_factory=lambda: {"http": set(), "stream": set()})
    pools: set[str] = field(default_factory=lambda: {"default"})
    format_files: dict[str, set[int]] = field(default_factory=dict)
    modules: bool = False
    open: bool = False

    def add(self, names: Iterable[str], *, fixed: bool = False) -> None:
        """Take in the names of variables."""
        for name in names:
            folded = name.lower()
            self.variables.add(folded)
            if not fixed:
                self.moving.add(folded)


def definitions(known: Configuration) -> Definitions:
    """Worked out once for a configuration."""
    made: Definitions | None = known.memo.get("definitions")
    if made is None:
        made = known.memo["definitions"] = _collect(known)
    return made


def _collect(known: Configuration) -> Definitions:
    made = Definitions()
    for file in known.every_file():
        if "_by_lua" in file.source.text and any("_by_lua" in name for name in file.names):
            made.open = True
        text = file.source.text
        has_groups = _names_groups(text, 0, len(text))
        for statement, chain in file.named(_DEFINING_BY_GROUPS if has_groups else _DEFINING):
            collect = _COLLECTORS.get(statement.name)
            if collect is None:
                _placed(made, statement, known, (file, chain))
                continue
            collect(made, statement)
            if has_groups and statement.name == "map" and isinstance(statement, Block):
                _keys(made, statement)
    return made


def _placed(made: Definitions, statement: Statement, known: Configuration, at: tuple[File, Chain]) -> None:
    """Take in what it depends on its place to mean."""
    name, values, (file, chain) = statement.name, statement.values, at
    if name == "load_module":
        if chain is None:
            made.modules = made.modules or not all(map(_is_known_module, values))
    elif name == "upstream" and values:
        made.upstreams.setdefault(known.context(file, chain) or "", set()).add(lowered(values[0]))
    elif values:
        made.formats.add(values[0].lower())
        made.format_files.setdefault(values[0], set()).add(id(file))


def _keys(made: Definitions, block: Block) -> None:
    """Take in the variables that keys of a `map` make by their named groups."""
    if _names_groups(block.source.text, block.head_end, block.end):
        for entry in block.children:
            if type(entry) is Entry:
                made.add(_named_in_key(entry))


def _names_groups(text: str, start: int, end: int) -> bool:
    """Whether a stretch may have a named group: `(?<name>`, `(?P<name>` or `(?'name'`."""
    at = text.find("?", start, end)  # one character is found ten times as soon as two
    while at >= 0:
        if text[max(start, at - 1) : min(at + 2, end)] in _GROUPS:
            return True
        at = text.find("?", at + 1, end)
    return False


def _named_in_key(entry: Entry) -> Sequence[str]:
    """The variables that a key of a `map` makes by its named groups."""
    if not _names_groups(entry.source.text, entry.start, entry.head_end) or not entry.name.startswith("~"):
        return ()
    return named_groups(entry.name)


def _variables(made: Definitions, statement: Statement) -> None:
    made.add(made_by(statement.name, statement.values))


def _named_groups(made: Definitions, statement: Statement) -> None:
    if _names_groups(statement.source.text, statement.start, statement.head_end):
        made.add(made_by(statement.name, statement.values))


def _choices(made: Definitions, statement: Statement) -> None:
    """Of a block that chooses one of its texts: of those without variables no client has a say in what it holds."""
    text = statement.source.text
    start, end = statement.head_end, statement.end
    fixed = text.find("$", start, end) < 0 and text.find("include", start, end) < 0
    made.add(made_by(statement.name, statement.values), fixed=fixed)


def _pool(made: Definitions, statement: Statement) -> None:
    made.pools.update(statement.values[:1])


def made_by(name: str, values: tuple[str, ...]) -> Sequence[str]:
    """The variables that a directive makes, those of the named groups of its patterns included."""
    if not values:
        return ()
    made = defined(name, values)
    own = (made,) if made else ()
    if name not in _REGEX_NAMES or not any(_names_groups(value, 0, len(value)) for value in values):
        return own
    return own + tuple(patterns.names(name, values))


def _is_known_module(path: str) -> bool:
    """Whether a module brings no variables but those of the vocabulary."""
    return any(
        own in path for own in ("_stream_module", "_mail_module", "_http_geoip_module", "_http_perl_module")
    )


def _zone(made: Definitions, statement: Statement) -> None:
    zones = made.zones.setdefault(statement.name, {})
    for value in statement.values[1:]:
        if value.startswith(_ZONES[statement.name]):
            zones.setdefault(value.partition("=")[2].partition(":")[0], statement)


_COLLECTORS: Mapping[str, Callable[[Definitions, Statement], None]] = {
    **dict.fromkeys(_ZONES, _zone),
    **dict.fromkeys(_REGEX_NAMES, _named_groups),
    **dict.fromkeys(MAKERS, _variables),
    **dict.fromkeys(("map", "geo", "split_clients"), _choices),
    "thread_pool": _pool,
}
_PLACED = ("log_format", "upstream", "load_module")
_DEFINING_BY_GROUPS = frozenset({*_COLLECTORS, *_PLACED})
# Those that define something without any named groups.
_DEFINING = _DEFINING_BY_GROUPS - {name for name, collect in _COLLECTORS.items() if collect is _named_groups}
