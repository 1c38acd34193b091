"""Files that come with nginx or with Debian's package, which configurations include and repositories do not hold."""

from functools import cache

from deploylint.formats.nginx.nodes import File
from deploylint.formats.nginx.parser import parse
from deploylint.source import Source

_FOLDER = "/etc/nginx/"

# Debian's /etc/nginx/proxy_params; older packages pass `$http_host` as Host.
_PROXY_PARAMS = """
proxy_set_header Host $host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
"""

# Of these only matters here what they do not hold: neither time limits nor proxied headers, servers and upstreams.
_WITHOUT_EFFECT = frozenset(
    {
        "fastcgi-php.conf",
        "fastcgi.conf",
        "fastcgi_params",
        "koi-utf",
        "koi-win",
        "mime.types",
        "options-ssl-nginx.conf",
        "scgi_params",
        "snakeoil.conf",
        "uwsgi_params",
        "win-utf",
    }
)


@cache
def packaged(name: str) -> File | None:
    """A file by its base name, with the effects that matter; None for a name that no package uses."""
    if name == "proxy_params":
        return parse(Source(_FOLDER + name, _PROXY_PARAMS))
    return parse(Source(_FOLDER + name, "")) if name in _WITHOUT_EFFECT else None


def is_packaged(path: str) -> bool:
    """Whether the path is that of a file made here: nothing of the project, so that no report may point to it."""
    return path.startswith(_FOLDER)
