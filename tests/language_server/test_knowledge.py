"""Hover and completion: what the vocabularies know, at the place that is pointed at. `¦` marks it."""

from itertools import count

import pytest
from language_server.client import Client, applied, place

NUMBER = count()


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workspace")
    with Client() as client:
        client.initialize(folder)
        yield client, folder


def opened(session, name, text):
    """An open file in a folder of its own: the client, the path, the text without its mark, the marked place."""
    client, folder = session
    path = folder / f"n{next(NUMBER)}" / name
    path.parent.mkdir()
    text, position = place(text, "¦")
    client.open(path, text)
    return client, path, text, position


HTTP = "events {}\nhttp {\n    server {\n        %s\n    }\n}\n"
COMPOSE = "services:\n  web:\n    image: nginx:1.27\n    %s\n  db:\n    image: postgres:17\n"

HOVERS = [
    (
        "nginx.conf",
        HTTP % "client_max¦_body_size 1m;",
        [
            "`client_max_body_size`",
            "contexts: http, server, location",
            "value: offset",
            "arguments: 1",
            "default: `1m`",
        ],
        "https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size",
    ),
    (
        "nginx.conf",
        HTTP % "h¦ttp2 on;",
        ["since: nginx 1.25.1"],
        "https://nginx.org/en/docs/http/ngx_http_v2_module.html#http2",
    ),
    ("nginx.conf", HTTP % "ss¦l on;", ["removed: nginx 1.25.1"], "ngx_http_ssl_module.html#ssl"),
    (
        "nginx.conf",
        HTTP % "gzip_¦types text/css;",
        [],
        "https://nginx.org/en/docs/http/ngx_http_gzip_module.html#gzip_types",
    ),
    (
        "nginx.conf",
        "worker_¦processes 4;\n",
        [],
        "https://nginx.org/en/docs/ngx_core_module.html#worker_processes",
    ),
    ("nginx.conf", "http { upstream a { server b; keep¦alive_timeout 5; } }", ["default: `60s`"], ""),
    ("nginx.conf", HTTP % "keep¦alive_timeout 5;", ["default: `75s`"], ""),
    (
        "web.service",
        "[Service]\nTimeoutStart¦Sec=5\n",
        ["default: `90s; infinity with Type=oneshot` (systemd 252)"],
        "",
    ),
    ("nginx.conf", HTTP % "more_set_¦headers 'A: b';", ["module: headers-more, not part of nginx"], ""),
    (
        "nginx.conf",
        HTTP % "return 200 $request_¦id;",
        ["variable of the http modules", "nginx 1.11.0"],
        "varindex",
    ),
    (
        "web.service",
        "[Service]\nRes¦tart=always\n",
        [
            "section: [Service]",
            "value: ",
            "on-failure",
            "default: `no` (systemd 252)",
            "a second line: replaces the value",
        ],
        "systemd.directives.html#Restart=",
    ),
    ("web.service", "[Service]\nRestartMode=dir¦ect\n", ["value of: RestartMode=", "since: systemd 254"], ""),
    ("web.service", "[Service]\nMemoryLi¦mit=1G\n", ["write instead: MemoryMax= in [Service]"], ""),
    (
        "web.service",
        "[Service]\nWorkingDirectory=/srv/%¦d\n",
        ["specifier", "since: systemd 251"],
        "Specifiers",
    ),
    (
        "supervisord.conf",
        "[program:a]\ncommand=x\nstop¦waitsecs=1\n",
        ["section: [program:x]", "value: integer", "default: `10`"],
        "configuration.html#program-x-section-settings",
    ),
    (
        "gunicorn.conf.py",
        'worker_¦class = "sync"\n',
        ["value: class", "command line: -k, --worker-class"],
        "https://gunicorn.org/reference/settings/#worker_class",
    ),
    ("gunicorn.conf.py", "def post_¦fork(a, b): pass\n", ["function of 2 arguments"], "#post_fork"),
    (
        "uwsgi.ini",
        "[uwsgi]\nmodule = a\nproc¦esses = 4\n",
        ["value: integer", "default: `1`", "other names: workers"],
        "https://uwsgi-docs.readthedocs.io/en/latest/Options.html#processes",
    ),
    (
        "compose.yaml",
        COMPOSE % "health¦check:\n      test: x",
        ["in: services.*", "interval", "start_period"],
        "https://docs.docker.com/reference/compose-file/services/#healthcheck",
    ),
    (
        "compose.yaml",
        COMPOSE % "build:\n      con¦text: .",
        [],
        "https://docs.docker.com/reference/compose-file/build/#context",
    ),
    (
        "web.service",
        "[Service]\nExecStart=/venv/bin/gunicorn --grace¦ful-timeout 30 app:app\n",
        ["`graceful_timeout`", "default: `30`", "command line: --graceful-timeout"],
        "#graceful_timeout",
    ),
    (
        "Procfile",
        "web: uvicorn --work¦ers 4 app:app\n",
        ["of: uvicorn", "value: needed"],
        "",
    ),
]


