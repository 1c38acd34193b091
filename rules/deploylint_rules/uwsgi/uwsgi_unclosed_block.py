from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.uwsgi import Option, Section
from deploylint.vocabulary import uwsgi

_CLOSES = frozenset({"end", "endfor", "endif", "end-for", "end-if"})


@rule(
    Severity.ERROR,
    group=Group.CORRECTNESS,
    symptoms=("recursive logic in options is not supported (option = *)",),
)
def uwsgi_unclosed_block(section: Section) -> Findings:
    """A `for` or `if` block that is never closed, or stands inside another one.

    ## Why is this bad?
    When the condition does not hold, an open `if` swallows all the options below it, those of the command line
    included. Blocks do not nest: with one inside another uWSGI does not start.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    if-env = PORT
    http-socket = :$(PORT)
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    if-env = PORT
    http-socket = :$(PORT)
    endif =
    ```

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/ConfigLogic.html
    """
    opened: Option | None = None
    for option in section.options:
        if option.name in _CLOSES:
            opened = None
        elif (
            (known := uwsgi.option(option.name)) is not None
            and known.kind == "logic"
            and option.name != "else"
        ):
            if opened is not None:
                yield _nested(option, opened)
            else:
                opened = option
    if opened is not None:
        yield Finding(
            opened.at,
            f"{opened.name} is never closed, and holds all the options below it",
            help="close it with endif" if opened.name.startswith("if") else "close it with endfor",
        )


def _nested(option: Option, opened: Option) -> Finding:
    """uWSGI looks at what is inside a block only while that block's condition holds."""
    always = opened.name.startswith("for")
    return Finding(
        option.at,
        f"recursive logic in options is not supported (option = {option.name})"
        if always
        else f"{option.name} stands inside {opened.name}; blocks do not nest",
        label="uWSGI does not start with this"
        if always
        else "when the block around it holds, uWSGI does not start",
        related=(Label(opened.at, "this block is still open"),),
        help=f"close {opened.name} first",
    )
