"""Comments that say where a file is installed: `# Place in: /etc/supervisor/conf.d/shop.conf`.

Only the top of a file counts, and only a comment that begins with the path or tells to put something there; others
mention a path for other reasons: `# see /etc/nginx/nginx.conf`, `#include /etc/nginx/mime.types;`.
"""

from deploylint.pattern import IGNORECASE, pattern

_LINES = 10
_LONGEST = 300  # characters of a line; a comment for people is shorter
_FORMATS = {
    "/etc/nginx/": "nginx",
    "/etc/supervisor/": "supervisor",
    "/etc/systemd/system/": "systemd",
    "/etc/uwsgi/": "uwsgi",
}
_PATH = r"[\"'`<]?(/etc/(?:nginx|supervisor|systemd/system|uwsgi)/[\w.@/-]*+)(?![\w.@/${<*-])"
_COMMENT = pattern(
    r"[#;]++[ \t]*+(?:"
    r"(?:(?:file(?:name)?|path|location|destination|target)[ \t]*:[ \t]*"
    r"|(?:copy|copied|move|link|symlink|install|installed|place|placed|put|save|saved|drop|goes|lives|belongs)\b[^\n;]*[ \t])?"
    + _PATH
    # The last word of a command is where it puts something.
    + r"|(?:[$#][ \t]++)?(?:sudo[ \t]++)?(?:cp|mv|ln|install)[ \t][^\n;]*[^\s;][ \t]++"
    + _PATH
    + r"[\"'`]?[ \t]*(?:$|[&|;]))",
    IGNORECASE,
)


def installed_at(text: str) -> str | None:
    """The path of the server where a comment says that the file is put, which ends in `/` where it is the folder's."""
    head = text[: _LINES * _LONGEST]
    if "/etc/" not in head:
        return None
    for line in head.split("\n", _LINES)[:_LINES]:
        match = _COMMENT.match(line.strip()[:_LONGEST])
        if match is not None:
            return (match[1] or match[2]).rstrip(".")
    return None


def format_installed(text: str) -> str | None:
    """The format of the program whose folder the file is put into."""
    path = installed_at(text)
    return next((name for folder, name in _FORMATS.items() if path and path.startswith(folder)), None)