@pytest.mark.parametrize(("name", "text", "facts", "manual"), HOVERS)
def test_hover(session, name, text, facts, manual):
    client, path, _, position = opened(session, name, text)
    hover = client.at("hover", path, position)
    assert hover["contents"]["kind"] == "markdown"
    said = hover["contents"]["value"]
    for fact in facts:
        assert fact in said
    assert manual in said
    start, end = hover["range"]["start"], hover["range"]["end"]
    assert (start["line"], start["character"]) <= position <= (end["line"], end["character"])


def test_a_default_is_that_of_the_release_that_the_project_uses(session):
    client, _ = session
    said = {}
    for image in ("nginx:1.27.3", "nginx:1.26"):
        _, compose, _, _ = opened(session, "compose.yaml", f"services:\n  web:\n    image: {image}¦\n")
        text, position = place(HTTP % "ssl_¦protocols TLSv1.2;", "¦")
        client.open(compose.parent / "nginx.conf", text)
        said[image] = client.at("hover", compose.parent / "nginx.conf", position)["contents"]["value"]
    assert "default: `TLSv1.2 TLSv1.3`" in said["nginx:1.27.3"]
    assert "default" not in said["nginx:1.26"]


NOTHING = [
    ("nginx.conf", HTTP % "# lis¦ten 80;"),
    ("nginx.conf", HTTP % "no_such_¦thing 1;"),
    ("web.service", "[Ser¦vice]\nExecStart=/bin/true\n"),
    ("web.service", "[Service]\nNoSuch¦Key=1\n"),
    ("compose.yaml", COMPOSE % "# healthcheck: x¦"),
    ("gunicorn.conf.py", "my_o¦wn = 1\n"),
]


@pytest.mark.parametrize(("name", "text"), NOTHING)
def test_nothing_is_said_where_nothing_is_known(session, name, text):
    client, path, _, position = opened(session, name, text)
    assert client.at("hover", path, position) is None


