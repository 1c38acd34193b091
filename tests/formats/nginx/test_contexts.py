"""In which context a file stands when nothing includes it, and when something does."""

import pytest
from deploylint.formats.nginx import parse
from deploylint.formats.nginx.configuration import configuration
from deploylint.source import Source
from deploylint.tree import MemoryTree


def contexts(files, path):
    sources = [Source(name, text) for name, text in files.items()]
    documents = [parse(source) for source in sources]
    known = configuration(documents, MemoryTree(sources))
    return list(known.contexts(next(document for document in documents if document.path == path)))


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("events {} http { location / {} }", "main"),
        ("worker_processes 4;", "main"),
        ("upstream a { server b; } server { listen 80; }", "http"),
        ("map $a $b { default 1; }", "http"),
        ("location / { proxy_pass http://a; }", "server"),
        ("listen 80; server_name a;", "server"),
        ("if ($a) { add_header X y; }", "location"),
        ("server 127.0.0.1:8000; keepalive 4;", "upstream"),
        ("server { listen 53 udp; proxy_pass a; }", "stream"),
        ("", "main"),
    ],
)
def test_a_fragment_stands_where_it_suits_best(text, context):
    assert contexts({"x.conf": text}, "x.conf") == [context]


def test_an_included_file_stands_where_its_includes_are():
    files = {
        "nginx/nginx.conf": "events {} http { include conf.d/*.conf; include /etc/nginx/snippets/x.conf; }",
        "nginx/conf.d/site.conf": "server { include snippets/x.conf; }",
        "nginx/snippets/x.conf": "proxy_read_timeout 5;",
    }
    assert contexts(files, "nginx/conf.d/site.conf") == ["http"]
    assert sorted(contexts(files, "nginx/snippets/x.conf")) == ["http", "server"]


@pytest.mark.parametrize(
    "pattern",
    ["/etc/nginx/conf.d/*.conf", "conf.d/*.conf", "conf.d/*", "conf.d/a.conf", "/etc/nginx/conf.d/a.conf"],
)
def test_includes_are_found_beside_the_main_file(pattern):
    files = {
        "deploy/nginx.conf": f"events {{}} http {{ server {{ include {pattern}; }} }}",
        "deploy/conf.d/a.conf": "gzip on;",
        "deploy/conf.d/.hidden.conf": "gzip off;",
    }
    assert contexts(files, "deploy/conf.d/a.conf") == ["server"]
    assert contexts(files, "deploy/conf.d/.hidden.conf") == ["http"]


def test_a_path_of_the_server_is_the_file_that_alone_ends_like_it():
    main = "events {} http { server { include /srv/app/deploy/locations.inc; } }"
    files = {"nginx/nginx.conf": main, "deploy/locations.inc": "gzip on;"}
    assert contexts(files, "deploy/locations.inc") == ["server"]
    files["other/deploy/locations.inc"] = "gzip on;"
    assert contexts(files, "deploy/locations.inc") == ["http"]
