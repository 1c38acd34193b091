"""Split arguments into options and positionals as argparse, click, getopt and getopt_long do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from deploylint.dataclass import dataclass, field
from deploylint.enumeration import Enum
from deploylint.formats.command_line.invocation import Option
from deploylint.pattern import ASCII, pattern
from deploylint.source import Span
from deploylint.values.words import Word

_NEGATIVE_NUMBER = pattern(r"-\d++(?:\.\d*+)?|-\.\d++", ASCII)


class Style(Enum):
    """The library that reads the arguments."""

    ARGPARSE = "argparse"
    """Python's argparse: prefixes, `-w=4` is 4, a value may not look like an option, options anywhere."""
    CLICK = "click"
    """No prefixes; the next word is the value whatever it looks like; options anywhere."""
    CLICK_GROUP = "click group"
    """The same, up to the first positional, which is the subcommand."""
    GETOPT = "getopt"
    """Python's getopt: prefixes of long options; the first positional ends the options."""
    GETOPT_LONG = "getopt_long"
    """GNU getopt_long: prefixes, options anywhere."""
    SINGLE_DASH = "single dash"
    """Long names behind one or two dashes (Go's flag package): the first positional ends the options."""


class Takes(Enum):
    """Does an option take a value?"""

    NOTHING = 0
    VALUE = 1
    OPTIONAL = 2


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One option of a program: its flags as written (`-b`, `--bind`), and those that switch it off."""

    name: str
    flags: tuple[str, ...]
    takes: Takes = Takes.NOTHING
    negative_flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class OptionTable:
    """All options of a program. `lenient`: letters that are not listed are flags, too."""

    style: Style
    specs: tuple[OptionSpec, ...]
    lenient: bool = False

    @cached_property
    def by_flag(self) -> Mapping[str, tuple[OptionSpec, bool]]:
        """Flag to option, and whether the flag switches it off."""
        flags = {flag: (spec, False) for spec in self.specs for flag in spec.flags}
        return flags | {flag: (spec, True) for spec in self.specs for flag in spec.negative_flags}

    @cached_property
    def longest_short(self) -> int:
        """The length of the longest flag with one dash (rq has `-ds`)."""
        return max((len(flag) for flag in self.by_flag if not flag.startswith("--")), default=2)

    def find(self, flag: str) -> tuple[OptionSpec, bool] | None:
        """The option of a flag, or of the unambiguous beginning of a long one where that is allowed."""
        exact = self.by_flag.get(flag)
        if (
            exact
            or not flag.startswith("--")
            or self.style in {Style.CLICK, Style.CLICK_GROUP, Style.SINGLE_DASH}
        ):
            return exact
        found = {known[0].name: known for name, known in self.by_flag.items() if name.startswith(flag)}
        return next(iter(found.values())) if len(found) == 1 else None


@dataclass(slots=True)
class Scan:
    """What the arguments are. `rest` is what follows the end of the options where positionals end them."""

    options: list[Option] = field(default_factory=list)
    positionals: list[Word] = field(default_factory=list)
    unknown: list[Word] = field(default_factory=list)
    missing_value: list[Option] = field(default_factory=list)
    rest: list[Word] = field(default_factory=list)
    complete: bool = True


_STOPS_AT_POSITIONAL = frozenset({Style.CLICK_GROUP, Style.GETOPT, Style.SINGLE_DASH})


def scan(words: Sequence[Word], table: OptionTable) -> Scan:
    """Read the arguments that follow a program's name. Never raises."""
    result = Scan()
    at = 0
    while at < len(words):
        word = words[at]
        text = word.prefix if word.opaque else word.value
        at += 1
        if not text and word.opaque:
            # It may vanish, be one word, or be many options.
            result.complete = False
            result.positionals.append(word)
        elif text == "--" and not word.opaque:
            result.positionals.extend(words[at:])
            break
        elif text[:1] == "-" and _is_option(text, table, whole=not word.opaque):
            at = _option(words, at, table, result)
        elif table.style in _STOPS_AT_POSITIONAL:
            result.rest = list(words[at - 1 :])
            break
        else:
            result.positionals.append(word)
    return result


