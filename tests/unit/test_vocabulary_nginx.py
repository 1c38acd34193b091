import pytest
from deploylint.vocabulary import nginx


@pytest.mark.parametrize(
    ("name", "target", "known"),
    [
        ("http2", (1, 24), False),
        ("http2", (1, 25), False),
        ("http2", (1, 25, 1), True),
        ("ssl", (1, 24, 0), True),
        ("ssl", (1, 25, 1), False),
        ("listen", (0, 8), True),
        ("lissten", None, False),
        ("brotli", None, True),
        ("mruby_content_handler", None, True),
        ("health_check", None, True),
    ],
)
def test_known(name, target, known):
    assert nginx.known(name, target) is known


def test_since_and_removed():
    assert nginx.directive("http2").since == (1, 25, 1)
    assert nginx.directive("ssl").removed == (1, 25, 1)
    assert nginx.directive("keepalive").removed is None
    assert nginx.directive("nope") is None


def test_the_variants_of_a_context():
    (block,) = nginx.directive("server", (1, 28)).variants_in("http")
    (line,) = nginx.directive("server", (1, 28)).variants_in("upstream")
    assert (block.block, block.accepts(0), block.accepts(1)) == (True, True, False)
    assert (line.block, line.min_args, line.max_args) == (False, 1, None)


@pytest.mark.parametrize(
    ("name", "accepted", "refused"),
    [
        ("location", (1, 2), (0, 3)),
        ("proxy_set_header", (2,), (1, 3)),
        ("log_format", (2, 9), (1,)),
        ("break", (0,), (1,)),
    ],
)
def test_numbers_of_arguments(name, accepted, refused):
    variant = nginx.directive(name, nginx.NEWEST).variants[0]
    assert all(variant.accepts(count) for count in accepted)
    assert not any(variant.accepts(count) for count in refused)


def test_values():
    ciphers = nginx.directive("ssl_protocols", (1, 12)).variants[0]
    assert ciphers.kind == "bitmask"
    assert "TLSv1.3" not in ciphers.words
    assert "TLSv1.3" in nginx.directive("ssl_protocols", (1, 13)).variants[0].words
    assert nginx.directive("gzip_comp_level", nginx.NEWEST).variants[0].bounds == (1, 9)
    assert nginx.directive("server_tokens", (1, 10)).variants[0].kind == "flag"
    assert nginx.directive("server_tokens", (1, 12)).variants[0].words == ("off", "on", "build")
    assert (
        nginx.directive("http2_recv_timeout", nginx.NEWEST).variants[0].replacement == "client_header_timeout"
    )


def test_contexts():
    assert nginx.contexts_of("root", (1, 22, 1)) == {"http", "server", "location", "if-in-location"}
    assert nginx.contexts_of("include") == set(nginx.CONTEXTS)
    assert nginx.contexts_of("server_name", (1, 25, 4)) == {"server", "mail", "mail-server"}
    assert nginx.contexts_of("server_name", (1, 25, 5)) == {"server", "mail", "mail-server", "stream-server"}


def test_third_party():
    assert nginx.third_party("more_set_headers") == "headers-more"
    assert nginx.third_party("content_by_lua_block") == "lua"
    assert nginx.third_party("passenger_enabled") == "passenger"
    assert nginx.third_party("proxy_pass") is None


@pytest.mark.parametrize(
    ("name", "stream", "known"),
    [
        ("host", False, True),
        ("Host", False, True),
        ("http_x_real_ip", False, True),
        ("http_", False, True),
        ("arg_page", False, True),
        ("upstream_http_server", False, True),
        ("uid_got", False, True),
        ("request_uri", True, False),
        ("ssl_preread_server_name", True, True),
        ("my_map", False, False),
    ],
)
def test_variables(name, stream, known):
    assert nginx.is_variable(name, stream=stream) is known


def test_versions_of_variables():
    assert nginx.variable_since("request_id") == (1, 11, 0)
    assert not nginx.is_variable("request_id", target=(1, 10, 3))
    assert nginx.is_variable("http_user_agent", target=(1, 6))
