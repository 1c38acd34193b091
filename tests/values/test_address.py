import socket

import pytest
from deploylint.values.address import (
    FdAddress,
    TcpAddress,
    UnixAddress,
    abstract,
    covers,
    in_directory,
    is_any,
    is_loopback,
    overlaps,
    tcp,
    unix,
)
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import (
    SharedSocket,
    gunicorn_bind,
    host_and_port,
    hypercorn_bind,
    nginx_listen,
    runserver_address,
    supervisor_inet,
    systemd_stream,
    twisted_endpoint,
    uwsgi_socket,
    uwsgi_tls_socket,
    waitress_listen,
)
from deploylint.values.upstream import proxy_pass, server_pass, upstream_server
from hypothesis import example, given
from hypothesis import strategies as st

ADDRESS_TEXT = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="0123456789:.[]/*@=,-_unixfdtcp% ?#\0\\", max_size=25),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(
            ["", "unix:", "unix://", "tcp://", "fd://", "http://", "[::1]", "localhost", "127.0.0.1"]
        ),
        st.sampled_from(["", ":", "/", ":/", "=", "@"]),
        st.sampled_from(["", "80", "8000", "0", "70000", "-1", "run/app.sock", "+5", " 7 ", "1_0", "٣"]),
    ),
)


@pytest.mark.parametrize(
    ("made", "host"),
    [
        (tcp("LOCALHOST", 80), "localhost"),
        (tcp("ip6-localhost", 80), "localhost"),
        (tcp("::1", 80), "[::1]"),
        (tcp("[0:0:0:0:0:0:0:1]", 80), "[::1]"),
        (tcp("FE80::1%eth0", 80), "[fe80::1%eth0]"),
        (tcp("0", 80), "0.0.0.0"),
        (tcp("Web", 80), "web"),
        (tcp(None, 80), None),
    ],
)
def test_hosts_are_normalised(made, host):
    assert made == TcpAddress(host, 80)


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("/var/run/app.sock", "/run/app.sock"),
        ("/var//run//app.sock", "/run/app.sock"),
        ("//run/./app.sock", "/run/app.sock"),
        ("./app.sock", "app.sock"),
        ("/var/running/app.sock", "/var/running/app.sock"),
        ("/var/run", "/var/run"),
        ("/run/a.sock", "/run/a.sock"),
    ],
)
def test_socket_paths_are_normalised(written, path):
    assert unix(written) == UnixAddress(path)


def test_a_relative_path_belongs_to_a_directory():
    assert in_directory(unix("app.sock"), "/srv/app/") == unix("/srv/app/app.sock")
    assert in_directory(unix("/run/app.sock"), "/srv") == unix("/run/app.sock")
    assert in_directory(abstract("app"), "/srv") == abstract("app")
    assert in_directory(tcp("web", 80), "/srv") == tcp("web", 80)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8000", tcp("127.0.0.1", 8000)),
        ("127.0.0.1", tcp("127.0.0.1", 8000)),
        (":8000", tcp("0.0.0.0", 8000)),
        ("", tcp("0.0.0.0", 8000)),
        ("0.0.0.0:80", tcp("0.0.0.0", 80)),
        ("Example.COM:80", tcp("example.com", 80)),
        ("localhost:80", tcp("127.0.0.1", 80)),
        ("tcp://127.0.0.1:9", tcp("127.0.0.1", 9)),
        ("[::1]:9", tcp("::1", 9)),
        ("[::1]", tcp("::1", 8000)),
        ("[::]:9", tcp(None, 9)),
        ("127.0.0.1: 9 ", tcp("127.0.0.1", 9)),
        ("127.0.0.1:8_0", tcp("127.0.0.1", 80)),
        ("127.0.0.1:9:8", tcp("127.0.0.1", 9)),
        ("unix:/run/app.sock", unix("/run/app.sock")),
        ("unix:///run/app.sock", unix("/run/app.sock")),
        ("unix://run/app.sock", unix("run/app.sock")),
        ("unix:app.sock", unix("app.sock")),
        ("unix:\0app", abstract("app")),
        ("fd://3", FdAddress(3)),
    ],
)
def test_gunicorn_bind(text, address):
    assert gunicorn_bind(text) == address


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("8000", "'8000' is a host name to gunicorn; a port is written :8000"),
        ("/run/app.sock", "'/run/app.sock' is a host name to gunicorn; a Unix socket is written unix:/path"),
        ("127.0.0.1:http", "'http' is not a valid port number"),
        ("127.0.0.1:8000,127.0.0.1:8001", "'8000,127.0.0.1' is not a valid port number"),
        ("http://127.0.0.1:8000", "'//127.0.0.1' is not a valid port number"),
        ("fd://x", "'x' is not a valid file descriptor"),
        ("127.0.0.1:70000", "port 70000 is not between 0 and 65535"),
        ("::1:8000", "'' is not a valid port number"),
        ("unix:", "no path after 'unix:'"),
        ("127.0.0.1:-1", "port -1 is not between 0 and 65535"),
    ],
)
def test_gunicorn_bind_refused(text, message):
    with pytest.raises(InvalidValue) as caught:
        gunicorn_bind(text)
    assert caught.value.message == message


