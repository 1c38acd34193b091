"""Which format a file is in: by its name, and by its content where names mislead.

Names are tried first because they cost nothing. A name that several formats share
(`gunicorn.conf`, `*.conf`, `*.ini`, `*.service`) is decided by a look at the text. What no format
claims is not ours.
"""

from functools import lru_cache

from deploylint.pattern import MULTILINE, pattern

_UNITS = tuple(".service .socket .timer .target .path .mount .automount .swap .slice .scope .device".split())
_DROP_INS = tuple(f"{unit}.d" for unit in _UNITS)
_TEMPLATE_ENDINGS = tuple(
    ".j2 .jinja .jinja2 .erb .tmpl .tpl .template .in .dist .example .sample .default".split()
)
# What is to be changed in another file.
_CHANGES = (".patch", ".diff", ".rej")
_COMPOSE = pattern(r"(?:^|[._-])(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml$")
_GUNICORN = pattern(r"^(?:gunicorn|guni)[\w.-]*\.py$|^[\w-]+[._-]gunicorn(?:[._-]conf(?:ig)?)?\.py$")
_CONFIGURES = pattern(
    r"^(?:[a-z]\w*+[ \t]*+(?::[^=\n]*+)?=(?!=)|from \S+ import \*"
    r"|def (?:on_\w++|pre_(?:fork|exec|request)|post_(?:fork|request|worker_init)|worker_(?:int|abort|exit)"
    r"|child_exit|when_ready|nworkers_changed|dirty_\w++|ssl_context)\()",
    MULTILINE,
)
_APPLICATION_CLASS = pattern(r"^class \w+\(.*(?:BaseApplication|WSGIApplication)", MULTILINE)
_DEFINES = pattern(r"^(?:class|def) ", MULTILINE)
_ENV = pattern(
    r"^\.(?:env|flaskenv|envrc)(?:\.[\w.-]+)?$|^[\w.-]*\.env$|^env\.(?:example|sample|prod|dev)\w*$"
)
_DOCKERFILE = pattern(r"^(?:Dockerfile|Containerfile)(?:[._-][\w.-]+)?$|\.(?:[Dd]ockerfile)$")
_SERVER_CONF = (".conf", ".ini", ".cfg", ".cnf", ".vhost", ".nginx", ".site")
_NGINX_FOLDERS = pattern(
    r"(?:^|/)(?:sites-(?:available|enabled)|conf\.d|nginx(?:[._-]\w+)?|vhosts?(?:\.d)?)(?:/|\Z)"
)

