"""What nginx files say of the deployment: listeners, routes, and what holds there after includes and inheritance."""

import pytest
from deploylint.facts import Known, Listener, Protocol, Route, Unknown, Unresolved, VirtualServer
from deploylint.formats.nginx import facts, parse
from deploylint.source import Source
from deploylint.tree import MemoryTree


def state(files, linted=None):
    sources = [Source(path, text) for path, text in files.items()]
    documents = [parse(source) for source in sources if linted is None or source.path in linted]
    return list(facts(documents, MemoryTree(sources)))


def routes(files, linted=None):
    return [fact for fact in state(files, linted) if isinstance(fact, Route)]


def site(body):
    return {"nginx/conf.d/site.conf": f"server {{ listen 80; {body} }}"}


def addresses(route):
    return [
        str(target.address.value) if isinstance(target.address, Known) else None for target in route.targets
    ]


@pytest.mark.parametrize(
    ("listen", "expected", "tls"),
    [
        ("listen 8080;", ["0.0.0.0:8080"], False),
        ("listen 443 ssl; listen [::]:443 ssl;", ["0.0.0.0:443", "[::]:443"], True),
        ("listen unix:/run/nginx.sock;", ["/run/nginx.sock"], False),
        ("", ["0.0.0.0:80"], False),
        ("listen 443 quic; listen 443 ssl;", ["0.0.0.0:443"], True),
    ],
)
def test_listeners(listen, expected, tls):
    found = state({"nginx.conf": f"events {{}} http {{ server {{ {listen} }} }}"})
    listeners = [fact for fact in found if isinstance(fact, Listener)]
    (server,) = [fact for fact in found if isinstance(fact, VirtualServer)]
    assert [str(listener.address.value) for listener in listeners] == expected
    assert server.listens == tuple(listeners)
    assert server.tls is tls
    assert {listener.protocol for listener in listeners} == {Protocol.HTTP}


def test_a_port_that_is_filled_in_is_unknown():
    (listener,) = [
        fact
        for fact in state({"nginx/site.conf.template": "server { listen ${PORT}; }"})
        if isinstance(fact, Listener)
    ]
    assert isinstance(listener.address, Unknown)


def test_servers_of_streams_do_not_speak_http():
    found = state({"nginx.conf": "events {} stream { server { listen 5432; proxy_pass 127.0.0.1:5433; } }"})
    (listener,) = [fact for fact in found if isinstance(fact, Listener)]
    (route,) = [fact for fact in found if isinstance(fact, Route)]
    assert listener.protocol is Protocol.OTHER
    assert route.protocol is Protocol.OTHER
    assert addresses(route) == ["127.0.0.1:5433"]
    assert not [fact for fact in found if isinstance(fact, VirtualServer)]


@pytest.mark.parametrize(
    ("directive", "address", "host", "port"),
    [
        ("proxy_pass http://127.0.0.1:8000;", "127.0.0.1:8000", "127.0.0.1", 8000),
        ("proxy_pass http://127.0.0.1:8000/api/;", "127.0.0.1:8000", "127.0.0.1", 8000),
        ("proxy_pass http://localhost:8000$request_uri;", "localhost:8000", "localhost", 8000),
        ("proxy_pass http://127.0.0.1:8000/$1;", "127.0.0.1:8000", "127.0.0.1", 8000),
        ("proxy_pass https://localhost;", "localhost:443", "localhost", 443),
        ("proxy_pass http://unix:/run/app.sock:/;", "/run/app.sock", None, None),
        ("uwsgi_pass unix:///run/app.sock;", "/run/app.sock", None, None),
        ("uwsgi_pass 127.0.0.1:3031;", "127.0.0.1:3031", "127.0.0.1", 3031),
        ("proxy_pass http://Web:8000;", None, "web", 8000),
        ("uwsgi_pass web;", None, "web", None),
        ("proxy_pass http://$backend;", None, None, None),
        ("proxy_pass http://${APP_HOST}:8000;", None, None, None),
        ("proxy_pass {{ backend }};", None, None, None),
        ("set $backend localhost:9000; proxy_pass http://$backend;", "localhost:9000", "localhost", 9000),
        ("set $port 9000; proxy_pass http://127.0.0.1:$port;", "127.0.0.1:9000", "127.0.0.1", 9000),
        ("set $b a; if ($x) { set $b c; } set $b d; proxy_pass http://$b:1;", None, None, None),
    ],
)
def test_targets(directive, address, host, port):
    (route,) = routes(site(f"location / {{ {directive} }}"))
    (target,) = route.targets
    assert addresses(route) == [address]
    assert (target.host, target.port) == (host, port)
    assert route.location == "/"


def test_upstreams_are_expanded_across_the_files_of_one_configuration():
    files = site("location / { proxy_pass http://App; }") | {
        "nginx/upstreams/app.conf": "upstream app { server 127.0.0.1:8000; server unix:/run/b.sock backup; }"
    }
    (route,) = routes(files)
    assert route.upstream == "app"
    assert addresses(route) == ["127.0.0.1:8000", "/run/b.sock"]
    assert [target.spare for target in route.targets] == [False, True]


