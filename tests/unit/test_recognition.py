"""Which format a file is in."""

import pytest
from deploylint.recognition import could_be_ours, recognise
from hypothesis import given
from hypothesis import strategies as st

UNIT = "[Unit]\nDescription=a\n[Service]\nExecStart=/usr/bin/a\n"
SUPERVISOR = "[program:web]\ncommand=gunicorn web\n"
UWSGI = "[uwsgi]\nmodule = web\n"
NGINX = "server {\n    listen 80;\n}\n"
GUNICORN = "bind = '127.0.0.1:8000'\n"
COMPOSE = "services:\n  web:\n    image: web\n"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("web.service", UNIT, "systemd"),
        ("web@.service", UNIT, "systemd"),
        ("deploy/web.socket", "[Socket]\nListenStream=80\n", "systemd"),
        ("web.service.d/limits.conf", "[Service]\nLimitNOFILE=1\n", "systemd"),
        ("service.d/limits.conf", "[Service]\nLimitNOFILE=1\n", "systemd"),
        ("web.service.j2", UNIT, "systemd"),
        ("web.service.in", UNIT, "systemd"),
        ("web.service.example", UNIT, "systemd"),
        ("org.example.Web.service", "[D-BUS Service]\nName=org.example.Web\n", None),
        ("web.target", "", "systemd"),
        ("compose.yaml", COMPOSE, "compose"),
        ("docker-compose.prod.yml", COMPOSE, "compose"),
        ("compose.override.yaml", COMPOSE, "compose"),
        ("stack.yml", COMPOSE, "compose"),
        ("values.yaml", "service: web\n", None),
        ("uwsgi.yml", "uwsgi:\n  http: :80\n", "uwsgi"),
        ("gunicorn.conf.py", GUNICORN, "gunicorn"),
        ("gunicorn_config.py", GUNICORN, "gunicorn"),
        ("deploy/gunicorn.py", GUNICORN, "gunicorn"),
        ("deploy/gunicorn.py", "def post_fork(server, worker):\n    pass\n", "gunicorn"),
        ("deploy/gunicorn.py", "from base import *\n\ndef helper():\n    pass\n", "gunicorn"),
        ("tables/gunicorn.py", "def workers():\n    return TABLE\n", None),
        ("tables/gunicorn.py", "def worker_known(name):\n    return name in TABLE\n", None),
        ("tables/gunicorn.py", "class Setting:\n    name: str\n", None),
        ("settings.py", GUNICORN, None),
        ("gunicorn.conf", SUPERVISOR, "supervisor"),
        ("gunicorn.conf", NGINX, "nginx"),
        ("supervisord.conf", "", "supervisor"),
        ("supervisor/web.conf", SUPERVISOR, "supervisor"),
        ("web.ini", SUPERVISOR, "supervisor"),
        ("uwsgi.ini", UWSGI, "uwsgi"),
        ("web.ini", UWSGI, "uwsgi"),
        ("app.xml", "<uwsgi>\n<http>:80</http>\n</uwsgi>\n", "uwsgi"),
        ("app.json", '{"uwsgi": {"http": ":80"}}', "uwsgi"),
        ("package.json", "{}", None),
        ("nginx.conf", "", "nginx"),
        ("nginx/sites-available/web", NGINX, "nginx"),
        ("nginx/Readme.MD", f"Your site:\n{NGINX}", None),
        ("Procfile.sh", "#!/bin/sh\ngunicorn shop.wsgi\n", "shell"),
        ("Procfile.dev", "web: gunicorn shop.wsgi\n", "procfile"),
        (
            "named.conf",
            '// a\noptions {\n  listen-on port 53 { any; };\n};\ninclude "/etc/named.zones";\n',
            None,
        ),
        ("zones.conf", 'zone "a.example" IN {\n  file "a";\n};\ninclude "/etc/named.zones";\n', None),
        ("bin/minify", "#!/usr/bin/env php\n<?php\ninclude 'a.php';\nif ($a) {\n}\n", None),
        ("bin/site", f"#!/usr/sbin/nginx -c\n{NGINX}", "nginx"),
        (".env.patch", "--- .env\n+++ .env\n@@ -1 +1 @@\n-A=1\n+A=2\n", None),
        ("nginx.conf.diff", NGINX, None),
        (
            "httpd/sites-available/web.conf",
            "LoadModule a modules/a.so\n# a; b\n<Location />\n</Location>\n",
            None,
        ),
        ("apache2/sites-enabled/web.conf", "<VirtualHost *:80>\n  # a; b\n</VirtualHost>\n", None),
        ("sites-available/web.conf", "proxy_set_header A b;\n# <Location />\n", "nginx"),
        ("sites-enabled/example.com", NGINX, "nginx"),
        ("web.conf", NGINX, "nginx"),
        ("web.conf", "start on runlevel [2345]\nexec gunicorn\n", None),
        ("httpd.conf", "<VirtualHost *:80>\n</VirtualHost>\n", None),
        ("setup.cfg", "[metadata]\nname = web\n", None),
        ("tox.ini", "[tox]\nenvlist = py\n", None),
        (".env", "A=1\n", "env"),
        (".env.example", "A=1\n", "env"),
        ("prod.env", "A=1\n", "env"),
        ("Dockerfile", "FROM python\n", "dockerfile"),
        ("Dockerfile.prod", "FROM python\n", "dockerfile"),
        ("web.Dockerfile", "FROM python\n", "dockerfile"),
        ("Procfile", "web: gunicorn web\n", "procfile"),
        ("start.sh", "gunicorn web\n", "shell"),
        ("entrypoint", "#!/bin/sh\nexec gunicorn web\n", "shell"),
        ("entrypoint", "#!/usr/bin/env bash\nexec gunicorn web\n", "shell"),
        ("manage", "#!/usr/bin/env python\n", None),
        ("README.md", NGINX, None),
        ("notes.txt", UNIT, None),
        ("binary.conf", "server {\0}", None),
    ],
)
def test_recognise(path, text, expected):
    assert recognise(path, text) == expected
    if expected is not None:
        assert could_be_ours(path), "it would not be opened when its folder is linted"