_SUPERVISOR_TEXT = pattern(
    r"^\[(?:supervisord|supervisorctl|unix_http_server|inet_http_server|(?:program|group|eventlistener|fcgi-program|rpcinterface):[^\]\n]+)\]",
    MULTILINE,
)
_UWSGI_TEXT = pattern(
    r"^[ \t]*+(?:\[uwsgi\]|uwsgi:[ \t]*$|<uwsgi(?:[ \t][^>\n]*+)?>)|\A\s*+\{\s*+\"uwsgi\"\s*+:", MULTILINE
)
_UWSGI_KEY = pattern(r"^uwsgi:[ \t]*$", MULTILINE)
_UNIT_TEXT = pattern(
    r"^\[(?:Unit|Service|Install|Socket|Timer|Path|Mount|Automount|Swap|Slice|Scope)\]", MULTILINE
)
_DBUS_TEXT = pattern(r"^\[D-BUS Service\]", MULTILINE)
_NGINX_TEXT = pattern(
    r"^[ \t]*+(?:(?:server|http|events|upstream[ \t]++[\w.-]++|stream|location[ \t]++[^{\n]++|map[ \t]++\S++[ \t]++\$\w++)\s*+\{"
    r"|(?:proxy_pass|uwsgi_pass|fastcgi_pass|server_name|proxy_set_header|proxy_\w+_timeout|ssl_certificate|uwsgi_param|"
    r"fastcgi_param|worker_processes|ssl_protocols|add_header|try_files|listen|gzip\w*|error_page|log_format|access_log|"
    r"error_log|limit_req_zone|client_max_body_size|rewrite|include)[ \t]++[^;{=\n]++;)",
    MULTILINE,
)
_APACHE_TEXT = pattern(
    r"^[ \t]*+(?:<(?:VirtualHost|Directory|Location|Files|Proxy|If(?:Module|Define|Version)?)(?:Match)?[ \t>]"
    r"|LoadModule[ \t])",
    MULTILINE,
)
# The name server's.
_BIND_TEXT = pattern(
    r"^(?:options|logging|controls)[ \t\n]*+\{|^(?:zone|key|view)[ \t]++\"[^\n]*\{", MULTILINE
)
_NGINX_STATEMENT = pattern(r"^[ \t]*+[a-z][a-z0-9_]*+[ \t][^\n]*[^;\n];[ \t]*$", MULTILINE)
_UPSTART_WORDS = ("start on ", "stop on ", "respawn", "expect ")
_UPSTART_TEXT = pattern(r"^(?:start|stop) on |^(?:respawn|expect (?:fork|daemon|stop))\b", MULTILINE)
# Ansible's tasks about compose carry its name.
_TASKS = pattern(r"\A(?:\s*+(?:#[^\n]*+|---[^\n]*+)\n)*+\s*+-[ \t]++[\w.]++:")
_COMPOSE_TEXT = pattern(r"^services:[ \t]*(?:#[^\n]*)?$", MULTILINE)
_SERVICE_KEY = pattern(r"^[ \t]+(?:image|build|command|ports|depends_on):", MULTILINE)
_SHEBANG = pattern(r"^#!.*\b(?:sh|bash|dash|ash)\b")


def recognise(path: str, text: str) -> str | None:
    """The format's name, or None for a file that is not ours."""
    name = without_template_ending(path.rpartition("/")[2])
    if name.endswith(_CHANGES):
        return None
    folder = path.rpartition("/")[0]
    head = text[:65536]
    if _is_unit(folder, name):
        return None if "[D-BUS Service]" in head and _DBUS_TEXT.search(head) else "systemd"
    if _is_compose(name) and not (_TASKS.search(head) or path.startswith(".github/") or "/.github/" in path):
        return "compose"
    if name.endswith(".py"):
        return "gunicorn" if _is_gunicorn(name) and not _merely_named_so(name, head) else None
    if _is_dockerfile(name) and not name.endswith(".dockerignore"):
        return "dockerfile"
    if name == "Procfile" or (name.startswith("Procfile.") and not name.endswith((".sh", ".bash"))):
        return "procfile"
    if name == ".envrc":
        return "shell"
    if _is_env(name):
        return "env"
    if name.endswith((".yml", ".yaml")):
        return _yaml(head)
    if name.endswith((".sh", ".bash")) or ("." not in name and _SHEBANG.match(head)):
        return "shell"
    if name.endswith((".json", ".xml")):
        return "uwsgi" if _is_uwsgi(head) else None
    if name.lower().endswith(
        (".md", ".rst", ".txt", ".html", ".js", ".ts", ".css", ".toml", ".lock", ".sql", ".php", ".rb")
    ):
        return None
    return _by_content(path, name, head)


def without_template_ending(name: str) -> str:
    """The name a file will have once a template language has filled it in, or an example is put in place."""
    return name.rpartition(".")[0] if name.endswith(_TEMPLATE_ENDINGS) else name


def could_be_ours(path: str) -> bool:
    """Whether a file met in a folder is worth opening, judged by its name alone."""
    folder, _, written = path.rpartition("/")
    name = without_template_ending(written)
    return bool(
        _is_unit(folder, name)
        or name.endswith((".yml", ".yaml", ".sh", ".bash", ".json", ".xml"))
        or name.endswith(_SERVER_CONF)
        or _is_gunicorn(name)
        or _is_dockerfile(name)
        or _is_env(name)
        or name.startswith("Procfile")
        or _is_of_nginx(folder)
        or ("." not in name and name not in ("LICENSE", "Makefile", "README", "CHANGELOG"))
    )


