"""Where requests are passed to: the argument of `proxy_pass` and its kin, upstream blocks expanded."""

from collections.abc import Sequence
from functools import cached_property

from deploylint.facts import Aim, Known, Target, Unknown, Value
from deploylint.formats.nginx.configuration import Body, Configuration
from deploylint.formats.nginx.inheritance import number_of, resolve
from deploylint.formats.nginx.nodes import Block, File, Statement
from deploylint.formats.nginx.words import lowered
from deploylint.pattern import DOTALL, compiled, escape, pattern
from deploylint.source import Location
from deploylint.values.address import LOCALHOST, Address, TcpAddress, is_ipv4
from deploylint.values.errors import InvalidValue
from deploylint.values.upstream import UpstreamTarget, proxy_pass, server_pass, upstream_server

_MOST_KEPT = 1024
_DEFAULT_IDLE_TIME = 60.0  # keepalive_timeout of an upstream

# A variable that begins after the port, or after the slash behind it, is part of the URI.
_URI_VARIABLE = pattern(
    r"(https?://[^/?$]*+)(?:[/?].*|(?<=\d)\$(?:request_uri|uri|document_uri|is_args).*)", DOTALL
)


_SPARE = frozenset({"backup", "down"})

PASSES_TO_URLS = frozenset({"proxy_pass", "grpc_pass"})


class Upstreams:
    """The `upstream` blocks of all files by name; nginx compares names without regard to case."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        # The first of each name of a file.
        self._own: dict[File, dict[str, Block]] = {}
        self._meant: dict[tuple[str, File], list[Block]] = {}
        # What `aim` answered those who asked last.
        self._asked: dict[object, Aim] = {}

    def add(self, file: File) -> None:
        """Take in those of a file. All have to be there before anybody asks."""
        for statement, chain in file.named(("upstream",)):
            if not isinstance(statement, Block) or not statement.values:
                continue
            if self.configuration.context(file, chain) in ("http", "stream"):
                self._own.setdefault(file, {}).setdefault(lowered(statement.values[0]), statement)

    def aim(
        self, asking: object, file: File, statement: Statement, bodies: Sequence[Body], *, in_stream: bool
    ) -> Aim:
        """The upstream's name, if it is one, and the servers that requests may go to; kept for those who asked last."""
        found = self._asked.get(asking)
        if found is None:
            if len(self._asked) == _MOST_KEPT:
                self._asked.clear()
            found = self._asked[asking] = self._aim(file, statement, bodies, in_stream=in_stream)
        return found

    def _aim(self, file: File, statement: Statement, bodies: Sequence[Body], *, in_stream: bool) -> Aim:
        word = statement.argument
        value = resolve(self.configuration, bodies, word)
        if isinstance(value, Unknown):
            return None, (Target(value, None, None, word.at),)
        text = value.value
        if (
            "$" in text
            and statement.name == "proxy_pass"
            and not in_stream
            and (match := _URI_VARIABLE.fullmatch(text))
        ):
            text = f"{match[1]}/"
        if "$" in text:
            return None, (Target(Unknown("depends on a variable", word.at), None, None, word.at),)
        try:
            target = _parsed(text, statement.name, in_stream=in_stream)
        except InvalidValue as error:
            return None, (Target(Unknown(error.message, word.at), None, None, word.at),)
        found = self.blocks(target.host, file)
        if not found:
            return None, (_target(target, word.at),)
        if len(found) > 1:
            unknown = Unknown("several files define this upstream", word.at)
            return target.host, (Target(unknown, None, None, word.at),)
        return target.host, tuple(self._servers(found[0]))

    def blocks(self, name: str, file: File) -> list[Block]:
        """The `upstream` blocks that a name in small letters may mean in a file; none where it is no upstream.

        Those of the same file, else of the same configuration.
        """
        own = self._own.get(file, {})
        if (block := own.get(name)) is not None:
            return [block]
        others = len(self._own) - (1 if own else 0)
        if not others or name not in self._by_name:
            return []
        key = name, file
        if key not in self._meant:
            self._meant[key] = self._look_up(name, file)
        return self._meant[key]

    def idle_time(self, name: str | None, file: File) -> Value[float]:
        """Seconds for which nginx keeps an unused connection to the upstream; 0 without `keepalive`.

        From 1.29.7 on `keepalive` is on by default; only what is written counts here.
        """
        found = self.blocks(name, file) if name is not None else []
        if len(found) != 1:
            return Known(0.0, default=True) if name is None else Unknown("several files define this upstream")
        level = self.configuration.level(found[0])
        if not level.get("keepalive"):
            return Known(0.0, default=True) if level.complete else Unknown("an include may set it")
        written = level.get("keepalive_timeout")
        if written:
            return number_of(written[0])
        return Known(_DEFAULT_IDLE_TIME, level.get("keepalive")[0].at, why="nginx default", default=True)

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[File, Block]]]:
        """Those of all files."""
        found: dict[str, list[tuple[File, Block]]] = {}
        for file, own in self._own.items():
            for name, block in own.items():
                found.setdefault(name, []).append((file, block))
        return found

    def _look_up(self, name: str, file: File) -> list[Block]:
        """What a name may mean that the file does not define."""
        defined = self._by_name[name]
        root = self.configuration.root(file)
        for other, block in defined:
            if self.configuration.root(other) is root:
                return [block]
        instance = self.configuration.instance(file)
        return [block for other, block in defined if self.configuration.instance(other) == instance]

    def _servers(self, block: Block) -> list[Target]:
        level = self.configuration.level(block)
        servers = [_server(statement) for statement in level.get("server") if statement.head.values]
        if not servers or not level.complete:
            servers.append(
                Target(Unknown("an include may add servers", block.header), None, None, block.header)
            )
        return servers


