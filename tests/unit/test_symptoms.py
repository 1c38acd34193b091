"""Error texts as users paste them lead to the rules that can cause them."""

import argparse
from pathlib import Path

import pytest
from deploylint.commands.explain import add_arguments
from deploylint.commands.explain import run as explain
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


FIXTURES = Path(__file__).parents[2] / "fixtures"
LINES = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (FIXTURES / "symptoms" / "log-lines.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def explained(capsys, *arguments):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert explain(parser.parse_args([*arguments, "--color", "never"])) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(("text", "rules"), [(line[0], line[1].split()) for line in LINES])
def test_a_line_of_a_log_is_answered(capsys, text, rules):
    out = explained(capsys, text)
    for rule in rules:
        assert f"\n- {rule}: " in out


@pytest.mark.parametrize(
    ("text", "rules", "project"),
    [(line[0], line[1].split(), line[2]) for line in LINES if len(line) > 2],
)
def test_with_a_path_it_says_which_of_them_fire_there(capsys, monkeypatch, text, rules, project):
    monkeypatch.chdir(FIXTURES / "projects" / project)
    blocks = explained(capsys, text, ".").split("\n- ")
    found = {block.partition(":")[0] for block in blocks if "\n    - found at " in block}
    assert found & set(rules)