@given(ADDRESS_TEXT)
@example("fd://1_0")
@example("unix:a unix:b")
@example("tcp://tcp://")
@example("[")
@example("]:5")
def test_gunicorn_bind_is_parse_address(text):
    from gunicorn.util import parse_address

    try:
        ours = gunicorn_bind(text)
    except InvalidValue:
        ours = None
    try:
        theirs = parse_address(text)
    except RuntimeError:
        assert ours is None
        return
    if isinstance(ours, FdAddress):
        assert theirs == ours.fd
    elif isinstance(ours, UnixAddress):
        assert ours == (abstract(theirs[1:]) if theirs[:1] == "\0" else unix(theirs))
    elif ours is not None:
        host, port = theirs
        assert port == ours.port
        assert ours.host == {"": "0.0.0.0", "localhost": "127.0.0.1", "::": None}.get(
            host, tcp(host, port).host
        )


@pytest.mark.parametrize("text", ["8000", "/run/app.sock", "127.0.0.1:70000", "127.0.0.1:-1", "[1:2]:80"])
def test_what_only_deploylint_refuses_cannot_be_bound(text):
    from gunicorn.util import is_ipv6, parse_address

    address = parse_address(text)
    with (
        socket.socket(socket.AF_INET6 if is_ipv6(address[0]) else socket.AF_INET) as made,
        pytest.raises((OSError, OverflowError)),
    ):
        made.bind(address)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (":3031", tcp("0.0.0.0", 3031)),
        (" :3031", tcp("0.0.0.0", 3031)),
        (":3031 ", tcp("0.0.0.0", 3031)),
        ("127.0.0.1:3031", tcp("127.0.0.1", 3031)),
        ("127.0.0.1:", tcp("127.0.0.1", 0)),
        ("[::1]:3031", tcp("::1", 3031)),
        ("[::]:3031", tcp(None, 3031)),
        ("web:3031", tcp("web", 3031)),
        ("/var/run/app.sock", unix("/run/app.sock")),
        ("app.sock", unix("app.sock")),
        ("3031", unix("3031")),
        ("@app", abstract("app")),
        ("\\0app", abstract("app")),
        ("=1", SharedSocket(1)),
        ("fd://3", FdAddress(3)),
        ("192.168.*:3031", None),
        ("*:3031", None),
    ],
)
def test_uwsgi_socket(text, address):
    assert uwsgi_socket(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "unix:/run/a.sock",
        "http://127.0.0.1:80",
        "127.0.0.1:abc",
        ":70000",
        ":80,:81",
        "a:b:80",
        "/" + "x" * 102,
    ],
)
def test_uwsgi_socket_refused(text):
    with pytest.raises(InvalidValue):
        uwsgi_socket(text)


