from deploylint import Confidence, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.supervisor import Section
from deploylint.templates import is_template
from deploylint.values.errors import printable
from deploylint.vocabulary.nearest import nearest
from deploylint.vocabulary.supervisor import named_kinds, section_kind, section_kinds


@rule(Severity.WARNING, group=Group.VALIDITY, confidence=Confidence.MEDIUM)
def supervisor_unknown_section(section: Section) -> Findings:
    """A section that supervisor does not know is ignored without a word.

    ## Why is this bad?
    What it should start does not start. Names of sections are case-sensitive, and a colon stands between the kind
    and the name.

    ## Example
    ```supervisor
    [Program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi

    [program:worker]
    command=/srv/shop/venv/bin/celery -A shop worker
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi

    [program:worker]
    command=/srv/shop/venv/bin/celery -A shop worker
    ```

    ## When it is fine
    When another program reads the section; supervisor lets it be. What resembles none of supervisor's sections
    is not reported.

    ## Fix safety
    Unsafe: the section takes effect for the first time.

    ## References
    https://supervisord.org/configuration.html
    """
    if section_kind(section.title) is not None or section.title == "DEFAULT" or is_template(section.title):
        return
    kind, _, name = section.title.partition(":" if ":" in section.title else " ")
    meant = kind if kind in section_kinds() else nearest(kind, section_kinds())
    if meant is None:
        return
    takes_name = meant in named_kinds()
    title = f"{meant}:{name.strip()}" if takes_name and name.strip() else meant
    yield Finding(
        section.at,
        printable(f"Unknown section [{section.title}], which supervisor ignores"),
        help=f"write [{meant}:name]" if takes_name and not name.strip() else f"did you mean [{title}]?",
        fix=Fix(f"rename it to [{title}]", (Edit(section.at, title),), Safety.UNSAFE)
        if section_kind(title) is not None
        else None,
        severity=Severity.ERROR if name else Severity.WARNING,
    )
