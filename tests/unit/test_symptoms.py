"""Error texts as users paste them lead to the rules that can cause them."""

import pytest
from deploylint.symptoms import causes
from support import all_rules

PASTED = {
    "2026/11/20 10:00:00 [error] 12#12: *1 connect() failed (111: Connection refused) while connecting to upstream, "
    'client: 10.0.0.1, server: , request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:5001/"': "proxy-target-not-listening",
    "connect() to unix:/run/app.sock failed (2: No such file or directory)": "proxy-target-not-listening",
    "invalid request block size: 21573 (max 4096)...skip": "proxy-protocol-mismatch",
    'nginx: [emerg] host not found in upstream "app:8000" in /etc/nginx/conf.d/default.conf:2': "proxy-unknown-host",
    "[ERROR] Connection in use: ('127.0.0.1', 8000)": "stop-timeout-too-short",
    "Failed to find attribute 'application' in 'wsgi'.": "app-target-missing",
    "upstream timed out (110: Connection timed out) while reading response header from upstream": "proxy-timeout-too-short",
    "504 Gateway\n  Time-out": "proxy-timeout-too-short",
    "upstream timed out (110": "proxy-timeout-too-short",
}


@pytest.mark.parametrize(("text", "rule"), PASTED.items())
def test_text_leads_to_the_rule(text, rule):
    assert rule in [cause.rule.name for cause in causes(text, all_rules().values())]


def test_the_most_telling_symptom_comes_first():
    text = "connect() failed (111: Connection refused) while connecting to upstream"
    found = causes(text, all_rules().values())
    lengths = [len(cause.symptom) for cause in found]
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize("text", ["", "all is well", "*", "(["])
def test_other_text_leads_nowhere(text):
    assert causes(text, all_rules().values()) == []
