"""`$VAR` and `${VAR:-default}` in compose files, from the project's `.env` (compose-go, `template/template.go`).

The environment of whoever runs compose is not known: a variable that `.env` does not set is unknown,
unless it has a default, which then is what the project means.
"""

from collections.abc import Container, Iterator
from collections.abc import Mapping as Variables

from deploylint.dataclass import replace
from deploylint.facts import Known, Unknown, Value
from deploylint.formats.compose.nodes import Node, Scalar, resolved
from deploylint.pattern import ASCII, pattern
from deploylint.source import Span
from deploylint.values.words import Piece, Variable, Word

Environment = Variables[str, str | None]
"""`.env`: None for a value that depends on something else."""

_REFERENCE = pattern(r"\$(?:(?P<escaped>\$)|(?P<named>[A-Za-z_]\w*+)|(?P<braced>\{))", ASCII)
_HEAD = pattern(r"(?P<name>[A-Za-z_]\w*+)(?P<operator>:?[-?+])?+", ASCII)
_BRACE = pattern(r"\$\{|\}")
_DEEPEST = 8


def word(scalar: Scalar, environment: Environment) -> Word:
    """The scalar's text with its variables put in; references that stay unknown are opaque pieces."""
    value = scalar.value
    span = Span(scalar.start, scalar.end)
    if _is_plain(value):
        return (
            Word(value, span) if scalar.is_verbatim and not scalar.style and value else _literal(scalar, span)
        )
    offsets = scalar.offsets()
    pieces: list[Piece] = []
    for text, start, end, variable, opaque in _parts(value):
        place = Span(offsets[start], max(offsets[start], offsets[end]))
        if variable is None and not opaque:
            pieces.extend(
                _runs(text, offsets, start, quoted=bool(scalar.style))
                if end - start == len(text)
                else [Piece(text, place)]
            )
            continue
        found = None if opaque else _value(value[start:end], environment)
        if found is None:
            pieces.append(Piece(value[start:end], place, bool(scalar.style), opaque=True, variable=variable))
        else:
            pieces.append(Piece(found, place, bool(scalar.style)))
    joined = "".join(piece.value for piece in pieces)
    return Word(joined, span, any(piece.opaque for piece in pieces), bool(scalar.style), tuple(pieces))


def text_value(node: Node | None, environment: Environment) -> Value[str] | None:
    """A scalar's text; None for null, for other nodes, and where there is nothing."""
    node = None if node is None else resolved(node)
    if not isinstance(node, Scalar) or node.is_null:
        return None
    if _is_plain(value := node.value):
        return Known(value, node.at)
    found = word(node, environment)
    if found.opaque:
        return Unknown("a variable that nothing in the project sets", node.at)
    return Known(found.value, node.at, why(node, environment))


def _is_plain(value: str) -> bool:
    """Whether nothing is put in."""
    return "$" not in value and "{{" not in value


def why(scalar: Scalar, environment: Environment) -> str:
    """Where the value of its first variable comes from."""
    for _, _, _, variable, _ in _parts(scalar.value) if "$" in scalar.value else ():
        if variable is not None:
            known = environment.get(variable.name) is not None
            return f"{variable.name} in .env" if known else f"default of ${{{variable.name}}}"
    return ""


def _literal(scalar: Scalar, span: Span) -> Word:
    offsets = scalar.offsets()
    quoted = bool(scalar.style)
    return Word(
        scalar.value, span, quoted=quoted, pieces=tuple(_runs(scalar.value, offsets, 0, quoted=quoted))
    )


def _runs(text: str, offsets: "list[int] | range", start: int, *, quoted: bool) -> Iterator[Piece]:
    """The text in pieces that are each written without a gap."""
    if isinstance(offsets, range) or not text:
        yield Piece(
            text, Span(offsets[start], offsets[start] + len(text) if text else offsets[start]), quoted
        )
        return
    first = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or offsets[start + at] != offsets[start + at - 1] + 1:
            last = offsets[start + at - 1]
            yield Piece(
                text[first:at], Span(offsets[start + first], max(last, min(last + 1, offsets[-1]))), quoted
            )
            first = at


