"""nginx's published holes at the boundaries of each range, as its list of advisories and the CVE records give them."""

import pytest
from deploylint import engine
from deploylint.formats.nginx import parse
from deploylint.project import Project
from deploylint.source import Source
from deploylint.tree import MemoryTree
from support import all_rules

RULE = "nginx-known-vulnerability"
HTTP2 = "http { server { listen 443 ssl http2; ssl_protocols TLSv1.2; } }"
QUIC = "http { server { listen 443 quic; } }"
MP4 = "http { server { location / { mp4; } } }"
# The configuration that opens a hole, the releases next to each boundary that have it, and those that do not.
BOUNDARIES = {
    "CVE-2022-41741": (MP4, "1.0.7 1.0.15 1.1.3 1.22.0 1.23.0 1.23.1", "1.0.6 1.1.2 1.22.1 1.23.2"),
    "CVE-2024-7347": (MP4, "1.5.13 1.26.1 1.27.0", "1.5.12 1.26.2 1.27.1"),
    "CVE-2026-27784": (MP4, "1.1.19 1.28.2 1.29.0 1.29.6", "1.1.18 1.28.3 1.29.7"),
    "CVE-2026-32647": (MP4, "1.1.19 1.28.2 1.29.0 1.29.6", "1.1.18 1.28.3 1.29.7"),
    "CVE-2021-23017": ("resolver 127.0.0.11;", "0.6.18 1.20.0", "0.6.17 1.20.1 1.21.0"),
    "CVE-2026-123634": (
        "resolver 127.0.0.11;",
        "0.6.18 1.30.6 1.31.0 1.31.8",
        "0.6.17 1.30.7 1.31.9",
    ),
    "CVE-2018-16843": (HTTP2, "1.9.5 1.14.0 1.15.0 1.15.5", "1.9.4 1.14.1 1.15.6"),
    "CVE-2019-9511": (HTTP2, "1.9.5 1.16.0 1.17.0 1.17.2", "1.9.4 1.16.1 1.17.3"),
    "CVE-2026-123007": (HTTP2, "1.9.5 1.30.6 1.31.0 1.31.8", "1.9.4 1.30.7 1.31.9"),
    "CVE-2024-24990": (QUIC, "1.25.0 1.25.3", "1.25.4"),
    "CVE-2024-31079": (QUIC, "1.25.0 1.25.5 1.26.0", "1.26.1 1.27.0"),
    "CVE-2026-40460": (QUIC, "1.25.0 1.30.0", "1.30.1 1.31.0"),
    "CVE-2026-42530": (QUIC, "1.31.0 1.31.1", "1.30.1 1.31.2"),
    "CVE-2026-121810": (QUIC, "1.25.0 1.30.6 1.31.0 1.31.8", "1.30.7 1.31.9"),
    "CVE-2026-118899": (
        "http { server { listen 443 ssl; ssl_protocols TLSv1.2 TLSv1.3; } }",
        "1.13.0 1.30.6 1.31.0 1.31.8",
        "1.12.2 1.30.7 1.31.9",
    ),
    "CVE-2026-9256": (
        "http { server { rewrite ^/((.*))$ /?$1$2; } }",
        "0.1.17 1.30.1 1.31.0",
        "0.1.16 1.30.2 1.31.1",
    ),
    "CVE-2026-42945": (
        "http { server { rewrite ^(.*) /new?c=1; set $x $1; } }",
        "0.6.27 1.30.0",
        "0.6.26 1.30.1 1.31.0",
    ),
    "CVE-2026-42926": (
        "http { server { proxy_http_version 2; location / { proxy_set_body x; } } }",
        "1.29.4 1.30.0",
        "1.29.3 1.30.1 1.31.0",
    ),
    "CVE-2026-27654": (
        "http { server { location /f/ { alias /srv/f/; dav_methods PUT COPY; } } }",
        "0.5.13 1.28.2 1.29.0 1.29.6",
        "0.5.12 1.28.3 1.29.7",
    ),
    "CVE-2026-15176": (
        "http { server { location /f/ { rewrite ^/f/(.)/ /$1 break; alias /srv/f/; } } }",
        "0.1.29 1.30.5 1.31.0 1.31.6",
        "0.1.28 1.30.6 1.31.7",
    ),
    "CVE-2026-60005": (
        "http { server { location ~ (.*) { slice 1m; proxy_set_header X $1; } } }",
        "1.15.8 1.30.3 1.31.0 1.31.2",
        "1.15.7 1.30.4 1.31.3",
    ),
    "CVE-2026-42934": (
        "http { charset_map koi8-r utf-8 { C0 D18E; } }",
        "0.3.50 1.30.0",
        "0.3.49 1.30.1 1.31.0",
    ),
    "CVE-2026-48142": (
        "http { charset_map koi8-r utf-8 { C0 D18E; } }",
        "0.3.50 1.30.2 1.31.0 1.31.1",
        "0.3.49 1.30.3 1.31.2",
    ),
    "CVE-2026-42055": (
        "http { large_client_header_buffers 4 4m; ignore_invalid_headers off; }",
        "1.13.10 1.30.2 1.31.0 1.31.1",
        "1.13.9 1.30.3 1.31.2",
    ),
    "CVE-2025-23419": (
        "http { server { listen 443 ssl; ssl_verify_client on; } server { listen 443 ssl; } }",
        "1.11.4 1.26.2 1.27.0 1.27.3",
        "1.11.3 1.26.3 1.27.4",
    ),
    "CVE-2026-40701": ("http { server { ssl_ocsp on; } }", "1.19.0 1.30.0", "1.18.0 1.30.1 1.31.0"),
    "CVE-2026-123640": (
        "stream { server { ssl_preread on; } }",
        "1.15.2 1.30.6 1.31.0 1.31.8",
        "1.15.1 1.30.7 1.31.9",
    ),
    "CVE-2026-113425": ("mail { }", "0.5.33 1.30.6 1.31.0 1.31.8", "0.5.32 1.30.7 1.31.9"),
    "CVE-2026-42533": (
        'http { map $uri $page { ~/(.*)$ $1; } server { location ~ (.*) { set $x "$1$page"; } } }',
        "0.9.6 1.30.3 1.31.0 1.31.2",
        "0.9.5 1.30.4 1.31.3",
    ),
}
SOUND = {
    "CVE-2026-9256": [
        "http { server { rewrite ^/((.*))$ /$1$2; } }",
        "http { server { rewrite ^/((.*))$ /?$1; } }",
        "http { server { rewrite ^/(.*)/(.*)$ /?$1$2; } }",
        "http { server { rewrite ^/((.*))$ /?$1$2$host; } }",
        "http { server { rewrite ^/(?:(.*))(.)$ /?$1$2; } }",
    ],
    "CVE-2026-42945": [
        "http { server { rewrite ^(.*) /new; set $x $1; } }",
        "http { server { rewrite ^(.*) /new?; set $x $1; } }",
        "http { server { rewrite ^(.*) /new?c=1 last; set $x $1; } }",
        "http { server { set $x $1; rewrite ^(.*) /new?c=1; } }",
        "http { server { rewrite ^(.*) /new?c=1; set $x y; } }",
    ],
    "CVE-2026-118899": [
        "http { server { listen 443 ssl; ssl_protocols TLSv1.2; } }",
        "http { server { listen 80; } }",
    ],
    "CVE-2026-42533": [
        'http { map $uri $page { ~/(.*)$ $1; } server { set $x "$page$1"; } }',
        'http { map $uri $page { ~/.*$ x; } server { location ~ (.*) { set $x "$1$page"; } } }',
        'http { map $uri $page { ~/(?<n>.*)$ $n; } server { set $x "$m$page"; } }',
    ],
    "CVE-2026-27654": [
        "http { server { location /f/ { root /srv/f/; dav_methods COPY; } } }",
        "http { server { location /f/ { alias /srv/f/; dav_methods PUT DELETE; } } }",
    ],
    "CVE-2026-15176": ["http { server { rewrite ^/a /b; location /f/ { alias /srv/f/; } } }"],
    "CVE-2025-23419": ["http { server { listen 443 ssl; ssl_verify_client on; } }"],
    "CVE-2026-42055": ["http { large_client_header_buffers 4 32k; ignore_invalid_headers off; }"],
    "CVE-2026-60005": ["http { server { location / { slice 1m; proxy_set_header Range $slice_range; } } }"],
}


def found(text, release):
    file = parse(Source("nginx.conf", text))
    version = tuple(map(int, release.split(".")))
    project = Project([file], MemoryTree([file.source]), targets={"nginx": version})
    diagnostics, problems = engine.check(project, [all_rules()[RULE]])
    assert not problems
    return " ".join(one.finding.message for one in diagnostics)


@pytest.mark.parametrize("hole", BOUNDARIES)
def test_boundaries(hole):
    text, vulnerable, corrected = BOUNDARIES[hole]
    for release in vulnerable.split():
        assert hole in found(text, release), release
    for release in corrected.split():
        assert hole not in found(text, release), release


@pytest.mark.parametrize(("hole", "text"), [(hole, text) for hole in SOUND for text in SOUND[hole]])
def test_what_does_not_open_it(hole, text):
    release = BOUNDARIES[hole][1].split()[1]
    assert hole not in found(text, release)


def test_every_hole_has_its_boundaries():
    from deploylint_rules.nginx._holes import ANYWHERE, HOLES

    assert {hole for holes in (*HOLES.values(), ANYWHERE) for hole, _, _ in holes} == set(BOUNDARIES)