def test_uwsgi_tls_socket_is_followed_by_its_certificate():
    assert uwsgi_tls_socket(":443,site.crt,site.key") == tcp("0.0.0.0", 443)


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("80", [tcp("0.0.0.0", 80)]),
        ("080", [tcp("0.0.0.0", 80)]),
        ("*:80", [tcp("0.0.0.0", 80)]),
        ("*", [tcp("0.0.0.0", 80)]),
        ("127.0.0.1", [tcp("127.0.0.1", 80)]),
        ("localhost:8080", [tcp("localhost", 8080)]),
        ("[::]:80", [tcp("[::]", 80)]),
        ("[::1]", [tcp("::1", 80)]),
        ("8000-8002", [tcp("0.0.0.0", 8000), tcp("0.0.0.0", 8001), tcp("0.0.0.0", 8002)]),
        ("unix:/var/run/n.sock", [unix("/run/n.sock")]),
    ],
)
def test_nginx_listen(text, addresses):
    assert list(nginx_listen(text)) == addresses


def test_nginx_listen_without_ipv6only_takes_both_families():
    assert nginx_listen("[::]:80", ipv6_only=False) == (tcp(None, 80),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (":80", "no host"),
        ("unix:", "no path in the unix domain socket"),
        ("127.0.0.1:", "invalid port"),
        ("0", "invalid port"),
        ("70000", "invalid port"),
        ("80-79", "invalid port range"),
        ("/run/n.sock", "invalid host"),
        ("[::1", "invalid host"),
        ("[x]:80", "invalid IPv6 address"),
    ],
)
def test_nginx_listen_refused(text, message):
    with pytest.raises(InvalidValue) as caught:
        nginx_listen(text)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("text", "scheme", "address", "port_written", "uri"),
    [
        ("http://127.0.0.1:8000", "http", tcp("127.0.0.1", 8000), True, None),
        ("http://127.0.0.1:8000/", "http", tcp("127.0.0.1", 8000), True, "/"),
        ("HTTPS://Backend/api?x=1", "https", tcp("backend", 443), False, "/api?x=1"),
        ("http://backend", "http", tcp("backend", 80), False, None),
        ("http://127.0.0.1?x", "http", tcp("127.0.0.1", 80), False, "?x"),
        ("http://[::1]:8000/x", "http", tcp("::1", 8000), True, "/x"),
        ("http://[::1]", "http", tcp("::1", 80), False, None),
        ("http://unix:/var/run/a.sock", "http", unix("/run/a.sock"), False, None),
        ("http://unix:/run/a.sock:/api", "http", unix("/run/a.sock"), False, "/api"),
        ("http://UNIX:/run/a.sock:", "http", unix("/run/a.sock"), False, ""),
    ],
)
def test_proxy_pass(text, scheme, address, port_written, uri):
    target = proxy_pass(text)
    assert (target.scheme, target.address, target.port_written, target.uri) == (
        scheme,
        address,
        port_written,
        uri,
    )


def test_other_pass_directives_take_no_uri_and_have_no_default_port():
    assert server_pass("uwsgi://127.0.0.1:3031", "uwsgi_pass").address == tcp("127.0.0.1", 3031)
    assert server_pass("SUWSGI://unix:///run/a.sock", "uwsgi_pass").address == unix("/run/a.sock")
    assert server_pass("unix:/run/a.sock:", "uwsgi_pass").address == unix("/run/a.sock:")
    target = server_pass("Django", "uwsgi_pass")
    assert (target.host, target.port_written, target.scheme) == ("django", False, None)
    assert upstream_server("127.0.0.1").address == tcp("127.0.0.1", 80)
    with pytest.raises(InvalidValue, match="invalid host"):
        server_pass("127.0.0.1:3031/x", "uwsgi_pass")


