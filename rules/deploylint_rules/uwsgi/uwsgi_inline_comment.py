from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.uwsgi import Option, UwsgiConfig
from deploylint.pattern import pattern
from deploylint.vocabulary import uwsgi

# White space, the mark, and something that begins like words: what a comment looks like.
_COMMENT = pattern(r"(?<![ \t])[ \t]++[;#]++[ \t]*+(?=[^\W\d_]|$)")
# Numbers are not here: atoi(3) stops at the blank and reads what stands in front.
_KINDS = frozenset({"boolean", "mode", "address", "ssl-address", "user", "group"})
_NAMES = frozenset(
    {
        *(
            "module",
            "wsgi",
            "wsgi-file",
            "file",
            "callable",
            "chdir",
            "chdir2",
            "pythonpath",
            "python-path",
            "pp",
        ),
        *(
            "home",
            "virtualenv",
            "venv",
            "pyhome",
            "pidfile",
            "pidfile2",
            "safe-pidfile",
            "logto",
            "daemonize",
        ),
        *(
            "daemonize2",
            "touch-reload",
            "touch-chain-reload",
            "py-autoreload",
            "stats",
            "plugin",
            "plugins",
            "env",
        ),
        *(
            "protocol",
            "socket-protocol",
            "chown-socket",
            "static-map",
            "mount",
            "procname-prefix",
            "procname",
        ),
    }
)
# With these uWSGI runs all the same: with a wrong value, or a file of a strange name.
_RUNNING = frozenset(
    {
        *("env", "procname", "procname-prefix", "stats", "logto", "daemonize", "daemonize2"),
        *("pidfile", "pidfile2", "safe-pidfile", "touch-reload", "touch-chain-reload", "py-autoreload"),
    }
)
_OFF = frozenset({"false", "off", "no", "0"})


@rule(Severity.ERROR, group=Group.CORRECTNESS)
def uwsgi_inline_comment(option: Option, context: Context) -> Findings:
    """A comment behind a value belongs to the value.

    ## Why is this bad?
    In uWSGI's ini files a comment has a line of its own. `chdir = /srv/shop # the code` names a folder that does
    not exist, `master = false ; not yet` turns the master on, as does anything but false, off, no and 0.

    ## Example
    ```uwsgi
    [uwsgi]
    chdir = /srv/shop  # where the code is
    module = shop.wsgi
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    # where the code is
    chdir = /srv/shop
    module = shop.wsgi
    ```

    ## When it is fine
    Behind a number, where uWSGI stops reading at the blank, and behind a flag that is on anyway. In commands, log
    formats and routes a semicolon may be meant. The rule leaves all of them alone.

    ## Fix safety
    Safe where nothing is served with the value as it stands, such as a module, a folder or a mode. Unsafe for flags,
    variables and logs: uWSGI runs with what it reads there, and will run with something else.

    ## References
    https://github.com/unbit/uwsgi/issues/2573
    """
    config = context.document
    if not isinstance(config, UwsgiConfig) or config.syntax != "ini" or option.opaque:
        return
    known = uwsgi.option(option.name)
    if known is None or (known.kind not in _KINDS and known.name not in _NAMES):
        return
    match = _COMMENT.search(option.value)
    if match is None:
        return
    start = option.value_span.start + match.start()
    comment = option.source.location(start + len(match[0]) - len(match[0].lstrip()), option.value_span.end)
    kept = option.value[: match.start()]
    if known.kind == "boolean" and kept.lower() not in _OFF:
        return
    yield Finding(
        comment,
        f"{option.name} has a comment behind its value, which uWSGI takes as a part of the value",
        label="this is a part of the value" if kept else "this is the value",
        help="give the comment a line of its own",
        fix=_fix(
            option,
            start,
            comment.text,
            Safety.UNSAFE if known.kind == "boolean" or known.name in _RUNNING else Safety.SAFE,
        ),
    )


def _fix(option: Option, start: int, comment: str, safety: Safety) -> Fix:
    source = option.source
    line = source.line_starts[option.at.start.line - 1]
    indentation = source.text[line : option.name_span.start]
    edits = (
        Edit(source.location(line, line), f"{indentation}{comment}\n"),
        Edit(source.location(start, option.value_span.end), ""),
    )
    return Fix("give the comment a line of its own", edits, safety)
