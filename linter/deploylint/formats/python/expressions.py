"""Expressions of Python as they stand: kinds and offsets, no text.

Offsets count in the text that was parsed: the file's, or that of one f-string field. `start` and
`end` are those of the standard library's `ast`, so the brackets around a value are outside it.
"""

from deploylint.dataclass import dataclass
from deploylint.syntax.driver import Token


@dataclass(slots=True, eq=False)
class Name:
    """A variable."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class Number:
    """A number without its sign."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class Constant:
    """`None`, `True`, `False` or `...`."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class Strings:
    """One or more string literals that Python joins."""

    start: int
    end: int
    parts: list[Token]


@dataclass(slots=True, eq=False)
class Attribute:
    """`value.name`."""

    start: int
    end: int
    value: "Expression"
    name: Token


@dataclass(slots=True, eq=False)
class Argument:
    """A keyword argument (`name` set), `*value` (`stars` 1), `**value` (2) or a plain value (0)."""

    start: int
    end: int
    value: "Expression"
    name: Token | None = None
    stars: int = 0


@dataclass(slots=True, eq=False)
class Call:
    """`function(arguments)`."""

    start: int
    end: int
    function: "Expression"
    arguments: list[Argument]


@dataclass(slots=True, eq=False)
class Subscript:
    """`value[index]`; a slice or several indexes make `index` an `Other`."""

    start: int
    end: int
    value: "Expression"
    index: "Expression"


@dataclass(slots=True, eq=False)
class Operation:
    """Operands and operators in a row: `not a in b` is `[NOT, a, IN, b]`."""

    start: int
    end: int
    parts: "list[Expression | Token]"


@dataclass(slots=True, eq=False)
class Conditional:
    """`value if test else other`."""

    start: int
    end: int
    value: "Expression"
    test: "Expression"
    other: "Expression"


@dataclass(slots=True, eq=False)
class Display:
    """A `list`, `set` or `tuple` written out."""

    start: int
    end: int
    kind: str
    items: list[Argument]


@dataclass(slots=True, eq=False)
class Pair:
    """`key: value`; `**value` has no key."""

    start: int
    end: int
    key: "Expression | None"
    value: "Expression"


@dataclass(slots=True, eq=False)
class DictDisplay:
    """A dictionary written out."""

    start: int
    end: int
    items: list[Pair]


@dataclass(slots=True, eq=False)
class Lambda:
    """A lambda and the tokens of its parameters; a default's value is left out, its `=` is not."""

    start: int
    end: int
    parameters: list[Token]


@dataclass(slots=True, eq=False)
class Walrus:
    """`name := value`."""

    start: int
    end: int
    name: Token
    value: "Expression"


@dataclass(slots=True, eq=False)
class Other:
    """What nobody evaluates: comprehensions, slices, `yield`, broken literals. `kind` names it.

    `target` is what `value as target` binds.
    """

    start: int
    end: int
    kind: str
    target: "Expression | None" = None


Expression = (
    Name
    | Number
    | Constant
    | Strings
    | Attribute
    | Call
    | Subscript
    | Operation
    | Conditional
    | Display
    | DictDisplay
    | Lambda
    | Walrus
    | Other
)


_CONSTANTS = frozenset({"None", "True", "False", "..."})


def is_word(expression: Expression, end: int) -> bool:
    """Whether `word` makes the same of the text from the expression's start to `end`."""
    if expression.end != end:
        return False
    if isinstance(expression, Strings):
        return len(expression.parts) == 1 and expression.parts[0].type == "STRING"
    return isinstance(expression, (Name, Number, Constant))


def word(text: str, start: int, end: int) -> Name | Number | Constant | Strings:
    """The name, number, constant or text literal without fields that stands there."""
    if text[end - 1] in "'\"":
        return Strings(start, end, [Token("STRING", start, end)])
    if text[start:end] in _CONSTANTS:
        return Constant(start, end)
    return Number(start, end) if text[start] == "." or text[start].isdecimal() else Name(start, end)
