"""The building blocks of checks for systemd settings."""

from collections.abc import Callable

from deploylint.dataclass import dataclass
from deploylint.values.errors import InvalidValue, quoted
from deploylint.values.specifiers import check_specifiers, plausible_texts
from deploylint.values.systemd_words import Escapes, Word, Words, parse_words


@dataclass(frozen=True, slots=True)
class Setting:
    """A value with what its check may depend on."""

    value: str
    directive: str
    words: frozenset[str]
    version: int


Checker = Callable[[Setting], None]
Parse = Callable[[str], object]


def anything(_setting: Setting) -> None:
    """Every value passes, even if systemd warns when the unit starts."""


def plain(parse: Parse) -> Checker:
    """The whole value, as it is written."""

    def checker(setting: Setting) -> None:
        parse(setting.value)

    return checker


def or_empty(checker: Checker) -> Checker:
    """An empty value resets the setting."""

    def check_unless_empty(setting: Setting) -> None:
        if setting.value:
            checker(setting)

    return check_unless_empty


def resolved(parse: Parse) -> Checker:
    """The whole value after its specifiers are resolved."""

    def checker(setting: Setting) -> None:
        check_resolved(setting.value, parse, setting)

    return checker


def check_resolved(text: str, parse: Parse, setting: Setting, *, in_unit_name: bool = False) -> None:
    """Raise when a specifier is unknown, or when the text is wrong whatever its specifiers stand for."""
    if "%" not in text:
        parse(text)
        return
    check_specifiers(text, version=setting.version, in_unit_name=in_unit_name)
    refusal: InvalidValue | None = None
    for candidate in plausible_texts(text):
        try:
            parse(candidate)
        except InvalidValue as error:
            refusal = refusal or error
        else:
            return
    if refusal is not None:
        raise InvalidValue(refusal.message)


class Shifted:
    """Around the check of a part of a value: its error tells the offset in the whole."""

    __slots__ = ("_offset",)

    def __init__(self, offset: int) -> None:
        self._offset = offset

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, InvalidValue):
            raise InvalidValue(error.message, max(self._offset + error.offset, 0)) from None


def check_word(word: Word, parse: Parse, setting: Setting, *, in_unit_name: bool = False) -> None:
    """One word of a list, after its specifiers are resolved."""
    with Shifted(word.start):
        check_resolved(word.text, parse, setting, in_unit_name=in_unit_name)


def quoted_words(text: str, escapes: Escapes = Escapes.DROP) -> tuple[Word, ...]:
    """The words of a value; raises at a quote that is not closed and at an unknown escape."""
    return strict_words(parse_words(text, escapes))


def strict_words(words: Words) -> tuple[Word, ...]:
    """The words, if all their quotes are closed and all their escapes known."""
    for word in words.words:
        if word.unknown_escapes:
            raise InvalidValue("unknown escape sequence", word.unknown_escapes[0])
    if words.open_quote is not None:
        raise InvalidValue("a quote is not closed", words.open_quote)
    return words.words


def one_of(names: frozenset[str], text: str) -> None:
    """A name of an enumeration; any name when none are known."""
    if names and text not in names:
        raise InvalidValue(f"{quoted(text)} is not one of: {', '.join(sorted(names))}")