SNIPPET = "allow 10.0.0.0/8;\ndeny all;\n"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("deploy/office", f"# Place in: /etc/nginx/snippets/office.conf\n{SNIPPET}", "nginx"),
        ("deploy/office.conf", f"# /etc/nginx/snippets/office.conf\n{SNIPPET}", "nginx"),
        ("deploy/office.conf", f"#\n# sudo cp office.conf /etc/nginx/snippets/\n{SNIPPET}", "nginx"),
        ("deploy/office.conf", f"# File: /etc/nginx/snippets/office.conf.\n{SNIPPET}", "nginx"),
        ("deploy/office.conf", f"# see /etc/nginx/nginx.conf\n{SNIPPET}", None),
        ("deploy/office.conf", f"#include /etc/nginx/mime.types;\n{SNIPPET}", None),
        ("deploy/office.conf", f"# cp /etc/nginx/office.conf backup\n{SNIPPET}", None),
        ("deploy/office.conf", f"# /etc/nginx-old/office.conf\n{SNIPPET}", None),
        ("deploy/office.conf", f"# Place in: etc/nginx/office.conf\n{SNIPPET}", None),
        ("deploy/office.conf", f"# Place in: /etc/nginx/{{{{ name }}}}.conf\n{SNIPPET}", None),
        ("deploy/office.conf", "#\n" * 10 + f"# Place in: /etc/nginx/office.conf\n{SNIPPET}", None),
        ("deploy/office.conf", f"{SNIPPET}root /etc/nginx/html;\n", None),
        ("deploy/install", "# cp office /etc/nginx/snippets/\ncase $1 in\n  a) b ;;\nesac\n", None),
        ("deploy/install", f"#!/usr/bin/perl\n# cp office /etc/nginx/snippets/\n{SNIPPET}", None),
        ("deploy/web.ini", f"; Install as /etc/systemd/system/web.service\n{UNIT}", "systemd"),
        ("deploy/web.ini", "; Install as /etc/systemd/system/web.service\n[web]\na=1\n", None),
        ("deploy/web.ini", UNIT, None),
        ("deploy/web.conf", "; /etc/supervisor/supervisord.conf\n[include]\nfiles = *.conf\n", "supervisor"),
        ("deploy/base.ini", "# /etc/uwsgi/apps-available/base.ini\n[base]\nmaster = true\n", "uwsgi"),
        ("deploy/web.conf", f"# /etc/nginx/sites-available/web\n{SUPERVISOR}", "supervisor"),
        ("README.md", f"# /etc/nginx/sites-available/web\n{SNIPPET}", None),
    ],
)
def test_a_comment_that_says_where_a_file_is_installed(path, text, expected):
    assert recognise(path, text) == expected


@given(st.text(), st.text())
def test_any_name_and_text(path, text):
    kind = recognise(path, text)
    assert kind is None or could_be_ours(path)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 65536,
        "server" * 10000,
        " " * 65536,
        "listen " * 9000,
        "map " * 16000,
        "\n" * 65536,
        "a" * 65536 + ";",
        "# put " + "/etc/nginx/ " * 6000,
    ],
)
def test_long_texts_take_no_longer_than_they_are(text):
    for path in ("a.conf", "a.ini", "a", "a.yml", "a.json"):
        recognise(path, text)
