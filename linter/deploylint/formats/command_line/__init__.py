"""Command lines, shared by all formats that hold some: words in, what is started out.

    lines.read(words) -> Invocation | None                      an argument list: systemd, supervisor, compose, JSON form
    lines.read_shell(text) -> tuple[Invocation, ...]            a line or a script that a shell runs
    reading.read_gunicorn_arguments(words) -> GunicornArguments  GUNICORN_CMD_ARGS

Words carry their places (`values.words`), so whatever is read can be pointed at. A word whose value
is not known is opaque, and what depends on it is unknown.
"""
