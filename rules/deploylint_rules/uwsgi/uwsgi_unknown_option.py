from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.uwsgi import Option, Section, UwsgiConfig
from deploylint.formats.uwsgi.foreign_names import of_other_programs
from deploylint.formats.uwsgi.unknown_names import is_unknown, reads_others
from deploylint.pattern import pattern
from deploylint.values.errors import printable
from deploylint.vocabulary import uwsgi
from deploylint.vocabulary.nearest import nearest

# Placeholders have short names: `app` is not meant to be `pp`.
_SHORTEST_MISTAKE = 5
# What an option of uWSGI looks like, and a placeholder rarely does.
_LIKE_AN_OPTION = pattern(r"[a-z][a-z0-9]*+(?:-[a-z0-9]++)++")


@rule(Severity.ERROR, group=Group.VALIDITY, symptoms=("[strict-mode] unknown config directive: *",))
def uwsgi_unknown_option(option: Option, context: Context) -> Findings:
    """An option that uWSGI does not know is ignored without a word.

    ## Why is this bad?
    Any unknown name becomes a placeholder, a variable for use in other values. A misspelt option keeps its default.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    process = 4
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    processes = 4
    ```

    ## When it is fine
    When it is meant as a placeholder: refer to it as `%(name)`, or define it with `set-placeholder`, which
    says so. With `strict = true` uWSGI refuses unknown options itself. A name that resembles no option is
    reported only when it has dashes as options have, and nothing else can use it as a placeholder.

    ## Fix safety
    Safe: uWSGI ignores the line as it stands.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Options.html
    """
    section, config = context.parent, context.document
    if not isinstance(config, UwsgiConfig) or not isinstance(section, Section):
        return
    name = option.name
    if of_other_programs(name) is not None:
        return
    if not is_unknown(option, section, config, context.project.documents_of(UwsgiConfig)):
        return
    divided = _divided_by_colon(option, config)
    if divided is not None:
        yield divided
        return
    bare = name.lstrip("-").replace("_", "-").lower()
    meant = bare if uwsgi.option(bare) is not None else None
    if meant is None and len(bare) >= _SHORTEST_MISTAKE:
        meant = nearest(bare, uwsgi.names())
    if meant is None and (_LIKE_AN_OPTION.fullmatch(name) is None or reads_others(config)):
        return
    yield Finding(
        option.name_at,
        printable(f'Unknown option "{name}", which uWSGI takes for a placeholder'),
        help=f"did you mean {meant}?" if meant else "if it is a placeholder, define it with set-placeholder",
        fix=Fix(f"rename it to {meant}", (Edit(option.name_at, meant),)) if meant else None,
        severity=Severity.ERROR if meant else Severity.WARNING,
        confidence=Confidence.HIGH if meant else Confidence.MEDIUM,
    )


def _divided_by_colon(option: Option, config: UwsgiConfig) -> Finding | None:
    """`name: value` in an ini file, where only the first `=` divides."""
    name, colon, _ = option.name.partition(":")
    name = name.rstrip()
    if config.syntax != "ini" or not colon or uwsgi.option(name) is None:
        return None
    start = option.name_span.start + len(option.name.partition(":")[0])
    at = option.source.location(start, start + 1)
    return Finding(
        option.at,
        f'"{name}:" is no option: in ini files only "=" stands between a name and its value',
        help=f"write {name} = value",
        fix=Fix('write "=" instead of ":"', (Edit(at, " ="),)),
    )
