from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Label, Safety, Severity, rule
from deploylint.formats.supervisor import Option, Section
from deploylint.formats.supervisor.lines import HEADER_TEXT, OPTION_TEXT
from deploylint.source import Span
from deploylint.vocabulary.supervisor import option, section_kind


@rule(Severity.ERROR, group=Group.CORRECTNESS)
def supervisor_swallowed_line(option_: Option, context: Context) -> Findings:
    """An indented section or option belongs to the value above it.

    ## Why is this bad?
    A line that is indented deeper than the option above continues its value, whatever it looks like. The section
    never starts, and the command gets arguments such as `[program:worker]`.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
      autorestart=true
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    autorestart=true
    ```

    ## When it is fine
    Where a value really consists of such lines, as `environment` may. There only a section is reported.

    ## Fix safety
    Unsafe: the line takes effect for the first time.

    ## References
    https://docs.python.org/3/library/configparser.html#supported-ini-file-structure
    """
    section = context.parent
    if not isinstance(section, Section) or len(option_.lines) < 2 or option_.opaque:
        return
    kind = section_kind(section.title)
    for line in option_.lines[1:]:
        what = _swallowed(option_, line, kind)
        if what is None:
            continue
        at = option_.source.location(line.start, line.end)
        begin = option_.source.line_starts[at.start.line - 1]
        yield Finding(
            at,
            f"This {what} is indented, so that supervisor takes it as a part of {option_.name} above",
            related=(Label(option_.name_at, "the value that it continues"),),
            help="begin the line where the option above begins",
            fix=Fix(
                "move the line to the left",
                (Edit(option_.source.location(begin, line.start), _indentation(option_)),),
                Safety.UNSAFE,
            ),
            confidence=Confidence.HIGH if what == "section" else Confidence.MEDIUM,
        )
        return


def _swallowed(option_: Option, line: Span, kind: str | None) -> str | None:
    """What a continuation line looks like; None for a part of the value."""
    text = option_.source.text[line.start : line.end]
    header = HEADER_TEXT.match(text)
    if header is not None:
        return "section" if section_kind(header[1]) is not None else None
    match = OPTION_TEXT.match(text)
    if match is None or kind is None or option_.name in ("environment", "files"):
        return None
    name = match[1].rstrip()
    return "option" if name.islower() and option(kind, name) is not None else None


def _indentation(option_: Option) -> str:
    source = option_.source
    return source.text[source.line_starts[option_.at.start.line - 1] : option_.name_span.start]
