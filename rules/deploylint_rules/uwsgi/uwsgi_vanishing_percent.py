from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.uwsgi import ASKED, Option, Section, UwsgiConfig
from deploylint.formats.uwsgi.placeholders import is_magic
from deploylint.pattern import DOTALL, pattern
from deploylint.values.errors import printable

_PERCENT = pattern(r"%(%|\(|.|\Z)", DOTALL)
# Where a percent sign comes from somewhere else: encoded addresses and passwords, formats of dates.
_LITERAL = frozenset({"env", "log-date", "log-format", "logformat"})
_ENCODED = pattern(r"%[0-9A-Fa-f]{2}")


@rule(Severity.WARNING, group=Group.CORRECTNESS)
def uwsgi_vanishing_percent(option: Option, context: Context) -> Findings:
    """A percent sign that uWSGI takes out of the value.

    ## Why is this bad?
    uWSGI replaces `%` with the character behind it, everywhere in the file: `%d` is the file's folder, `%4` a part of
    a path, and what means nothing vanishes. `postgres://shop:p%40ss@db` gets another password, `%Y-%m-%d` no year.

    ## Example
    ```uwsgi
    [uwsgi]
    env = DATABASE_URL=postgres://shop@db/shop?options=a%3Db
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    env = DATABASE_URL=postgres://shop@db/shop?options=a%%3Db
    ```

    ## When it is fine
    Where uWSGI's own magic variable is meant; in values other than variables and formats only signs that mean
    nothing are reported.

    ## Fix safety
    Unsafe: the value changes.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html#magic-variables
    """
    config, section = context.document, context.parent
    if (
        not isinstance(config, UwsgiConfig)
        or config.syntax != "ini"
        or "%" not in option.value
        or option.opaque
    ):
        return
    if not isinstance(section, Section) or section.name != ASKED:
        return
    for match in _PERCENT.finditer(option.value):
        after = match[1]
        if after in ("%", "("):
            continue
        encoded = option.name in _LITERAL and _ENCODED.match(option.value, match.start()) is not None
        if is_magic(after) and after and not encoded:
            continue
        start = option.value_span.start + match.start()
        at = option.source.location(start, start + len(match[0]))
        yield Finding(
            at,
            printable(f'uWSGI replaces "{match[0]}" in {option.name} before it reads the value'),
            label="write %% for a percent sign",
            help="write %% for a percent sign that stands for itself",
            fix=Fix(
                "double the percent sign", (Edit(option.source.location(start, start), "%"),), Safety.UNSAFE
            ),
        )
        return
