"""What the rules say depends on the release that runs."""

import pytest
from deploylint import Group
from deploylint.source import Source
from support import all_rules, check_sources

RULES = [rule for rule in all_rules().values() if rule.subject == "nginx" and rule.group is Group.VALIDITY]
FRAME = "events {{}}\nhttp {{\nserver {{\nlisten 80;\n{}\n}}\n}}\n"


def found(statement, target):
    sources = [Source("nginx/nginx.conf", FRAME.format(statement))]
    return [(one.rule, one.severity.value) for one in check_sources(sources, RULES, {"nginx": target})]


@pytest.mark.parametrize(
    ("statement", "older", "newer", "rule"),
    [
        ("http2 on;", (1, 24), (1, 25, 1), "nginx-unknown-directive"),
        ("listen 81 quic; ssl_reject_handshake on;", (1, 24), (1, 25), "nginx-invalid-listen"),
        ("return 200 $http3;", (1, 24), (1, 25), "nginx-unknown-variable"),
        ("proxy_http_version 2;", (1, 28), (1, 29, 4), "nginx-invalid-value"),
    ],
)
def test_newer_than_the_target(statement, older, newer, rule):
    assert found(statement, older) == [(rule, "error")]
    assert found(statement, newer) == []


def test_removed():
    assert found("ssl off;", (1, 25)) == []
    assert found("ssl off;", (1, 25, 1)) == [("nginx-unknown-directive", "error")]
