from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.target_version import target_version
from deploylint.formats.systemd.trailing_comments import trailing_comment
from deploylint.pattern import pattern
from deploylint.values.environment import is_assignment, is_variable_name, parse_environment
from deploylint.values.errors import ValueProblem, printable
from deploylint.values.specifiers import find_specifiers
from deploylint.values.systemd_words import Word, parse_words

_INVALID = "Invalid environment assignment"
_SPACED = pattern(r"([A-Za-z_][A-Za-z0-9_]*+)[ \t]++=[ \t]*+([^ \t\"'\\]++)\Z")


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    named=("Environment",),
    symptoms=(
        "Invalid environment assignment, ignoring: *",
        "Failed to resolve specifiers in *, ignoring: *",
    ),
)
def systemd_environment_syntax(assignment: Assignment, context: Context) -> Findings:
    """A word of `Environment=` that systemd drops.

    ## Why is this bad?
    `Environment=` holds assignments with blanks between them. Without quotes a blank ends the assignment, blanks
    around the inner `=` tear it apart, and `%` begins a specifier: `p%40ss` makes systemd drop the whole
    assignment. The service then runs without the variable.

    ## Example
    ```systemd
    [Service]
    Environment=LANG = C.UTF-8
    Environment=DATABASE_URL=postgres://shop:p%40ss@db/shop
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    Environment=LANG=C.UTF-8
    Environment=DATABASE_URL=postgres://shop:p%%40ss@db/shop
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Fix safety
    Safe where systemd drops all of what the fix changes. Quotes around a value with blanks are unsafe: they
    change the value that the service gets.

    ## References
    systemd.exec(5), "ENVIRONMENT"
    """
    if not isinstance(context.document, UnitFile) or assignment.opaque:
        return
    version = target_version(context.project)
    end = trailing_comment(assignment)
    value = assignment.value if end is None else assignment.value[:end]
    problems = parse_environment(value, version=version).problems
    fix = _whole_line_fix(assignment, value) if problems else None
    for problem in problems[:1] if fix else problems:
        yield Finding(
            assignment.value_location(problem.start, problem.end),
            _message(value[problem.start : problem.end], problem),
            label="systemd drops this",
            help=_help(value[problem.start : problem.end]),
            fix=fix or _specifier_fix(assignment, value, problem, version),
        )


def _message(word: str, problem: ValueProblem) -> str:
    """The word itself may be a part of a secret."""
    if not problem.message.startswith(_INVALID):
        return problem.message
    name, equals, _ = word.strip("\"'").partition("=")
    return (
        printable(f"{_INVALID}: the name '{name}'")
        if equals and name and not is_variable_name(name)
        else _INVALID
    )


def _help(word: str) -> str:
    name, equals, _ = word.strip("\"'").partition("=")
    if "%" in word:
        return "write %% for a percent sign"
    if equals and name and not is_variable_name(name):
        return "a name has letters, digits and _, and does not begin with a digit"
    return 'put quotes around the whole assignment: "NAME=some value"'


def _whole_line_fix(assignment: Assignment, value: str) -> Fix | None:
    """Where the line is one assignment that blanks have torn apart, or one after `export`."""
    words = parse_words(value).words
    spaced = _SPACED.match(value)
    if spaced is not None and not assignment.is_continued:
        at = assignment.value_location(0, len(value))
        return Fix("take the blanks out", (Edit(at, f"{spaced[1]}={spaced[2]}"),))
    if len(words) > 1 and words[0].text == "export" and all(is_assignment(word.text) for word in words[1:]):
        return Fix("take export out", (Edit(assignment.value_location(0, words[1].start), ""),))
    if _is_one_torn_value(value, words) and not assignment.is_continued:
        at = assignment.value_location(0, len(value))
        return Fix("put quotes around the assignment", (Edit(at, f'"{value}"'),), Safety.UNSAFE)
    return None


def _is_one_torn_value(value: str, words: tuple[Word, ...]) -> bool:
    if any(mark in value for mark in "\"'\\%") or len(words) < 2:
        return False
    return is_assignment(words[0].text) and not any("=" in word.text for word in words[1:])


def _specifier_fix(assignment: Assignment, value: str, problem: ValueProblem, version: int) -> Fix | None:
    """Double the percent signs that begin no specifier."""
    if "%" not in problem.message or assignment.is_continued:
        return None
    unknown = [
        specifier.start
        for specifier in find_specifiers(value[problem.start : problem.end])
        if not specifier.is_known(version=version)
    ]
    places = [
        assignment.value_location(problem.start + start, problem.start + start + 1) for start in unknown
    ]
    return Fix("write %% for the percent sign", tuple(Edit(at, "%%") for at in places)) if places else None