COMPLETIONS = [
    # name, text, what is among the choices, what is not, the choice that is taken, the text after it
    (
        "nginx.conf",
        HTTP % "client_max¦",
        ["client_max_body_size", "location", "listen"],
        ["worker_processes", "alias", "proxy_pass"],
        "client_max_body_size",
        HTTP % "client_max_body_size",
    ),
    (
        "nginx.conf",
        HTTP % "location / {\n proxy_pa¦\n listen 80;\n }",
        ["proxy_pass", "alias"],
        ["listen", "upstream"],
        "proxy_pass",
        HTTP % "location / {\n proxy_pass\n listen 80;\n }",
    ),
    ("nginx.conf", "¦\nevents {}\n", ["http", "worker_processes"], ["server", "listen"], None, None),
    ("nginx.conf", HTTP % "gzip ¦", ["on", "off"], ["http"], "on", HTTP % "gzip on"),
    (
        "nginx.conf",
        HTTP % "ssl_protocols TLSv1.¦;",
        ["TLSv1.3"],
        [],
        "TLSv1.3",
        HTTP % "ssl_protocols TLSv1.3;",
    ),
    (
        "nginx.conf",
        "upstream shop_app { server 127.0.0.1:1; }\nserver {\n location / {\n  proxy_pass http://sh¦;\n }\n}\n",
        ["shop_app"],
        [],
        "shop_app",
        "upstream shop_app { server 127.0.0.1:1; }\nserver {\n location / {\n  proxy_pass http://shop_app;\n }\n}\n",
    ),
    (
        "nginx.conf",
        HTTP % "set $mine 1;\n        return 200 $¦;",
        ["mine", "remote_addr"],
        [],
        "remote_addr",
        HTTP % "set $mine 1;\n        return 200 $remote_addr;",
    ),
    (
        "nginx.conf",
        HTTP % "location @late { return 200; }\n        location / { try_files $uri @¦; }",
        ["@late"],
        [],
        "@late",
        HTTP % "location @late { return 200; }\n        location / { try_files $uri @late; }",
    ),
    ("web.service", "[Ser¦", ["Unit", "Service", "Install"], ["Timer"], "Service", "[Service]"),
    ("web.timer", "[Ti¦]\n", ["Timer"], ["Service"], "Timer", "[Timer]\n"),
    (
        "web.service",
        "[Unit]\nAfter=x.service\n[Service]\nRest¦\nUser=a\n",
        ["Restart", "ExecStart"],
        ["After", "OnCalendar"],
        "Restart",
        "[Unit]\nAfter=x.service\n[Service]\nRestart=\nUser=a\n",
    ),
    (
        "web.service",
        "[Service]\nRestart=on-¦\n",
        ["on-failure", "always", "no"],
        [],
        "on-failure",
        "[Service]\nRestart=on-failure\n",
    ),
    (
        "web.service",
        "[Service]\nPrivateTmp=¦\n",
        ["yes", "no", "disconnected"],
        [],
        "yes",
        "[Service]\nPrivateTmp=yes\n",
    ),
    (
        "web.service",
        "[Unit]\nAfter=network-on¦\n",
        ["network-online.target"],
        [],
        "network-online.target",
        "[Unit]\nAfter=network-online.target\n",
    ),
    (
        "web.service",
        "[Service]\nWorkingDirectory=/srv/%¦\n",
        ["%i", "%n"],
        [],
        "%i",
        "[Service]\nWorkingDirectory=/srv/%i\n",
    ),
    (
        "supervisord.conf",
        "[supervisord]\n[pro¦\n",
        ["program:x", "inet_http_server"],
        [],
        "program:x",
        "[supervisord]\n[program:\n",
    ),
    (
        "supervisord.conf",
        "[program:a]\ncommand=x\nauto¦\n",
        ["autostart", "autorestart"],
        ["files", "minfds"],
        "autorestart",
        "[program:a]\ncommand=x\nautorestart=\n",
    ),
    (
        "supervisord.conf",
        "[program:a]\ncommand=x\nautorestart=¦\n",
        ["unexpected", "true"],
        [],
        "unexpected",
        "[program:a]\ncommand=x\nautorestart=unexpected\n",
    ),
    (
        "supervisord.conf",
        "[program:a]\ncommand=x --port %(pro¦\n",
        ["process_num", "program_name", "here"],
        [],
        "process_num",
        "[program:a]\ncommand=x --port %(process_num)s\n",
    ),
    (
        "supervisord.conf",
        "[program:one]\ncommand=x\n[group:g]\nprograms=¦\n",
        ["one"],
        [],
        "one",
        "[program:one]\ncommand=x\n[group:g]\nprograms=one\n",
    ),
    ("web.service", "[Service]\nRest¦=always\n", ["Restart"], [], "Restart", "[Service]\nRestart=always\n"),
    ("web.service", "[Service]\nSendSIGHUP=¦\n", ["yes", "no"], [], "yes", "[Service]\nSendSIGHUP=yes\n"),
    ("gunicorn.conf.py", "work¦ = 4\n", ["workers"], [], "workers", "workers = 4\n"),
    ("gunicorn.conf.py", "worker_¦\n", ["worker_class", "workers"], [], "worker_class", "worker_class = \n"),
    (
        "gunicorn.conf.py",
        'worker_class = "g¦"\n',
        ["gthread", "gevent"],
        [],
        "gthread",
        'worker_class = "gthread"\n',
    ),
    ("gunicorn.conf.py", "preload_app = ¦\n", ["True", "False"], [], "True", "preload_app = True\n"),
    ("gunicorn.conf.py", "loglevel = ¦\n", ["debug"], [], "debug", 'loglevel = "debug"\n'),
    (
        "uwsgi.ini",
        "[uwsgi]\nmodule = a\nproc¦\n",
        ["processes", "master"],
        [],
        "processes",
        "[uwsgi]\nmodule = a\nprocesses = \n",
    ),
    ("uwsgi.ini", "[uwsgi]\nmaster = ¦\n", ["true", "false"], [], "true", "[uwsgi]\nmaster = true\n"),
    ("uwsgi.ini", "[uwsgi]\nchdir = %¦\n", ["%d", "%n"], ["%q"], "%d", "[uwsgi]\nchdir = %d\n"),
    (
        "uwsgi.ini",
        "[uwsgi]\nbase = /srv\nchdir = %(ba¦\n",
        ["base", "chdir"],
        [],
        "base",
        "[uwsgi]\nbase = /srv\nchdir = %(base)\n",
    ),
    (
        "compose.yaml",
        COMPOSE % "health¦",
        ["healthcheck", "ports"],
        ["context"],
        "healthcheck",
        COMPOSE % "healthcheck: ",
    ),
    (
        "compose.yaml",
        COMPOSE % "build:\n      ¦",
        ["context", "dockerfile"],
        ["ports"],
        "context",
        COMPOSE % "build:\n      context: ",
    ),
    (
        "compose.yaml",
        COMPOSE % "ports:\n      - tar¦",
        ["target", "published"],
        [],
        "target",
        COMPOSE % "ports:\n      - target: ",
    ),
    (
        "compose.yaml",
        COMPOSE % "depends_on:\n      - ¦",
        ["db", "web"],
        [],
        "db",
        COMPOSE % "depends_on:\n      - db",
    ),
    ("compose.yaml", COMPOSE % "image: x\nvol¦", ["volumes", "networks"], ["image"], None, None),
    (
        "web.service",
        "[Service]\nExecStart=/venv/bin/gunicorn --grace¦ app:app\n",
        ["--graceful-timeout", "--workers"],
        [],
        "--graceful-timeout",
        "[Service]\nExecStart=/venv/bin/gunicorn --graceful-timeout app:app\n",
    ),
]


