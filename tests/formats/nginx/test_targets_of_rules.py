"""The nginx rules know which release a deployment runs."""

import pytest
from deploylint.formats.nginx import parse
from deploylint.formats.nginx.placing import complaints
from deploylint.project import Project
from deploylint.rule import Context
from deploylint.source import Source
from deploylint.tree import MemoryTree
from deploylint_rules.nginx.nginx_unknown_directive import nginx_unknown_directive


def project(text, target):
    source = Source("nginx.conf", text)
    return Project([parse(source)], MemoryTree([source]), {"nginx": target} if target else {})


@pytest.mark.parametrize(
    ("directive", "target", "label"),
    [
        ("http2 on;", (1, 24), "added in 1.25.1"),
        ("http2 on;", (1, 25, 1), None),
        ("http2 on;", None, None),
        ("ssl on;", (1, 24), None),
        ("ssl on;", (1, 25, 1), "removed in 1.25.1"),
        ("ssl on;", None, None),
        ("keepalive_time 1h;", (1, 18), "added in 1.19.10"),
    ],
)
def test_directives_of_another_release(directive, target, label):
    whole = project(f"events {{}} http {{ server {{ {directive} }} }}", target)
    findings = list(nginx_unknown_directive(whole.documents[0], Context(whole, whole.documents[0])))
    assert [finding.label for finding in findings] == ([label] if label else [])
    assert all("this deployment runs nginx" in finding.help for finding in findings)


def test_the_number_of_arguments_is_that_of_the_release():
    text = "events {} http { add_header X-A a always; }"
    for target, messages in (
        ((1, 7, 4), ['invalid number of arguments in "add_header" directive']),
        ((1, 7, 5), []),
        (None, []),
    ):
        whole = project(text, target)
        assert [one.message for one in complaints(whole.documents[0], whole)] == messages
