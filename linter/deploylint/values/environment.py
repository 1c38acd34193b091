"""Environment=: assignments among systemd's words."""

from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.pattern import pattern
from deploylint.values.errors import InvalidValue, ValueProblem, printable, quoted
from deploylint.values.specifiers import LATEST_SYSTEMD, check_specifiers, plausible_texts
from deploylint.values.systemd_words import Escapes, Word, parse_words

_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_]*+\Z")


@dataclass(frozen=True, slots=True)
class Assignment:
    """`NAME=value` without quotes and escapes; specifiers are not resolved. The span is that of the whole word."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Environment:
    """What systemd takes over, in order, and what it drops with a warning."""

    assignments: tuple[Assignment, ...]
    problems: tuple[ValueProblem, ...]


def is_variable_name(text: str) -> bool:
    """Letters, digits and `_`, no digit first (systemd, `env_name_is_valid`)."""
    return _NAME.match(text) is not None


def parse_environment(text: str, *, version: int = LATEST_SYSTEMD) -> Environment:
    """The assignments of one Environment= line (systemd, `config_parse_environ`).

    A word that is no assignment is dropped alone; an unknown escape or an unclosed quote drops the rest of the line.
    """
    return _parsed(text, version)


@lru_cache(maxsize=4096)
def _parsed(text: str, version: int) -> Environment:
    """Several rules ask about the same line, and then the model."""
    assignments: list[Assignment] = []
    problems: list[ValueProblem] = []
    parsed = parse_words(text, Escapes.C)
    for word in parsed.words:
        if word.unknown_escapes:
            offset = word.unknown_escapes[0]
            problems.append(
                ValueProblem("Invalid syntax: unknown escape sequence", offset, min(offset + 2, len(text)))
            )
            return Environment(tuple(assignments), tuple(problems))
        problem = _problem(word, version)
        if problem is None:
            name, _, value = word.text.partition("=")
            assignments.append(Assignment(name, value, word.start, word.end))
        else:
            problems.append(problem)
    if parsed.unclosed is not None:
        problems.append(ValueProblem("Invalid syntax: a quote is not closed", parsed.unclosed, len(text)))
    return Environment(tuple(assignments), tuple(problems))


def _problem(word: Word, version: int) -> ValueProblem | None:
    try:
        check_specifiers(word.text, version=version)
    except InvalidValue as error:
        return ValueProblem(error.message, word.start, word.end)
    if any(is_assignment(resolved) for resolved in plausible_texts(word.text)):
        return None
    return ValueProblem(
        printable(f"Invalid environment assignment: {quoted(word.text)}"), word.start, word.end
    )


def is_assignment(text: str) -> bool:
    """`NAME=value` with a valid name and a value in UTF-8 (systemd, `env_assignment_is_valid`)."""
    name, equals, value = text.partition("=")
    return (
        bool(equals)
        and is_variable_name(name)
        and (value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value))
    )
