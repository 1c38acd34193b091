"""uWSGI's placeholders: magic `%d`, variables `$(X)`, files `@(x)`, other options `%(x)`.

Magic is replaced first and in the whole file (core/utils.c, `magic_sub`), then, value by value, variables, files
and options (core/uwsgi.c, `uwsgi_apply_config_pass`); an option's name stands for its first value.
"""

from collections.abc import Mapping
from posixpath import basename, dirname

from deploylint.facts import Known, Unknown, Value
from deploylint.formats.uwsgi.nodes import Option, UwsgiConfig
from deploylint.pattern import pattern

# Depends on the machine, the place of the file there, or how it was asked for (core/uwsgi.c, `config_magic_table_fill`).
_UNKNOWN_MAGIC = frozenset("vVhoOpPdDcCxXiIjJtTkuUgGb0123456789")
# These it takes from the file's name, in small letters and in capitals.
_OF_THE_NAME = "sSeEnN"
MAGIC_LETTERS = _UNKNOWN_MAGIC | set(_OF_THE_NAME)
"""What may follow a `%`, apart from brackets and `%` itself."""
_MAGIC = pattern(r"%(?s:(.))")
_REFERENCE = pattern(r"%\(([^()]*+)\)")
_DEEPEST = 16
_LONGEST = 10_000


class Placeholders:
    """Resolves what is certain in one section of one file.

    `server_path` is the file's absolute path on the server, where a command line tells it.
    """

    def __init__(self, config: UwsgiConfig, section: str, server_path: str | None = None) -> None:
        self._magic = _magic_table(config.path, server_path)
        self._first: dict[str, Option] = {}
        self._resolved: dict[str, str | None] = {}
        for option in config.options(section):
            self._first.setdefault(option.name, option)

    def resolve(self, option: Option) -> Value[str]:
        """The option's value when uWSGI uses it."""
        if option.condition is not None and option.condition.name.startswith("for"):
            return Unknown(f"it stands in a {option.condition.name} block", option.value_at)
        if option.opaque:
            return Unknown("a template fills it in", option.value_at)
        text = self._text(option.value, _DEEPEST)
        if text is None:
            return Unknown("it depends on something outside the file", option.value_at)
        return Known(text, option.value_at)

    def _text(self, value: str, depth: int) -> str | None:
        """The value, or None when a part of it is unknown."""
        text = magic(value, self._magic)
        if text is None or "$(" in text or "@(" in text:
            return None
        pieces: list[str] = []
        at = length = 0
        for match in _REFERENCE.finditer(text):
            inner = self._referred(match[1], depth - 1)
            if inner is None or length > _LONGEST:
                return None
            pieces += (text[at : match.start()], inner)
            length += len(inner)
            at = match.end()
        return "".join((*pieces, text[at:]))

    def _referred(self, name: str, depth: int) -> str | None:
        """The text of `%(name)`; each is worked out once."""
        if name not in self._resolved:
            option = self._first.get(name)
            self._resolved[name] = None
            if option is not None and depth > 0:
                self._resolved[name] = self._text(option.value, depth)
        return self._resolved[name]


def magic(value: str, table: Mapping[str, str | None]) -> str | None:
    """The value with its magic replaced; None when a part is unknown. What is no magic vanishes with its `%`."""
    if "%" not in value:
        return value
    pieces: list[str] = []
    at = 0
    for match in _MAGIC.finditer(value):
        piece = table.get(match[1], "")
        if piece is None:
            return None
        pieces += (value[at : match.start()], piece)
        at = match.end()
    return "".join((*pieces, value[at:]))


def is_magic(character: str) -> bool:
    """Whether `%` and this character stand for something."""
    return character in _UNKNOWN_MAGIC or character in f"%([{_OF_THE_NAME}"


def _magic_table(path: str, server_path: str | None) -> dict[str, str | None]:
    name = basename(server_path or path)
    table: dict[str, str | None] = dict.fromkeys(_UNKNOWN_MAGIC)
    stem, dot, ending = name.rpartition(".")
    table |= {
        "%": "%",
        "(": "%(",
        "[": "\033",
        "s": name,
        "e": ending if dot else "",
        "n": stem if dot else name,
    }
    if server_path is not None:
        folder = dirname(server_path)
        # The folder ends with a slash.
        table |= {"p": server_path, "d": f"{folder.rstrip('/')}/", "c": basename(folder)}
    table |= {upper: table[upper.lower()] for upper in "PSDENC"}
    return table