# Each looks for a word before the regular expression that holds it: compiling one takes longer than all of them.


def _is_unit(folder: str, name: str) -> bool:
    """A unit, or a drop-in of one."""
    return name.endswith(_UNITS) or (
        name.endswith(".conf") and name != ".conf" and folder.endswith(_DROP_INS)
    )


@lru_cache(maxsize=64)
def _is_of_nginx(folder: str) -> bool:
    """Whether what is in a folder may well be nginx's, however it is named."""
    return _NGINX_FOLDERS.search(folder) is not None


def _is_gunicorn(name: str) -> bool:
    return "guni" in name and _GUNICORN.search(name) is not None


def _is_compose(name: str) -> bool:
    return "compose" in name and _COMPOSE.search(name) is not None


def _is_dockerfile(name: str) -> bool:
    return ("ockerfile" in name or "ontainerfile" in name) and _DOCKERFILE.search(name) is not None


def _is_env(name: str) -> bool:
    return "env" in name and _ENV.search(name) is not None


def _is_uwsgi(text: str) -> bool:
    return "uwsgi" in text and _UWSGI_TEXT.search(text) is not None


def _merely_named_so(name: str, text: str) -> bool:
    """A module about gunicorn: it starts it instead of configuring it, or sets nothing and has no server hook."""
    return name not in ("gunicorn.conf.py", "gunicorn_conf.py", "gunicorn_config.py") and bool(
        _APPLICATION_CLASS.search(text) or (_DEFINES.search(text) and not _CONFIGURES.search(text))
    )


def _yaml(text: str) -> str | None:
    if _COMPOSE_TEXT.search(text) and _SERVICE_KEY.search(text):
        return "compose"
    return "uwsgi" if _UWSGI_KEY.search(text) else None


def _by_content(path: str, name: str, text: str) -> str | None:
    if "\0" in text:
        return None
    has_sections = text.startswith("[") or "\n[" in text
    if has_sections and _SUPERVISOR_TEXT.search(text):
        return "supervisor"
    if _is_uwsgi(text):
        return "uwsgi"
    if has_sections and _UNIT_TEXT.search(text) and not name.replace(".conf", "").endswith(_SERVER_CONF):
        return "systemd" if name.endswith(".conf") or "." not in name else None
    if any(word in text for word in _UPSTART_WORDS) and _UPSTART_TEXT.search(text):
        return None
    if name == "nginx.conf":
        return "nginx"
    if text.startswith("#!") and "nginx" not in text[: text.find("\n")]:
        return None  # a program
    if _BIND_TEXT.search(text):
        return None
    if _NGINX_TEXT.search(text) and not _APACHE_TEXT.search(text):
        return "nginx"
    if ("uwsgi" in name and name.endswith(".ini")) or name in ("uwsgi_params", "fastcgi_params"):
        return "uwsgi" if name.endswith(".ini") else "nginx"
    if name in ("supervisord.conf", "supervisor.conf"):
        return "supervisor"
    if name.endswith(_SERVER_CONF) and _is_of_nginx(path.rpartition("/")[0]) and ";" in text:
        return None if _APACHE_TEXT.search(text) else "nginx"
    return _by_comment(text, has_sections=has_sections)


def _by_comment(text: str, *, has_sections: bool) -> str | None:
    """The program that a comment says the file is installed for, unless the text is no file of its kind."""
    from deploylint.install_comments import format_installed  # noqa: PLC0415  few names tell nothing

    kind = None if text.startswith("#!") else format_installed(text)
    if kind == "nginx":
        return None if has_sections or _NGINX_STATEMENT.search(text) is None else kind
    if kind == "systemd":
        return kind if _UNIT_TEXT.search(text) else None
    return kind if has_sections else None
