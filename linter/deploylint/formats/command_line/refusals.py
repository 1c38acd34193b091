"""What programs refuse about the form of their command line, in the words of the library that reads it."""

from collections.abc import Iterator, Sequence

from deploylint.dataclass import dataclass
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.formats.command_line.options import OptionSpec, OptionTable, Style, Takes
from deploylint.formats.command_line.tables import group_table, option_table
from deploylint.values.words import Word
from deploylint.vocabulary.nearest import nearest

# How many arguments without dashes a program takes.
_MOST_ARGUMENTS = {
    Kind.GUNICORN: 1,
    Kind.UVICORN: 1,
    Kind.HYPERCORN: 1,
    Kind.DAPHNE: 1,
    Kind.WAITRESS: 1,
    Kind.GRANIAN: 1,
    Kind.FLASK_RUN: 0,
    Kind.RUNSERVER: 1,
}
# nginx has its own reader, whose words differ.
_SILENT = frozenset({Kind.NGINX})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A word that the program does not take. `flag` is its part before `=`; `meant` the flag that it resembles."""

    word: Word
    message: str
    flag: str = ""
    meant: str | None = None
    known: OptionSpec | None = None


def table_of(invocation: Invocation) -> OptionTable | None:
    """The options of an invocation, None where nobody knows them."""
    return None if invocation.kind in _SILENT else option_table(invocation.kind)


def unknown_flags(invocation: Invocation, flags: Sequence[str] | None = None) -> Iterator[Refusal]:
    """Words that look like options and are none, or have a value that they may not have.

    `flags` are those of the release in question where not all of the table count.
    """
    table = table_of(invocation)
    if table is None:
        return
    group = group_table(invocation.kind)
    known = list(flags if flags is not None else table.by_flag)
    if group is not None:
        known += group.by_flag
    for word in invocation.unknown:
        flag = word.prefix.partition("=")[0]
        if not flag.startswith("-"):
            continue
        found = table.find(flag) or (group.find(flag) if group else None)
        if found is not None and found[0].takes is Takes.NOTHING and "=" in word.prefix:
            yield Refusal(word, _flag_with_value(table.style, found[0], flag), flag, known=found[0])
            continue
        ambiguous = _abbreviated(flag, known, table.style)
        if len(ambiguous) == 1:
            continue
        if ambiguous:
            yield Refusal(word, _ambiguous(table.style, flag, ambiguous), flag)
        else:
            yield Refusal(word, _unknown(table.style, flag), flag, _meant(flag, known))


def missing_values(invocation: Invocation) -> Iterator[Refusal]:
    """Options whose value is not there."""
    table = table_of(invocation)
    if table is None:
        return
    for option in invocation.missing_value:
        found = table.find(option.flag)
        word = next((word for word in invocation.command if word.span.start == option.span.start), None)
        if found is None or word is None:
            continue
        yield Refusal(word, _missing(table.style, found[0], option.flag), option.flag, known=found[0])


def extra_arguments(invocation: Invocation) -> Iterator[Refusal]:
    """Arguments beyond those that the program takes.

    gunicorn looks at the first word of the first row of them and at no other in that row; argparse refuses what
    stands behind a later option.
    """
    most = _MOST_ARGUMENTS.get(invocation.kind)
    words = invocation.positionals
    if most is None or len(words) <= most or not _is_certain(invocation):
        return
    extra = words[most:]
    if invocation.kind is Kind.GUNICORN:
        row = _first_row(invocation)
        for word in extra:
            message = "" if word in row else f"unrecognized arguments: {word.value}"
            yield Refusal(word, message)
        return
    yield Refusal(extra[0], _extra(invocation.kind, [word.value for word in extra]))


def short_first(spec: OptionSpec) -> list[str]:
    """The flags in the order in which the parsers declare them."""
    return sorted(spec.flags, key=lambda flag: flag.startswith("--"))


def _is_certain(invocation: Invocation) -> bool:
    if not invocation.complete or invocation.unknown or invocation.missing_value:
        return False
    return not any(word.opaque for word in invocation.positionals)


def _first_row(invocation: Invocation) -> list[Word]:
    """The arguments in front of the first option that follows one."""
    first = invocation.positionals[0].span.start
    later = min((o.span.start for o in invocation.options if o.span.start > first), default=None)
    return [word for word in invocation.positionals if later is None or word.span.start < later]


def _abbreviated(flag: str, known: Sequence[str], style: Style) -> list[str]:
    """The flags that an abbreviation may mean."""
    if not flag.startswith("--") or style in {Style.CLICK, Style.CLICK_GROUP, Style.SINGLE_DASH}:
        return []
    return [each for each in known if each.startswith(flag)]


def _meant(flag: str, known: Sequence[str]) -> str | None:
    """A flag with one dash is too short to resemble another one, but may lack a dash."""
    if flag.startswith("--"):
        return nearest(flag, [each for each in known if each.startswith("--")])
    longer = f"-{flag}"
    return longer if len(flag) > 3 and longer in known else None


def _unknown(style: Style, flag: str) -> str:
    match style:
        case Style.ARGPARSE:
            return f"unrecognized arguments: {flag}"
        case Style.CLICK | Style.CLICK_GROUP:
            return f"No such option '{flag}'."
        case Style.GETOPT_LONG:
            return (
                f"unrecognized option '{flag}'"
                if flag.startswith("--")
                else f"invalid option -- '{flag[1:2]}'"
            )
        case _:
            return f"option {flag} not recognized"


def _ambiguous(style: Style, flag: str, candidates: list[str]) -> str:
    match style:
        case Style.ARGPARSE:
            return f"ambiguous option: {flag} could match {', '.join(candidates)}"
        case Style.GETOPT_LONG:
            return f"option '{flag}' is ambiguous"
        case _:
            return f"option {flag} not a unique prefix"


def _flag_with_value(style: Style, spec: OptionSpec, flag: str) -> str:
    match style:
        case Style.ARGPARSE:
            return f"argument {'/'.join(short_first(spec))}: ignored explicit argument"
        case Style.CLICK | Style.CLICK_GROUP:
            return f"Option '{flag}' does not take a value."
        case Style.GETOPT_LONG:
            return f"option '{flag}' doesn't allow an argument"
        case _:
            return f"option {flag} must not have an argument"


def _missing(style: Style, spec: OptionSpec, flag: str) -> str:
    match style:
        case Style.ARGPARSE:
            return f"argument {'/'.join(short_first(spec))}: expected one argument"
        case Style.CLICK | Style.CLICK_GROUP:
            return f"Option '{flag}' requires an argument."
        case Style.GETOPT_LONG if flag.startswith("--"):
            return f"option '{flag}' requires an argument"
        case Style.GETOPT_LONG:
            return f"option requires an argument -- '{flag[1:]}'"
        case _:
            return f"option {flag} requires argument"


def _extra(kind: Kind, words: list[str]) -> str:
    if kind is Kind.WAITRESS:
        return "Specify one application only"
    if kind in {Kind.UVICORN, Kind.GRANIAN, Kind.FLASK_RUN}:
        return f"Got unexpected extra argument{'s' if len(words) > 1 else ''} ({' '.join(words)})"
    return f"unrecognized arguments: {' '.join(words)}"
