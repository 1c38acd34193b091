from deploylint import Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.pattern import pattern
from deploylint.source import Location
from deploylint.vocabulary.systemd import key

_BLANKS_BEHIND = pattern(r"(?<!\\)(?:\\\\)*+\\([ \t]++)\Z")
_SWALLOWED = pattern(
    r"\\(?:\r\n?|\n)(?:[ \t]*+[#;][^\r\n]*+(?:\r\n?|\n))*+[ \t]*+"
    r"(?P<line>(?P<name>[A-Z][A-Za-z]+)[ \t]*+=|\[(?P<section>[A-Z][a-z]+)\])"
)


@rule(Severity.WARNING, mentions=("\\",), group=Group.CORRECTNESS)
def systemd_lost_continuation(file: UnitFile) -> Findings:
    r"""A backslash that continues no line, or one line too many.

    ## Why is this bad?
    Only a backslash that is the very last character continues the line. With a blank behind it the value ends
    there, and what follows is read as a line of its own, which systemd ignores. A backslash too many makes the
    next `Key=value` a part of this value.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi \
      --workers 3 \
    Restart=always
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi \
      --workers 3
    Restart=always
    ```

    ## Fix safety
    Unsafe: the running service changes.

    ## References
    systemd.syntax(7)
    """
    if "\\" in file.source.text:
        for line in file.lines:
            if file.source.text.find("\\", line.equals, line.end) >= 0 and not line.opaque:
                yield from _lost(line, file)


def _lost(assignment: Assignment, unit: UnitFile) -> Findings:
    text, end = assignment.source.text, assignment.end
    behind = _BLANKS_BEHIND.search(text, assignment.equals, end)
    if behind is not None:
        yield Finding(
            unit.source.location(behind.start(1) - 1, end),
            f"{assignment.name}= ends here: behind the backslash stands a blank",
            label="only a backslash at the very end continues the line",
            help="take the blank away",
            fix=Fix(
                "take the blank away", (Edit(unit.source.location(behind.start(1), end), ""),), Safety.UNSAFE
            ),
        )
    for match in _SWALLOWED.finditer(text, assignment.equals, end):
        name = match["name"]
        if name is not None and key(assignment.section, name) is None:
            continue
        at = unit.source.location(match.start("line"), match.end("line"))
        yield Finding(
            at,
            f"{match['line'].rstrip()} is a part of {assignment.name}=, because the line above ends with a backslash",
            help="take the backslash away",
            fix=Fix(
                "take the backslash away", (Edit(_with_blanks(assignment, match.start()), ""),), Safety.UNSAFE
            ),
        )


def _with_blanks(assignment: Assignment, backslash: int) -> Location:
    start = backslash
    while assignment.source.text[start - 1] in " \t":
        start -= 1
    return assignment.source.location(start, backslash + 1)