def test_the_offset_of_a_refusal_is_where_it_goes_wrong():
    with pytest.raises(InvalidValue) as caught:
        proxy_pass("http://127.0.0.1:x/")
    assert caught.value.offset == len("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("8000", tcp(None, 8000)),
        ("+80", tcp(None, 80)),
        ("0x1F90", tcp(None, 8080)),
        ("010", tcp(None, 8)),
        ("127.0.0.1:80", tcp("127.0.0.1", 80)),
        ("[::1]:80", tcp("::1", 80)),
        ("[::]:80", tcp(None, 80)),
        ("/run//app.sock", unix("/run/app.sock")),
        ("@app", abstract("app")),
        ("vsock:2:1", None),
    ],
)
def test_systemd_stream(text, address):
    assert systemd_stream(text) == address


@pytest.mark.parametrize(
    "text", ["0", "65536", "*:80", "localhost:80", ":80", "127.0.0.1", "run/x", "/", "@", "", "a"]
)
def test_systemd_stream_refused(text):
    with pytest.raises(InvalidValue):
        systemd_stream(text)


def test_host_and_port_as_separate_options():
    assert host_and_port("127.0.0.1", "8000") == tcp("127.0.0.1", 8000)
    assert host_and_port("::", "8000") == tcp(None, 8000)
    assert host_and_port("", "8000") == tcp(None, 8000)
    with pytest.raises(InvalidValue):
        host_and_port("127.0.0.1", "http")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8000", tcp("127.0.0.1", 8000)),
        ("0.0.0.0", tcp("0.0.0.0", 8000)),
        (":80", tcp("0.0.0.0", 80)),
        ("[::]:80", tcp(None, 80)),
        ("[::1]:80", tcp("::1", 80)),
        ("unix:/run/h.sock", unix("/run/h.sock")),
        ("unix:///run/h.sock", unix("/run/h.sock")),
        ("fd://3", FdAddress(3)),
    ],
)
def test_hypercorn_bind(text, address):
    assert hypercorn_bind(text) == address


def test_waitress_listen():
    assert waitress_listen("127.0.0.1:80 *:81 [::1]:82 web") == (
        tcp("127.0.0.1", 80),
        tcp(None, 81),
        tcp("::1", 82),
        tcp("web", 8080),
    )
    with pytest.raises(InvalidValue, match="wants a host"):
        waitress_listen(":80")


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("*:9001", "0.0.0.0", 9001),
        (":9001", "0.0.0.0", 9001),
        ("9001", "0.0.0.0", 9001),
        ("Web:9001", "web", 9001),
    ],
)
def test_supervisor_inet(text, host, port):
    assert supervisor_inet(text) == tcp(host, port)


@given(ADDRESS_TEXT)
def test_supervisor_inet_is_inet_address(text):
    from supervisor.datatypes import inet_address

    try:
        host, port = inet_address(text)
    except ValueError:
        with pytest.raises(InvalidValue):
            supervisor_inet(text)
    else:
        assert supervisor_inet(text) == tcp(host or "0.0.0.0", port)


def test_runserver_address():
    assert runserver_address("8000") == tcp("127.0.0.1", 8000)
    assert runserver_address("8000", use_ipv6=True) == tcp("::1", 8000)
    assert runserver_address("0:8000") == tcp("0.0.0.0", 8000)
    assert runserver_address("[::]:8000") == tcp(None, 8000)
    with pytest.raises(InvalidValue, match="address:port pair"):
        runserver_address("localhost")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp:8000", tcp("0.0.0.0", 8000)),
        ("tcp:port=8000:interface=127.0.0.1", tcp("127.0.0.1", 8000)),
        (r"tcp6:8000:interface=\:\:1", tcp("::1", 8000)),
        ("ssl:443:privateKey=k.pem:certKey=c.pem", tcp("0.0.0.0", 443)),
        ("unix:/run/d.sock", unix("/run/d.sock")),
        ("systemd:domain=INET:index=0", None),
    ],
)
def test_twisted_endpoint(text, address):
    assert twisted_endpoint(text) == address


