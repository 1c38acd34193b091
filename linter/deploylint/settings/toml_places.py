r"""Where the keys and values of a TOML text stand, which `tomllib` does not tell.

    places('a = [1,\n 2]')  ->  {("a",): Place(0, 4), ("a", 0): Place(5, 5), ("a", 1): Place(9, 9)}

For texts that `tomllib` has accepted: nothing is checked here.
"""

import tomllib
from collections.abc import Iterator

from deploylint.dataclass import dataclass
from deploylint.pattern import pattern

Path = tuple[str | int, ...]

_TOKEN = pattern(
    r'(?P<text>"""(?:[^"\\]|\\(?s:.)|"{1,2}(?!"))*+"{3,5}|' + r"'''(?:[^']|'{1,2}(?!'))*+'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*+"|' + r"'[^'\n]*+')"
    r"|(?P<mark>[\[\]{},=.])|(?P<end>\n)|(?P<comment>\#[^\n]*+)|(?P<blank>[ \t\r]++)"
    r"""|(?P<bare>[^\s\[\]{},=.\#"']++)"""
)


@dataclass(frozen=True, slots=True)
class Place:
    """Offsets of a key, or of an element in its list, and of the value behind it."""

    key: int
    value: int


def places(text: str) -> dict[Path, Place]:
    """The places of everything in a text, by its path in the data."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._found: dict[Path, Place] = {}
        self._last: dict[Path, int] = {}  # arrays of tables, with their last index
        self._table: Path = ()
        self._next()

    def _next(self) -> None:
        self._kind, self._text, self._at = next(self._tokens)

    def read(self) -> dict[Path, Place]:
        while self._kind != "done":
            if self._kind == "end":
                self._next()
            elif self._text == "[" and self._kind == "mark":
                self._header()
            else:
                self._entry(self._table)
        return self._found

    def _header(self) -> None:
        start = self._at
        self._next()
        many = self._text == "[" and self._kind == "mark"
        if many:
            self._next()
        path: Path = ()
        parts = list(self._key_parts())
        for number, (part, at) in enumerate(parts):
            path += (part,)
            self._found.setdefault(path, Place(at, start))
            if many and number == len(parts) - 1:
                self._last[path] = self._last.get(path, -1) + 1
            if path in self._last:
                path += (self._last[path],)
                self._found.setdefault(path, Place(at, start))
        self._table = path
        while self._kind not in ("end", "done"):
            self._next()

    def _key_parts(self) -> Iterator[tuple[str, int]]:
        while self._kind in ("bare", "text") or self._text == ".":
            if self._text != ".":
                yield _word(self._kind, self._text), self._at
            self._next()

    def _key(self, table: Path) -> Path:
        """Read a key with its `=`; the current token is then the value's first."""
        path, starts = table, []
        for part, at in self._key_parts():
            path += (part,)
            starts.append((path, at))
        self._next()
        for each, at in starts:
            self._found.setdefault(each, Place(at, self._at))
        return path

    def _entry(self, table: Path) -> None:
        """Read one `key = value`. `open_` are the lists, with the index of their next element, and inline tables."""
        open_: list[tuple[Path, int | None]] = []
        path = self._key(table)
        while True:
            opened = self._kind == "mark" and self._text in ("[", "{")
            if opened:
                open_.append((path, 0 if self._text == "[" else None))
                self._next()
            else:
                while self._kind in ("bare", "text") or self._text == ".":
                    self._next()
            while True:
                if open_ and self._kind == "end":
                    self._next()
                elif open_ and self._text in ("]", "}"):
                    open_.pop()
                    self._next()
                elif open_ and self._text == ",":
                    self._next()
                else:
                    break
            if not open_:
                return
            path = self._inner(open_)

    def _inner(self, open_: list[tuple[Path, int | None]]) -> Path:
        """The path of the next value in the innermost list or inline table."""
        around, index = open_[-1]
        if index is None:
            return self._key(around)
        open_[-1] = around, index + 1
        path = (*around, index)
        self._found[path] = Place(self._at, self._at)
        return path


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup not in ("comment", "blank"):
            yield str(match.lastgroup), match[0], match.start()
    while True:
        yield "done", "", len(text)


def _word(kind: str, text: str) -> str:
    """A part of a key as it is meant."""
    return text if kind == "bare" else str(tomllib.loads(f"key = {text}")["key"])
