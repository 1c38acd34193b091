"""The patterns of `.gitignore` files, as regular expressions whose time is bounded however they are written.

A star that is followed by something else takes as little as will do and never gives back (`(?>[^/]*?a)`): the
first place where the rest of a name fits is as good as any later one, so that nothing is tried twice.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from deploylint.pattern import DOTALL, compiled, escape, pattern

_CLASSES = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": r" \t", "cntrl": r"\x00-\x1f\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": " -~", "punct": r"!-/:-@\[-`{-~", "space": r" \t\n\r\f\v",
    "upper": "A-Z", "xdigit": "0-9a-fA-F",
}  # fmt: skip
_NEVER = "(?!)"
_STARS = pattern(r"\*+")
# So many groups are in one expression at most: what Python keeps of them is copied at each of them.
_TOGETHER = 32


def is_pattern(text: str) -> bool:
    """Whether a line says anything that can be understood: not `!`, not `[a` and not a backslash at the end."""
    line = _trimmed(text)
    return line.strip("/") != "!" and (not _says_something(line) or _expression(line) != _NEVER)


class Globs:
    """Calling it with a path below the patterns' folder (folders end with a slash) tells what the last matching one says.

    True: left out. False: taken back by a `!`. None: none matches. What is below a folder that is left out is left
    out, too: `within` knows that, a call does not.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        said = filter(_says_something, map(_trimmed, lines))
        # Patterns in a row that all leave out, or all take back, the last ones first.
        runs = [(takes_back, list(some)) for takes_back, some in groupby(said, _takes_back)][::-1]
        self._runs = [_Runs(runs[at : at + _TOGETHER]) for at in range(0, len(runs), _TOGETHER)]
        # Whether a folder is left out, by itself or with one above it.
        self._folders: dict[str, bool] = {}

    def __call__(self, path: str) -> bool | None:
        name = path[path.rfind("/", 0, -1) + 1 :]
        for runs in self._runs:
            answer = runs(path, name)
            if answer is not None:
                return answer
        return None

    def within(self, path: str) -> bool | None:
        """The same for a path of whose folders nobody has asked yet."""
        folder = path.removesuffix("/").rpartition("/")[0]
        if not folder:
            return self(path)
        left_out = self._folders.get(folder)
        if left_out is None:
            parts = folder.split("/")
            above = ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts) + 1))
            left_out = self._folders[folder] = any(map(self, above))
        return True if left_out else self(path)


class _Runs:
    """Some runs of patterns: those on names alone as one expression, those on paths as another."""

    __slots__ = ("_answers", "_of_names", "_of_paths")

    def __init__(self, runs: list[tuple[bool, list[str]]]) -> None:
        self._answers = [not takes_back for takes_back, _ in runs]
        self._of_names = _Alternatives(
            [line for line in lines if not _is_on_paths(line)] for _, lines in runs
        )
        self._of_paths = _Alternatives([line for line in lines if _is_on_paths(line)] for _, lines in runs)

    def __call__(self, path: str, name: str) -> bool | None:
        """What the first of them that matches says of a path, whose last name is with it."""
        first = min(self._of_names.first(name), self._of_paths.first(path))
        return self._answers[first] if first < len(self._answers) else None


class _Alternatives:
    """Runs of patterns as one expression with a group for each."""

    __slots__ = ("_numbers", "_pattern")

    def __init__(self, runs: Iterable[list[str]]) -> None:
        found = [(number, "|".join(map(_expression, lines))) for number, lines in enumerate(runs) if lines]
        self._numbers = [number for number, _ in found]
        self._pattern = compiled("|".join(f"({text})" for _, text in found), DOTALL) if found else None

    def first(self, text: str) -> int:
        """The number of the first run that matches; a larger one than any if none does."""
        match = None if self._pattern is None else self._pattern.fullmatch(text)
        return self._numbers[match.lastindex - 1] if match and match.lastindex else _TOGETHER


def _trimmed(line: str) -> str:
    """A line without the blanks at its end, as far as no backslash keeps them."""
    line = line.removesuffix("\r")
    short = line.rstrip(" ")
    escaped = (len(short) - len(short.rstrip("\\"))) % 2 == 1 and len(short) < len(line)
    return f"{short} " if escaped else short


