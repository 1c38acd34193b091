"""The values that gunicorn refuses on its command line: argparse converts them first, its validators look next."""

from collections.abc import Iterator, Sequence

from deploylint.dataclass import dataclass
from deploylint.formats.command_line.invocation import Invocation, Option
from deploylint.formats.gunicorn.settings import RefusedError, checked
from deploylint.pattern import ASCII, pattern
from deploylint.typed import Any
from deploylint.values.words import Word
from deploylint.vocabulary import gunicorn
from deploylint.vocabulary.gunicorn import Setting, Version

# `022` and `0o22` are both read as octal (gunicorn/config.py, auto_int).
_OCTAL = frozenset({"umask", "control_socket_mode"})
_LEADING_ZERO = pattern(r"0(\d+)$", ASCII)


@dataclass(frozen=True, slots=True)
class RefusedWord:
    """A value with the reason in gunicorn's words."""

    setting: Setting
    word: Word
    message: str


def refused_words(invocation: Invocation, version: Version) -> Iterator[RefusedWord]:
    """Options of a gunicorn command line with values that gunicorn does not start with, addresses left out.

    Of an option that stands there twice, argparse converts both values and gunicorn checks the last one only.
    """
    for name in dict.fromkeys(option.name for option in invocation.options):
        setting = gunicorn.setting(name, version)
        if setting is not None and setting.takes_value:
            yield from _of_setting(setting, invocation.all(name), version)


def _of_setting(setting: Setting, options: Sequence[Option], version: Version) -> Iterator[RefusedWord]:
    words = [option.value for option in options if option.value is not None and not option.value.opaque]
    last: Any = None
    for word in words:
        try:
            last = _converted(setting, word.value)
        except ValueError:
            kind = "auto_int" if setting.name in _OCTAL else "int"
            flags = "/".join(setting.flags)
            yield RefusedWord(setting, word, f"argument {flags}: invalid {kind} value: '{word.value}'")
            return
    if not words or options[-1].value is not words[-1] or setting.repeatable:
        return
    if setting.name == "worker_class" and _is_no_worker(words[-1].value, version):
        yield RefusedWord(setting, words[-1], f"class uri '{words[-1].value}' invalid or not found")
        return
    try:
        checked(setting, last)
    except RefusedError as error:
        yield RefusedWord(setting, words[-1], str(error))


def _converted(setting: Setting, text: str) -> str | int:
    if setting.kind != "integer":
        return text
    if setting.name in _OCTAL:
        octal = _LEADING_ZERO.match(text)
        return int(f"0o{octal[1]}" if octal else text, 0)
    return int(text)


def _is_no_worker(name: str, version: Version) -> bool:
    """A name with a dot is a class to import, and one with a colon a distribution's entry point."""
    return bool(name) and "." not in name and ":" not in name and not gunicorn.worker_known(name, version)
