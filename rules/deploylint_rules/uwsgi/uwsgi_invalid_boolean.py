from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.uwsgi import Option, UwsgiConfig
from deploylint.values.errors import printable
from deploylint.vocabulary import uwsgi
from deploylint.vocabulary.nearest import nearest

_KNOWN = frozenset({"", "true", "on", "yes", "1", "false", "off", "no", "0"})


@rule(Severity.WARNING, group=Group.CORRECTNESS)
def uwsgi_invalid_boolean(option: Option, context: Context) -> Findings:
    """A flag with a value that is neither yes nor no is on.

    ## Why is this bad?
    uWSGI turns a flag off for `false`, `off`, `no` and `0`, and on for anything else: a misspelt "no" means yes.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    lazy-apps = flase
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    lazy-apps = false
    ```

    ## Fix safety
    Unsafe: the flag is on today, whatever was meant.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html
    """
    known = uwsgi.option(option.name)
    if (
        not isinstance(context.document, UwsgiConfig)
        or known is None
        or known.kind != "boolean"
        or option.opaque
    ):
        return
    # A comment behind the value is the matter of another rule.
    words = option.value.lower().split(maxsplit=1)
    first = words[0] if words else ""
    if first in _KNOWN or any(mark in option.value for mark in ("%", "$", "@(")):
        return
    meant = nearest(first, sorted(_KNOWN - {"", "0", "1"})) if len(words) == 1 else None
    yield Finding(
        option.value_at,
        printable(f'{option.name} = {option.value}: uWSGI takes anything but false, off, no and 0 for "yes"'),
        label="this turns the flag on",
        help=f"write {meant}" if meant else "write true or false",
        fix=Fix(f"write {meant}", (Edit(option.value_at, meant),), Safety.UNSAFE) if meant else None,
    )
