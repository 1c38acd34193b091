from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.supervisor import Option, Section
from deploylint.values.errors import InvalidValue
from deploylint.values.words import split_shlex


@rule(Severity.ERROR, group=Group.CORRECTNESS, named=("command",))
def supervisor_backslash_continuation(option: Option, context: Context) -> Findings:
    r"""A backslash at the end of a line puts a line feed into the command.

    ## Why is this bad?
    An indented line continues a value without any mark. With a backslash the next argument begins with a line feed:
    the program is asked for a file or an option of that name.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn \
        --workers=4 \
        shop.wsgi
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn
        --workers=4
        shop.wsgi
    ```

    ## When it is fine
    Between quotes, where a shell reads it; the rule knows that case.

    ## Fix safety
    Safe: no program has an argument that begins with a line feed.

    ## References
    https://docs.python.org/3/library/shlex.html
    """
    section = context.parent
    if (
        not isinstance(section, Section)
        or not section.is_program
        or option.opaque
        or "\\" not in option.value
    ):
        return
    try:
        words = split_shlex(option.value)
    except InvalidValue:
        return
    if not any(word.value.startswith("\n") for word in words):
        return
    source = option.source
    ends = [line for line in option.lines[:-1] if source.text[line.start : line.end].endswith("\\")]
    edits = []
    for line in ends:
        kept = len(source.text[line.start : line.end - 1].rstrip())
        edits.append(Edit(source.location(line.start + kept, line.end), ""))
    plain = '"' not in option.value and "'" not in option.value
    yield Finding(
        source.location(ends[0].end - 1, ends[0].end) if ends else option.value_at,
        "The backslash makes the next argument begin with a line feed",
        label="an indented line continues the value without it",
        help="leave the backslash out",
        fix=Fix("leave the backslashes out", tuple(edits)) if edits and plain else None,
    )
