from itertools import groupby
from operator import attrgetter

from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.supervisor import File, Option
from deploylint.values.errors import printable

_TITLE = attrgetter("title")


@rule(Severity.WARNING, group=Group.CORRECTNESS)
def supervisor_repeated_option(file: File) -> Findings:
    """Of two options with one name in a section only the last one holds.

    ## Why is this bad?
    The first line looks as if it did something. Sections of one name are one section, too: a copied `[program:x]`
    whose name was left as it is replaces the program.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    stopwaitsecs=10
    autorestart=true
    stopwaitsecs=60
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    autorestart=true
    stopwaitsecs=60
    ```

    ## References
    https://docs.python.org/3/library/configparser.html#configparser.RawConfigParser
    """
    if file.templated:
        return
    for title, sections in groupby(sorted(file.sections, key=_TITLE), key=_TITLE):
        held: dict[str, Option] = {}
        for option in (option for section in sections for option in section.options):
            before = held.get(option.name)
            held[option.name] = option
            if before is None or before.value == option.value:
                continue
            yield Finding(
                before.at,
                printable(f"{option.name} of [{title}] is set again further down, so that this does nothing"),
                related=(Label(option.at, "this one holds"),),
                help="leave one of them out, or give one of the sections another name",
            )
