"""The value of an expression, without running anything.

Nothing is looked up outside the text: modules are names, environment variables are what the model
says of them. What this does not know is unknown, never an error.
"""

import os
from collections.abc import Callable

from deploylint.facts import Environment, Known
from deploylint.formats.gunicorn import functions, operators
from deploylint.formats.gunicorn.calls import apply, path_object
from deploylint.formats.gunicorn.values import (
    NUMBER,
    PATH,
    TEXT,
    CannotTellError,
    Defined,
    Evaluated,
    Reference,
    combine,
    holds_code,
    known,
    of_kinds,
    raises,
    raising,
    types_of,
    union,
    unknown,
)
from deploylint.formats.python import expressions as e
from deploylint.formats.python.format_strings import Field, format_pieces
from deploylint.formats.python.literals import number_value, string_value
from deploylint.syntax.driver import Token
from deploylint.typed import Any

_DEEPEST = 50
_CONSTANTS = {"None": None, "True": True, "False": False, "...": ...}

Lookup = Callable[[str], Evaluated | None]


class Evaluator:
    """Evaluates expressions of one file.

    `lookup` gives the value of a name of the file, or None where there is none. `environment` None
    means that any variable may be set or not. `file` is the path of the file on the server. `modules_are_changed`:
    something has been put into a module. `asked`: a variable of the environment has been looked up.
    """

    __slots__ = ("_depth", "_file", "_lookup", "asked", "environment", "modules_are_changed")

    def __init__(self, lookup: Lookup, environment: Environment | None, file: str | None) -> None:
        self._lookup = lookup
        self.environment = environment
        self.modules_are_changed = False
        self.asked = False
        self._file = file
        self._depth = 0

    def evaluate(self, expression: e.Expression | None, text: str) -> Evaluated:
        """The value of an expression that stands in `text`."""
        if expression is None:
            return unknown("it is a part of another value")
        if self._depth >= _DEEPEST:
            return unknown("it is nested too deeply")
        self._depth += 1
        try:
            return self._value(expression, text)
        finally:
            self._depth -= 1

    def _value(self, expression: e.Expression, text: str) -> Evaluated:
        match expression:
            case e.Constant():
                return known(_CONSTANTS[text[expression.start : expression.end]])
            case e.Number():
                value = number_value(text[expression.start : expression.end])
                return known(value) if value is not None else unknown("the number is very long")
            case e.Strings():
                return self._strings(expression, text)
            case e.Name():
                return self._name(text[expression.start : expression.end])
            case e.Attribute():
                return self._attribute(expression, text)
            case e.Call():
                return self._call(expression, text)
            case e.Subscript():
                return self._subscript(expression, text)
            case e.Operation():
                return self._operation(expression, text)
            case e.Conditional():
                return self._conditional(expression, text)
            case e.Display():
                return self._display(expression, text)
            case e.DictDisplay():
                return self._dictionary(expression, text)
            case e.Lambda():
                return known(Defined(expression))
            case e.Walrus():
                return self.evaluate(expression.value, text)
            case e.Other():
                return unknown(f"it is a {expression.kind}")

    def _strings(self, expression: e.Strings, text: str) -> Evaluated:
        result: Evaluated | None = None
        for part in expression.parts:
            literal = text[part.start : part.end]
            if part.type == "FORMAT_STRING":
                value = self._format_string(literal)
            else:
                plain = string_value(literal)
                value = known(plain) if plain is not None else unknown("an escape that Python refuses")
                if isinstance(plain, str) and _is_template(plain):
                    value = unknown("it is filled in by a template")
            result = value if result is None else combine(_concatenate, result, value)
        return result if result is not None else known("")

    def _format_string(self, literal: str) -> Evaluated:
        pieces = format_pieces(literal)
        if pieces is None:
            return unknown("an f-string that cannot be read")
        return of_kinds(self._formatted(pieces), TEXT)

    def _formatted(self, pieces: list[str | Field]) -> Evaluated:
        result = known("")
        for piece in pieces:
            value = known(piece) if isinstance(piece, str) else self._field(piece)
            result = combine(_concatenate, result, value)
        return result

    def _field(self, field: Field) -> Evaluated:
        value = self.evaluate(field.expression, field.text)
        spec = self._formatted(field.spec)
        return combine(lambda one, form: operators.format_value(one, field.conversion, form), value, spec)

    def _name(self, name: str) -> Evaluated:
        found = self._lookup(name)
        if found is not None:
            return found
        if name == "__name__":
            return known("__config__")
        if name == "__file__":
            return (
                known(self._file)
                if self._file is not None
                else unknown("the file may lie anywhere", kinds=TEXT)
            )
        if name in functions.BUILTINS:
            return known(Reference(f"builtins.{name}"))
        return unknown(f"nothing tells what {name} is")

    def _attribute(self, expression: e.Attribute, text: str) -> Evaluated:
        name = text[expression.name.start : expression.name.end]
        value = self.evaluate(expression.value, text)
        if value.known and isinstance(value.value, Reference):
            if self.modules_are_changed:
                return unknown("a module is changed")
            if value.value.dotted == "os.environ" and not hasattr(os.environ, name):
                return raising(AttributeError)
            return known(Reference(f"{value.value.dotted}.{name}"))
        if raises(value):
            return value
        types = types_of(value)
        if types and all(functions.lacks(kind, name) for kind in types):
            return raising(AttributeError)
        if types == PATH and name in functions.PATH_PROPERTIES:
            return unknown("the path is not known", value.variables, PATH)
        if len(types) == 1 and functions.is_method(next(iter(types)), name):
            return known(Reference(f"builtins.{next(iter(types)).__name__}.{name}"))
        return unknown(f"nothing tells what .{name} is", value.variables)

    def _call(self, expression: e.Call, text: str) -> Evaluated:
        positional, named, rest = self._arguments(expression, text)
        function = expression.function
        method: str | None = None
        if isinstance(function, e.Attribute):
            method = text[function.name.start : function.name.end]
            target = self.evaluate(function.value, text)
            if target.known and isinstance(target.value, Reference):
                target = self._attribute(function, text)
                method = None
        else:
            target = self.evaluate(function, text)
        types = types_of(target)
        if method is not None and types and all(functions.lacks(kind, method) for kind in types):
            return raising(AttributeError)
        broken = next((one for one in (target, *positional, *named.values()) if raises(one)), None)
        if broken is not None:
            return broken
        if rest:
            return self._starred(expression, text) or unknown("arguments with stars", target.variables)
        if method is None and target.known and isinstance(target.value, Reference):
            special = self._special(target.value.dotted, positional, named)
            if special is not None:
                return special
        return apply(target, method, positional, named)

    def _arguments(self, expression: e.Call, text: str) -> tuple[list[Evaluated], dict[str, Evaluated], bool]:
        positional: list[Evaluated] = []
        named: dict[str, Evaluated] = {}
        for argument in expression.arguments:
            value = self.evaluate(argument.value, text)
            if argument.name is not None:
                named[text[argument.name.start : argument.name.end]] = value
            else:
                positional.append(value)
        return positional, named, any(argument.stars for argument in expression.arguments)

    def _starred(self, call: e.Call, text: str) -> Evaluated | None:
        """`f(*2)` raises; of other arguments with stars nobody tells how many they are."""
        values = [self.evaluate(argument.value, text) for argument in call.arguments if argument.stars]
        numbers = any(value.known and isinstance(value.value, (int, float)) for value in values)
        return raising(TypeError) if numbers else None

    def _special(
        self, dotted: str, positional: list[Evaluated], named: dict[str, Evaluated]
    ) -> Evaluated | None:
        """Functions that look at the machine or the environment."""
        if dotted in functions.PATH_CLASSES:
            return path_object(positional)
        if dotted in functions.CPU_FUNCTIONS:
            if positional and not dotted.startswith("psutil"):
                return raising(TypeError)
            kinds = NUMBER if dotted.startswith("multiprocessing") else NUMBER | {type(None)}
            return Evaluated(functions.CPU_COUNTS, False, functions.DEPENDS_ON_PROCESSORS, kinds=kinds)
        if dotted in ("os.environ.get", "os.getenv", "os.environ.setdefault"):
            if not positional:
                return None if named else raising(TypeError)
            default = positional[1] if len(positional) > 1 else named.get("default", known(None))
            return self._variable(positional[0], default)
        return None

    def _variable(self, name: Evaluated, default: Evaluated | None) -> Evaluated:
        """An environment variable; `default` None means that it must be set."""
        names = types_of(name)
        if names and str not in names:
            return raising(TypeError)
        others = TEXT if default is None or default.complete else default.kinds and default.kinds | TEXT
        if not name.known or not isinstance(name.value, str):
            alternatives = default.alternatives if default is not None else ()
            return Evaluated(
                alternatives, False, "nothing tells which variable it is", name.variables, others
            )
        variables = frozenset({name.value})
        self.asked = True
        held = self.environment.get(name.value) if self.environment else None
        if isinstance(held, Known):
            return Evaluated((held.value,), variables=variables)
        certainly_unset = self.environment is not None and held is None
        if default is None:
            return unknown(
                f"{name.value} is not set" if certainly_unset else f"{name.value} decides", variables, others
            )
        return Evaluated(
            default.alternatives,
            complete=default.complete and certainly_unset,
            reason=default.reason if certainly_unset else f"{name.value} decides",
            variables=variables | default.variables,
            kinds=default.kinds if certainly_unset else others,
        )

    def _subscript(self, expression: e.Subscript, text: str) -> Evaluated:
        value = self.evaluate(expression.value, text)
        index = self.evaluate(expression.index, text)
        if value.known and isinstance(value.value, Reference):
            if value.value.dotted == "os.environ":
                return self._variable(index, None)
            return unknown("it depends on code")
        return combine(_item, value, index, by_type=False)

    def _conditional(self, expression: e.Conditional, text: str) -> Evaluated:
        test = self.evaluate(expression.test, text)
        truth = truth_of(test)
        if truth is not None:
            chosen = expression.value if truth else expression.other
            return self.evaluate(chosen, text)
        both = union((self.evaluate(expression.value, text), self.evaluate(expression.other, text)))
        return Evaluated(
            both.alternatives, both.complete, both.reason, both.variables | test.variables, both.kinds
        )

    def _display(self, expression: e.Display, text: str) -> Evaluated:
        if any(item.stars for item in expression.items):
            return unknown("a list with stars")
        kind: Callable[[Any], Any] = {"list": list, "tuple": tuple, "set": set}[expression.kind]
        items = [self.evaluate(item.value, text) for item in expression.items]
        return combine(lambda *values: kind(values), *items)

    def _dictionary(self, expression: e.DictDisplay, text: str) -> Evaluated:
        if any(item.key is None for item in expression.items):
            return unknown("a dictionary with stars")
        keys = [self.evaluate(item.key, text) for item in expression.items]
        values = [self.evaluate(item.value, text) for item in expression.items]
        count = len(keys)
        return combine(lambda *flat: dict(zip(flat[:count], flat[count:], strict=True)), *keys, *values)

    def _operation(self, expression: e.Operation, text: str) -> Evaluated:
        """Operators by precedence, with a stack of operands and one of operators."""
        operands: list[Evaluated] = []
        pending: list[tuple[str, int]] = []  # sign, operands it takes
        wants_operand = True
        for sign, part in _signs(expression.parts, text):
            if part is not None:
                operands.append(self.evaluate(part, text))
                wants_operand = False
            elif wants_operand:
                pending.append((sign, 1))
            else:
                level = operators.BINARY.get(sign, 0)
                while pending and _binds_first(pending[-1], level, sign):
                    if level == operators.COMPARISON == operators.BINARY.get(pending[-1][0]):
                        return unknown("a chain of comparisons")
                    _reduce(operands, pending.pop())
                pending.append((sign, 2))
                wants_operand = True
        while pending:
            _reduce(operands, pending.pop())
        return operands[0]


