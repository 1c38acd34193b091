"""Which format a file is in: by its name, and by its content where names mislead.

Names are tried first because they cost nothing. A name that several formats share
(`gunicorn.conf`, `*.conf`, `*.ini`, `*.service`) is decided by a look at the text. What no format
claims is not ours.
"""

import re

from deploylint.pattern import pattern

_UNIT = pattern(
    r"\.(?:service|socket|timer|target|path|mount|automount|swap|slice|scope|device)(?:\.d/[^/]+\.conf)?$"
)
_TEMPLATE_ENDINGS = pattern(r"\.(?:j2|jinja2?|erb|tmpl|tpl|template|in|dist|example|sample|default)$")
_COMPOSE = pattern(r"(?:^|[._-])(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml$")
_GUNICORN = pattern(r"^(?:gunicorn|guni)[\w.-]*\.py$|^[\w-]+[._-]gunicorn(?:[._-]conf(?:ig)?)?\.py$")
_ENV = pattern(
    r"^\.(?:env|flaskenv|envrc)(?:\.[\w.-]+)?$|^[\w.-]*\.env$|^env\.(?:example|sample|prod|dev)\w*$"
)
_DOCKERFILE = pattern(r"^(?:Dockerfile|Containerfile)(?:[._-][\w.-]+)?$|\.(?:[Dd]ockerfile)$")
_SERVER_CONF = pattern(r"\.(?:conf|ini|cfg|cnf|vhost|nginx|site)$")
_NGINX_FOLDERS = pattern(
    r"(?:^|/)(?:sites-(?:available|enabled)|conf\.d|nginx(?:[._-]\w+)?|vhosts?(?:\.d)?)/(?:[^/]+/)*[^/]+$"
)