def _says_something(line: str) -> bool:
    return bool(line) and not line.startswith("#") and line.strip("/") not in ("", "!")


def _takes_back(line: str) -> bool:
    return line.startswith("!")


def _is_on_paths(line: str) -> bool:
    """Whether a pattern is about more than the last name of a path: it has a slash before its end."""
    return "/" in line.removesuffix("/")


def _expression(line: str) -> str:
    """What a pattern matches."""
    body = line.removeprefix("!")
    end = "/" if body.endswith("/") else "/?"
    body = body.removesuffix("/")
    try:
        parts = _parts(body.removeprefix("/")) if "/" in body else [_STARS.sub("*", body)]
        return f"(?:{''.join(_path(parts))}{end})"
    except ValueError:
        return _NEVER


def _parts(body: str) -> list[str]:
    """What stands between the slashes outside of brackets. Raises ValueError where nothing closes a bracket."""
    parts, start, at = [], 0, 0
    while at < len(body):
        if body[at] == "[":
            at = _bracket(body, at)[1]
            continue
        if body[at] == "/":
            parts.append(body[start:at])
            start = at + 1
        at += 2 if body[at] == "\\" else 1
    return [*parts, body[start:]]


def _path(parts: list[str]) -> Iterator[str]:
    """The expression of a path's parts; each `**` takes as few folders as will do."""
    opened = False
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part != "**":
            yield f"(?=[^/]){_name(part)}" if last else f"{_name(part)}/"
        elif last:
            yield "(?=[^/]).*(?<!/)"
        elif number == 0 or parts[number - 1] != "**":
            yield ")(?>(?:[^/]+/)*?" if opened else "(?>(?:[^/]+/)*?"
            opened = True
    if opened:
        yield "(?=/?\\Z))"


def _name(pattern: str) -> str:
    """The expression of one name. Raises ValueError for a pattern that matches nothing."""
    first, *rest = _between_stars(pattern)
    if not rest:
        return first
    *middle, last = rest
    return "".join([first, *(f"(?>[^/]*?{fixed})" for fixed in middle if fixed), f"[^/]*{last}"])


def _between_stars(pattern: str) -> list[str]:
    """What stands before, between and after the stars, each character as an expression."""
    runs, at = [""], 0
    while at < len(pattern):
        character = pattern[at]
        if character == "*":
            runs.append("")
            at += 1
            continue
        if character == "[":
            piece, at = _bracket(pattern, at)
        elif character == "?":
            piece, at = "[^/]", at + 1
        elif character == "\\":
            piece, at = escape(_member(pattern, at)[0]), at + 2
        else:
            piece, at = escape(character), at + 1
        runs[-1] += piece
    return runs


def _bracket(part: str, start: int) -> tuple[str, int]:
    """`[a-z]` as an expression, and where it ends. Raises ValueError where nothing closes it."""
    at = start + 1
    negated = part[at : at + 1] in ("!", "^")
    at += negated
    first, pieces = at, list[str]()
    while part[at : at + 1] != "]" or at == first:
        if at >= len(part):
            raise ValueError("no closing bracket")
        if part.startswith("[:", at) and (end := part.find(":]", at + 2)) > 0:
            if part[at + 2 : end] not in _CLASSES:
                raise ValueError("no such class")
            pieces.append(_CLASSES[part[at + 2 : end]])
            at = end + 2
            continue
        low, at = _member(part, at)
        if part[at : at + 1] == "-" and part[at + 1 : at + 2] not in ("", "]"):
            high, at = _member(part, at + 1)
            pieces.append(f"{escape(low)}-{escape(high)}" if low <= high else escape(low))
        else:
            pieces.append(escape(low))
    return f"(?!/)[{'^' if negated else ''}{''.join(pieces)}]", at + 1


def _member(part: str, at: int) -> tuple[str, int]:
    if part[at] == "\\":
        at += 1
    if at >= len(part):
        raise ValueError("nothing follows the backslash")
    return part[at], at + 1