def _signs(parts: "list[e.Expression | Token]", text: str) -> "list[tuple[str, e.Expression | None]]":
    """Operators and operands; `not in` and `is not` are one operator each."""
    found: list[tuple[str, e.Expression | None]] = []
    for part in parts:
        if not isinstance(part, Token):
            found.append(("", part))
            continue
        sign = text[part.start : part.end]
        before = found[-1][0] if found else ""
        if sign == "in" and before == "not":
            found[-1] = ("not in", None)
        elif sign == "not" and before == "is":
            found[-1] = ("is not", None)
        else:
            found.append((sign, None))
    return found


def _binds_first(pending: tuple[str, int], level: int, sign: str) -> bool:
    """Whether an operator on the stack takes its operands before one of `level` comes."""
    above = operators.PREFIX[pending[0]] if pending[1] == 1 else operators.BINARY.get(pending[0], 0)
    return above > level or (above == level and sign != "**")


def _reduce(operands: list[Evaluated], pending: tuple[str, int]) -> None:
    sign, count = pending
    right = operands.pop()
    if count == 1:
        operands.append(combine(lambda value: operators.prefix(sign, value), right))
        return
    left = operands.pop()
    if sign in ("or", "and"):
        operands.append(left if raises(left) else _either(sign, left, right))
    elif sign == "%" and str in left.kinds:
        operands.append(unknown("nothing tells what is filled in", left.variables | right.variables))
    else:
        operands.append(combine(lambda one, other: operators.binary(sign, one, other), left, right))


def _either(sign: str, left: Evaluated, right: Evaluated) -> Evaluated:
    """`or` gives its left side where that is true, `and` where it is false."""
    stays = tuple(value for value in left.alternatives if bool(value) == (sign == "or"))
    goes_on = len(stays) < len(left.alternatives) or not left.complete
    kinds = left.kinds - {type(None)} if sign == "or" else left.kinds
    kept = Evaluated(stays, left.complete, left.reason, left.variables, kinds)
    return union((kept, right)) if goes_on else kept


def truth_of(evaluated: Evaluated) -> bool | None:
    """Whether a condition holds; None where it may and may not."""
    if not evaluated.complete or not evaluated.alternatives:
        return None
    values = {bool(value) for value in evaluated.alternatives if not isinstance(value, Reference)}
    return values.pop() if len(values) == 1 else None


def _item(value: Any, key: Any) -> Any:
    if holds_code(key) or isinstance(value, (Reference, Defined)):
        raise CannotTellError("it depends on code")
    return value[key]


def _concatenate(left: Any, right: Any) -> Any:
    return left + right


def _is_template(text: str) -> bool:
    return "{{" in text and "}}" in text