def upstreams(configuration: Configuration) -> Upstreams:
    """The upstreams of a configuration, for whoever has not walked its files already."""
    found = Upstreams(configuration)
    for file in configuration.files:
        found.add(file)
    return found


def parsed_target(text: str, directive: str, at: Location, *, spare: bool = False) -> Target:
    """One target outside of a configuration: no upstream is looked for.

    Raises InvalidValue for what nginx refuses, and for a name that an upstream block of the same file has.
    """
    if (match := _URI_VARIABLE.fullmatch(text)) is not None:
        text = f"{match[1]}/"
    is_server = directive in PASSES_TO_URLS and "://" not in text
    parsed = upstream_server(text) if is_server else _parsed(text, directive, in_stream=False)
    if compiled(rf"\bupstream\s+{escape(parsed.host or '')}\s*\{{").search(at.source.text):
        raise InvalidValue("an upstream of that name")
    return _target(parsed, at, spare=spare)


def _parsed(text: str, directive: str, *, in_stream: bool) -> UpstreamTarget:
    if in_stream:
        return upstream_server(text)
    return proxy_pass(text) if directive == "proxy_pass" else server_pass(text, directive)


def _server(statement: Statement) -> Target:
    word, head = statement.argument, statement.head
    spare = not _SPARE.isdisjoint(head.values[1:])
    if head.opaque and word.opaque:
        return Target(Unknown("filled in elsewhere", word.at), None, None, word.at, spare)
    try:
        return _target(upstream_server(head.values[0]), word.at, spare=spare)
    except InvalidValue as error:
        return Target(Unknown(error.message, word.at), None, None, word.at, spare)


def _target(parsed: UpstreamTarget, at: Location, *, spare: bool = False) -> Target:
    address = parsed.address
    if not isinstance(address, TcpAddress):
        return Target(Known(address, at), None, None, at, spare)
    known: Value[Address] = Known(address, at)
    if not _is_address(address.host or ""):
        known = Unknown("only DNS tells the address of this name", at)
    return Target(known, parsed.host, address.port or None, at, spare)


def _is_address(host: str) -> bool:
    return host == LOCALHOST or host.startswith("[") or is_ipv4(host)
