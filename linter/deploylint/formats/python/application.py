"""What the source of an application says about the requests it takes: websockets, and the size of bodies.

The file is read, never imported. What cannot be seen in one file (a router's prefix, a limit from the
environment) is left out.
"""

from collections.abc import Iterator
from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.formats.python.lines import EQUAL, NAME, terminal
from deploylint.formats.python.literals import string_value
from deploylint.formats.python.parser import PARSER
from deploylint.pattern import pattern
from deploylint.source import Location, Source
from deploylint.syntax.driver import Lexeme

_STRING, _LPAR, _RSQB, _DOT, _COLON = (terminal(name) for name in ("STRING", "LPAR", "RSQB", "DOT", "COLON"))

# Methods of Starlette, FastAPI and Quart that take a path (starlette/applications.py, fastapi/routing.py, quart/app.py).
_DECLARING = frozenset({"websocket", "websocket_route", "add_websocket_route", "add_api_websocket_route"})
# python-socketio's path when nobody gives another (flask_socketio/__init__.py, `path` or `resource`).
_SOCKETIO_PATH = "/socket.io/"
# Flask and Django: werkzeug refuses a longer body, Django one whose fields are longer.
_LIMITS = frozenset({"MAX_CONTENT_LENGTH", "DATA_UPLOAD_MAX_MEMORY_SIZE"})
_PRODUCT = pattern(r"[ \t(]*+(\d[\d_]*+(?:[ \t]*+\*{1,2}[ \t]*+\d[\d_]*+)*+)[ \t)]*+(?:,|#|;|\r|\n|\Z)")
_FACTOR = pattern(r"(\*{1,2}|\A)[ \t]*+(\d[\d_]*+)")
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class WebSocket:
    """A place where the application takes websockets. `path` is None where several files decide it.

    `is_socketio`: it is Flask-SocketIO, whose clients have to come to the same process again.
    """

    path: str | None
    at: Location
    is_socketio: bool = False


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """A setting for the largest body, in bytes."""

    setting: str
    size: int
    at: Location


@lru_cache(maxsize=256)
def websockets(source: Source) -> tuple[WebSocket, ...]:
    """The websockets that a file declares, in its order."""
    if "websocket" not in source.text and "SocketIO" not in source.text:
        return ()
    lexemes, _ = PARSER.lex(source.text)
    return tuple(_websockets(lexemes, source))


def _websockets(lexemes: list[Lexeme], source: Source) -> Iterator[WebSocket]:
    text = source.text
    routed = "ProtocolTypeRouter" in text
    for index, (kind, start, end) in enumerate(lexemes):
        kinds = [other for other, *_ in lexemes[index + 1 : index + 3]]
        before = lexemes[index - 1][0] if index else None
        at = source.location(start, end)
        if (
            kind == _STRING
            and routed
            and kinds[:1] == [_COLON]
            and string_value(text[start:end]) == "websocket"
        ):
            yield WebSocket(None, at)
        if kind != NAME or kinds[:1] != [_LPAR]:
            continue
        word = text[start:end]
        if word in _DECLARING and before == _DOT and kinds == [_LPAR, _STRING]:
            _, first, last = lexemes[index + 2]
            path = string_value(text[first:last])
            yield WebSocket(path if isinstance(path, str) and path.startswith("/") else None, at)
        elif word == "SocketIO" and before != _DOT:
            line = text[end : text.find("\n", end) if "\n" in text[end:] else len(text)]
            yield WebSocket(
                None if "path" in line or "resource" in line else _SOCKETIO_PATH, at, "flask_socketio" in text
            )


@lru_cache(maxsize=256)
def body_limits(source: Source) -> tuple[BodyLimit, ...]:
    """The limits that a file sets to a number, or to a product of numbers."""
    if not any(name in source.text for name in _LIMITS):
        return ()
    lexemes, _ = PARSER.lex(source.text)
    return tuple(_body_limits(lexemes, source))


def _body_limits(lexemes: list[Lexeme], source: Source) -> Iterator[BodyLimit]:
    for index, (kind, start, end) in enumerate(lexemes):
        if kind not in (NAME, _STRING):
            continue
        written = source.text[start:end]
        name = string_value(written) if kind == _STRING else written
        if not isinstance(name, str) or name not in _LIMITS:
            continue
        rest = lexemes[index + 1 : index + 3]
        if kind == _STRING and rest[:1] and rest[0][0] == _RSQB:
            rest = rest[1:]
        if not rest or rest[0][0] != EQUAL:
            continue
        size = _product(source.text, rest[0][2])
        if size:
            yield BodyLimit(name, size, source.location(start, end))


def _product(text: str, start: int) -> int | None:
    """`16 * 1024 * 1024`, `2 ** 20`; None for anything else."""
    match = _PRODUCT.match(text, start)
    if match is None:
        return None
    total, last = 1, 1
    for operator, digits in _FACTOR.findall(match[1]):
        factor = int(digits.replace("_", "")[:_MOST_DIGITS])
        if operator == "**":
            if factor > 64 or last > 1 << 20:
                return None
            total = total // last * last**factor
            last = last**factor
        else:
            total *= factor
            last = factor
    return total