def _is_option(text: str, table: OptionTable, *, whole: bool) -> bool:
    if not text.startswith("-") or (text == "-" and whole):
        return False
    if table.style is not Style.ARGPARSE:
        return True
    # argparse looks for a flag first; what is none and has a blank or is a number is a positional.
    flag = text.partition("=")[0] if text.startswith("--") else text[:2]
    return table.find(flag) is not None or not (_NEGATIVE_NUMBER.fullmatch(text) or " " in text)


def _option(words: Sequence[Word], at: int, table: OptionTable, result: Scan) -> int:
    """Take the option that is `words[at - 1]` and its value; returns where to go on."""
    word = words[at - 1]
    text = word.prefix
    flag, equals, _ = text.partition("=")
    if not equals and word.opaque and text.startswith("--"):
        # The flag's own name is unknown.
        result.complete = False
        return at
    found = table.find(flag) if equals or not word.opaque else None
    splits_at_equals = text.startswith("--") or table.style in {Style.ARGPARSE, Style.SINGLE_DASH}
    if found and equals and _is_flag_with_flags(text, found[0], table):
        return _cluster(words, at, table, result)
    if found and (not equals or splits_at_equals):
        value = word.part(len(flag) + 1) if equals else None
        return _take(words, at, table, result, (*found, flag, value))
    if text.startswith("--"):
        result.unknown.append(word)
        return at
    return _cluster(words, at, table, result)


def _is_flag_with_flags(text: str, spec: OptionSpec, table: OptionTable) -> bool:
    """To argparse, `-D=R` is `-DR` (3.11, _parse_optional and consume_optional)."""
    return (
        table.style is Style.ARGPARSE
        and spec.takes is Takes.NOTHING
        and not text.startswith("--")
        and len(text) > len("-D=")
    )


def _cluster(words: Sequence[Word], at: int, table: OptionTable, result: Scan) -> int:
    """`-w4`, `-Dw4`, `-w 4`: flags of one letter, the last of which may have a value."""
    word = words[at - 1]
    text = word.value
    index = 1
    while index < len(text):
        if index == len("-D") and text[index] == "=" and table.style is Style.ARGPARSE:
            index += 1
        flag, found = next(
            (
                (f"-{text[index : index + size]}", known)
                for size in range(table.longest_short - 1, 0, -1)
                if (known := table.by_flag.get(f"-{text[index : index + size]}"))
            ),
            ("", None),
        )
        if found is None and table.lenient:
            index += 1
            continue
        if found is None:
            result.unknown.append(word)
            return at
        index += len(flag) - 1
        if found[0].takes is Takes.NOTHING:
            result.options.append(Option(found[0].name, flag, None, word.span, found[1]))
            continue
        value = word.part(index) if index < len(text) else None
        return _take(words, at, table, result, (*found, flag, value))
    return at


# An option, whether its flag switches it off, the flag, and the value in the same word.
_Found = tuple[OptionSpec, bool, str, Word | None]


def _take(words: Sequence[Word], at: int, table: OptionTable, result: Scan, found: _Found) -> int:
    """Take a flag of `words[at - 1]`, with the value in the same word or in the next one."""
    spec, negated, flag, value = found
    word = words[at - 1]
    span = word.span
    if spec.takes is Takes.NOTHING:
        if value is not None:
            result.unknown.append(word)
            return at
    elif value is None and at < len(words) and _may_follow(words[at], table, spec.takes):
        value = words[at]
        span = Span(span.start, max(span.end, value.span.end))
        at += 1
    option = Option(spec.name, flag, value, span, negated)
    if spec.takes is Takes.VALUE and value is None:
        result.missing_value.append(option)
    else:
        result.options.append(option)
    return at


def _may_follow(word: Word, table: OptionTable, takes: Takes) -> bool:
    """May this word be the value of the option before it?"""
    if table.style is not Style.ARGPARSE:
        return takes is Takes.VALUE
    text = word.prefix
    return text[:1] != "-" or word.known == "-" or not _is_option(text, table, whole=not word.opaque)


def table(style: Style, specs: Iterable[tuple[str, Takes]], *, lenient: bool = False) -> OptionTable:
    """A table of options given as `-b, --bind` with what they take; the name is the last long flag's."""
    made = []
    for flags, takes in specs:
        written = tuple(flag.strip() for flag in flags.split(","))
        name = next((flag for flag in reversed(written) if flag.startswith("--")), written[-1]).lstrip("-")
        made.append(OptionSpec(name, written, takes))
    return OptionTable(style, tuple(made), lenient)
