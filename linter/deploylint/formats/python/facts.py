"""What the deployment needs to know of a Python file: the names it binds and what it looks for.

The file is read, never imported. Where names come from somewhere else, `is_open` says so.
"""

from collections.abc import Mapping
from functools import cached_property, lru_cache

from deploylint.dataclass import dataclass
from deploylint.formats.python import expressions as e
from deploylint.formats.python.blocks import Module, parse_module
from deploylint.formats.python.interface import Interface
from deploylint.formats.python.lines import NAME, terminal
from deploylint.formats.python.literals import string_value
from deploylint.formats.python.nodes import (
    Assignment,
    ClassDefinition,
    Clause,
    FunctionDefinition,
    Import,
    Opaque,
    walk,
)
from deploylint.formats.python.parser import PARSER
from deploylint.formats.python.settings_libraries import required_variables, requires_variables
from deploylint.pattern import pattern
from deploylint.source import Location, Source, Span
from deploylint.syntax.driver import Lexeme

_NOTIFIES = pattern(r"\b(?:sdnotify|cysystemd|sd_notify|NOTIFY_SOCKET)\b|\bsystemd\.daemon\b|READY=1")
_REACHES_NAMES = pattern(r"\b(?:globals|locals|vars|exec|setattr)\s*+\(|\bsys\.modules\b")
_ASGI = frozenset(
    {
        "FastAPI",
        "Starlette",
        "Quart",
        "Litestar",
        "BlackSheep",
        "ProtocolTypeRouter",
        "get_asgi_application",
        "WsgiToAsgi",
        "WSGIMiddleware",
    }
)
_WSGI = frozenset({"Flask", "Bottle", "get_wsgi_application", "make_wsgi_app", "ASGIMiddleware"})
_LPAR, _RPAR, _LSQB, _RSQB, _COMMA, _DOT = (
    terminal(name) for name in ("LPAR", "RPAR", "LSQB", "RSQB", "COMMA", "DOT")
)
_READING = ("environ", "getenv")
_STRING, _EQUAL, _GLOBAL = terminal("STRING"), terminal("EQUAL"), terminal("GLOBAL")


_SIGNATURES = {
    ("scope", "receive", "send"): Interface.ASGI,
    ("environ", "start_response"): Interface.WSGI,
}


