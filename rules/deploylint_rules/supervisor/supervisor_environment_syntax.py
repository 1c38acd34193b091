from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.supervisor import Option, Section
from deploylint.formats.supervisor.checked_values import expanded_environment, kind_of
from deploylint.values.errors import InvalidValue
from deploylint.values.supervisor_environment import parse_supervisor_environment


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    named=("environment",),
    symptoms=("Unexpected end of key/value pairs in value *", "No closing quotation*"),
)
def supervisor_environment_syntax(option: Option, context: Context) -> Findings:
    """Variables that supervisor reads differently from how they are meant.

    ## Why is this bad?
    `environment` is a list of `KEY="value"` with commas between them. Without quotes a value ends at the first
    character that is neither a letter nor one of `_/.+-():`. What follows either keeps supervisord from starting, or
    is dropped without a word: `PATH=$PATH:/opt/bin` sets PATH to a dollar sign.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    environment=DATABASE_URL=postgres://shop@db/shop
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    environment=DATABASE_URL="postgres://shop@db/shop"
    ```

    ## References
    https://supervisord.org/configuration.html#environment-variables
    """
    section = context.parent
    if not isinstance(section, Section) or kind_of(option, section) is None:
        return
    text = expanded_environment(option, section)
    if text is None:
        return
    exact = text == option.value
    try:
        pairs = parse_supervisor_environment(text)
    except InvalidValue as error:
        # The value may hold secrets, which a message must not repeat.
        reason = error.message.partition(" in value ")[0]
        start = min(error.offset, len(option.value)) if exact else 0
        yield Finding(
            option.location(start, len(option.value)),
            f"environment: {reason}",
            label="supervisord cannot read on from here",
            help='write KEY="value",OTHER="value"',
        )
        return
    for index, pair in enumerate(pairs):
        if pair.separator in ("", ",", ";"):
            continue
        end = pairs[index + 1].start if index + 1 < len(pairs) else len(text)
        yield Finding(
            option.location(pair.start, end) if exact else option.value_at,
            f"environment: the value of {pair.name} ends before its text does, and the rest is dropped",
            label="only a part of this is the value",
            help='write KEY="value"; supervisor expands no $NAME, but %(ENV_NAME)s',
        )