def _parts(value: str) -> Iterator[tuple[str, int, int, Variable | None, bool]]:
    """Text, start, end, variable, and whether nobody can tell: literal text and references in turn."""
    at = 0
    for start, end in _references(value):
        if at < start:
            yield value[at:start], at, start, None, False
        reference = value[start:end]
        if reference == "$$":
            yield "$", start, end, None, False
        else:
            head = _HEAD.match(reference, 2 if reference[1] == "{" else 1)
            yield reference, start, end, Variable(head["name"]) if head else None, head is None
        at = end
    if at < len(value):
        yield value[at:], at, len(value), None, False


def _references(value: str) -> Iterator[tuple[int, int]]:
    at = 0
    while (match := _REFERENCE.search(value, at)) is not None:
        at = match.end()
        if match["braced"]:
            closed = _closing(value, at)
            if closed is None:
                return
            at = closed + 1
        yield match.start(), at


def _closing(value: str, at: int) -> int | None:
    """Where the brace that was opened before `at` is closed."""
    depth = 1
    for match in _BRACE.finditer(value, at):
        depth += 1 if match[0] != "}" else -1
        if depth == 0:
            return match.start()
    return None


def _value(reference: str, environment: Environment, depth: int = 0) -> str | None:
    """What a reference turns into; None when that is not known."""
    braced = reference[1] == "{"
    body = reference[2:-1] if braced else reference[1:]
    head = _HEAD.match(body)
    if head is None:
        return None
    name, operator, rest = head["name"], head["operator"] or "", body[head.end() :]
    if not operator and rest:
        return None
    set_to = environment.get(name)
    if name in environment and set_to is None:
        return None
    filled = bool(set_to) if operator.startswith(":") else set_to is not None
    match operator[-1:]:
        case "-":
            return set_to if filled else _nested(rest, environment, depth)
        case "+":
            return _nested(rest, environment, depth) if filled else ("" if name in environment else None)
        case _:
            return set_to


def _nested(text: str, environment: Environment, depth: int) -> str | None:
    """A default, which may hold references itself."""
    if "$" not in text:
        return text
    if depth >= _DEEPEST:
        return None
    found: list[str] = []
    for part, _, _, variable, opaque in _parts(text):
        value = None if opaque else part if variable is None else _value(part, environment, depth + 1)
        if value is None:
            return None
        found.append(value)
    return "".join(found)


def required(value: str, given: Container[str]) -> Iterator[tuple[str, int, int]]:
    """The references of a value to variables that have to be set, each with where it stands.

    What stands for another variable counts where compose comes to it: in `${A:-$B}` without A, in `${A:+$B}` with it.
    """
    pending = [(0, value, 0)]
    while pending:
        base, text, depth = pending.pop()
        for start, end in _references(text):
            reference = text[start:end]
            braced = reference[1] == "{"
            head = _HEAD.match(reference, 2 if braced else 1)
            if head is None:
                continue
            name, operator = head["name"], head["operator"] or ""
            if not operator and (not braced or head.end() == len(reference) - 1):
                yield name, base + start, base + end
            elif depth < _DEEPEST and _comes_to_the_rest(operator, is_given=name in given):
                pending.append((base + start + head.end(), reference[head.end() : -1], depth + 1))


def _comes_to_the_rest(operator: str, *, is_given: bool) -> bool:
    return is_given if operator.endswith("+") else operator.endswith("-") and not is_given


def slice_of(scalar: Scalar, start: int) -> Scalar:
    """The part of a scalar behind `start` as a scalar: the value of `NAME=value` in a list."""
    offsets = scalar.offsets()
    first, last = offsets[start], offsets[len(scalar.value)]
    verbatim = last - first == len(scalar.value) - start
    return Scalar(
        scalar.source, first, last, scalar.value[start:], style="" if verbatim else scalar.style or " "
    )


def placed(found: Word, place: Span) -> Word:
    """The word as if it stood at another place, which is in another file."""
    return replace(found, span=place, pieces=())