class ModuleFacts:
    """A module from outside. What nobody asks for is not read out of it: of most modules that is nearly all."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @property
    def names(self) -> Mapping[str, Span]:
        """All that may be bound at its top level, with the place where they are first."""
        return self._binding.names

    @property
    def is_open(self) -> bool:
        """Whether it may have other names, since it takes all of another module, makes some up or cannot be read."""
        return self._binding.is_open

    @property
    def interfaces(self) -> Mapping[str, Interface]:
        """What names are that look like an application."""
        return self._binding.interfaces

    @property
    def notifies_systemd(self) -> bool:
        """Whether it speaks of sd_notify in some way."""
        return _NOTIFIES.search(self.source.text) is not None

    @cached_property
    def variables(self) -> Mapping[str, bool]:
        """The environment variables that it reads, by itself or through a library, and whether it fails without them."""
        required = self._binding.required if requires_variables(self.source.text) else ()
        return self._reading[0] | dict.fromkeys(required, True)

    @property
    def defaults(self) -> Mapping[str, tuple[str, Span]]:
        """The texts that it takes instead of some variables, with their places."""
        return self._reading[1]

    def place_of(self, name: str) -> Location:
        """Where a name is bound first."""
        span = self.names[name]
        return self.source.location(span.start, span.end)

    @cached_property
    def _binding(self) -> "_Binding":
        module = parse_module(self.source)
        names, interfaces = _names(module, list(module.lexemes))
        has_star = any(
            isinstance(node, Opaque) or (isinstance(node, Import) and node.star)
            for node, _ in walk(module.body)
        )
        is_open = has_star or bool(module.problems) or "__getattr__" in names
        return _Binding(
            names,
            is_open or _REACHES_NAMES.search(self.source.text) is not None,
            interfaces,
            frozenset(required_variables(module)),
        )

    @cached_property
    def _reading(self) -> tuple[dict[str, bool], dict[str, tuple[str, Span]]]:
        text = self.source.text
        if not any(word in text for word in _READING):
            return {}, {}
        return _variables(PARSER.lex(text)[0], text)


@dataclass(frozen=True, slots=True)
class _Binding:
    """What the statements of a module tell; `required` are the variables that a library wants for it."""

    names: Mapping[str, Span]
    is_open: bool
    interfaces: Mapping[str, Interface]
    required: frozenset[str]


@lru_cache(maxsize=256)
def describe(source: Source) -> ModuleFacts:
    """A module, from outside. Never raises, whatever it is asked."""
    return ModuleFacts(source)


def _names(module: Module, lexemes: list[Lexeme]) -> tuple[dict[str, Span], dict[str, Interface]]:
    names: dict[str, Span] = {}
    interfaces: dict[str, Interface] = {}
    text = module.source.text
    for node, _ in walk(module.body):
        if isinstance(node, (Assignment, FunctionDefinition, ClassDefinition)):
            names.setdefault(node.name, Span(node.name_start, node.name_end))
            if (interface := _interface(node, text)) is not None:
                interfaces[node.name] = interface
        elif isinstance(node, Import):
            for one in node.imported:
                names.setdefault(one.name, Span(one.start, one.end))
        elif isinstance(node, (Clause, Opaque)):
            for name in node.bound if isinstance(node, Clause) else node.names:
                names.setdefault(name, Span(node.start, node.end))
    for name, span in _bound_elsewhere(lexemes, text):
        names.setdefault(name, span)
    return names, interfaces


def _interface(node: Assignment | FunctionDefinition | ClassDefinition, text: str) -> Interface | None:
    if isinstance(node, FunctionDefinition):
        parameters = tuple(parameter.name for parameter in node.parameters)
        return _SIGNATURES.get(parameters)
    if not isinstance(node, Assignment) or not isinstance(node.value, e.Call):
        return None
    function = node.value.function
    word = text[function.start : function.end].rpartition(".")[2]
    if word in _ASGI:
        return Interface.ASGI
    return Interface.WSGI if word in _WSGI else None


def _bound_elsewhere(lexemes: list[Lexeme], text: str) -> list[tuple[str, Span]]:
    """Names that `:=` or a function's `global` may bind."""
    found = []
    listing = False
    for index, (number, start, end) in enumerate(lexemes):
        if number == _GLOBAL:
            listing = True
        elif number not in (NAME, _COMMA):
            listing = False
        following = lexemes[index + 1] if index + 1 < len(lexemes) else None
        walrus = following is not None and text[following[1] : following[2]] == ":="
        if number == NAME and (listing or walrus):
            found.append((text[start:end], Span(start, end)))
    return found


def _variables(lexemes: list[Lexeme], text: str) -> tuple[dict[str, bool], dict[str, tuple[str, Span]]]:
    """`environ["A"]` needs the variable, `environ.get("A")` and `getenv("A")` do not; and the defaults of these."""
    found: dict[str, bool] = {}
    defaults: dict[str, tuple[str, Span]] = {}
    for index, (number, start, end) in enumerate(lexemes):
        if number != NAME:
            continue
        word = text[start:end]
        if word not in _READING:
            continue
        after = lexemes[index + 1 : index + 8]
        kinds = [kind for kind, _, _ in after]
        if word == "environ" and kinds[:3] == [_LSQB, _STRING, _RSQB] and kinds[3:4] != [_EQUAL]:
            _note(found, text[after[1][1] : after[1][2]], required=True)
        elif word == "getenv" and kinds[:2] == [_LPAR, _STRING]:
            _note(found, text[after[1][1] : after[1][2]], required=False)
            _note_default(defaults, after[1:], text)
        elif (
            word == "environ"
            and kinds[:4] == [_DOT, NAME, _LPAR, _STRING]
            and text[after[1][1] : after[1][2]] in ("get", "setdefault")
        ):
            _note(found, text[after[3][1] : after[3][2]], required=False)
            _note_default(defaults, after[3:], text)
    return found, defaults


def _note(found: dict[str, bool], literal: str, *, required: bool) -> None:
    name = string_value(literal)
    if isinstance(name, str):
        found[name] = found.get(name, False) or required


def _note_default(defaults: dict[str, tuple[str, Span]], call: list[Lexeme], text: str) -> None:
    """`"A", "default")`: a name and a text that stands for it where the variable is not set."""
    if [kind for kind, _, _ in call[:4]] != [_STRING, _COMMA, _STRING, _RPAR]:
        return
    name, default = (string_value(text[start:end]) for _, start, end in (call[0], call[2]))
    if isinstance(name, str) and isinstance(default, str):
        defaults.setdefault(name, (default, Span(call[2][1], call[2][2])))