_SUPERVISOR_TEXT = pattern(
    r"^\[(?:supervisord|supervisorctl|unix_http_server|inet_http_server|(?:program|group|eventlistener|fcgi-program|rpcinterface):[^\]\n]+)\]",
    re.MULTILINE,
)
_UWSGI_TEXT = pattern(
    r"^[ \t]*+(?:\[uwsgi\]|uwsgi:[ \t]*$|<uwsgi(?:[ \t][^>\n]*+)?>)|\A\s*+\{\s*+\"uwsgi\"\s*+:", re.MULTILINE
)
_UNIT_TEXT = pattern(
    r"^\[(?:Unit|Service|Install|Socket|Timer|Path|Mount|Automount|Swap|Slice|Scope)\]", re.MULTILINE
)
_DBUS_TEXT = pattern(r"^\[D-BUS Service\]", re.MULTILINE)
_NGINX_TEXT = pattern(
    r"^[ \t]*+(?:(?:server|http|events|upstream[ \t]++[\w.-]++|stream|location[ \t]++[^{\n]++|map[ \t]++\S++[ \t]++\$\w++)\s*+\{"
    r"|(?:proxy_pass|uwsgi_pass|fastcgi_pass|server_name|proxy_set_header|proxy_\w+_timeout|ssl_certificate|uwsgi_param|"
    r"fastcgi_param|worker_processes|ssl_protocols|add_header|try_files|listen|gzip\w*|error_page|log_format|access_log|"
    r"error_log|limit_req_zone|client_max_body_size|rewrite|include)[ \t]++[^;{=\n]++;)",
    re.MULTILINE,
)
_UPSTART_TEXT = pattern(r"^(?:start|stop) on |^(?:respawn|expect (?:fork|daemon|stop))\b", re.MULTILINE)
# Ansible's tasks about compose carry its name.
_TASKS = pattern(r"\A(?:\s*+(?:#[^\n]*+|---[^\n]*+)\n)*+\s*+-[ \t]++[\w.]++:")
_COMPOSE_TEXT = pattern(r"^services:[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_SHEBANG = pattern(r"^#!.*\b(?:sh|bash|dash|ash)\b")


def recognise(path: str, text: str) -> str | None:
    """The format's name, or None for a file that is not ours."""
    name = without_template_ending(path.rpartition("/")[2])
    folder = path.rpartition("/")[0]
    head = text[:65536]
    if _UNIT.search(f"{folder}/{name}"):
        return None if _DBUS_TEXT.search(head) else "systemd"
    if _COMPOSE.search(name) and not (
        _TASKS.search(head) or path.startswith(".github/") or "/.github/" in path
    ):
        return "compose"
    if name.endswith(".py"):
        return "gunicorn" if _GUNICORN.search(name) and not _looks_like_application(name, head) else None
    if _DOCKERFILE.search(name) and not name.endswith(".dockerignore"):
        return "dockerfile"
    if name in ("Procfile", "Procfile.dev") or name.startswith("Procfile."):
        return "procfile"
    if name == ".envrc":
        return "shell"
    if _ENV.search(name):
        return "env"
    if name.endswith((".yml", ".yaml")):
        return _yaml(head)
    if name.endswith((".sh", ".bash")) or (_SHEBANG.match(head) and "." not in name):
        return "shell"
    if name.endswith((".json", ".xml")):
        return "uwsgi" if _UWSGI_TEXT.search(head) else None
    if name.endswith(
        (".md", ".rst", ".txt", ".html", ".js", ".ts", ".css", ".toml", ".lock", ".sql", ".php", ".rb")
    ):
        return None
    return _by_content(path, name, head)


def without_template_ending(name: str) -> str:
    """The name a file will have once a template language has filled it in, or an example is put in place."""
    return _TEMPLATE_ENDINGS.sub("", name)


def could_be_ours(path: str) -> bool:
    """Whether a file met in a folder is worth opening, judged by its name alone."""
    folder, _, written = path.rpartition("/")
    name = without_template_ending(written)
    return bool(
        _UNIT.search(f"{folder}/{name}")
        or name.endswith((".yml", ".yaml", ".sh", ".bash", ".json", ".xml"))
        or _SERVER_CONF.search(name)
        or _GUNICORN.search(name)
        or _DOCKERFILE.search(name)
        or _ENV.search(name)
        or name.startswith("Procfile")
        or _NGINX_FOLDERS.search(path)
        or ("." not in name and name not in ("LICENSE", "Makefile", "README", "CHANGELOG"))
    )


def _looks_like_application(name: str, text: str) -> bool:
    """A module that merely has gunicorn in its name: it starts gunicorn instead of configuring it."""
    return name not in ("gunicorn.conf.py", "gunicorn_conf.py", "gunicorn_config.py") and bool(
        re.search(r"^class \w+\(.*(?:BaseApplication|WSGIApplication)", text, re.MULTILINE)
    )


def _yaml(text: str) -> str | None:
    if _COMPOSE_TEXT.search(text) and re.search(
        r"^[ \t]+(?:image|build|command|ports|depends_on):", text, re.MULTILINE
    ):
        return "compose"
    return "uwsgi" if re.search(r"^uwsgi:[ \t]*$", text, re.MULTILINE) else None


def _by_content(path: str, name: str, text: str) -> str | None:
    if "\0" in text:
        return None
    if _SUPERVISOR_TEXT.search(text):
        return "supervisor"
    if _UWSGI_TEXT.search(text):
        return "uwsgi"
    if _UNIT_TEXT.search(text) and not _SERVER_CONF.search(name.replace(".conf", "")):
        return "systemd" if name.endswith(".conf") or "." not in name else None
    if _UPSTART_TEXT.search(text):
        return None
    if _NGINX_TEXT.search(text) and not re.search(
        r"^<(?:VirtualHost|Directory|IfModule)", text, re.MULTILINE
    ):
        return "nginx"
    if (
        name == "nginx.conf"
        or ("uwsgi" in name and name.endswith(".ini"))
        or name in ("uwsgi_params", "fastcgi_params")
    ):
        return "uwsgi" if name.endswith(".ini") else "nginx"
    if name in ("supervisord.conf", "supervisor.conf"):
        return "supervisor"
    return "nginx" if _SERVER_CONF.search(name) and _NGINX_FOLDERS.search(path) and ";" in text else None
