"""From the lexemes of one logical line to its syntax: expressions as nodes, statements as trees."""

from collections.abc import Callable

from deploylint.dataclass import dataclass
from deploylint.formats.python.expressions import (
    Argument,
    Attribute,
    Call,
    Conditional,
    Constant,
    DictDisplay,
    Display,
    Expression,
    Lambda,
    Name,
    Number,
    Operation,
    Other,
    Pair,
    Strings,
    Subscript,
    Walrus,
)
from deploylint.imports import import_module
from deploylint.syntax.driver import Parser, RuleBuilder, Token, Tree
from deploylint.typed import Any


@dataclass(slots=True, eq=False)
class _Group:
    """A value in brackets of its own: they belong to the span of what is around, not to the value's."""

    start: int
    end: int
    value: Expression


def bare(child: Any) -> Any:
    """A value without the brackets around it."""
    return child.value if isinstance(child, _Group) else child


def _node(build: Callable[[int, int, list[Any]], Any]) -> RuleBuilder:
    """A builder that is told the span of its text, brackets included, and gets the values without them."""

    def builder(children: list[Any]) -> Any:
        return build(children[0].start, children[-1].end, [bare(child) for child in children])

    return builder


def _items(children: list[Any]) -> list[Argument]:
    return [
        child if isinstance(child, Argument) else Argument(child.start, child.end, child)
        for child in children
        if not (isinstance(child, Token) and child.type == "COMMA")
    ]


def _keyword_argument(start: int, end: int, children: list[Any]) -> Argument:
    name, value = children
    return Argument(start, end, value, name)


def _star_argument(start: int, end: int, children: list[Any]) -> Argument:
    star, value = children
    return Argument(start, end, value, stars=star.end - star.start)


def _attribute(start: int, end: int, children: list[Any]) -> Attribute:
    value, name = children
    return Attribute(start, end, value, name)


def _call(start: int, end: int, children: list[Any]) -> Call:
    function, _, *arguments, _ = children
    return Call(start, end, function, _items(arguments))


def _subscript(start: int, end: int, children: list[Any]) -> Subscript:
    value, _, *indexes, _ = children
    first, last = indexes[0], indexes[-1]
    plain = len(indexes) == 1 and not isinstance(first, Argument)
    return Subscript(start, end, value, first if plain else Other(first.start, last.end, "index"))


def _group(children: list[Any]) -> Any:
    opening, *inner, close = children
    if len(inner) != 1 or isinstance(inner[0], Argument):
        return Display(opening.start, close.end, "tuple", _items([bare(child) for child in inner]))
    if isinstance(inner[0], Other) and inner[0].kind in ("comprehension", "bound"):
        return Other(opening.start, close.end, inner[0].kind, inner[0].target)
    return _Group(opening.start, close.end, bare(inner[0]))


def _bracketed(kind: str) -> Callable[[int, int, list[Any]], Expression]:
    def build(start: int, end: int, children: list[Any]) -> Expression:
        inner = children[1:-1]
        if len(inner) == 1 and isinstance(inner[0], Other) and inner[0].kind.endswith("comprehension"):
            return Other(start, end, "comprehension")
        return Display(start, end, kind, _items(inner))

    return build


def _braces(start: int, end: int, children: list[Any]) -> Expression:
    inner = children[1:-1]
    if not inner or isinstance(inner[0], Pair) or (isinstance(inner[0], Argument) and inner[0].stars == 2):
        items = [
            item if isinstance(item, Pair) else Pair(item.start, item.end, None, item.value)
            for item in inner
            if isinstance(item, (Pair, Argument))
        ]
        return DictDisplay(start, end, items)
    return _bracketed("set")(start, end, children)


def _pair(start: int, end: int, children: list[Any]) -> Pair:
    key, value = children
    return Pair(start, end, key, value)


def _bare_tuple(start: int, end: int, children: list[Any]) -> Display:
    return Display(start, end, "tuple", _items(children))


def _conditional(start: int, end: int, children: list[Any]) -> Conditional:
    value, test, other = children
    return Conditional(start, end, value, test, other)


def _lambda(start: int, end: int, children: list[Any]) -> Lambda:
    parameters = children[1]
    has_any = isinstance(parameters, Tree) and parameters.data == "lambda_parameters"
    tokens = [child for child in parameters.children if isinstance(child, Token)] if has_any else []
    return Lambda(start, end, tokens)


def _walrus(start: int, end: int, children: list[Any]) -> Walrus:
    name, value = children
    return Walrus(start, end, name, value)


def _other(kind: str) -> RuleBuilder:
    return _node(lambda start, end, _: Other(start, end, kind))


_BUILDERS: dict[str, RuleBuilder] = {
    "name": _node(lambda start, end, _: Name(start, end)),
    "number": _node(lambda start, end, _: Number(start, end)),
    "constant": _node(lambda start, end, _: Constant(start, end)),
    "strings": _node(Strings),
    "broken": _other("broken"),
    "attribute": _node(_attribute),
    "call": _node(_call),
    "keyword_argument": _node(_keyword_argument),
    "star_argument": _node(_star_argument),
    "star": _node(_star_argument),
    "subscript": _node(_subscript),
    "slice": _other("slice"),
    "group": _group,
    "list": _node(_bracketed("list")),
    "braces": _node(_braces),
    "pair": _node(_pair),
    "bare_tuple": _node(_bare_tuple),
    "operation": _node(Operation),
    "conditional": _node(_conditional),
    "lambda": _node(_lambda),
    "walrus": _node(_walrus),
    "yield": _other("yield"),
    "bound": _node(lambda start, end, children: Other(start, end, "bound", children[1])),
    "comprehension": _other("comprehension"),
    "pair_comprehension": _other("pair comprehension"),
}

PARSER = Parser(import_module("deploylint.syntax.compiled.python"), builders=_BUILDERS)


def parse_expression(text: str) -> Expression | None:
    """The expression that is the whole text, as in an f-string's braces; None when it is none."""
    value = PARSER.parse_lexemes(_without_newlines(text), len(text)).value
    match value:
        case Tree(data="start", children=[Tree(data="expression_statement", children=[expression])]):
            found: Expression | None = None if isinstance(expression, Argument) else bare(expression)
            return found
        case _:
            return None


def is_group(text: str) -> bool:
    """Whether a text is one expression in brackets."""
    parsed = PARSER.parse_lexemes(_without_newlines(text), len(text)).value
    match parsed:
        case Tree(data="start", children=[Tree(data="expression_statement", children=[expression])]):
            # Two pairs of brackets with an operator between them have the same ends.
            return isinstance(expression, _Group) or (
                isinstance(expression, (Display, Other))
                and expression.start == 0
                and expression.end == len(text)
            )
        case _:
            return False


def _without_newlines(text: str) -> list[tuple[int, int, int]]:
    lexemes, _ = PARSER.lex(text)
    newline = PARSER.terminal("NEWLINE")
    return [lexeme for lexeme in lexemes if lexeme[0] != newline]