@pytest.mark.parametrize(
    ("listener", "target", "covered"),
    [
        (tcp("0.0.0.0", 80), tcp("127.0.0.1", 80), True),
        (tcp("0.0.0.0", 80), tcp("localhost", 80), True),
        (tcp("0.0.0.0", 80), tcp("10.0.0.5", 80), True),
        (tcp("0.0.0.0", 80), tcp("::1", 80), False),
        (tcp("0.0.0.0", 80), tcp("0.0.0.0", 81), False),
        (tcp(None, 80), tcp("::1", 80), True),
        (tcp(None, 80), tcp("127.0.0.1", 80), True),
        (tcp("[::]", 80), tcp("127.0.0.1", 80), False),
        (tcp("[::]", 80), tcp("localhost", 80), True),
        (tcp("127.0.0.1", 80), tcp("localhost", 80), True),
        (tcp("127.0.0.1", 80), tcp("0.0.0.0", 80), True),
        (tcp("127.0.0.1", 80), tcp("127.0.0.2", 80), False),
        (tcp("127.0.0.1", 80), tcp("::1", 80), False),
        (tcp("localhost", 80), tcp("::1", 80), True),
        (tcp("localhost", 80), tcp("web", 80), False),
        (tcp("web", 80), tcp("web", 80), True),
        (tcp("10.0.0.5", 80), tcp("127.0.0.1", 80), False),
        (unix("/var/run/a.sock"), unix("/run/a.sock"), True),
        (unix("/run/a.sock"), unix("/run/b.sock"), False),
        (abstract("/run/a.sock"), unix("/run/a.sock"), False),
        (unix("/run/a.sock"), tcp("127.0.0.1", 80), False),
    ],
)
def test_covers(listener, target, covered):
    assert covers(listener, target) is covered


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (tcp("0.0.0.0", 80), tcp("127.0.0.1", 80), True),
        (tcp("0.0.0.0", 80), tcp("[::]", 80), False),
        (tcp(None, 80), tcp("0.0.0.0", 80), True),
        (tcp("127.0.0.1", 80), tcp("127.0.0.2", 80), False),
        (tcp("127.0.0.1", 80), tcp("localhost", 80), True),
        (tcp("::1", 80), tcp("0.0.0.0", 80), False),
        (tcp("127.0.0.1", 0), tcp("127.0.0.1", 0), False),
        (tcp("127.0.0.1", 80), tcp("127.0.0.1", 81), False),
        (unix("/run/a.sock"), unix("/var/run/a.sock"), True),
        (FdAddress(3), FdAddress(3), True),
    ],
)
def test_overlaps(first, second, together):
    assert overlaps(first, second) is together
    assert overlaps(second, first) is together


def test_who_can_reach_a_listener():
    assert [is_any(tcp(host, 80)) for host in (None, "0.0.0.0", "::", "127.0.0.1")] == [
        True,
        True,
        True,
        False,
    ]
    assert [
        is_loopback(tcp(host, 80)) for host in ("localhost", "127.9.9.9", "::1", "127.example.org", None)
    ] == [
        True,
        True,
        True,
        False,
        False,
    ]


@given(ADDRESS_TEXT)
def test_every_text_is_an_address_or_refused(text):
    for parse in (
        gunicorn_bind,
        uwsgi_socket,
        nginx_listen,
        systemd_stream,
        hypercorn_bind,
        waitress_listen,
        supervisor_inet,
        runserver_address,
        twisted_endpoint,
        proxy_pass,
        upstream_server,
    ):
        try:
            parse(text)
        except InvalidValue as error:
            refusal = error
        else:
            continue
        assert 0 <= refusal.offset <= len(text), parse
        assert "\n" not in refusal.message