@pytest.mark.parametrize("case", COMPLETIONS, ids=lambda case: f"{case[0]}-{case[4]}")
def test_completion(session, case):
    name, text, there, absent, taken, after = case
    client, path, text, position = opened(session, name, text)
    items = {item["label"]: item for item in client.at("completion", path, position)["items"]}
    assert set(there) <= set(items)
    assert set(absent).isdisjoint(items)
    if taken is not None:
        assert applied(text, [items[taken]["textEdit"]]) == after


def test_what_does_nothing_any_more_is_marked_or_left_out(session):
    client, path, _, position = opened(session, "nginx.conf", HTTP % "http2¦")
    items = {item["label"]: item for item in client.at("completion", path, position)["items"]}
    assert items["http2_push"]["tags"] == [1]
    assert "tags" not in items["http2"]
    client, path, _, position = opened(session, "web.service", "[Service]\nMem¦\n")
    labels = {item["label"] for item in client.at("completion", path, position)["items"]}
    assert "MemoryMax" in labels
    assert "MemoryLimit" not in labels


def test_no_choices_in_comments_and_free_text(session):
    for name, text in [
        ("nginx.conf", HTTP % "# lis¦"),
        ("web.service", "[Service]\n# Res¦\n"),
        ("web.service", "[Unit]\nDescription=The sh¦\n"),
        ("uwsgi.ini", "[uwsgi]\nmodule = sh¦\n"),
    ]:
        client, path, _, position = opened(session, name, text)
        assert client.at("completion", path, position) is None, text


def test_what_a_version_does_not_have_is_not_offered(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM nginx:1.24.0\nCOPY nginx.conf /etc/nginx/\n")
    path = tmp_path / "nginx.conf"
    text, position = place(HTTP % "htt¦", "¦")
    with Client() as client:
        client.initialize(tmp_path)
        client.open(path, text)
        labels = {item["label"] for item in client.at("completion", path, position)["items"]}
        assert "http2" not in labels
        assert "http2_max_field_size" in labels