def test_upstreams_of_another_deployment_are_not_meant():
    files = {
        "a/nginx.conf": "server { listen 80; location / { proxy_pass http://app; } }",
        "b/nginx.conf": "upstream app { server 127.0.0.1:8000; }",
    }
    (route,) = routes(files)
    assert route.upstream is None
    assert route.targets[0].host == "app"


def test_two_definitions_in_other_files_leave_the_target_unknown():
    files = site("location / { proxy_pass http://app; }") | {
        "nginx/upstreams/a.conf": "upstream app { server 127.0.0.1:8000; }",
        "nginx/upstreams/b.conf": "upstream app { server 127.0.0.1:8001; }",
    }
    (route,) = routes(files)
    assert addresses(route) == [None]


MAIN = "events {} http { proxy_read_timeout 2m; proxy_set_header X-Main a; include conf.d/*.conf; }"


@pytest.mark.parametrize(
    ("server", "location", "expected"),
    [
        ("", "", 120.0),
        ("proxy_read_timeout 90;", "", 90.0),
        ("proxy_read_timeout 90;", "proxy_read_timeout 1h;", 3600.0),
        ("uwsgi_read_timeout 5;", "", 120.0),
        ("include timeouts.conf;", "", 7.0),
        ("include /etc/nginx/timeouts.conf;", "", 7.0),
        ("include nowhere.conf;", "", None),
        ("include nowhere.conf;", "proxy_read_timeout 90;", 90.0),
        ("include /etc/nginx/mime.types; include uwsgi_params;", "", 120.0),
        ("", "proxy_read_timeout ${T};", None),
    ],
)
def test_the_read_timeout_is_inherited_through_includes(server, location, expected):
    files = site(f"{server} location / {{ {location} proxy_pass http://127.0.0.1:8000; }}") | {
        "nginx/nginx.conf": MAIN,
        "nginx/timeouts.conf": "proxy_read_timeout 7s;",
    }
    (route,) = routes(files)
    assert (route.read_timeout.value if isinstance(route.read_timeout, Known) else None) == expected


def test_the_default_says_that_it_is_one():
    (route,) = routes(site("location / { uwsgi_pass 127.0.0.1:3031; }"))
    assert route.read_timeout == Known(60.0, None, "nginx default", default=True)


@pytest.mark.parametrize(
    ("server", "location", "expected"),
    [
        ("", "", {"host": "$proxy_host", "connection": "close"}),
        ("proxy_set_header Host $host;", "", {"host": "$host", "connection": "close"}),
        (
            "proxy_set_header Host $host;",
            "proxy_set_header X-A a;",
            {"host": "$proxy_host", "connection": "close", "x-a": "a"},
        ),
        ("", 'proxy_set_header Connection "";', {"host": "$proxy_host"}),
        (
            "",
            "include proxy_params;",
            {
                "host": "$host",
                "connection": "close",
                "x-real-ip": "$remote_addr",
                "x-forwarded-for": "$proxy_add_x_forwarded_for",
                "x-forwarded-proto": "$scheme",
            },
        ),
        ("", "include headers.conf;", None),
    ],
)
def test_request_headers(server, location, expected):
    (route,) = routes(site(f"{server} location / {{ {location} proxy_pass http://127.0.0.1:8000; }}"))
    assert (dict(route.headers.value) if isinstance(route.headers, Known) else None) == expected


def test_headers_of_the_http_block_hold_where_none_are_set():
    files = site("location / { proxy_pass http://127.0.0.1:8000; }") | {"nginx/nginx.conf": MAIN}
    (route,) = routes(files)
    assert route.headers.value["x-main"] == "a"
    assert route.headers.at.path == "nginx/nginx.conf"


def test_a_fragment_that_two_servers_include_is_a_route_of_each():
    files = {
        "nginx/conf.d/site.conf": "server { listen 80; include snippets/app.conf; }\n"
        "server { listen 81; proxy_read_timeout 9; include snippets/app.conf; }",
        "nginx/snippets/app.conf": "location /app { proxy_pass http://127.0.0.1:8000; }",
    }
    found = routes(files)
    assert [route.server.listens[0].address.value.port for route in found] == [80, 81]
    assert [route.read_timeout.value for route in found] == [60.0, 9.0]
    assert {route.location for route in found} == {"/app"}


def test_files_that_are_not_linted_are_read_for_what_they_bring_in():
    files = site("include timeouts.conf; location / { proxy_pass http://127.0.0.1:8000; }") | {
        "nginx/timeouts.conf": "proxy_read_timeout 7s;"
    }
    (route,) = routes(files, linted={"nginx/conf.d/site.conf"})
    assert route.read_timeout.value == 7.0


def test_includes_that_are_not_there():
    found = state(site("include nowhere.conf; include mime.types; include ${X}; include sites-enabled/*;"))
    assert [fact.path for fact in found if isinstance(fact, Unresolved)] == ["nowhere.conf", "${X}"]


def test_files_that_include_each_other():
    files = {
        "nginx/a.conf": "include b.conf; server { location / { proxy_pass http://127.0.0.1:1; include a.conf; } }",
        "nginx/b.conf": "include a.conf; include b.conf;",
    }
    assert all(route.read_timeout is not None for route in routes(files))
