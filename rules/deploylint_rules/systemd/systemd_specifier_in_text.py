from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment
from deploylint.formats.systemd.target_version import target_version
from deploylint.pattern import pattern
from deploylint.values.exec_line import parse_exec_line
from deploylint.values.specifiers import Specifier, find_specifiers
from deploylint.values.systemd_words import Word, parse_words
from deploylint_rules.systemd._keys import COMMANDS

_FORMAT_OPTION = pattern(r"--?[a-z-]*(?:log-?format|date-?fmt|datefmt)(?:=|\Z)")
_ESCAPED_BYTE = pattern(r"%[A-Fa-f][0-9A-Fa-f]")


@rule(
    Severity.WARNING,
    mentions=("%",),
    confidence=Confidence.MEDIUM,
    group=Group.CORRECTNESS,
    named=("Environment", *COMMANDS),
)
def systemd_specifier_in_text(assignment: Assignment, context: Context) -> Findings:
    """A `%` that is meant for the program, but that systemd replaces.

    ## Why is this bad?
    `%h`, `%u` and `%t` of a log format, `%m` and `%H` of `date`, `%C3` of an address are specifiers of systemd,
    too: it puts the home folder, the host's name or the cache folder in their place, without a word.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/uwsgi --logformat "%h %u"
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/uwsgi --logformat "%%h %%u"
    ```

    ## When it is fine
    Where the specifier is meant: `%H` in a log format may well be the name of this machine.

    ## Fix safety
    Unsafe: the specifier may be meant.

    ## References
    systemd.unit(5), "SPECIFIERS"
    """
    if "%" not in assignment.value or assignment.section not in _SECTIONS or assignment.opaque:
        return
    version = target_version(context.project)
    words = _addresses(assignment) if assignment.name == "Environment" else _formats(assignment, version)
    for word, places in words:
        found = [place for place in places if place.letter != "%" and place.is_known(version=version)]
        if found:
            yield _finding(assignment, word, found)


_SECTIONS = frozenset({"Service", "Socket", "Mount", "Swap"})


def _finding(line: Assignment, word: Word, places: list[Specifier]) -> Finding:
    raw = line.value[word.start : word.end]
    at = [line.value_location(word.start + place.start, word.start + place.end) for place in places]
    letter = places[0].letter
    return Finding(
        at[0],
        f"systemd replaces %{letter} here, before the program sees it",
        help=f"write %%{letter} for a percent sign",
        fix=None
        if line.is_continued or "%%" in raw
        else Fix(
            "write %% for the percent sign",
            tuple(Edit(line.source.location(one.span.start, one.span.start + 1), "%%") for one in at),
            Safety.UNSAFE,
        ),
    )


def _addresses(line: Assignment) -> list[tuple[Word, list[Specifier]]]:
    """Addresses with escaped bytes: what begins with a letter may be a specifier."""
    found = []
    for word in parse_words(line.value).words:
        raw = line.value[word.start : word.end]
        if "://" in raw:
            escaped = {match.start() for match in _ESCAPED_BYTE.finditer(raw)}
            found.append((word, [place for place in find_specifiers(raw) if place.start in escaped]))
    return found


def _formats(line: Assignment, version: int) -> list[tuple[Word, list[Specifier]]]:
    """Formats of logs and dates among the arguments."""
    found = []
    for command in parse_exec_line(line.value, version=version).commands:
        before = ""
        dates = command.path.text.rpartition("/")[2] == "date"
        for word in command.arguments:
            if _FORMAT_OPTION.match(word.text if "=" in word.text else before) or (
                dates and word.text.startswith("+")
            ):
                raw = line.value[word.start : word.end]
                found.append((word, list(find_specifiers(raw))))
            before = word.text
    return found
